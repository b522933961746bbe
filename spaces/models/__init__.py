from .bookings import Booking, Closure, Correction, Hold, Occupancy
from .organisations import Organisation
from .passes import PassScheme, Visit
from .pictures import Photo, Picture, Plan
from .presentation import TeamMember, TravelTime
from .resources import Feature, Resource, Unit
from .series import Occurrence, Series
from .spaces import Membership, OpeningHours, Service, Space
from .tours import Hotspot, Scene
from .waits import Wait

__all__ = [
    "Booking",
    "Closure",
    "Correction",
    "Feature",
    "Hold",
    "Hotspot",
    "Membership",
    "Occupancy",
    "Occurrence",
    "OpeningHours",
    "Organisation",
    "PassScheme",
    "Photo",
    "Picture",
    "Plan",
    "Resource",
    "Scene",
    "Series",
    "Service",
    "Space",
    "TeamMember",
    "TravelTime",
    "Unit",
    "Visit",
    "Wait",
]
