"""Register people, move the lines, and keep the answers of people."""

from .answers import (
    Answers,
    Given,
    change_answers,
    copy_questions,
    erase_answers,
    erase_answers_due,
    remove_question,
    save_question,
)
from .companions import bring_companion, cancel_companion
from .forgetting import forget_guest
from .registrations import (
    accept_offer,
    cancel_registration,
    change_way,
    confirm_guest,
    forget_unconfirmed_guests,
    member_of,
    participant_number_of,
    promote,
    register,
    register_guest,
    register_person,
    tend_lines,
)

__all__ = [
    "Answers",
    "Given",
    "accept_offer",
    "bring_companion",
    "cancel_companion",
    "cancel_registration",
    "change_answers",
    "change_way",
    "confirm_guest",
    "copy_questions",
    "erase_answers",
    "erase_answers_due",
    "forget_guest",
    "forget_unconfirmed_guests",
    "member_of",
    "participant_number_of",
    "promote",
    "register",
    "register_guest",
    "register_person",
    "remove_question",
    "save_question",
    "tend_lines",
]
