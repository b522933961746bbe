from .actions import CountedAction, Deliverable, Deviation, JointDecision, Stock
from .evidence import EvidenceFile
from .loading import LoadedRow
from .parts import Contribution, ContributionText, CountWord, ProposedAction
from .people import PartnerPerson
from .plan import Activity, ActivityProgress, Communication, ReportText, TargetGroup, WorkPackage
from .projects import Partner, Period, Project
from .spending import Spending
from .versions import ReportVersion

__all__ = [
    "Activity",
    "ActivityProgress",
    "Communication",
    "Contribution",
    "ContributionText",
    "CountWord",
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
    "ProposedAction",
    "ReportText",
    "ReportVersion",
    "Spending",
    "Stock",
    "TargetGroup",
    "WorkPackage",
]
