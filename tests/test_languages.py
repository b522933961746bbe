"""No module but the settings names a language: a further one is a line there and a migration."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from hacktiv.common.languages import CODES
from tests.test_consistency import python_trees, tracked

ROOT = Path(__file__).resolve().parent.parent

#: What may name a language, with the reason, by the beginning of its path.
MAY_NAME_A_LANGUAGE = {
    "hacktiv/settings/": "the one place that names them",
    "hacktiv/network/rows.py": "the typography of each language: where a French line never breaks",
    "spaces/timing/public_holidays.py": "the language in which a package names holidays, as keys to our catalogue",
    "bench/": "data of a benchmark",
}
#: The fund prescribes its credit in French, whatever the reader's language, so it is marked as French wherever it is.
CREDIT = re.compile(
    r"""<p[^>]*\blang="fr"[^>]*>\s*Interreg France-Wallonie-Vlaanderen|text\(lang: "fr", data\.credit\)"""
)

_CODES = "|".join(CODES)
#: "fr", "fr-BE", "title_fr" or "/fr/", as a whole string: the pieces of which addresses, columns and keys are made.
NAMES_ONE = re.compile(rf"(?:\w+_)?(?:{_CODES})(?:[-_][A-Z]{{2}})?|/(?:{_CODES})(?:/.*)?")
IN_A_NAME = re.compile(rf"\w+_(?:{_CODES})")
IN_TEMPLATE = re.compile(
    rf"""(?:lang|hreflang|language)\s*[=:]\s*["'](?:{_CODES})["']|["']/(?:{_CODES})/|"""
    rf"""==\s*["'](?:{_CODES})["']|["'](?:{_CODES})["']\s*==|\b\w+\.\w+_(?:{_CODES})\b"""
)


def is_excused(path):
    return any(path.relative_to(ROOT).as_posix().startswith(start) for start in MAY_NAME_A_LANGUAGE)


def languages_named(tree):
    """Return (line, what) of each literal, keyword, attribute and name that stands for a language or its column."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            words = re.split(r"__|[\s,.]+", node.value)
            if any(NAMES_ONE.fullmatch(word) for word in words if len(words) == 1 or "_" in word):
                yield node.lineno, node.value
        named = getattr(node, "arg", None) or getattr(node, "attr", None) or getattr(node, "id", None)
        if isinstance(named, str) and (IN_A_NAME.fullmatch(named) or named in CODES):
            yield node.lineno, named


@pytest.mark.parametrize(
    "source",
    [
        'x = "fr"',
        'x = ("nl", "en")',
        'x = "title_fr"',
        'search_fields = ("event__title_nl",)',
        "event.title_fr",
        'f(text_en="")',
        'if language == "en": pass',
        'x = "/fr/agenda/"',
        'ask("SELECT title_nl FROM event")',
        'x = "fr-BE"',
    ],
)
def test_a_named_language_is_found(source):
    assert list(languages_named(ast.parse(source)))


@pytest.mark.parametrize("source", ['"""en"""', 'x = "BE"', 'x = "in English"', "event.side_of(1)", "x = f'{a}_{b}'"])
def test_other_words_are_not(source):
    assert not list(languages_named(ast.parse(source)))


def test_no_module_names_a_language():
    found = [
        f"{path.relative_to(ROOT)}:{line} {what!r}"
        for path, tree in python_trees().items()
        if "tests" not in path.relative_to(ROOT).parts and path.name != "conftest.py" and not is_excused(path)
        for line, what in languages_named(tree)
    ]
    assert found == []


def test_no_template_or_script_names_a_language():
    found = []
    for path in tracked("templates", "static/js", "*.typ"):
        text = path.read_text()
        text = CREDIT.sub(lambda credit: "\n" * credit[0].count("\n"), text)
        found += [
            f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, hit.start()) + 1} {hit[0]}"
            for hit in IN_TEMPLATE.finditer(text)
        ]
    assert found == []


def test_excuses_are_of_files_that_name_a_language():
    """An excuse that nothing needs would let the next one in unseen."""
    needed = {
        start
        for start in MAY_NAME_A_LANGUAGE
        for path, tree in python_trees().items()
        if path.relative_to(ROOT).as_posix().startswith(start) and any(languages_named(tree))
    }
    gone = {start for start in MAY_NAME_A_LANGUAGE if not (ROOT / start).exists()}
    assert set(MAY_NAME_A_LANGUAGE) - needed - gone == set()


def test_settings_agree_on_the_languages():
    assert {settings.LANGUAGE_CODE, settings.MODELTRANSLATION_DEFAULT_LANGUAGE} <= set(CODES)
    assert set(settings.MODELTRANSLATION_FALLBACK_LANGUAGES) <= set(CODES)
