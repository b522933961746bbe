"""Pages for the day of the event: the check-in desk, the screen with the code to scan, the sheet to sign."""

import uuid
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_permissions_policy.decorators import permissions_policy_override

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.dates import hour
from hacktiv.common.forms import NameField, PlainTextMixin
from hacktiv.common.text import fold
from spaces.core.scoping import DESK

from ...core import rules
from ...core.admin_pages.scope import PARTNERS
from ...core.files.tickets import (
    SCREEN_CODE_LIFE,
    drawing,
    registration_of_ticket,
    screen_address,
    screen_code,
    ticket_code,
)
from ...core.forms import residence_field
from ...core.operations import refuse
from ...core.queries import people_at_the_door
from ...enums import RegistrationStatus, Way
from ...errors import EventError
from ...models import Registration
from .. import operations
from ..files.sheets import attendance_sheet
from ..rules import refusal_of_ticket, warning_of_day

#: Permissions policy of the check-in desk, the only page that may use the camera.
CAMERA = {"camera": "self", "geolocation": [], "microphone": [], "payment": [], "usb": []}


class CheckInForm(PlainTextMixin, forms.Form):
    """A person at the check-in desk: one on the list, the owner of a ticket, or somebody by name."""

    key = forms.CharField(label=_("Form"), required=False, max_length=36)
    registration = forms.IntegerField(label=_("Registration"), required=False, min_value=1, max_value=2**63 - 1)
    ticket = forms.CharField(label=_("Ticket"), required=False, max_length=60)
    name = NameField(label=_("Name"), required=False, max_length=120)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    residence = residence_field()
    another = forms.BooleanField(label=_("Another person of the same name"), required=False)
    at = forms.DateTimeField(label=_("Hour"), required=False)

    def clean_key(self):
        return forms.UUIDField(required=False).clean(self.cleaned_data["key"])

    def refusal_in_words(self):
        """Return what is wrong, field by field: the answer has one line, and the form is gone by then."""
        return " ".join(
            _("%(field)s: %(error)s") % {"field": self.fields[name].label, "error": error}
            for name, errors in self.errors.items()
            for error in errors
        )


@require_GET
@never_cache
@permissions_policy_override(CAMERA)
def door_page(request, event, *, admin):
    """Show the list of people. The owner of `ticket` comes first; `q` filters by name where no script runs."""
    wanted = fold(request.GET.get("q", ""))
    ticket = request.GET.get("ticket", "")
    people = people_at_the_door(event)
    for person in people:
        person.ticket_code = ticket_code(person)
        person.search = fold(str(person.person_name))
    shown = [person for person in people if wanted in person.search]
    context = {
        "event": event,
        "runs_it": admin.runs(request, event),
        "said": _said_of_ticket(event, ticket, people) if ticket else None,
        "warning": warning_of_day(event),
        "people": sorted(shown, key=lambda person: person.ticket_code != ticket),
        "ticket": ticket,
        "q": request.GET.get("q", ""),
        "present_count": sum(hasattr(person, "participation") for person in people),
        "expected_count": sum(person.is_confirmed and not person.is_online for person in people),
        "is_open": rules.attendance_is_open(event),
        "new_person": _somebody(event),
        "form": CheckInForm(),
        "key": uuid.uuid4(),
    }
    return TemplateResponse(request, "events/attendance/door.html", context)


def _somebody(event):
    """Return who comes without registering, as a pattern for the script: « {} » stands for the name."""
    person = Registration(event=event, guest_name="{}", status=RegistrationStatus.WALK_IN, way=Way.ONSITE)
    person.ticket_code = "new"
    return person


def _said_of_ticket(event, code, people):
    """Return (mood, words) about a ticket that the phone's own camera opened: what the scanner would say of it."""
    refusal = refusal_of_ticket(event, registration_of_ticket(code))
    if refusal:
        return "refused", refusal.message
    person = next(person for person in people if person.ticket_code == code)
    named = {"name": person.person_name}
    if hasattr(person, "participation"):
        at = hour(person.participation.marked_at)
        return "already", _("%(name)s was noted already, at %(hour)s.") % {**named, "hour": at}
    if not person.is_confirmed:
        return "already", _("%(name)s has no seat: on the waiting list.") % named
    if not rules.attendance_is_open(event):
        return "already", _("%(name)s is on the list. Attendance is marked from the day of the event on.") % named
    return "", _("%(name)s stands first in the list below: note that they are here.") % named


