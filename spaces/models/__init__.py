from .bookings import Booking, Closure, Hold, Occupancy
from .organisations import Organisation
from .pictures import Photo, Picture
from .presentation import TeamMember, TravelTime
from .resources import Resource, Unit
from .spaces import Membership, OpeningHours, Service, Space
from .tours import Hotspot, Scene

__all__ = [
    "Booking",
    "Closure",
    "Hold",
    "Hotspot",
    "Membership",
    "Occupancy",
    "OpeningHours",
    "Organisation",
    "Photo",
    "Picture",
    "Resource",
    "Scene",
    "Service",
    "Space",
    "TeamMember",
    "TravelTime",
    "Unit",
]
