from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpacesConfig(AppConfig):
    name = "spaces"
    verbose_name = _("Spaces")

    def ready(self):
        """Register the kinds of mail, and have the files of pictures follow their rows."""
        for capability in ("booking", "places", "sharing"):
            import_module(f"spaces.{capability}.mails")
        import_module("spaces.places.files.keeping")
