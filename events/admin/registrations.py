"""The admin of the registrations."""

from django.contrib import admin, messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from members.enums import NetworkRoleKind

from ..core import rules
from ..core.admin_pages.scope import EventScopedAdmin
from ..core.admin_pages.telling import is_mailed, warn_of_silent
from ..enums import RegistrationStatus
from ..errors import EventError
from ..models import Registration
from ..registering import operations as registering


@admin.register(Registration)
class RegistrationAdmin(EventScopedAdmin, admin.ModelAdmin):
    """Registrations to read and to cancel for the person. Managers register people on the event's page."""

    scope = "event__space"
    manager_permissions = frozenset({"view"})
    network_permissions = {NetworkRoleKind.FACILITATOR: frozenset({"view"})}
    change_form_template = "admin/events/registration/change_form.html"
    list_display = ("person_name", "address", "event", "status", "registered_at")
    list_filter = ("status", "event__space")
    linked_lookups = ("event__id__exact", "user__id__exact")
    search_fields = ("user__first_name", "user__last_name", "user__email", "guest_name", "guest_email")
    list_select_related = ("user", "event")
    ordering = ("-registered_at",)
    fields = readonly_fields = (
        "event",
        "person_name",
        "person_email",
        "brought_by",
        "status",
        "language",
        "registered_at",
        "queued_at",
        "confirmed_at",
        "cancelled_at",
        "registered_by",
    )
    actions = None

    @admin.display(description=_("person"))
    def person_name(self, registration):
        return registration.person_name

    @admin.display(description=_("e-mail address"))
    def person_email(self, registration):
        return registration.person_email or "–"

    @admin.display(description=_("e-mail address"))
    def address(self, registration):
        return format_html('<span class="address">{}</span>', registration.person_email or "–")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        steps = (("cancel", self.cancel_view), ("erase", self.erase_view))
        return [
            *(
                path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"events_registration_{name}")
                for name, view in steps
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        registration = self.get_object(request, object_id)
        steps = []
        if registration:
            change = reverse("admin:events_event_registration", args=[registration.event_id, registration.pk])
            steps.append({"url": change, "label": _("Change the registration")})
        if registration and rules.can_cancel(registration):
            steps.append(_step(registration, "cancel", _("Cancel the registration")))
        elif registration and registration.guest_name:
            steps.append(_step(registration, "erase", _("Erase the name")))
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "steps": steps})

    def cancel_view(self, request, pk):
        registration = self._registration(request, pk)
        is_told = is_mailed(registration) and registration.status != RegistrationStatus.UNCONFIRMED

        def cancel(registration):
            moved_up = registering.cancel_registration(registration=registration, by=request.user)
            warn_of_silent(request, [registration, *moved_up])

        return self._step_view(
            request,
            registration,
            cancel,
            refusal_of=rules.refusal_to_cancel,
            title=_("Cancel the registration"),
            words=_words_of_cancelling(registration),
            done=_("The registration is cancelled, and the person is told.")
            if is_told
            else _("The registration is cancelled."),
        )

    def erase_view(self, request, pk):
        """Erase a guest whom nothing but this name ties to anybody."""
        return self._step_view(
            request,
            self._registration(request, pk),
            lambda registration: registering.forget_guest(registration=registration),
            title=_("Erase the name"),
            words=_("Name, address, answers and words of this guest are erased for good; the count stays."),
            done=_("The name is erased."),
        )

    def _registration(self, request, pk):
        found = self.get_queryset(request).select_related("event", "user", "brought_by__user")
        return get_object_or_404(found, pk=pk)

    def _step_view(self, request, registration, operation, *, title, words, done, refusal_of=lambda registration: None):
        """Show a step and, once it is confirmed, run its operation on the registration."""
        refusal = refusal_of(registration)
        if request.method == "POST" and not refusal:
            try:
                operation(registration)
            except EventError as error:
                refusal = error
            else:
                messages.success(request, done)
                return redirect("admin:events_event_registrations", registration.event_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "registration": registration,
            "refusal": refusal,
            "title": title,
            "words": words,
        }
        status = 409 if refusal else 200
        return TemplateResponse(request, "admin/events/registration/step.html", context, status=status)


def _words_of_cancelling(registration):
    if registration.status == RegistrationStatus.UNCONFIRMED:
        return _("The address was never confirmed: no mail leaves.")
    if is_mailed(registration):
        return _("The person is told, and the seat goes to the first in line.")
    return _("Without an address the person is not told: phone them. The seat goes to the first in line.")


def _step(registration, name, label):
    return {"url": reverse(f"admin:events_registration_{name}", args=[registration.pk]), "label": label}
