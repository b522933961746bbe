from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hacktiv.common import freshness
from hacktiv.common.personal_data import declare

from .personal_data import LINES, TIES

#: The tables that the public page of results shows.
SHOWN_OF_RESULTS = ("Project", "Period", "ReportVersion")


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self):
        for capability in ("parts", "desk"):
            import_module(f"reporting.{capability}.mails")
        checks = import_module("reporting.closing.rules")
        for check in import_module("reporting.parts.queries.closing").CHECKS_OF_PARTS:
            checks.register(check)
        freshness.declare("results", *map(self.get_model, SHOWN_OF_RESULTS))
        declare("reporting", *LINES, ties=TIES)
