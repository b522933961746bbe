"""The writes that join several apps."""

from .agreements import end_beyond_agreements
from .archiving import ask_archive, forget_archives, make_archive, resume_archives
from .contact import contact_member
from .erasing import NothingHeldError, erase_address, erase_companion, erase_guest, erase_person
from .giving_back import Lost, carry_out, what_is_lost
from .retiring import tend_unused_accounts
from .welcome import introduce

__all__ = [
    "Lost",
    "NothingHeldError",
    "ask_archive",
    "carry_out",
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
    "what_is_lost",
]
