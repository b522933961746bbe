from .accounts import EarlierAddress, SignUp, User, UserManager
from .addresses import CONFIRM_SIGNER, AddressChange, is_stop_token_used, read_stop_token, stop_token
from .archives import DataArchive
from .consents import Consent
from .feeds import FEED_SIGNER, CalendarFeed
from .organisations import Affiliation, Organisation
from .roles import DatedRole, DatedRoleQuerySet, NetworkRole, held_once
from .skills import Skill, SkillCategory, UserSkill
from .unused import UnusedAccount

__all__ = [
    "CONFIRM_SIGNER",
    "FEED_SIGNER",
    "AddressChange",
    "Affiliation",
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
    "UnusedAccount",
    "User",
    "UserManager",
    "UserSkill",
    "held_once",
    "is_stop_token_used",
    "read_stop_token",
    "stop_token",
]
