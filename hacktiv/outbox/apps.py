from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hacktiv.common.personal_data import declare

from .personal_data import LINES, TIES


class OutboxConfig(AppConfig):
    name = "hacktiv.outbox"
    label = "outbox"
    verbose_name = _("Outgoing mail")

    def ready(self):
        declare("outbox", *LINES, ties=TIES)
