from .bookings import Booking, Closure, Hold, Occupancy
from .organisations import Organisation
from .passes import PassScheme, Visit
from .resources import Resource, Unit
from .series import Occurrence, Series
from .spaces import Membership, OpeningHours, Photo, Service, Space

__all__ = [
    "Booking",
    "Closure",
    "Hold",
    "Membership",
    "Occupancy",
    "Occurrence",
    "OpeningHours",
    "Organisation",
    "PassScheme",
    "Photo",
    "Resource",
    "Series",
    "Service",
    "Space",
    "Unit",
    "Visit",
]
