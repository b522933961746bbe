"""Invitations in the admin: made one by one or with a list, sent again, taken back. Nothing is edited by hand."""

from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hacktiv.common import dates
from hacktiv.common.admin_pages import NAMED, PagesAdmin

from ..core.scoping import ScopedAdmin
from ..enums import InvitationState
from ..errors import BookingError
from ..memberships.admin_pages.inviting import PAGES, invite_page
from ..memberships.files import LONGEST_LIST
from ..memberships.operations import send_again, take_back
from ..models import Invitation


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return InvitationState.choices

    def queryset(self, request, queryset):
        return queryset.in_state(self.value()) if self.value() in InvitationState.values else queryset


@admin.register(Invitation)
class InvitationAdmin(ScopedAdmin, PagesAdmin):
    """List the latest first. All changes go through operations; whether an address has an account is told nowhere."""

    pages = PAGES
    pages_select_related = ("space", "kind")
    manager_permissions = frozenset({"view", "add"})
    change_list_template = "admin/spaces/invitation/change_list.html"
    change_form_template = "admin/spaces/membership/change_form.html"
    list_display = ("person", "offer", "space", "begins", "state_now", "sent_on", "valid_until", "author")
    list_filter = (StateFilter, "kind", "space")
    list_select_related = ("space", "kind", "organisation", "made_by")
    search_fields = ("full_name__unaccent", "email")
    actions = ("send_again_selected", "take_back_selected")
    list_per_page = 50
    fields = (
        "full_name",
        "email",
        "space",
        "kind",
        "organisation",
        "state_now",
        "first_day",
        "words",
        "language",
        "sent_on",
        "sendings",
        "valid_until",
        "author",
        "accepted_at",
        "membership",
        "declined_at",
        "answer",
        "taken_back_at",
        "taken_back_by",
        "is_example",
    )
    readonly_fields = fields
    if_known = frozenset(
        (
            *("full_name", "organisation", "first_day", "words", "accepted_at", "membership", "declined_at", "answer"),
            *("taken_back_at", "taken_back_by", "is_example"),
        )
    )

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        """Leave out what the invitation does not have."""
        return [name for name in self.fields if not (obj and name in self.if_known) or getattr(obj, name)]

    @admin.display(description=gettext_lazy("person"), ordering="email")
    def person(self, invitation):
        return f"{invitation.full_name}, {invitation.email}" if invitation.full_name else invitation.email

    @admin.display(description=gettext_lazy("kind of membership"), ordering="kind")
    def offer(self, invitation):
        """Name the kind, and the organisation without a link: managers do not open its page."""
        return f"{invitation.kind} – {invitation.organisation}" if invitation.organisation else invitation.kind

    @admin.display(description=gettext_lazy("first day"), ordering="first_day")
    def begins(self, invitation):
        if invitation.first_day is None:
            return _("once accepted")
        return dates.day(invitation.first_day, weekday=False)

    @admin.display(description=gettext_lazy("state"))
    def state_now(self, invitation):
        return invitation.state.label

    @admin.display(description=gettext_lazy("sent on"), ordering="sent_at")
    def sent_on(self, invitation):
        return dates.day(invitation.sent_at, weekday=False)

    @admin.display(description=gettext_lazy("valid until"), ordering="expires_at")
    def valid_until(self, invitation):
        return dates.day(invitation.expires_at, weekday=False)

    @admin.display(description=gettext_lazy("made by"), ordering="made_by__last_name")
    def author(self, invitation):
        """Name who invited, without a link: others may run the space by now."""
        return invitation.made_by or "–"

    @admin.action(description=gettext_lazy("Send the selected invitations again"))
    def send_again_selected(self, request, queryset):
        def done(number):
            return ngettext("%(count)s invitation is sent again.", "%(count)s invitations are sent again.", number)

        self._do(request, queryset, lambda one: send_again(invitation=one, by=request.user), done)

    @admin.action(description=gettext_lazy("Take the selected invitations back"))
    def take_back_selected(self, request, queryset):
        def done(number):
            return ngettext("%(count)s invitation is taken back.", "%(count)s invitations are taken back.", number)

        self._do(request, queryset, lambda one: take_back(invitation=one, by=request.user), done)

    def _do(self, request, invitations, operation, text_of):
        """Run the operation on each invitation, on as many as a list holds; say how many it was done to, and name those
        that are refused with why."""
        done, refused = 0, []
        chosen = list(invitations.order_by("pk")[: LONGEST_LIST + 1])
        if len(chosen) > LONGEST_LIST:
            messages.error(request, _("Choose %(number)d people at most at once.") % {"number": LONGEST_LIST})
            return
        for invitation in chosen:
            try:
                operation(invitation)
            except BookingError as error:
                refused.append(_("%(field)s: %(error)s") % {"field": invitation.email, "error": error.message})
            else:
                done += 1
        if done:
            messages.success(request, text_of(done) % {"count": done})
        for text in refused[:NAMED]:
            messages.error(request, text)
        if len(refused) > NAMED:
            text = ngettext("%(count)s more is refused.", "%(count)s more are refused.", len(refused) - NAMED)
            messages.error(request, text % {"count": len(refused) - NAMED})

    def add_view(self, request, form_url="", extra_context=None):
        return invite_page(request, admin=self)
