"""The admin of what touches several apps: memberships, whose end gives bookings and registrations back."""

from . import memberships

__all__ = ["memberships"]
