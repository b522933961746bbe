from .actions import CountedAction, Deliverable, Deviation, JointDecision, Stock
from .comments import SectionComment
from .evidence import EvidenceFile
from .files import PreparedFile, ReportFile
from .loading import LoadedRow
from .people import PartnerPerson
from .projects import Partner, Period, Project
from .versions import ReportVersion

__all__ = [
    "CountedAction",
    "Deliverable",
    "Deviation",
    "EvidenceFile",
    "JointDecision",
    "LoadedRow",
    "Partner",
    "PartnerPerson",
    "Period",
    "PreparedFile",
    "Project",
    "ReportFile",
    "ReportVersion",
    "SectionComment",
    "Stock",
]
