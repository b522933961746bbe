from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Events")

    def ready(self):
        """Register the kinds of mail, and watch the tables that shared pages show."""
        for capability in ("registering", "reminders", "programme", "followup", "travel", "rota"):
            import_module(f"events.{capability}.mails")
        import_module("events.freshness").watch()
