from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hacktiv.common.personal_data import declare

from .personal_data import LINES, TIES


class MergingConfig(AppConfig):
    name = "hacktiv.merging"
    label = "merging"
    verbose_name = _("Accounts of one person")

    def ready(self):
        """Register the kind of mail, and the lines of personal data."""
        import_module("hacktiv.merging.mails")
        declare("merging", *LINES, ties=TIES)
