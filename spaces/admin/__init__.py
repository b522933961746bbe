"""The managers' tool. Every class here is scoped; what changes a unit's time goes through the operations."""

from . import bookings, closures, organisations, passes, people, resources, series, spaces, tours

__all__ = ["bookings", "closures", "organisations", "passes", "people", "resources", "series", "spaces", "tours"]
