"""Show managers the people who belong to their spaces or have booked there; kinds of membership, home spaces.

The memberships themselves are in the admin of `hacktiv.portal`: their end gives registrations at events back too."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Prefetch, ProtectedError, Q
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from members.admin import UserAdmin
from members.enums import NetworkRoleKind
from members.rules import administers

from ..core.queries import people_of
from ..core.scoping import ScopedAdmin, run_space_ids
from ..models import HomeSpace, Membership, MembershipChange, MembershipKind, Resource

User = get_user_model()


class PeopleList(ChangeList):
    """The people of a manager, each with their memberships at the manager's spaces: one query for all."""

    def get_queryset(self, request, exclude_parameters=None):
        here = Membership.objects.open().filter(space__in=run_space_ids(request)).select_related("space", "kind")
        people = super().get_queryset(request, exclude_parameters)
        return people.prefetch_related(Prefetch("memberships", here.order_by("space__order", "pk"), "memberships_here"))


#: The columns of a kind of membership that say what it opens.
RIGHTS_OF_A_KIND = ("opens_directory", "opens_events", "opens_bookings")


@admin.register(User)
class ScopedUserAdmin(ScopedAdmin, UserAdmin):
    """Let managers read name, address and language of their people; superusers use the full admin of members."""

    manager_permissions = frozenset({"view"})
    desk_permissions = frozenset({"choose"})
    manager_fields = ("first_name", "last_name", "email", "language")
    shared_choices = ("groups", "user_permissions")
    date_hierarchy = None
    change_form_template = "admin/members/user/change_form.html"

    def of_spaces(self, request, queryset, spaces):
        return queryset.filter(people_of(spaces))

    def _may(self, permission, request, obj=None):
        """Let administrators of the network read people as managers do; accounts are the superusers' to change."""
        if administers(request.user) and not request.user.is_superuser:
            return permission in self.manager_permissions
        return super()._may(permission, request, obj)

    def has_delete_permission(self, request, obj=None):
        """Return False: erasing concerns every app. People use their own page, or `manage.py erase_person` does it."""
        return False

    def history_view(self, request, object_id, extra_context=None):
        """Show superusers alone what was changed: the history names fields that managers do not read."""
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def get_fieldsets(self, request, obj=None):
        if request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": self.manager_fields}),)

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if request.user.is_superuser else ()

    def get_list_display(self, request):
        if request.user.is_superuser:
            return super().get_list_display(request)
        return ("__str__", "email", "language", "membership_here")

    def get_changelist(self, request, **kwargs):
        return super().get_changelist(request, **kwargs) if request.user.is_superuser else PeopleList

    @admin.display(description=gettext_lazy("membership"))
    def membership_here(self, person):
        """Say what the person is at the manager's spaces: state and kind, with the space where there are several."""
        here = person.memberships_here
        if len(here) == 1:
            return f"{here[0].get_state_display()}, {here[0].kind}"
        return "; ".join(f"{each.space}: {each.get_state_display()}, {each.kind}" for each in here) or "–"

    def get_list_filter(self, request):
        return super().get_list_filter(request) if request.user.is_superuser else ()

    def get_actions(self, request):
        return super().get_actions(request) if request.user.is_superuser else {}


class MembershipKindForm(forms.ModelForm):
    """A kind takes no right from those who have it: that is done for each of them, who is shown what is lost."""

    def clean(self):
        cleaned = super().clean()
        taken = [name for name in RIGHTS_OF_A_KIND if name in self.changed_data and not cleaned.get(name)]
        if self.instance.pk and taken and Membership.objects.current().filter(kind=self.instance.pk).exists():
            text = _("Members have it by this kind. Add another kind without it, and change theirs.")
            for name in taken:
                self.add_error(name, forms.ValidationError(text, code="in_use"))
        return cleaned


@admin.register(MembershipKind)
class MembershipKindAdmin(ScopedAdmin, TranslationAdmin):
    """Let managers make kinds of membership for their spaces; those of the network they read."""

    form = MembershipKindForm
    network_permissions = {NetworkRoleKind.COORDINATOR: frozenset({"view"})}
    list_display = ("name", "space", "lasts_months", "may_be_asked", "needs_approval", "starts_on", "ends_on")
    list_filter = ("space", "may_be_asked", "needs_approval")
    list_select_related = ("space",)
    search_fields = ("name", "space__name")
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    fieldsets = (
        (None, {"fields": ("space", "name", "slug", "description", "prices", "order")}),
        (gettext_lazy("What it opens"), {"fields": RIGHTS_OF_A_KIND}),
        (
            gettext_lazy("How people get it"),
            {"fields": ("may_be_asked", "needs_approval", "lasts_months", ("starts_on", "ends_on"))},
        ),
    )

    def of_spaces(self, request, queryset, spaces):
        """Keep the kinds of these spaces and those of the network."""
        return queryset.filter(Q(space=None) | Q(space__in=spaces))

    def _may(self, permission, request, obj=None):
        is_of_network = obj is not None and obj.pk is not None and obj.space_id is None
        if is_of_network and permission != "view" and not administers(request.user):
            return False
        return super()._may(permission, request, obj)

    def get_list_display(self, request):
        """Show the space to everybody: it tells the network's kinds from one's own."""
        return self.list_display

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and field.required:
            field.help_text = ""
        return field

    def get_form(self, request, obj=None, **kwargs):
        """Say what an empty space means only where it is or can be empty."""
        if obj and obj.space_id:
            kwargs["help_texts"] = {"space": ""}
        return super().get_form(request, obj, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        """Fix the space once the kind is saved: memberships and resources of that space use it. Only the network's
        administrators let people in whom nobody approves: the doors are those of all spaces."""
        fixed = () if administers(request.user) else ("needs_approval",)
        return (*fixed, "space") if obj else fixed

    def get_actions(self, request):
        """Return none: a kind is deleted on its page, which says what speaks against it."""
        return {}

    def delete_view(self, request, object_id, extra_context=None):
        kind = self.get_object(request, object_id)
        if kind and self.has_delete_permission(request, kind) and _is_used(kind):
            return self._refuse_to_delete(request, kind)
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:  # A membership of the kind came meanwhile.
            return self._refuse_to_delete(request, kind)

    def _refuse_to_delete(self, request, kind):
        text = _(
            "“%(kind)s” stays: memberships are of this kind, or resources are open to it. To offer it no more, give it"
            " a last day."
        )
        messages.error(request, text % {"kind": kind})
        return redirect("admin:spaces_membershipkind_change", kind.pk)


def _is_used(kind):
    uses = (Membership.objects.filter(kind=kind), MembershipChange.objects.filter(kind=kind))
    return any(rows.exists() for rows in (*uses, Resource.objects.filter(open_to_kinds=kind)))


@admin.register(HomeSpace)
class HomeSpaceAdmin(ScopedAdmin, admin.ModelAdmin):
    """Show managers who is at home in their spaces. Members choose their home space on their own page."""

    manager_permissions = frozenset({"view"})
    list_display = ("user", "space", "since", "until")
    list_filter = ("space",)
    search_fields = ("user__first_name", "user__last_name", "user__email")
    autocomplete_fields = ("user", "space")
    list_select_related = ("user", "space")
