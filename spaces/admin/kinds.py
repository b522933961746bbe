"""The admin of the kinds of membership."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.db.models import ProtectedError, Q
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from members.core.rules import administers
from members.enums import NetworkRoleKind

from ..core.scoping import ScopedAdmin, run_space_ids
from ..memberships.rules import included_in_words
from ..models import Invitation, Membership, MembershipChange, MembershipKind, Resource

#: The columns of a kind of membership that say what it opens.
RIGHTS_OF_A_KIND = ("opens_directory", "opens_events", "opens_bookings")


class MembershipKindForm(forms.ModelForm):
    """A kind takes no right from those who have it: that is done for each of them, who is shown what is lost."""

    def clean(self):
        cleaned = super().clean()
        self._keep_what_is_included(cleaned)
        taken = [name for name in RIGHTS_OF_A_KIND if name in self.changed_data and not cleaned.get(name)]
        if self.instance.pk and taken and Membership.objects.current().filter(kind=self.instance.pk).exists():
            text = _("Members have it by this kind. Add another kind without it, and change theirs.")
            for name in taken:
                self.add_error(name, forms.ValidationError(text, code="in_use"))
        return cleaned

    def _keep_what_is_included(self, cleaned):
        """Refuse to include less a month, or in another unit, while members have the kind."""
        before = MembershipKind.objects.filter(pk=self.instance.pk).values_list("included", "included_unit").first()
        now = cleaned.get("included"), cleaned.get("included_unit")
        if not before or self.errors.keys() & {"included", "included_unit"} or now[0] is None or now == before:
            return
        is_less = before[0] is None or now[0] < before[0] or now[1] != before[1]
        if is_less and Membership.objects.current().filter(kind=self.instance.pk).exists():
            text = _("Members have more by this kind. Add another kind that includes less, and change theirs.")
            self.add_error("included", forms.ValidationError(text, code="in_use"))


@admin.register(MembershipKind)
class MembershipKindAdmin(ScopedAdmin, TranslationAdmin):
    """Let managers make kinds of membership for their spaces; those of the network they read."""

    form = MembershipKindForm
    network_permissions = {NetworkRoleKind.COORDINATOR: frozenset({"view"})}
    list_display = (
        "name",
        "space",
        "a_month",
        "lasts_months",
        "may_be_asked",
        "needs_approval",
        "starts_on",
        "ends_on",
    )
    list_filter = ("space", "may_be_asked", "needs_approval")
    list_select_related = ("space",)
    search_fields = ("name", "space__name")
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    fieldsets = (
        (None, {"fields": ("space", "name", "slug", "description", "prices", "order")}),
        (gettext_lazy("What it opens"), {"fields": (*RIGHTS_OF_A_KIND, ("included", "included_unit"))}),
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

    def get_fieldsets(self, request, obj=None):
        """Name the space without a link to who does not open it."""
        (title, first), *others = super().get_fieldsets(request, obj)
        if obj and obj.space_id and obj.space_id not in run_space_ids(request):
            first = {**first, "fields": ("space_name", *first["fields"][1:])}
        return [(title, first), *others]

    @admin.display(description=gettext_lazy("included a month"), ordering="included", empty_value="–")
    def a_month(self, kind):
        return included_in_words(kind) or None

    @admin.display(description=gettext_lazy("space"))
    def space_name(self, kind):
        return kind.space.name

    def get_readonly_fields(self, request, obj=None):
        """Fix the space once the kind is saved: memberships and resources of that space use it. Only the network's
        administrators let people in whom nobody approves: the doors are those of all spaces."""
        fixed = () if administers(request.user) else ("needs_approval",)
        return (*fixed, "space", "space_name") if obj else fixed

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
    rows = [model.objects.filter(kind=kind) for model in (Membership, MembershipChange, Invitation)]
    return any(found.exists() for found in (*rows, Resource.objects.filter(open_to_kinds=kind)))
