from .actions import CountedAction, Deliverable, Deviation, JointDecision, Stock
from .classification import Classification, EarlierClassification
from .comments import SectionComment
from .evidence import EvidenceFile
from .files import PreparedFile, ReportFile
from .indicators import Milestone, Output, ProjectIndicator
from .loading import LoadedRow
from .people import PartnerPerson
from .projects import Partner, Period, Project
from .versions import ReportVersion

__all__ = [
    "Classification",
    "CountedAction",
    "Deliverable",
    "Deviation",
    "EarlierClassification",
    "EvidenceFile",
    "JointDecision",
    "LoadedRow",
    "Milestone",
    "Output",
    "Partner",
    "PartnerPerson",
    "Period",
    "PreparedFile",
    "Project",
    "ProjectIndicator",
    "ReportFile",
    "ReportVersion",
    "SectionComment",
    "Stock",
]
