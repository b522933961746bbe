"""Markup that a validator or a search engine asks for, and that no page may lack."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.urls import reverse

from spaces.tests.factories import ResourceFactory, SpaceFactory, in_days

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
#: The first folder of each of our modules.
OURS = {"events", "hacktiv", "members", "reporting", "spaces", "training"}
PICTURE_BEFORE_A_TERM = re.compile(r"<div[^>]*>\s*(?:\{%\s*icon\b[^%]*%\}|<svg\b[^>]*>.*?</svg>)\s*<dt", re.DOTALL)


def test_groups_of_a_definition_list_hold_terms_and_descriptions_alone():
    found = [path for path in TEMPLATES.rglob("*.html") if PICTURE_BEFORE_A_TERM.search(path.read_text())]
    assert found == []


def our_forms():
    """Return the classes of all forms of our pages, which the addresses of the site import."""
    import_module(settings.ROOT_URLCONF)
    return [kind for kind in _below(forms.BaseForm) if kind.__module__.partition(".")[0] in OURS]


def _below(form):
    for kind in form.__subclasses__():
        if ".tests." not in kind.__module__:
            yield kind
        yield from _below(kind)


def test_every_field_for_a_file_says_which_files_it_takes():
    silent = {
        f"{form.__name__}.{name}"
        for form in our_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.FileField) and not field.widget.attrs.get("accept")
    }
    assert silent == set()


@pytest.mark.django_db
def test_alternates_by_language_are_whole_addresses(client):
    page = client.get("/fr/agenda/").text
    links = re.findall(r'<link rel="alternate"\s+hreflang="(..)"\s+href="([^"]+)"', page)
    assert links == [(code, f"http://localhost:8000/{code}/agenda/") for code in ("fr", "nl", "en")]


@pytest.mark.django_db
def test_a_cell_begins_in_every_column_of_the_timeline(client):
    space = SpaceFactory(with_hours=True)
    ResourceFactory(space=space)
    page = client.get(reverse("spaces:timeline", args=[space.slug]), {"day": f"{in_days(1, 9):%Y-%m-%d}"}).text
    table = re.search(r'<table class="timeline">.*?</table>', page, re.DOTALL)
    columns = 1 + sum(map(int, re.findall(r'<th scope="col" colspan="(\d+)"', table[0])))
    first_row = re.search(r"<tr.*?</tr>", table[0], re.DOTALL)[0]
    assert len(re.findall("<td", first_row)) == columns
    assert "<col" not in table[0].replace("colspan", "")


#: How a template includes another one, with what follows it: `with …` and `only`.
INCLUDED = re.compile(r'\{%\s*include\s+"([^"]+)"([^%]*)%\}')


def templates_that_need_the_token():
    """Return the templates with a form, and those that hand the whole context to such a one."""
    sources = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*.html")}
    includes = {name: [(one[1], one[2].split()) for one in INCLUDED.finditer(text)] for name, text in sources.items()}
    needing = {name for name, text in sources.items() if "{% csrf_token %}" in text}
    before: set[str] = set()
    while before != needing:
        before = set(needing)
        needing |= {
            name
            for name, inner in includes.items()
            if any(other in needing and ("only" not in words or HANDED in words) for other, words in inner)
        }
    return needing, includes


HANDED = "csrf_token=csrf_token"


def test_a_form_included_with_little_is_given_the_token():
    needing, includes = templates_that_need_the_token()
    assert "portal/_own_membership.html" in needing
    without = {
        (name, other)
        for name, inner in includes.items()
        for other, words in inner
        if other in needing and "only" in words and HANDED not in words
    }
    assert without == set()
