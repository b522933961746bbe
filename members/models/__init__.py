from .accounts import EarlierAddress, SignUp, User, UserManager
from .consents import Consent
from .feeds import FEED_SIGNER, CalendarFeed
from .roles import NetworkRole
from .skills import Skill, SkillCategory, UserSkill

__all__ = [
    "FEED_SIGNER",
    "CalendarFeed",
    "Consent",
    "EarlierAddress",
    "NetworkRole",
    "SignUp",
    "Skill",
    "SkillCategory",
    "User",
    "UserManager",
    "UserSkill",
]
