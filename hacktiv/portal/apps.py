from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.staticfiles import apps as static_apps
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "hacktiv.portal"
    label = "portal"
    verbose_name = _("Portal")
    default = True


class PortalAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "hacktiv.portal.admin_site.HacktivAdminSite"


class PortalStaticFilesConfig(static_apps.StaticFilesConfig):
    """Collects what browsers ask for; what the CSS is built of stays out."""

    default = False
    ignore_patterns = [
        *static_apps.StaticFilesConfig.ignore_patterns,
        "css/*_source.css",
        "css/tokens.css",
        "css/*/*",
        "vendor/daisyui/*",
    ]
