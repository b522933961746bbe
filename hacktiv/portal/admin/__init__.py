"""The admin of what touches several apps: memberships, whose end gives bookings and registrations back; invitations;
roles."""

from . import invitations, memberships, network_roles

__all__ = ["invitations", "memberships", "network_roles"]
