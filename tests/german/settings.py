"""The settings of the tests with a fourth language, German, of which there is neither a catalogue nor a text."""

from hacktiv.settings.test import *  # noqa: F403
from hacktiv.settings.test import DATABASES, LANGUAGES

LANGUAGES = [*LANGUAGES, ("de", "Deutsch")]
DATABASES["default"]["TEST"] = {"NAME": "test_german"}
