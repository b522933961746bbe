"""Certificates of attendance for the people who run the event and print them."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hacktiv.common.admin_pages import Page

from ...core.queries import people_at_the_door
from ..files.certificates import certificate
from ..rules import has_taken_part, is_erased


@require_safe
@never_cache
def certificates_page(request, event, *, admin):
    people = [person for person in people_at_the_door(event) if _gets_one(person, event)]
    context = {**admin.page_context(request, title=_("Certificates of attendance"), event=event), "people": people}
    return TemplateResponse(request, "admin/events/event/certificates.html", context)


@require_safe
@never_cache
def certificate_page(request, event, registration, *, admin):
    person = get_object_or_404(event.registrations.select_related("user"), pk=registration)
    if not _gets_one(person, event):
        raise Http404
    answer = HttpResponse(certificate(person), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="attestation-{event.slug}.pdf"'
    return answer


def _gets_one(person, event):
    person.event = event
    return has_taken_part(person) and not is_erased(person)


PAGES = [
    Page("certificates", certificates_page),
    Page("certificate", certificate_page, address="certificates/<int:registration>/"),
]
