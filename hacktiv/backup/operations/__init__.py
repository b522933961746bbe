"""Save the platform into a file, and restore it."""

from .erasing import erase_again
from .restoring import Restored, restore
from .saving import back_up

__all__ = ["Restored", "back_up", "erase_again", "restore"]
