from django.apps import AppConfig
from django.contrib.staticfiles import apps as static_apps

from hacktiv.common.personal_data import declare

from .personal_data import LINES


class SiteConfig(AppConfig):
    name = "hacktiv.site"
    label = "site"
    default = True

    def ready(self):
        declare("site", *LINES)


class SiteStaticFilesConfig(static_apps.StaticFilesConfig):
    """Collect what browsers ask for; leave out what the CSS is built of."""

    default = False
    ignore_patterns = [
        *static_apps.StaticFilesConfig.ignore_patterns,
        "css/*_source.css",
        "css/tokens.css",
        "css/*/*",
        "vendor/daisyui/*",
    ]
