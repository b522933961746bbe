from allauth.account.signals import email_changed
from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from hacktiv.common.freshness import declare

#: The tables that say which skills one can choose.
SKILLS_TO_CHOOSE = ("members.Skill", "members.SkillCategory")


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members")

    def ready(self):
        from .adapters import take_choice_along  # noqa: PLC0415 - models are not there before
        from .groups import ensure_coordination  # noqa: PLC0415

        declare("skills", *map(apps.get_model, SKILLS_TO_CHOOSE))
        post_migrate.connect(ensure_coordination, sender=self)
        email_changed.connect(take_choice_along, dispatch_uid="members.mail_choice")
