"""Read what is free, booked and waited for."""

from .days import FreeNow, SpaceDay, day_plans
from .free import (
    ResourceDay,
    Slot,
    UnitChoice,
    around,
    can_be_booked,
    day_of,
    for_member,
    free_days,
    free_slots,
    free_time,
    needed_by_visitors,
    refusal_for,
    units_booked_ahead,
)
from .offers import nearest_free
from .outlook import Outlook, SeriesOutlook, outlook, outlook_of_days
from .own import bookings_of, bookings_today, occurrences_of, series_of, waits_of
from .persons import may_go_beyond, person_of
from .presence import missed_until, noted_until
from .rooms import rooms_in

__all__ = [
    "FreeNow",
    "Outlook",
    "ResourceDay",
    "SeriesOutlook",
    "Slot",
    "SpaceDay",
    "UnitChoice",
    "around",
    "bookings_of",
    "bookings_today",
    "can_be_booked",
    "day_of",
    "day_plans",
    "for_member",
    "free_days",
    "free_slots",
    "free_time",
    "may_go_beyond",
    "missed_until",
    "nearest_free",
    "needed_by_visitors",
    "noted_until",
    "occurrences_of",
    "outlook",
    "outlook_of_days",
    "person_of",
    "refusal_for",
    "rooms_in",
    "series_of",
    "units_booked_ahead",
    "waits_of",
]
