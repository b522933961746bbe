"""Confine each manager to the spaces they run. Every admin class that managers may open derives from this base.

    @admin.register(Booking)
    class BookingAdmin(ScopedAdmin, admin.ModelAdmin):
        scope = "resource__space"

`scope` is the lookup path from the model to `Space` ("" for Space itself). With it

* lists, searches, autocompletes, bulk actions, `get_object` and the date hierarchy see only objects of a space that
  the signed-in person runs (all objects, for a superuser);
* the choices of foreign keys and many-to-many fields, in forms and in inlines, are limited by the scope of the
  *related* model's admin class. A relation to a model without such a class must be named in `shared_choices`: lists
  that are the same for everybody. Any other relation raises ImproperlyConfigured;
* list filters over relations offer only objects in scope;
* a person who runs a space has the permissions named in `manager_permissions`, for objects in scope; the front desk
  of a space those in `desk_permissions`, and who has a role in the network, for all objects, those that the class names
  for it in `network_permissions`; none unless the class says so. Who administers the network has all. « choose » opens
  no page: such objects are offered in forms, filters and autocompletions;
* pages of our own (`PagesAdmin`) open to managers, and to the front desk where they say `opens_to=(DESK,)`;
* the address of any other object answers 404 (Django itself redirects to the index with a message).

An admin class of a model whose scope is no single path (people, events of the network) overrides `of_spaces`. Inlines
of a scoped admin mix in `ScopedInline`: their rows belong to the parent, so only choices and permissions are limited.
`raw_id_fields` are refused: their widget names any object that a forged id points to. Use `autocomplete_fields`.
"""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.http import Http404
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext

from hacktiv.common.autocompletes import SoundAutocompletes
from members.core.rules import administers, coordinates, network_roles

from ..enums import Role
from ..models import Space, SpaceRole

#: The people beyond a space's managers to whom a page opens: its front desk.
DESK = "desk"
#: Digits; a longer number is the key of no row.
LONGEST_KEY = 19
ALL_PERMISSIONS = frozenset({"view", "add", "change", "delete"})


def _spaces_by_role(request):
    """Return the primary keys of the spaces that the person runs, and of those where they work. One query a request."""
    cached = getattr(request, "_spaces_by_role", None)
    if cached is None:
        cached = request._spaces_by_role = _read_spaces_by_role(request.user)
    return cached


def _read_spaces_by_role(user):
    if not user.is_active:
        return frozenset(), frozenset()
    if administers(user):
        spaces = frozenset(Space.objects.values_list("pk", flat=True))
        return spaces, spaces
    roles = list(SpaceRole.objects.held().filter(user=user).order_by().values_list("role", "space"))
    return frozenset(space for role, space in roles if role == Role.MANAGER), frozenset(space for _role, space in roles)


def run_space_ids(request):
    """Return the primary keys of the spaces that the signed-in person runs."""
    return _spaces_by_role(request)[0]


def desk_space_ids(request):
    """Return the primary keys of the spaces where the signed-in person receives people: front desk, and who runs it."""
    return _spaces_by_role(request)[1]


def runs_a_space(request):
    return request.user.is_active and (administers(request.user) or bool(run_space_ids(request)))


def runs_or_coordinates(request):
    """Return True for the people who run a space or the network: they share what concerns all spaces."""
    return runs_a_space(request) or coordinates(request.user)


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A list filter that offers only objects that the signed-in person may see."""

    def field_choices(self, field, request, model_admin):
        related_admin = model_admin.admin_site._registry.get(field.remote_field.model)
        if not isinstance(related_admin, ScopedAdmin):
            return super().field_choices(field, request, model_admin)
        return [(obj.pk, str(obj)) for obj in related_admin.choices(request)]


class ScopedChoices(SoundAutocompletes):
    """Limit foreign-key and many-to-many choices by the scope of the related model's admin class."""

    shared_choices = ()

    def get_field_queryset(self, db, db_field, request):
        if db_field.name in self.shared_choices:
            return super().get_field_queryset(db, db_field, request)
        related = db_field.remote_field.model
        related_admin = self.admin_site._registry.get(related)
        if not isinstance(related_admin, ScopedAdmin):
            raise ImproperlyConfigured(
                f"{type(self).__name__}.{db_field.name}: {related._meta.label} has no scoped admin class; "
                "name the field in shared_choices if everybody may choose from all of it."
            )
        return related_admin.choices(request).using(db)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Link no object of a list that everybody may choose from, where each opens only those of their own spaces."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper) and db_field.name in self.shared_choices:
            related_admin = self.admin_site._registry.get(db_field.remote_field.model)
            if isinstance(related_admin, ScopedAdmin) and not administers(request.user):
                widget.can_change_related = widget.can_view_related = widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        # An object without its space would be in nobody's scope.
        if field and db_field.name == getattr(self, "scope", None) and not administers(request.user):
            field.required = True
        return field

    def check(self, **kwargs):
        if self.raw_id_fields:
            raise ImproperlyConfigured(f"{type(self).__name__}: raw_id_fields name objects out of scope.")
        return super().check(**kwargs)


