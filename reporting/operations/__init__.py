from .building import build, request_build, resume_builds
from .closing import close
from .counting import count_events, take_back
from .evidence import add_evidence, check_evidence, refuse_evidence, take_back_check
from .people import add_person, end_person
from .periods import ensure_periods, write_highlights

__all__ = [
    "add_evidence",
    "add_person",
    "build",
    "check_evidence",
    "close",
    "count_events",
    "end_person",
    "ensure_periods",
    "refuse_evidence",
    "request_build",
    "resume_builds",
    "take_back",
    "take_back_check",
    "write_highlights",
]
