"""The words of the interface, whole in three languages."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import django
import pytest
from babel.messages.pofile import read_po
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = [code for code, _name in settings.LANGUAGES]
SOURCES = ["hacktiv", "members", "spaces", "events", "training", "reporting", "templates"]


def catalogue(language):
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def identifiers(messages):
    """Return what tells messages apart: context and text, with the plural where there is one."""
    return {(message.context, message.id) for message in messages if message.id}


def texts(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_none_is_doubtful_or_left_over(language):
    messages = catalogue(language)
    empty = [message.id for message in messages if message.id and not all(texts(message.string))]
    doubtful = [message.id for message in messages if message.id and message.fuzzy]
    assert (empty, doubtful, list(messages.obsolete)) == ([], [], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_hold_the_same_placeholders(language):
    messages = catalogue(language)
    assert [(message.id, str(error)) for message in messages for error in message.check(messages)] == []
    braces = re.compile(r"\{\w*\}")
    for message in messages:
        if message.id:
            wanted = set(braces.findall(texts(message.id)[-1]))
            assert all(set(braces.findall(text)) <= wanted for text in texts(message.string)), message.id


def test_catalogues_hold_the_same_messages():
    french, *others = [identifiers(catalogue(language)) for language in LANGUAGES]
    assert all(other == french for other in others)


#: Words that stand in several places with several meanings, each with the context of its place.
SEVERAL_MEANINGS = ("left out", "Take it back", "unit", "units")


def test_a_word_of_several_meanings_has_the_context_of_each():
    found = {text: {m.context for m in catalogue("nl") if m.id == text} for text in SEVERAL_MEANINGS}
    assert found == {
        "left out": {"action of a report", "date of a series"},
        "Take it back": {"consent", "seat in a car"},
        "unit": {None, "one of a resource", "equipment"},
        "units": {"one of a resource"},
    }
    said = {m.context: m.string for m in catalogue("nl") if m.id in {"left out", "unit"}}
    assert len(set(said.values())) == len(said)


@pytest.mark.parametrize("app", ["conf", "contrib/admin", "contrib/auth", "contrib/contenttypes", "contrib/sessions"])
def test_where_django_falls_back_to_french_we_say_it(app):
    folder = Path(django.__file__).parent / app / "locale"

    def said(language):
        with (folder / language / "LC_MESSAGES" / "django.po").open("rb") as file:
            return {
                (message.context, message.id) for message in read_po(file) if message.id and all(texts(message.string))
            }

    for language in set(LANGUAGES) - {"fr", "en"}:
        assert said("fr") - said(language) - identifiers(catalogue(language)) == set()


@pytest.mark.gettext
def test_catalogues_hold_what_the_sources_say_and_nothing_else(tmp_path):
    for name in SOURCES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "fr", "-e", "html,txt,py", "--no-location"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    with (tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po").open("rb") as file:
        extracted = identifiers(read_po(file))
    kept = identifiers(catalogue("fr"))
    assert (extracted - kept, kept - extracted) == (set(), set())
