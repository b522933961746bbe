from django.apps import AppConfig

from hacktiv.celery import app

from .freshness import watch


class CommonConfig(AppConfig):
    name = "hacktiv.common"
    label = "common"

    def ready(self):
        """Watch what is written, for the shared pages. Give work by our Celery application from every thread:
        Celery knows it in the thread that made it only."""
        watch()
        app.set_default()
