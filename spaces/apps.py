from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpacesConfig(AppConfig):
    name = "spaces"
    verbose_name = _("Spaces")

    def ready(self):
        from . import files, mails  # noqa: F401, PLC0415 - follow the pictures' rows, register the mails
