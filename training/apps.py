from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hacktiv.common.personal_data import declare

from .personal_data import LINES, TIES


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self):
        declare("training", *LINES, ties=TIES)
