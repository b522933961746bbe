"""The managers' tool. Every class here is scoped; what changes a unit's time goes through the operations."""

from ..booking.admin_pages import doors
from . import bookings, closures, organisations, passes, people, resources, series, spaces, tours, waits

__all__ = [
    "bookings",
    "closures",
    "doors",
    "organisations",
    "passes",
    "people",
    "resources",
    "series",
    "spaces",
    "tours",
    "waits",
]
