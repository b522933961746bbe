from .attendance import DeclaredCount, Participation, Proof
from .contents import EventPhoto, Material, Speaker
from .events import Change, Event, EventType
from .messages import USUAL_MESSAGES, MessageRule
from .registrations import Registration
from .series import EventSeries
from .topics import TopicProposal

__all__ = [
    "USUAL_MESSAGES",
    "Change",
    "DeclaredCount",
    "Event",
    "EventPhoto",
    "EventSeries",
    "EventType",
    "Material",
    "MessageRule",
    "Participation",
    "Proof",
    "Registration",
    "Speaker",
    "TopicProposal",
]
