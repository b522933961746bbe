from .actions import CountedAction, Deliverable, Deviation, JointDecision, Stock
from .classification import Classification, EarlierClassification
from .drafts import MonthlyDraft
from .evidence import EvidenceFile
from .indicators import Milestone, Output, ProjectIndicator
from .loading import LoadedRow
from .people import PartnerPerson
from .projects import Partner, Period, Project, ProjectDate
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
    "MonthlyDraft",
    "Output",
    "Partner",
    "PartnerPerson",
    "Period",
    "Project",
    "ProjectDate",
    "ProjectIndicator",
    "ReportVersion",
    "Stock",
]
