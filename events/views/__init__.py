"""The pages of one event: to look at it, to register, and what a registration's owner does with it."""

from .afterwards import certificate, outcome, survey, verify
from .answering import answers, erase_answers
from .companions import bring, cancel_companion
from .looking import event, here, ics
from .own import accept, cancel, change_way, check_in, registration, registration_ics, ticket
from .registering import confirm_guest, guest_sent, register, register_form, register_guest

__all__ = [
    "accept",
    "answers",
    "bring",
    "cancel",
    "cancel_companion",
    "certificate",
    "change_way",
    "check_in",
    "confirm_guest",
    "erase_answers",
    "event",
    "guest_sent",
    "here",
    "ics",
    "outcome",
    "register",
    "register_form",
    "register_guest",
    "registration",
    "registration_ics",
    "survey",
    "ticket",
    "verify",
]
