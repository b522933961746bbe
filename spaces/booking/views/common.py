"""Steps that the pages share on which somebody books, moves, repeats or borrows."""

from typing import NamedTuple

from django.http import Http404, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from hacktiv.common.ratelimit import limit
from members.core.rules import administers

from ...core.scoping import desk_space_ids
from ...enums import Refusal
from ...errors import BookingError
from ...models import Resource
from ...places import queries as places_queries
from ...places.rules import opening_of
from ...timing.hours import local_day
from .. import operations, queries
from ..forms import is_a_look
from ..queries.persons import Person
from ..rules import OFFER_INSTEAD, has_seats_for

#: For each person: writes of bookings, waits and series together.
BOOKINGS_AN_HOUR = "60/h"
#: Codes of refusals beside which the number of free places is told: any other one is about the time itself.
TELLS_WHAT_IS_FREE = {"taken", "already_yours"}


def space_or_404(slug, now):
    """Return the published space, with all that `state_now` reads."""
    space = places_queries.published_space(slug, now)
    if space is None:
        raise Http404
    return space


class Choice(NamedTuple):
    """The fields sent to a page of the space, completed by a resource and a day where they name none. The `resources`
    are all that can be booked there, those `offered` all that this person may book. It is a look, or it is to do. The
    `person` is as they were before anything was done."""

    resources: list[Resource]
    offered: list[Resource]
    sent: QueryDict
    is_look: bool
    is_to_do: bool
    person: Person | None = None

    @classmethod
    def of(cls, request, space):
        resources = queries.rooms_in(space)
        person = queries.person_of(request.user)
        for_me = queries.for_member(resources, person, timezone.localdate())
        is_sent = request.method == "POST"
        sent = _with_defaults(request.POST if is_sent else request.GET, space, for_me or resources)
        offered = [resource for resource in resources if resource in for_me or resource.slug == sent["resource"]]
        is_look = is_sent and is_a_look(sent)
        return cls(resources, offered, sent, is_look, is_sent and not is_look, person)


def _with_defaults(sent, space, resources):
    """Return what was sent, completed by the first resource and the next day on which the space opens."""
    sent = sent.copy()
    if "resource" not in sent:
        sent["resource"] = next((resource.slug for resource in resources), "")
    if "day" not in sent:
        state = places_queries.state_now(space, timezone.now())
        sent["day"] = f"{local_day(state.changes_at or timezone.now()):%Y-%m-%d}"
    return sent


def carry_out(request, form, operation, drawn, *, rate=BOOKINGS_AN_HOUR):
    """Redirect to what `operation(form)` makes, or draw the page again by `drawn(form, status=…, …)`: where it summed
    up another choice, where something is wrong in the form, or with the refusal of the operation (`error`). The person
    may do so at the `rate`; without one, as often as they like."""
    if not form.is_as_seen():
        return drawn(form, is_changed=True, status=409)
    if not form.is_valid():
        return drawn(form, status=400)
    if rate:
        limit(request, "book", rate)
    try:
        made = operation(form)
    except BookingError as error:
        return drawn(form.refused(error), error=error, status=409)
    return redirect(made)


def outlook_of(form, person, error=None, *, moved=None):
    """Return what the page says of the hours in the form: the outlook, and other times where these are refused.

    `error` is the refusal of the operation, if it was asked.
    """
    shown = form.hours_shown()
    if shown is None:
        return {"outlook": None}
    plan = form.plan
    found = queries.outlook(plan, *shown, person, people=form.people_shown(), besides=moved)
    code = error.code if error else found.refusal and found.refusal.code
    waits = code == "taken" and not moved
    said = {"outlook": found, "can_wait": waits and plan.wanted == 1, "cannot_wait": waits and plan.wanted > 1}
    if code in OFFER_INSTEAD:
        wish = {"person": person, "besides": moved, "wanted": plan.wanted}
        said["offers"] = queries.nearest_free(plan.resource, *shown, **wish, by_manager=person.by_manager)
    return said


def for_somebody(request, form, outlook):
    """Return what the page says besides to a manager who books for somebody: the seats, what is free, and what the
    person has booked elsewhere, named where this manager sees it."""
    plan, people = form.plan, form.people_shown()
    code = outlook.refusal.code if outlook and outlook.refusal else ""
    said = {
        "asks_why": (code == Refusal.MONTH_USED_UP or reason_shown(form))
        and queries.may_go_beyond(request.user, plan.resource),
        "is_crowded": not has_seats_for(plan.resource, people, plan.wanted),
        "seats": (plan.resource.seats or 0) * plan.wanted,
        "free": None,
    }
    if outlook:
        sees_all, seen = administers(request.user), desk_space_ids(request)
        if not outlook.refusal or outlook.refusal.code in TELLS_WHAT_IS_FREE:
            said["free"] = plan.units_free(outlook.start, outlook.end)
        said["elsewhere"] = [one for one in outlook.elsewhere if sees_all or one.resource.space_id in seen]
        said["elsewhere_hidden"] = len(outlook.elsewhere) - len(said["elsewhere"])
    return said


def reason_shown(form):
    """Return why the manager goes beyond what is included, as the form shows it."""
    return str(form["beyond"].value() or "").strip()


def outlook_of_series(form, asked, person, *, whose=None):
    """Return what the page says of each day that the form `asked` names, at the hours of `form`: as it would be now, or
    None where it is left out; {} without hours. `whose` finds the bookings of a person without account."""
    hours = form.plan and form.hours()
    if not hours:
        return {}
    days = asked.days()[: operations.MOST_DAYS]
    left = [day for day in days if day not in form.skipped]
    group = {"people": form.people_shown(), "wanted": form.plan.wanted, "whose": whose}
    outlook = queries.outlook_of_days(form.plan.resource, left, *hours, person, **group)
    found = {one.day: one for one in outlook.days}
    shown = [(day, found.get(day)) for day in days]
    return {"outlook": outlook, "days": shown, "in_words": asked.in_words, "hours": hours}


def first_open(space, days):
    """Return the first of the days on which the space opens, or None."""
    hours = space.opening_hours.all()
    return next((day for day in days if opening_of(space, hours, day)), None)