@require_POST
@never_cache
def check_in_page(request, event, *, admin):
    """Note one check-in, sent by the page's form or by the phone's queue, which asks for JSON."""
    form = CheckInForm(request.POST)
    try:
        participation = _check_in(event, form, request.user)
    except EventError as refusal:
        return _door_answer(request, event, {"refused": str(refusal.message)}, HTTPStatus.CONFLICT)
    registration = participation.registration
    return _door_answer(
        request,
        event,
        {
            "registration": registration and registration.pk,
            "name": str(registration.person_name) if registration else "",
            "at": hour(participation.marked_at),
            "present": event.participations.count(),
        },
    )


def _check_in(event, form, by):
    if not form.is_valid():
        raise EventError("form", form.refusal_in_words())
    data = form.cleaned_data
    wish = {name: data[name] for name in ("key", "at", "another", "email", "name", "residence")}
    if data["ticket"]:
        wish["registration"] = registration_of_ticket(data["ticket"])
        refuse(refusal_of_ticket(event, wish["registration"]))
    elif data["registration"]:
        wish["registration"] = event.registrations.filter(pk=data["registration"]).first()
        if wish["registration"] is None:
            raise EventError("not_registered", _("Somebody on the list is not registered for this event any more."))
    return operations.check_in(event=event, by=by, **wish)


def _door_answer(request, event, answer, status=HTTPStatus.OK):
    if request.accepts("text/html"):
        if status == HTTPStatus.OK:
            messages.success(request, _("%(name)s is noted as present.") % answer)
        else:
            messages.error(request, answer["refused"])
        return redirect("admin:events_event_door", event.pk)
    return JsonResponse(answer, status=status)


@require_POST
@never_cache
def undo_page(request, event, *, admin):
    """Take back a check-in made by mistake; the page's script asks for JSON."""
    form = CheckInForm(request.POST)
    person = form.is_valid() and event.registrations.filter(pk=form.cleaned_data["registration"] or 0).first()
    answer, status = {"present": event.participations.count()}, HTTPStatus.OK
    try:
        if person:
            operations.unmark_attendance(event=event, registrations=[person], by=request.user)
            answer = {"registration": person.pk, "present": event.participations.count()}
    except EventError as refusal:
        answer, status = {"refused": str(refusal.message)}, HTTPStatus.CONFLICT
    if not request.accepts("text/html"):
        return JsonResponse(answer, status=status)
    if "refused" in answer:
        messages.error(request, answer["refused"])
    return redirect("admin:events_event_door", event.pk)


@require_GET
@never_cache
def screen_page(request, event, *, admin):
    """Show the code for a projector; the page renews it itself."""
    code = screen_code(event)
    context = {
        "event": event,
        "code": code,
        "qr_code": drawing(screen_address(event, code)),
        "is_open": rules.self_check_in_is_open(event),
    }
    # The page reloads itself without a script too: nobody touches a projector.
    return TemplateResponse(
        request, "events/attendance/screen.html", context, headers={"Refresh": str(SCREEN_CODE_LIFE // 2)}
    )


@require_GET
@never_cache
def sheet_pdf_page(request, event, *, admin):
    answer = HttpResponse(attendance_sheet(event), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{event.slug}.pdf"'
    return answer


PAGES = [
    Page("door", door_page, _("At the door"), Group.DAY, is_possible=rules.is_at_the_door, opens_to=(PARTNERS, DESK)),
    Page("door_check_in", check_in_page, address="door/check-in/", opens_to=(PARTNERS, DESK)),
    Page("door_undo", undo_page, address="door/undo/", opens_to=(PARTNERS, DESK)),
    Page("door_screen", screen_page, address="door/screen/", opens_to=(PARTNERS, DESK)),
    Page("sheet_pdf", sheet_pdf_page, address="sheet.pdf"),
]
