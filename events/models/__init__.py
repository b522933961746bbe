from .attendance import DeclaredCount, Participation, Proof
from .contents import EventPhoto, Material, Speaker
from .events import Change, Event, EventType
from .messages import MessageRule, usual_messages
from .registrations import Registration
from .series import EventSeries
from .topics import TopicProposal

__all__ = [
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
    "usual_messages",
]
