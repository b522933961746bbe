from .accounts import EarlierAddress, SignUp, User, UserManager
from .archives import DataArchive
from .consents import Consent
from .feeds import FEED_SIGNER, CalendarFeed
from .organisations import Organisation
from .roles import DatedRole, DatedRoleQuerySet, NetworkRole, held_once
from .skills import Skill, SkillCategory, UserSkill

__all__ = [
    "FEED_SIGNER",
    "CalendarFeed",
    "Consent",
    "DataArchive",
    "DatedRole",
    "DatedRoleQuerySet",
    "EarlierAddress",
    "NetworkRole",
    "Organisation",
    "SignUp",
    "Skill",
    "SkillCategory",
    "User",
    "UserManager",
    "UserSkill",
    "held_once",
]
