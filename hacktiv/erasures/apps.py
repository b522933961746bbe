from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ErasuresConfig(AppConfig):
    name = "hacktiv.erasures"
    label = "erasures"
    verbose_name = _("Erasures")
