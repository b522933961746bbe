"""The writes that join several apps."""

from .agreements import AgreementWish, change_with_all_it_brings, end_beyond_agreements, what_change_brings
from .archiving import ask_archive, forget_archives, make_archive, resume_archives
from .contact import contact_member
from .erasing import NothingHeldError, erase_address, erase_companion, erase_guest, erase_person
from .giving_back import Lost, carry_out, what_is_lost
from .retiring import tend_unused_accounts
from .welcome import introduce

__all__ = [
    "AgreementWish",
    "Lost",
    "NothingHeldError",
    "ask_archive",
    "carry_out",
    "change_with_all_it_brings",
    "contact_member",
    "end_beyond_agreements",
    "erase_address",
    "erase_companion",
    "erase_guest",
    "erase_person",
    "forget_archives",
    "introduce",
    "make_archive",
    "resume_archives",
    "tend_unused_accounts",
    "what_change_brings",
    "what_is_lost",
]
