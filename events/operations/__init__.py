"""The only multi-step writes of the app. Each one locks the event's row first, and is one transaction."""

from .registrations import (
    cancel_registration,
    confirm_guest,
    forget_unconfirmed_guests,
    participant_number_of,
    register,
    register_guest,
    schedule_reminders,
)

__all__ = [
    "cancel_registration",
    "confirm_guest",
    "forget_unconfirmed_guests",
    "participant_number_of",
    "register",
    "register_guest",
    "schedule_reminders",
]
