"""What becomes of shared travel when a registration or an event changes. All of it under the event's lock."""

from ...core.operations import tell
from ...enums import SeatState
from ...models import Ride, RideSeat, RideWish


def tell_of_ride(news, registration, event, *, occasion, **context):
    """A mail about shared travel, while the event is to come: one for each piece of news and occasion."""
    if registration is not None and not event.has_begun:
        tell(
            "travel",
            registration,
            occasion=f"{news}:{occasion}",
            context={"news": news, **context},
            expires_at=event.ends_at,
        )


def recount_passengers(ride):
    """Keep the count that the database holds against the seats."""
    ride.seats_taken = ride.places.filter(state=SeatState.ACCEPTED).count()
    ride.save(update_fields=["seats_taken"])


def live_places(ride):
    """The seats agreed or asked for, each with its person."""
    asked = ride.places.filter(state__in=[SeatState.ASKED, SeatState.ACCEPTED])
    return list(asked.filter(registration__isnull=False).select_related("registration__user"))


def locked_rides(**which):
    return (
        Ride.objects.select_for_update(of=("self",), no_key=True).filter(**which).select_related("registration__user")
    )


def leave_travel(registration):
    """A person who no longer comes on site gives back his seats and takes back his offer; the others are told."""
    RideWish.objects.filter(registration=registration).delete()
    for ride in locked_rides(registration=registration):
        end_ride(ride, registration.event)
    seats = RideSeat.objects.filter(registration=registration).order_by("ride")
    for seat in seats.select_related("ride__registration__user"):
        end_seat(seat, registration.event, by_driver=False)


def end_ride(ride, event, *, why="driver"):
    """Take an offer back; whoever had a seat in it, asked for one or was proposed one is told."""
    for seat in live_places(ride):
        tell_of_ride("ended", seat.registration, event, occasion=seat.pk, town=ride.town, why=why)
    ride.delete()


def end_seat(seat, event, *, by_driver):
    """Take a seat, or the wish for it, back; the other is told unless he had declined it."""
    ride, other = seat.ride, seat.registration if by_driver else seat.ride.registration
    if seat.state != SeatState.DECLINED:
        why = "driver" if by_driver else "passenger"
        tell_of_ride("ended", other, event, occasion=seat.pk, town=ride.town, why=why)
    was_accepted = seat.is_accepted
    seat.delete()
    if was_accepted:
        recount_passengers(ride)


def end_all_travel(event, *, why):
    """Nobody travels there any more: offers and wishes end, and who had found each other is told."""
    event.ride_wishes.all().delete()
    for ride in locked_rides(event=event).order_by("pk"):
        if live_places(ride):
            tell_of_ride("ended", ride.registration, event, occasion=f"ride-{ride.pk}", town=ride.town, why=why)
        end_ride(ride, event, why=why)


def have_travel_confirmed(event):
    """The event moved: each driver says his time again, and whoever travels with him knows that it will change."""
    for ride in locked_rides(event=event).order_by("pk"):
        ride.to_confirm = True
        ride.save(update_fields=["to_confirm"])
        tell_of_ride("moved", ride.registration, event, occasion=event.sequence, ride=ride.pk)
        for seat in live_places(ride):
            tell_of_ride("moved", seat.registration, event, occasion=f"{event.sequence}:{seat.pk}", ride=ride.pk)
