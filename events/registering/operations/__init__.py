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
from .editing import correct_person, correct_residence, edit_registration, note_residence, note_way
from .forgetting import forget_guest
from .guests import confirm_guest, forget_unconfirmed_guests, register_again, register_guest
from .joining import Joined, become_one, events_of, fill_presence, known_on_the_day, lock_events
from .numbers import count_as_one, guest_events, lock_guest_events, number_by_staff, participant_number_of, whose
from .registrations import (
    accept_offer,
    accept_offers,
    cancel_registration,
    cancel_registrations,
    change_way,
    promote,
    promote_all,
    register,
    register_person,
    take_over,
    tend_lines,
)
from .writing import write_to_people

__all__ = [
    "Answers",
    "Given",
    "Joined",
    "accept_offer",
    "accept_offers",
    "become_one",
    "bring_companion",
    "cancel_companion",
    "cancel_registration",
    "cancel_registrations",
    "change_answers",
    "change_way",
    "confirm_guest",
    "copy_questions",
    "correct_person",
    "correct_residence",
    "count_as_one",
    "edit_registration",
    "erase_answers",
    "erase_answers_due",
    "events_of",
    "fill_presence",
    "forget_guest",
    "forget_unconfirmed_guests",
    "guest_events",
    "known_on_the_day",
    "lock_events",
    "lock_guest_events",
    "note_residence",
    "note_way",
    "number_by_staff",
    "participant_number_of",
    "promote",
    "promote_all",
    "register",
    "register_again",
    "register_guest",
    "register_person",
    "remove_question",
    "save_question",
    "take_over",
    "tend_lines",
    "whose",
    "write_to_people",
]
