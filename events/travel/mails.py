"""The mails about shared travel. They show full names and addresses only once both have agreed."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from ..core.files.calendars import where_lines
from ..core.mails import greeted
from ..enums import SeatState
from ..models import Registration, Ride, RideSeat
from .queries.rides import first_name

#: The reason why a shared ride ended, in words for the other person.
ENDED = {
    "driver": _("The ride from %(town)s is no longer offered. Perhaps another car has a seat."),
    "passenger": _("One person no longer travels with you, or no longer asks to: the seat is free again."),
    "cancelled": _("The event is cancelled, and the ride from %(town)s with it."),
    "online": _("The event takes place online, so nobody needs the ride from %(town)s."),
}


@dataclass(frozen=True)
class News:
    """Subject and text of a mail, with places for `name`, `town` and `event`.

    With a `state`, the mail is sent only while the seat is in this state."""

    subject: Promise
    text: Promise | str
    state: str = ""


NEWS = {
    "asked": News(
        _("%(name)s would like to travel with you"),
        _("%(name)s asks for a seat in your car from %(town)s. Do you say yes?"),
        SeatState.ASKED,
    ),
    "proposed": News(
        _("%(name)s has a seat for you"),
        _("%(name)s proposes you a seat in the car from %(town)s. Do you say yes?"),
        SeatState.ASKED,
    ),
    "agreed": News(
        _("You travel together: %(event)s"),
        _("It is agreed: you travel together. Here is how to reach each other."),
        SeatState.ACCEPTED,
    ),
    "declined": News(
        _("No seat this time: %(event)s"),
        _("It does not work out with the ride from %(town)s. Perhaps another one does: have a look."),
    ),
    "ended": News(_("Shared ride: a change for %(event)s"), ""),
    "moved": News(
        _("Shared ride: the time is to be confirmed"),
        _("The event has another date: whoever drives from %(town)s confirms the hour of departure again."),
    ),
    "changed": News(
        _("Shared ride: hour or place have changed"),
        _("The ride from %(town)s leaves at another hour or place: see below."),
    ),
}


@register("events.travel", label=_("Shared travel"))
def travel(context):
    """Return a mail about shared travel; None if its news no longer holds."""
    registration = Registration.objects.select_related("event__space", "user").get(pk=context["registration"])
    news = NEWS[context["news"]]
    seat, ride = _about(context, news.state)
    if ("seat" in context or "ride" in context) and ride is None:
        return None
    if context["news"] == "moved" and not ride.to_confirm:  # the driver has confirmed the time already
        return None
    is_agreed = bool(seat and seat.is_accepted)
    other = seat and (seat.registration if ride.registration == registration else ride.registration)
    event = registration.event
    words = {
        "name": first_name(other) if other else "",
        "town": ride.town if ride else context["town"],
        "event": event.title,
    }
    text = ENDED[context["why"]] if context["news"] == "ended" else news.text
    return Mail(
        context={
            "event": event,
            "where": where_lines(event),
            "name": greeted(registration),
            "subject": news.subject % words,
            "text": text % words,
            "message": seat.message if seat else "",
            "sender": first_name(seat and (ride.registration if seat.from_driver else seat.registration)),
            "ride": ride if is_agreed or context["news"] == "changed" else None,
            "other": other if is_agreed else None,
            "url": absolute_url("events:travel", registration.token),
        }
    )


def _about(context, state):
    """Return (seat in this state, its ride), (None, ride) for news about a ride, else (None, None)."""
    if "seat" in context:
        seats = RideSeat.objects.select_related("ride__registration__user", "registration__user")
        seat = seats.filter(pk=context["seat"], state=state, registration__isnull=False).first()
        found = seat if seat and seat.ride.registration else None
        return found, found and found.ride
    if "ride" in context:
        return None, Ride.objects.filter(pk=context["ride"], registration__isnull=False).first()
    return None, None
