"""The writes of partners on their own part, and what the coordinator does with it."""

from .contributions import ASKED, GIVEN_BACK, ask_again, give_back, mark_done, people_of, set_partners_until
from .counts import RIGHT_WITH_A_WORD, confirm_counts, say_of_counts
from .people import NEWS, add_person, end_person
from .proofs import add_own_proof
from .proposals import (
    DECIDED,
    Missing,
    accept_proposal,
    change_proposal,
    propose_action,
    refuse_proposal,
    withdraw_proposal,
)
from .reminding import REMINDER, remind_partners
from .reopening import take_done_back
from .spending import write_spending
from .taking import take_over
from .texts import write_text

__all__ = [
    "ASKED",
    "DECIDED",
    "GIVEN_BACK",
    "NEWS",
    "REMINDER",
    "RIGHT_WITH_A_WORD",
    "Missing",
    "accept_proposal",
    "add_own_proof",
    "add_person",
    "ask_again",
    "change_proposal",
    "confirm_counts",
    "end_person",
    "give_back",
    "mark_done",
    "people_of",
    "propose_action",
    "refuse_proposal",
    "remind_partners",
    "say_of_counts",
    "set_partners_until",
    "take_done_back",
    "take_over",
    "withdraw_proposal",
    "write_spending",
    "write_text",
]
