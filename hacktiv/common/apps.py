from django.apps import AppConfig

from hacktiv.celery import app


class CommonConfig(AppConfig):
    name = "hacktiv.common"
    label = "common"

    def ready(self):
        """Give work by our Celery application from every thread: Celery knows it in the thread that made it only."""
        app.set_default()
