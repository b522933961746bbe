from .building import build, request_build, resume_builds
from .closing import close
from .evidence import add_evidence, check_evidence
from .periods import ensure_periods, write_highlights

__all__ = [
    "add_evidence",
    "build",
    "check_evidence",
    "close",
    "ensure_periods",
    "request_build",
    "resume_builds",
    "write_highlights",
]