def _found_among(queryset, named):
    """Return how many of the named keys the queryset has; a key that is no number is none of them."""
    keys = [key for key in named if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY]
    return queryset.filter(pk__in=keys).count()


class ScopedAdmin(ScopedChoices):
    """Mix in before `admin.ModelAdmin` (or `TranslationAdmin`). See the module's docstring."""

    scope = "space"
    manager_permissions = ALL_PERMISSIONS
    desk_permissions = frozenset()
    network_permissions: dict[str, frozenset[str]] = {}

    def in_scope(self, request, queryset, permission="view"):
        """Keep the objects of the spaces where the signed-in person has this permission."""
        if administers(request.user) or self.may_in_network(permission, request):
            return queryset
        return self.of_spaces(request, queryset, self.space_ids(request, permission))

    def of_spaces(self, request, queryset, spaces):
        """Keep the objects of these spaces (primary keys)."""
        return queryset.filter(Q(**{f"{self.scope or 'pk'}__in": spaces}))

    def space_ids(self, request, permission):
        """Return the primary keys of the spaces where the signed-in person has this permission."""
        of_desk = permission in self.desk_permissions or (permission == "choose" and "view" in self.desk_permissions)
        return desk_space_ids(request) if of_desk else run_space_ids(request)

    def choices(self, request):
        """Return the objects that the signed-in person may choose in forms, filters and autocompletions."""
        is_same = self.may_in_network("choose", request) == self.may_in_network("view", request)
        if is_same and self.space_ids(request, "choose") == self.space_ids(request, "view"):
            return self.get_queryset(request)
        return self.in_scope(request, self.model._default_manager.order_by(*self.get_ordering(request)), "choose")

    def may_choose(self, request):
        """Return True if the signed-in person may choose among these objects."""
        at_desk = "choose" in self.desk_permissions and self._is_at_a_desk(request)
        return self.has_view_permission(request) or at_desk or self.may_in_network("choose", request)

    def objects_for(self, request, opens_to):
        """Return the objects of which the signed-in person opens the pages that open to managers and `opens_to`."""
        if administers(request.user):
            return self.get_queryset(request)
        if DESK in opens_to:
            return self.of_spaces(request, self.model._default_manager.all(), desk_space_ids(request))
        found = self.get_queryset(request)
        sees_more = self.space_ids(request, "view") != run_space_ids(request)
        return self.of_spaces(request, found, run_space_ids(request)) if sees_more else found

    def opens(self, request, page, obj=None):
        """Return True if the page opens to the signed-in person, for this object if there is one."""
        if DESK in page.opens_to and self._is_at_a_desk(request):
            return True
        sees_more = obj is not None and self.space_ids(request, "view") != run_space_ids(request)
        enters = self.may_enter(request) or self.may_in_network("change", request)
        return enters and not (sees_more and not self.is_in_scope(request, obj, None))

    def _is_at_a_desk(self, request):
        return request.user.is_active and bool(desk_space_ids(request))

    @admin.display(description=mark_safe('<input type="checkbox" id="action-toggle">'))
    def action_checkbox(self, obj):
        """Draw the box of a row as Django does, without a form's field and its template for each."""
        label = format_html(gettext("Select this object for an action - {}"), str(obj))
        return format_html(
            '<input type="checkbox" name="{}" value="{}" aria-label="{}" class="action-select">',
            ACTION_CHECKBOX_NAME,
            str(obj.pk),
            label,
        )

    def response_action(self, request, queryset):
        """Carry the act out on the objects in scope, and say how many of those named are left out."""
        if request.POST.get("select_across", "0") in {"", "0"} and request.POST.get("action"):
            named = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
            number = len(named) - _found_among(queryset, named)
            if number:
                text = ngettext(
                    "%(count)d of the chosen rows is left out: it is gone, or not yours.",
                    "%(count)d of the chosen rows are left out: they are gone, or not yours.",
                    number,
                )
                messages.warning(request, text % {"count": number})
        return super().response_action(request, queryset)

    def get_list_display(self, request):
        """Leave the space out for a manager who runs only one: it is the same in each row."""
        shown = super().get_list_display(request)
        sees_one = not administers(request.user) and len(self.space_ids(request, "view")) == 1
        return [name for name in shown if name != "space"] if sees_one else shown

    def may_enter(self, request):
        """Return True if the signed-in person may use this model as those who run a space do."""
        return runs_a_space(request)

    def get_queryset(self, request):
        return self.in_scope(request, super().get_queryset(request))

    def is_in_scope(self, request, obj, permission="view"):
        """Return True if the object is in the scope of the permission, for None in that of who runs its space.

        The answer is kept for the request: a page asks for it many times."""
        if administers(request.user):
            return True
        seen = request.__dict__.setdefault("_in_scope", {})
        spaces = self.space_ids(request, permission)
        key = (self.model, obj.pk, spaces)
        if key not in seen:
            seen[key] = self.of_spaces(request, self.model._default_manager.filter(pk=obj.pk), spaces).exists()
        return seen[key]

    def _may(self, permission, request, obj=None):
        if administers(request.user):
            return True
        if self.may_in_network(permission, request):
            return True
        has_it = permission in self.manager_permissions and self.may_enter(request)
        has_it = has_it or (permission in self.desk_permissions and self._is_at_a_desk(request))
        return has_it and (obj is None or obj.pk is None or self.is_in_scope(request, obj, permission))

    def may_in_network(self, permission, request):
        """Return True if a role in the network gives the signed-in person the permission, for all objects."""
        wanted = {permission, "view"} if permission == "choose" else {permission}
        roles = network_roles(request.user) if self.network_permissions else ()
        return any(wanted & self.network_permissions.get(role, frozenset()) for role in roles)

    def has_module_permission(self, request):
        return self._may("view", request)

    def has_view_permission(self, request, obj=None):
        return self._may("view", request, obj) or self._may("change", request, obj)

    def has_add_permission(self, request):
        return self._may("add", request)

    def has_change_permission(self, request, obj=None):
        return self._may("change", request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may("delete", request, obj)

    def get_list_filter(self, request):
        return [self._scoped_filter(item) for item in super().get_list_filter(request)]

    def _scoped_filter(self, item):
        if not isinstance(item, str):
            return item
        model, field = self.model, None
        for part in item.split("__"):
            field = model._meta.get_field(part)
            model = field.remote_field.model if field.remote_field else None
        return (item, ScopedRelatedFilter) if field.remote_field else item

    def get_changeform_initial_data(self, request):
        """Preselect the space for a person who runs one only."""
        initial = super().get_changeform_initial_data(request)
        mine = run_space_ids(request)
        if self.scope and "__" not in self.scope and len(mine) == 1 and not administers(request.user):
            initial.setdefault(self.scope, next(iter(mine)))
        return initial

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404


class ScopedInline(ScopedChoices):
    """Mix in before an inline class of a scoped admin: it limits what the manager may do to the rows."""

    manager_permissions = ALL_PERMISSIONS
    desk_permissions = frozenset()

    def _may(self, permission, request):
        if not request.user.is_active:
            return False
        runs = administers(request.user) or (permission in self.manager_permissions and runs_a_space(request))
        return runs or (permission in self.desk_permissions and bool(desk_space_ids(request)))

    def has_view_permission(self, request, obj=None):
        return self._may("view", request)

    def has_add_permission(self, request, obj=None):
        return self._may("add", request)

    def has_change_permission(self, request, obj=None):
        return self._may("change", request)

    def has_delete_permission(self, request, obj=None):
        return self._may("delete", request)
