"""The admin for managers. Classes that managers open are scoped; all changes of a unit's time go through operations."""

from ..booking.admin_pages import doors
from . import (
    bookings,
    catalogues,
    closures,
    contact,
    homes,
    invitations,
    kinds,
    passes,
    resources,
    series,
    spaces,
    tours,
    waits,
)

__all__ = [
    "bookings",
    "catalogues",
    "closures",
    "contact",
    "doors",
    "homes",
    "invitations",
    "kinds",
    "passes",
    "resources",
    "series",
    "spaces",
    "tours",
    "waits",
]
