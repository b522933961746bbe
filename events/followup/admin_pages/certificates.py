"""The certificates of attendance of who was there, for who runs the event and prints them."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ...core.queries import people_at_the_door
from ..files.certificates import certificate
from ..rules import has_taken_part, is_erased


class CertificatePages:
    """Mixed into the event's admin class."""

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/certificates/", view(self.certificates_view), name="events_event_certificates"),
            path(
                "<int:pk>/certificates/<int:registration>/",
                view(self.certificate_view),
                name="events_event_certificate",
            ),
        ]
        return own + super().get_urls()

    @method_decorator([require_safe, never_cache])
    def certificates_view(self, request, pk):
        event = self._event(request, pk)
        people = [person for person in people_at_the_door(event) if _gets_one(person, event)]
        context = {**self._context(request, event, title=_("Certificates of attendance")), "people": people}
        return TemplateResponse(request, "admin/events/event/certificates.html", context)

    @method_decorator([require_safe, never_cache])
    def certificate_view(self, request, pk, registration):
        event = self._event(request, pk)
        person = get_object_or_404(event.registrations.select_related("user"), pk=registration)
        if not _gets_one(person, event):
            raise Http404
        answer = HttpResponse(certificate(person), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="attestation-{event.slug}.pdf"'
        return answer


def _gets_one(person, event):
    person.event = event
    return has_taken_part(person) and not is_erased(person)
