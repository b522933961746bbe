from django.contrib import admin, messages
from django.db.models import Case, When
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hacktiv.common.admin_pages import Page, PagesAdmin

from . import operations
from .models import Message, MessageState
from .queries import held_mails, hold_in_force
from .registry import label_of

#: Characters of an error in the list; the page of a message shows it whole.
SHOWN_OF_AN_ERROR = 120
#: The two ways of releasing mails that were held.
RELEASES = {"all", "newer"}


@require_http_methods(["GET", "HEAD", "POST"])
def hold_page(request, *, admin):
    """Show what waits while the mails are held, and release it: first the choice, then its confirmation."""
    hold = hold_in_force()
    if hold is None or not admin.has_decide_permission(request):
        raise Http404
    choice = request.POST.get("choice") or request.GET.get("choice")
    if request.method == "POST" and choice in RELEASES:
        try:
            waiting, cancelled = operations.release(drop_older=choice == "newer")
        except operations.OutboxError as refusal:
            admin.message_user(request, str(refusal), messages.ERROR)
        else:
            text = _("Released: %(waiting)s mails. Cancelled: %(cancelled)s.")
            admin.message_user(request, text % {"waiting": waiting, "cancelled": cancelled}, messages.SUCCESS)
        return redirect("admin:outbox_message_changelist")
    kinds = held_mails(hold)
    context = {
        "hold": hold,
        "kinds": kinds,
        "waiting": sum(kind["count"] for kind in kinds),
        "older": sum(kind["older"] for kind in kinds),
        "choice": choice if choice in RELEASES else "",
    }
    page = admin.page_context(request, title=_("The mails are held"), **context)
    return TemplateResponse(request, "admin/outbox/message/hold.html", page)


class KindFilter(admin.AllValuesFieldListFilter):
    """Offer the kinds of mail by the names that people read."""

    def choices(self, changelist):
        for choice in super().choices(changelist):
            yield {**choice, "display": label_of(choice["display"])}


@admin.register(Message)
class MessageAdmin(PagesAdmin):
    """Show superusers the mails: read only, except for the decisions that only a person can take.

    Mails in doubt come first. The text of a mail is never shown, because it may hold secret links.
    """

    list_display = ["to_email", "kind", "state", "due_at", "sent_at", "attempts", "said"]
    list_filter = ["state", ("template", KindFilter)]
    search_fields = ["to_email", "key"]
    ordering = [
        Case(When(state=MessageState.DOUBTFUL, then=0), When(state=MessageState.FAILED, then=1), default=2),
        "-due_at",
        "-pk",
    ]
    date_hierarchy = "due_at"
    actions = ["send_again", "mark_sent", "cancel_waiting"]
    exclude = ["rendered", "about"]
    pages = [Page("hold", hold_page, of_one=False)]

    @admin.display(description=_("kind of message"), ordering="template")
    def kind(self, message):
        return label_of(message.template)

    @admin.display(description=_("error"))
    def said(self, message):
        return Truncator(message.error).chars(SHOWN_OF_AN_ERROR)

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_decide_permission(self, request):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=_("Send again (the person may get it twice)"), permissions=["decide"])
    def send_again(self, request, queryset):
        self._decide(request, queryset, operations.send_again)

    @admin.action(description=_("Mark as sent"), permissions=["decide"])
    def mark_sent(self, request, queryset):
        self._decide(request, queryset, operations.mark_sent)

    @admin.action(description=_("Cancel, so that it never leaves"), permissions=["decide"])
    def cancel_waiting(self, request, queryset):
        self._decide(request, queryset, operations.cancel_waiting)

    def _decide(self, request, queryset, decision):
        done = 0
        for message in queryset:
            try:
                decision(message=message)
                done += 1
            except operations.OutboxError as refusal:
                self.message_user(request, f"{message.to_email}: {refusal}", messages.ERROR)
        if done:
            text = ngettext("%(count)s message was settled.", "%(count)s messages were settled.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)
