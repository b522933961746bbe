from .accounts import EarlierAddress, SignUp, User, UserManager
from .consents import Consent
from .feeds import FEED_SIGNER, CalendarFeed
from .roles import DatedRole, DatedRoleQuerySet, NetworkRole, held_once
from .skills import Skill, SkillCategory, UserSkill

__all__ = [
    "FEED_SIGNER",
    "CalendarFeed",
    "Consent",
    "DatedRole",
    "DatedRoleQuerySet",
    "EarlierAddress",
    "NetworkRole",
    "SignUp",
    "Skill",
    "SkillCategory",
    "User",
    "UserManager",
    "UserSkill",
    "held_once",
]
