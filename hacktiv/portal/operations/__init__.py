"""The writes that join several apps."""

from .contact import contact_member
from .erasing import NothingHeldError, erase_address, erase_companion, erase_guest, erase_person
from .giving_back import Lost, carry_out, what_is_lost
from .welcome import introduce

__all__ = [
    "Lost",
    "NothingHeldError",
    "carry_out",
    "contact_member",
    "erase_address",
    "erase_companion",
    "erase_guest",
    "erase_person",
    "introduce",
    "what_is_lost",
]
