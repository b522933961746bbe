"""Words for managers about registered people: who has no address to be told at, and who is who."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from hacktiv.common.admin_pages import say_who_is_not_told
from spaces.timing.hours import Stretch

from ...models import Event, Registration
from ..queries import audience_of


@dataclass(frozen=True)
class Line:
    """What an act on several events does with one of them: in words, the time that it gets, and what speaks against it
    then. `told` is how many people a mail reaches, `silent` who must be phoned."""

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
