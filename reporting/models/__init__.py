from .actions import CountedAction, Deliverable, Deviation, JointDecision, Stock
from .annexes import AnnexChunk
from .evidence import EvidenceFile
from .loading import LoadedRow
from .people import PartnerPerson
from .projects import Partner, Period, Project
from .versions import ReportVersion

__all__ = [
    "AnnexChunk",
    "CountedAction",
    "Deliverable",
    "Deviation",
    "EvidenceFile",
    "JointDecision",
    "LoadedRow",
    "Partner",
    "PartnerPerson",
    "Period",
    "Project",
    "ReportVersion",
    "Stock",
]
