"""Show the page of an event, the page of a registration, and their calendar files."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from ..core import rules
from ..core.queries import (
    calendar_sequence,
    can_register,
    membership_in_the_way,
    openings_for,
    position_in_line,
    registration_of,
    takes_part,
    with_positions,
)
from ..core.views import CONFLICT, calendar_response, own_registration, visible_event
from ..enums import ChangeKind, RegistrationStatus
from ..followup.queries import asks_survey
from ..followup.rules import has_taken_part, is_erased
from ..travel.queries.rides import notice_of
from .queries import moved_online, other_dates, shown_event, what_there_is


def seats_shown(event, openings):
    """Return what the pages say of the seats before somebody registers: the openings, if each of them has a line, how
    many seats are kept for the other side now, and until when (None: none are)."""
    held = sum(opening.held for opening in openings)
    return {
        "openings": openings,
        "all_wait": all(opening.waits for opening in openings),
        "held_now": held,
        "held_until": rules.held_seats_end_at(event) if held else None,
    }


def event_page(request, event, *, refusal=None):
    registration = registration_of(request.user, event)
    in_the_way = membership_in_the_way(request.user, event)
    if in_the_way and refusal and refusal.code == "members_only":
        refusal = in_the_way
    context = {
        "event": event,
        "in_the_way": in_the_way,
        "registration": registration,
        "board": notice_of(event, registration),
        "can_register": can_register(request.user, event),
        "hours_refusal": rules.refusal_of_hour(event),
        **seats_shown(event, openings_for(request.user, event) if event.is_open else []),
        "refusal": refusal,
        "speakers": event.speakers.agreed().select_related("user"),
        "materials": event.materials.all() if event.has_begun else (),
        "photos": event.photos.all() if event.has_begun else (),
        "change": event.changes.filter(kind=ChangeKind.CANCELLED).first() if event.is_cancelled else None,
        "moved_online": moved_online(event),
        "other_dates": other_dates(event),
    }
    return render(request, "events/pages/event.html", context, status=CONFLICT if refusal else 200)


def company_of(registration, *, has_companions):
    """Return the person's companions with a seat or in line, and `may_bring`: True if they may bring another."""
    companions = with_positions(registration.companions.standing().order_by("pk")) if has_companions else []
    may_bring = rules.refusal_to_bring(registration, len(companions)) is None
    return {"companions": companions, "may_bring": may_bring}


@require_safe
def event(request, slug):
    return event_page(request, visible_event(request, slug, find=shown_event))


@require_GET
def ics(request, slug):
    event = visible_event(request, slug)
    if event.starts_at is None:
        raise Http404
    return calendar_response(event)


@never_cache
@require_safe
@own_registration
def registration(request, registration):
    if registration.status == RegistrationStatus.UNCONFIRMED:
        return redirect("events:confirm_guest", token=registration.token)
    registration.position = position_in_line(registration)
    there = what_there_is(registration)
    came = has_taken_part(registration) and not is_erased(registration)
    context = {
        "registration": registration,
        "event": registration.event,
        "can_be_taken_over": registration.can_be_taken_over_by(request.user),
        "can_cancel": rules.can_cancel(registration),
        "may_register": rules.refusal_to_register(
            registration.event, member=takes_part(registration.user, registration.event)
        )
        is None,
        "other_ways": [way for way in registration.event.ways if way != registration.way],
        "can_check_in": rules.self_check_in_is_open(registration.event) and registration.is_confirmed,
        "is_present": hasattr(registration, "participation"),
        "has_taken_part": came,
        "asks_survey": came and asks_survey(registration),
        "board": notice_of(registration.event, registration),
        "answers": registration.answers.select_related("question") if "answers" in there else (),
        **company_of(registration, has_companions="companions" in there),
        "may_answer": rules.can_answer(registration) and registration.event.questions.exists(),
    }
    return render(request, "events/pages/registration.html", context)


@never_cache
@require_GET
@own_registration
def registration_ics(request, registration):
    with_link = registration.is_confirmed and registration.is_online
    return calendar_response(registration.event, with_link=with_link, sequence=calendar_sequence(registration))
