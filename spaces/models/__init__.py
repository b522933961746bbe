from .bookings import Booking, Closure, Hold, Occupancy
from .organisations import Organisation
from .resources import Feature, Resource, Unit
from .spaces import Membership, OpeningHours, Photo, Service, Space

__all__ = [
    "Booking",
    "Closure",
    "Feature",
    "Hold",
    "Membership",
    "Occupancy",
    "OpeningHours",
    "Organisation",
    "Photo",
    "Resource",
    "Service",
    "Space",
    "Unit",
]
