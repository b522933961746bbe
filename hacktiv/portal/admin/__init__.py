"""The admin of what touches several apps: memberships, whose end gives bookings and registrations back, and roles."""

from . import memberships, network_roles

__all__ = ["memberships", "network_roles"]
