"""The admin of what touches several apps: people and what their spaces know of them; memberships, whose end gives
bookings and registrations back."""

from . import memberships, people

__all__ = ["memberships", "people"]
