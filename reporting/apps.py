from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hacktiv.common.personal_data import declare

from .personal_data import LINES, TIES


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self):
        import_module("reporting.parts.mails")
        declare("reporting", *LINES, ties=TIES)
