from .attendance import DeclaredCount, Participation, Proof
from .contents import EventPhoto, Material, Speaker
from .events import Change, Event, EventType
from .questions import Answer, Question
from .registrations import Registration
from .series import EventSeries
from .topics import TopicProposal

__all__ = [
    "Answer",
    "Change",
    "DeclaredCount",
    "Event",
    "EventPhoto",
    "EventSeries",
    "EventType",
    "Material",
    "Participation",
    "Proof",
    "Question",
    "Registration",
    "Speaker",
    "TopicProposal",
]
