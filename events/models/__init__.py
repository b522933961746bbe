from .attendance import DeclaredCount, Participation, Proof
from .events import Change, Event, EventType
from .registrations import Registration
from .series import EventSeries

__all__ = ["Change", "DeclaredCount", "Event", "EventSeries", "EventType", "Participation", "Proof", "Registration"]
