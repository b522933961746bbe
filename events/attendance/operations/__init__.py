"""Note the people present, and keep the proofs."""

from .attendance import (
    OFF_THE_LIST,
    add_walk_in,
    declare_count,
    mark_attendance,
    mark_list_complete,
    set_attendance,
    unmark_attendance,
)
from .door import check_in, check_in_oneself
from .online_lists import OnlinePerson, import_online_list
from .proofs import add_proof, check_proof, refuse_proof, take_back_check, take_back_proof

__all__ = [
    "OFF_THE_LIST",
    "OnlinePerson",
    "add_proof",
    "add_walk_in",
    "check_in",
    "check_in_oneself",
    "check_proof",
    "declare_count",
    "import_online_list",
    "mark_attendance",
    "mark_list_complete",
    "refuse_proof",
    "set_attendance",
    "take_back_check",
    "take_back_proof",
    "unmark_attendance",
]
