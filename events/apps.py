from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Events")

    def ready(self):
        from . import freshness, mails, mails_after, travel_mails  # noqa: F401, PLC0415 - registers the mails

        freshness.watch()
