from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hacktiv.common import freshness
from hacktiv.common.personal_data import declare

from .personal_data import LINES, TIES

#: The tables that say which accounts were merged, and which are of two people.
DECIDED = ("Merging", "TwoPeople")


class MergingConfig(AppConfig):
    name = "hacktiv.merging"
    label = "merging"
    verbose_name = _("Accounts of one person")

    def ready(self):
        """Register the kind of mail, what changes the number of proposals, and the lines of personal data."""
        import_module("hacktiv.merging.mails")
        freshness.declare("mergings", *map(self.get_model, DECIDED))
        declare("merging", *LINES, ties=TIES)
