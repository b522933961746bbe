from .actions import CountedAction, Deliverable, Deviation, JointDecision, Stock
from .annexes import AnnexChunk
from .classification import Classification, EarlierClassification
from .comments import SectionComment
from .drafts import MonthlyDraft
from .evidence import EvidenceFile
from .files import PreparedFile, ReportFile
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
    "AnnexChunk",
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
    "PreparedFile",
    "Project",
    "ProjectDate",
    "ProjectIndicator",
    "ProposedAction",
    "ReportFile",
    "ReportText",
    "ReportVersion",
    "SectionComment",
    "Spending",
    "Stock",
    "TargetGroup",
    "WorkPackage",
]
