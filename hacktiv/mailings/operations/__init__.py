"""Write a mailing, send it, put its mails in line, and stop it."""

from .counting import count_before_erasing
from .expanding import expand, forget_old, resume_mailings
from .sending import send_mailing, send_test, stop_mailing
from .writing import Plan, change_mailing, draft_mailing

__all__ = [
    "Plan",
    "change_mailing",
    "count_before_erasing",
    "draft_mailing",
    "expand",
    "forget_old",
    "resume_mailings",
    "send_mailing",
    "send_test",
    "stop_mailing",
]
