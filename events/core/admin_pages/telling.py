"""Words for managers about registered people: who has no address to be told at, and who is who."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hacktiv.common.admin_pages import say_who_is_not_told, told_by_mail
from spaces.timing.hours import Stretch

from ...enums import SEATED_REGISTRATIONS, RegistrationStatus, Way
from ...errors import EventError
from ...models import Event, Registration
from ..operations import Effects, foresee
from ..queries import audience_of, position_in_line


def seats_in_words(event: Event) -> list[str]:
    """Return in words, for each way of an event, how many have a seat and how many wait."""
    standing = Counter(event.registrations.standing().order_by().values_list("way", "status"))
    said = []
    for way in event.ways:
        seated = sum(standing[way, status] for status in SEATED_REGISTRATIONS)
        numbers = {"way": Way(way).label, "seated": seated, "waiting": standing[way, RegistrationStatus.WAITING]}
        said.append(_("%(way)s: %(seated)d with a seat, %(waiting)d on the waiting list") % numbers)
    return said


def effects_in_words(effects: Effects) -> list[str]:
    """Return in words what an act does besides what its page says, or has done: the same words before and after."""
    said = []
    if effects.lacking:
        rooms = ", ".join(str(resource) for resource in effects.lacking)
        said.append(_("Taken by now, so not held for the event: %(rooms)s") % {"rooms": rooms})
    if effects.lost:
        text = ngettext(
            "%(number)d person has no seat any more and is on the waiting list: %(people)s",
            "%(number)d people have no seat any more and are on the waiting list: %(people)s",
            len(effects.lost),
        )
        said.append(text % _named(effects.lost))
    if effects.given:
        text = ngettext(
            "%(number)d person on the waiting list gets a seat: %(people)s",
            "%(number)d people on the waiting list get a seat: %(people)s",
            len(effects.given),
        )
        said.append(text % _named(effects.given))
    if effects.offered:
        text = ngettext(
            "%(number)d person on the waiting list is offered a seat: %(people)s",
            "%(number)d people on the waiting list are offered a seat: %(people)s",
            len(effects.offered),
        )
        said.append(text % _named(effects.offered))
    return said


def promotion_in_words(registration: Registration) -> list[str]:
    """Return in words what a seat given out of turn does: who is passed over, if a seat is added, and who is told."""
    event, person = registration.event, {"person": registration.person_name}
    before = (position_in_line(registration) or 1) - 1
    text = ngettext(
        "%(person)s gets a seat before %(number)d person who has waited longer.",
        "%(person)s gets a seat before %(number)d people who have waited longer.",
        before,
    )
    said = [text % {**person, "number": before} if before else _("%(person)s gets a seat: first in line.") % person]
    if event.seats_left_of(registration.way) == 0:
        seats = {"now": event.capacity_of(registration.way), "then": event.capacity_of(registration.way) + 1}
        said.append(_("All seats are taken: one is added, %(then)d instead of %(now)d.") % seats)
    if is_mailed(registration):
        said.append(_("A mail goes to %(address)s.") % {"address": registration.mailed.person_email})
    else:
        said.append(_("No address: nobody is told by mail. Tell them yourself."))
    return said


def say_effects(request: HttpRequest, done: Any, effects: Effects) -> None:
    """Say that an act is done, with its effects, how many people are told, and who must be phoned."""
    messages.success(request, f"{done} {told_by_mail(effects.told)}")
    for words in effects_in_words(effects):
        messages.warning(request, words)
    say_who_is_not_told(request, effects.silent)


def say_noted_meanwhile(
    request: HttpRequest, *, marked: Iterable[Registration] = (), unmarked: Iterable[Registration] = ()
) -> None:
    """Say whose presence somebody else noted or took back since the page was opened: it stays as they left it."""
    for people, text in (
        (list(marked), _("Noted as present by somebody else meanwhile, and left so: %(people)s")),
        (list(unmarked), _("Taken off the presences by somebody else meanwhile, and left so: %(people)s")),
    ):
        if people:
            messages.warning(request, text % _named(people))


def _named(people: list[Registration]) -> dict[str, Any]:
    return {"number": len(people), "people": "; ".join(str(one.person_name) for one in people)}


@dataclass(frozen=True)
class Line:
    """One event among those that an act changes: in words what happens to it, the time that it gets, and what speaks
    against it then. `told` is how many people a mail reaches, `silent` who must be phoned."""

    event: Event
    act: Any
    told: int = 0
    silent: Sequence[str] = ()
    time: Stretch | None = None
    clashes: Sequence[Any] = ()

    def __str__(self) -> str:
        return f"{self.event.pk} {self.act} {self.told} {self.silent} {self.time} {[str(one) for one in self.clashes]}"


def line_of(event: Event, act: Any, *, tells: bool = True, **more: Any) -> Line:
    """Return the line of an act on an event that `tells` its people or not."""
    audience = audience_of(event) if tells else None
    return Line(event, act, audience.mailed, audience.silent, **more) if audience else Line(event, act, **more)


def line_foreseen(event: Event, words: Any, act: Callable[[], Any]) -> Line:
    """Return the line of an act that tells all its people, with the effects that it would have now, or its refusal."""
    try:
        effects = foresee(event, act)
    except EventError as refusal:
        return Line(event, words, clashes=[refusal.message])
    return Line(event, words, effects.told, effects.silent, clashes=effects_in_words(effects))


def registered_at(events: Iterable[Event]) -> Iterable[Registration]:
    """Return who has a seat at these events or waits for one, in the order in which they registered."""
    people = Registration.objects.standing().filter(event__in=[event.pk for event in events if event.pk])
    return people.select_related("user", "brought_by__user").order_by("registered_at", "pk")


def is_mailed(registration: Registration) -> bool:
    """Return True if mails about this registration reach somebody: the person, or the one who brings them."""
    return bool(registration.mailed.person_email)


def warn_of_silent(request: HttpRequest, registrations: Iterable[Registration]) -> None:
    """Name the people among these whom no mail tells anything."""
    say_who_is_not_told(request, [str(one.person_name) for one in registrations if not is_mailed(one)])


def with_address(registration: Registration) -> str:
    """Return the name and, where one is known, the address: it tells people of the same name apart."""
    name, address = str(registration.person_name), registration.person_email
    return f"{name} – {address}" if address and address != name else name
