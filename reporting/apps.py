from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self):
        from .groups import ensure_coordination  # noqa: PLC0415 - models are not there before

        post_migrate.connect(ensure_coordination, sender=self)
