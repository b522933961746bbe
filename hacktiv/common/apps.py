from functools import cache

from django.apps import AppConfig
from django.db.models import CharField
from django.db.models.signals import pre_save

from hacktiv.celery import app

from .freshness import watch
from .text import without_direction


@cache
def _lines_of(model):
    """Return the names of a model's columns for one line of text: names, titles, addresses."""
    return [field.attname for field in model._meta.concrete_fields if isinstance(field, CharField)]


def _turn_no_lines(sender, instance, **_details):
    """Remove what turns the direction of writing from each line of text, wherever it came from, before it is saved.

    Values are set beside the descriptors: that of a translated text would write it into the language of the reader."""
    for name in _lines_of(sender):
        value = instance.__dict__.get(name)
        if type(value) is str and not value.isascii():
            instance.__dict__[name] = without_direction(value)


class CommonConfig(AppConfig):
    name = "hacktiv.common"
    label = "common"

    def ready(self):
        """Watch what is written, for the shared pages. Give work by our Celery application from every thread:
        Celery knows it in the thread that made it only."""
        watch()
        pre_save.connect(_turn_no_lines, dispatch_uid="common.direction")
        app.set_default()
