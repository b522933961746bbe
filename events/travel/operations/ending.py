"""End shared travel when a registration or an event changes. The caller holds the event's lock."""

from typing import Any

from django.db.models import QuerySet

from ...core.operations import tell
from ...enums import SeatState
from ...models import Event, Registration, Ride, RideSeat, RideWish


def tell_of_ride(
    news: str, registration: Registration | None, event: Event, *, occasion: str | int, **context: Any
) -> None:
    """Put a mail about shared travel into the outbox, once for each news and occasion; none once the event has begun.

    `news` is a key of `mails.NEWS`."""
    if registration is not None and not event.has_begun:
        tell(
            "travel",
            registration,
            occasion=f"{news}:{occasion}",
            context={"news": news, **context},
            expires_at=event.ends_at,
        )


def recount_passengers(ride: Ride) -> None:
    """Save the number of accepted seats on the ride, which the database compares with its seats."""
    ride.seats_taken = ride.places.filter(state=SeatState.ACCEPTED).count()
    ride.save(update_fields=["seats_taken"])


def live_places(ride: Ride) -> list[RideSeat]:
    """Return the seats accepted or asked for, each with its passenger loaded."""
    asked = ride.places.filter(state__in=[SeatState.ASKED, SeatState.ACCEPTED])
    return list(asked.filter(registration__isnull=False).select_related("registration__user"))


def locked_rides(**conditions: Any) -> QuerySet[Ride]:
    """Return the rides of these conditions, locked, each with its driver loaded."""
    rides = Ride.objects.select_for_update(of=("self",), no_key=True)
    return rides.filter(**conditions).select_related("registration__user")


def leave_travel(registration: Registration) -> None:
    """End the seats, the offer and the wish of a person who no longer comes on site; tell the others."""
    RideWish.objects.filter(registration=registration).delete()
    for ride in locked_rides(registration=registration):
        end_ride(ride, registration.event)
    seats = RideSeat.objects.filter(registration=registration).order_by("ride")
    for seat in seats.select_related("ride__registration__user"):
        end_seat(seat, registration.event, by_driver=False)


def end_ride(ride: Ride, event: Event, *, why: str = "driver") -> None:
    """Delete an offer; tell everybody with a seat in it, asked for or proposed. `why` is a key of `mails.ENDED`."""
    for seat in live_places(ride):
        tell_of_ride("ended", seat.registration, event, occasion=seat.pk, town=ride.town, why=why)
    ride.delete()


def end_seat(seat: RideSeat, event: Event, *, by_driver: bool) -> None:
    """Delete a seat, accepted or asked for; tell the other person unless it was declined."""
    ride, other = seat.ride, seat.registration if by_driver else seat.ride.registration
    if seat.state != SeatState.DECLINED:
        why = "driver" if by_driver else "passenger"
        tell_of_ride("ended", other, event, occasion=seat.pk, town=ride.town, why=why)
    was_accepted = seat.is_accepted
    seat.delete()
    if was_accepted:
        recount_passengers(ride)


def end_all_travel(event: Event, *, why: str) -> None:
    """Delete all offers and wishes of an event; tell drivers and passengers. `why` is a key of `mails.ENDED`."""
    event.ride_wishes.all().delete()
    for ride in locked_rides(event=event).order_by("pk"):
        if live_places(ride):
            tell_of_ride("ended", ride.registration, event, occasion=f"ride-{ride.pk}", town=ride.town, why=why)
        end_ride(ride, event, why=why)


def have_travel_confirmed(event: Event) -> None:
    """Ask each driver to confirm the time again after the event was moved, and tell their passengers."""
    for ride in locked_rides(event=event).order_by("pk"):
        ride.to_confirm = True
        ride.save(update_fields=["to_confirm"])
        tell_of_ride("moved", ride.registration, event, occasion=event.sequence, ride=ride.pk)
        for seat in live_places(ride):
            tell_of_ride("moved", seat.registration, event, occasion=f"{event.sequence}:{seat.pk}", ride=ride.pk)
