from .bookings import Booking, Closure, Hold, Occupancy
from .organisations import Organisation
from .resources import Resource, Unit
from .spaces import Membership, OpeningHours, Photo, Service, Space
from .waits import Wait

__all__ = [
    "Booking",
    "Closure",
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
    "Wait",
]
