"""The admin of the proposed topics."""

from django.contrib import admin, messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from spaces.core.scoping import ScopedAdmin

from ..core.admin_pages.forms import ReasonForm
from ..errors import EventError
from ..models import TopicProposal
from ..rota import operations as rota


class DeclineForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("The member reads it in the mail.")


@admin.register(TopicProposal)
class TopicProposalAdmin(ScopedAdmin, admin.ModelAdmin):
    """Topics to read, to accept with one click or to decline with a reason."""

    manager_permissions = frozenset({"view"})
    change_form_template = "admin/events/topicproposal/change_form.html"
    list_display = ("title", "day", "space", "user", "language", "state")
    list_filter = ("state", "space")
    list_select_related = ("space", "user")
    ordering = ("-day",)
    fields = readonly_fields = (
        "state",
        "title",
        "summary",
        "language",
        "day",
        "space",
        "user",
        "event",
        "reason",
        "proposed_at",
        "decided_at",
        "decided_by",
    )
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        steps = [("accept", self.accept_view), ("decline", self.decline_view)]
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"events_topicproposal_{name}")
            for name, view in steps
        ]
        return own + super().get_urls()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        proposal = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "proposal": proposal})

    def accept_view(self, request, pk):
        proposal = self._proposal(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            proposal = rota.accept_topic(
                proposal=proposal, publishes=request.POST.get("publish") == "1", by=request.user
            )
        except EventError as refusal:
            messages.error(request, refusal.message)
            return redirect("admin:events_topicproposal_change", pk)
        messages.success(request, _("The topic is accepted, and the member is told. Here is the event."))
        return redirect("admin:events_event_change", proposal.event_id)

    def decline_view(self, request, pk):
        proposal = self._proposal(request, pk)
        form = DeclineForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                rota.decline_topic(proposal=proposal, by=request.user, **form.cleaned_data)
            except EventError as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("The topic is declined, and the member is told."))
                return redirect("admin:events_topicproposal_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "proposal": proposal,
            "form": form,
            "title": _("Decline the topic"),
            "back": reverse("admin:events_topicproposal_change", args=[pk]),
        }
        return TemplateResponse(request, "admin/events/topicproposal/decline.html", context)

    def _proposal(self, request, pk):
        return get_object_or_404(self.get_queryset(request).select_related("space", "user"), pk=pk)
