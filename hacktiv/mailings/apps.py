from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hacktiv.common.personal_data import declare

from .personal_data import LINES, TIES


class MailingsConfig(AppConfig):
    name = "hacktiv.mailings"
    label = "mailings"
    verbose_name = _("Mailings")

    def ready(self):
        """Register the kinds of mail, and the lines of personal data."""
        import_module("hacktiv.mailings.mails")
        declare("mailings", *LINES, ties=TIES)
