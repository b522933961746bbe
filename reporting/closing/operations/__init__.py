from .closing import LONGEST_REASON, as_closed, ask_closing, close, conclude, resume_closings
from .preparing import ask_file, forget_files, make_file, resume_files
from .storing import store_files, store_missing_files

__all__ = [
    "LONGEST_REASON",
    "as_closed",
    "ask_closing",
    "ask_file",
    "close",
    "conclude",
    "forget_files",
    "make_file",
    "resume_closings",
    "resume_files",
    "store_files",
    "store_missing_files",
]
