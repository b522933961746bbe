from .attendance import DeclaredCount, Participation, Proof
from .events import Change, Event, EventType
from .registrations import Registration

__all__ = ["Change", "DeclaredCount", "Event", "EventType", "Participation", "Proof", "Registration"]
