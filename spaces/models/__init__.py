from .agreements import Agreement
from .bookings import Booking, Closure, Correction, Hold, Occupancy
from .contact import ContactMessage
from .corrections import ReasonedCorrection
from .handovers import Handover
from .invitations import Invitation
from .memberships import HomeSpace, Membership, MembershipChange, MembershipKind
from .notes import StaffNote
from .passes import PassScheme, SideCorrection, Visit
from .pictures import Photo, Picture, Plan
from .practice import Document, Notice
from .presentation import TeamMember, TravelTime
from .resources import Feature, Resource, Unit
from .roles import SpaceRole
from .series import Occurrence, Series
from .spaces import OpenedDay, OpeningHours, Service, Space
from .tours import Hotspot, Scene
from .waits import Wait

__all__ = [
    "Agreement",
    "Booking",
    "Closure",
    "ContactMessage",
    "Correction",
    "Document",
    "Feature",
    "Handover",
    "Hold",
    "HomeSpace",
    "Hotspot",
    "Invitation",
    "Membership",
    "MembershipChange",
    "MembershipKind",
    "Notice",
    "Occupancy",
    "Occurrence",
    "OpenedDay",
    "OpeningHours",
    "PassScheme",
    "Photo",
    "Picture",
    "Plan",
    "ReasonedCorrection",
    "Resource",
    "Scene",
    "Series",
    "Service",
    "SideCorrection",
    "Space",
    "SpaceRole",
    "StaffNote",
    "TeamMember",
    "TravelTime",
    "Unit",
    "Visit",
    "Wait",
]
