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
from .numbers import count_as_one, number_by_staff, participant_number_of
from .registrations import (
    accept_offer,
    cancel_registration,
    change_way,
    confirm_guest,
    forget_unconfirmed_guests,
    promote,
    register,
    register_guest,
    register_person,
    take_over,
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
    "count_as_one",
    "erase_answers",
    "erase_answers_due",
    "forget_guest",
    "forget_unconfirmed_guests",
    "number_by_staff",
    "participant_number_of",
    "promote",
    "register",
    "register_guest",
    "register_person",
    "remove_question",
    "save_question",
    "take_over",
    "tend_lines",
]
