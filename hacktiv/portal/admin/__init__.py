"""The admin of what touches several apps: memberships, whose end gives bookings and registrations back; invitations."""

from . import invitations, memberships

__all__ = ["invitations", "memberships"]
