from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _

from hacktiv.common.personal_data import declare

from .personal_data import LINES


class PortalConfig(AppConfig):
    name = "hacktiv.portal"
    label = "portal"
    verbose_name = _("Portal")
    default = True

    def ready(self):
        import_module("hacktiv.portal.mails")
        declare("portal", *LINES)


class PortalAdminConfig(admin_apps.AdminConfig):
    """Make the admin of the platform Django's default one."""

    default = False
    default_site = "hacktiv.portal.admin_site.HacktivAdminSite"
