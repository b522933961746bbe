from .attendance import DeclaredCount, Participation, Proof
from .contents import EventPhoto, Material, Speaker
from .events import Change, Event, EventType
from .registrations import Registration
from .series import EventSeries
from .topics import TopicProposal
from .travel import Ride, RideSeat, RideWish

__all__ = [
    "Change",
    "DeclaredCount",
    "Event",
    "EventPhoto",
    "EventSeries",
    "EventType",
    "Material",
    "Participation",
    "Proof",
    "Registration",
    "Ride",
    "RideSeat",
    "RideWish",
    "Speaker",
    "TopicProposal",
]
