from .attendance import DeclaredCount, Participation, Proof
from .contents import EventPhoto, Material, Speaker
from .events import Change, Event, EventType
from .outcomes import EventOutcome
from .registrations import Registration
from .series import EventSeries
from .surveys import SurveyAnswer, SurveyQuestion, SurveyTaken
from .topics import TopicProposal

__all__ = [
    "Change",
    "DeclaredCount",
    "Event",
    "EventOutcome",
    "EventPhoto",
    "EventSeries",
    "EventType",
    "Material",
    "Participation",
    "Proof",
    "Registration",
    "Speaker",
    "SurveyAnswer",
    "SurveyQuestion",
    "SurveyTaken",
    "TopicProposal",
]
