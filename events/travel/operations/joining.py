"""Give the shared travel of a registration that goes to the one that stays. The caller holds the event's lock."""

from ...enums import SeatState, Way
from ...models import Registration, Ride, RideSeat, RideWish
from .ending import locked_rides, recount_passengers


def join_travel(stays: Registration, row: Registration) -> None:
    """Move the car, the wish and the seats of `row` that the other registration of the same person has not.

    What does not fit is left to be ended with `row`. Of an event that has begun, its figures stay without a name."""
    if stays.way == Way.ONSITE or stays.event.has_begun:
        _move_ride(stays, row)
        _move_wish(stays, row)
        _move_seats(stays, row)
    if stays.event.has_begun:
        _leave_figures(stays, row)


def _move_ride(stays: Registration, row: Registration) -> None:
    if not Ride.objects.filter(registration=stays).exists():
        for ride in locked_rides(registration=row):
            ride.registration = stays
            ride.save(update_fields=["registration"])
    for ride in locked_rides(registration=stays):
        own = ride.places.filter(registration__in=[stays, row])
        if own.exists():  # Nobody rides in the car that they drive.
            own.delete()
            recount_passengers(ride)


def _move_wish(stays: Registration, row: Registration) -> None:
    if not RideWish.objects.filter(registration=stays).exists():
        RideWish.objects.filter(registration=row).update(registration=stays)


def _move_seats(stays: Registration, row: Registration) -> None:
    own = list(RideSeat.objects.filter(registration=stays))
    for seat in RideSeat.objects.filter(registration=row).exclude(state=SeatState.DECLINED).order_by("pk"):
        if not any(_are_in_the_way(seat, other) for other in own):
            seat.registration = stays
            seat.save(update_fields=["registration"])
            own.append(seat)


def _are_in_the_way(seat: RideSeat, other: RideSeat) -> bool:
    """Return True for two seats in one car, and for two that are accepted for one way."""
    is_one_way = (seat.there and other.there) or (seat.back and other.back)
    return seat.ride_id == other.ride_id or (seat.is_accepted and other.is_accepted and is_one_way)


def _leave_figures(stays: Registration, row: Registration) -> None:
    """Keep the people and the kilometres of the cars that were shared: they were on their way."""
    Ride.objects.filter(registration=row, seats_taken__gt=0).update(
        registration=None, town="", meeting_point="", leaves_at=None, to_confirm=False
    )
    cars = RideSeat.objects.filter(registration=stays, state=SeatState.ACCEPTED).values("ride")
    twice = RideSeat.objects.filter(registration=row, ride__in=cars).select_related("ride")
    for seat in twice:
        seat.delete()
        recount_passengers(seat.ride)
    RideSeat.objects.filter(registration=row, state=SeatState.ACCEPTED).update(registration=None, message="")
