"""Refusals of what stands in the way of a booking, beside the rules."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...errors import BookingError
from ...models import Booking, Closure, Resource, Space


def already_yours(mine: Booking | None = None, *, by_manager: bool = False) -> BookingError:
    """Return the refusal of a second booking of the resource in that time; `mine` is the first."""
    if by_manager:
        message = _("This person already has a booking there at that time.")
    else:
        message = _("You already have a booking there at that time.")
    return BookingError("already_yours", message, [mine] if mine else [])


def closed(what: Resource | Space, closure: Closure) -> BookingError:
    """Return the refusal for a closure of the resource, or of the space where equipment changes hands."""
    message = format_lazy(_("{resource} is closed then: {reason}."), resource=what.name, reason=closure.reason)
    return BookingError("closed", message, [closure])


def taken(
    resource: Resource, *, units: int, wanted: int = 1, free: int | None = None, are_free_then: bool = False
) -> BookingError:
    """Return the refusal where fewer than the `wanted` ones of all `units` are free, or where there are not so many.

    `free`: so many are, if that is known. `are_free_then`: the wanted ones are free in the time itself, but not in the
    time needed before and after.
    """
    if wanted > units > 0:
        message = ngettext_lazy(
            "{resource} has {count} place: one person at most.",
            "{resource} has {count} places: {count} people at most.",
            units,
        )
        return BookingError("too_many_people", format_lazy(message, resource=resource.name, count=units))
    if are_free_then:
        message = (
            _("{resource} is on loan elsewhere just before or after: there is no time to bring it.")
            if resource.travels
            else _("{resource} is free then, but not all the time needed to prepare it before or to clear it up after.")
        )
    elif wanted > 1 and free:
        message = ngettext_lazy(
            "{resource} has {count} place free all that time, for {wanted} people.",
            "{resource} has {count} places free all that time, for {wanted} people.",
            free,
        )
        return BookingError("taken", format_lazy(message, resource=resource.name, count=free, wanted=wanted))
    elif wanted > 1 and free is None:
        message = _("So many places are not free in {resource} all that time.")
    elif units > 1 and not resource.travels:
        message = _("No place is free in {resource} all that time.")
    elif resource.travels:
        message = _("{resource} is on loan then. Choose other days.")
    else:
        message = _("{resource} is already taken at that time.")
    return BookingError("taken", format_lazy(message, resource=resource.name))
