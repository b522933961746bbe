from .bookings import Booking, Closure, Hold, Occupancy
from .organisations import Organisation
from .passes import PassScheme, Visit
from .resources import Feature, Resource, Unit
from .series import Occurrence, Series
from .spaces import Membership, OpeningHours, Photo, Service, Space

__all__ = [
    "Booking",
    "Closure",
    "Feature",
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
