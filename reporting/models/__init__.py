from .actions import CountedAction, Deliverable, Deviation, JointDecision, Stock
from .drafts import MonthlyDraft
from .evidence import EvidenceFile
from .loading import LoadedRow
from .people import PartnerPerson
from .projects import Partner, Period, Project, ProjectDate
from .versions import ReportVersion

__all__ = [
    "CountedAction",
    "Deliverable",
    "Deviation",
    "EvidenceFile",
    "JointDecision",
    "LoadedRow",
    "MonthlyDraft",
    "Partner",
    "PartnerPerson",
    "Period",
    "Project",
    "ProjectDate",
    "ReportVersion",
    "Stock",
]
