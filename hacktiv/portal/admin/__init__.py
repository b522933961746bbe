"""The admin of what touches several apps: people and what their spaces know of them; memberships, whose end gives
bookings and registrations back; invitations; roles."""

from . import invitations, memberships, network_roles, people

__all__ = ["invitations", "memberships", "network_roles", "people"]
