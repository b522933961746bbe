from .accounts import EarlierAddress, SignUp, User, UserManager
from .consents import Consent
from .feeds import FEED_SIGNER, CalendarFeed
from .organisations import Affiliation, Organisation
from .roles import NetworkRole
from .skills import Skill, SkillCategory, UserSkill

__all__ = [
    "FEED_SIGNER",
    "Affiliation",
    "CalendarFeed",
    "Consent",
    "EarlierAddress",
    "NetworkRole",
    "Organisation",
    "SignUp",
    "Skill",
    "SkillCategory",
    "User",
    "UserManager",
    "UserSkill",
]
