from .actions import CountedAction, Deliverable, Deviation, JointDecision, Stock
from .classification import Classification, EarlierClassification
from .drafts import MonthlyDraft
from .evidence import EvidenceFile
from .indicators import Milestone, Output, ProjectIndicator
from .loading import LoadedRow
from .parts import Contribution, ContributionText, CountWord, ProposedAction
from .people import PartnerPerson
from .plan import Activity, ActivityProgress, Communication, ReportText, TargetGroup, WorkPackage
from .projects import Partner, Period, Project, ProjectDate
from .spending import Spending
from .versions import ReportVersion

__all__ = [
    "Activity",
    "ActivityProgress",
    "Classification",
    "Communication",
    "Contribution",
    "ContributionText",
    "CountWord",
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
    "ProposedAction",
    "ReportText",
    "ReportVersion",
    "Spending",
    "Stock",
    "TargetGroup",
    "WorkPackage",
]
