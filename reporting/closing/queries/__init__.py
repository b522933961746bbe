from .comparing import Compared, ComparedFigure, compared
from .facts import facts_of
from .files import is_short, opened_as_stored, ready_file, stored_file

__all__ = [
    "Compared",
    "ComparedFigure",
    "compared",
    "facts_of",
    "is_short",
    "opened_as_stored",
    "ready_file",
    "stored_file",
]
