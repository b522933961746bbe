from importlib import import_module

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "hacktiv.common"
    label = "common"

    def ready(self):
        """Watch what is written, for the pages that visitors share."""
        import_module("hacktiv.common.freshness").watch()
