"""The managers' tool. Every class here is scoped; what changes a unit's time goes through the operations."""

from . import bookings, closures, doors, organisations, people, resources, spaces, waits

__all__ = ["bookings", "closures", "doors", "organisations", "people", "resources", "spaces", "waits"]
