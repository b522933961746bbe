"""The admin of what touches several apps: people and what their spaces know of them; memberships, whose end gives
bookings and registrations back; roles in the network."""

from . import agreements, memberships, network_roles, people

__all__ = ["agreements", "memberships", "network_roles", "people"]
