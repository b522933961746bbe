from importlib import import_module

from allauth.account.signals import email_changed
from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from hacktiv.common import personal_data
from hacktiv.common.freshness import declare

from .personal_data import LINES, TIES

#: The tables that say which skills one can choose.
SKILLS_TO_CHOOSE = ("members.Skill", "members.SkillCategory")


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members")

    def ready(self):
        from .accounts.adapters import address_changed  # noqa: PLC0415 - models are not there before

        import_module("members.roles.mails")
        import_module("members.organisations.mails")

        declare("skills", *map(apps.get_model, SKILLS_TO_CHOOSE))
        personal_data.declare("members", *LINES, ties=TIES)
        email_changed.connect(address_changed, dispatch_uid="members.address_changed")
