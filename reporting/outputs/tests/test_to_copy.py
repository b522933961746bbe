"""The texts and figures of a report in the order of the programme's forms, each for its field."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from members.tests.factories import UserFactory
from reporting.outputs.renderers import to_copy
from reporting.outputs.renderers.to_copy import FORMS, Item
from reporting.tests.builds import draft, report
from reporting.tests.factories import (
    CountedEventFactory,
    DeviationFactory,
    PartnerFactory,
    PeriodFactory,
    ProjectFactory,
    SpendingFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    project = ProjectFactory(slug="ardenne", title_fr="Ardenne", title_nl="Ardennen")
    PartnerFactory(project=project, name="Chef", role="lead", total="1471233.86")
    return PeriodFactory(project=project, highlights_fr="Un été riche 🎉\n<b>Deux</b> lignes", highlights_nl="Rijk")


def sections(period, code="semester"):
    form = to_copy.form_of(code)
    return {section.code: section for section in to_copy.sections(report(period.project), form)}


def page(client, period, **query):
    client.force_login(UserFactory(coordinates=True))
    return client.get(reverse("reporting:to_copy", args=["ardenne", period.label]), query)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_each_form_has_its_sections_in_its_order(client, period, form, language):
    with translation.override(language):
        text = page(client, period, form=form.code).text
    anchors = re.findall(r'<section class="chapter[^"]*" aria-labelledby="to-copy-(\w+)">', text)
    assert tuple(anchors) == form.sections
    shown = re.findall(r'id="(to-copy-[\w-]+-\d+)"', text)
    assert shown == re.findall(r'data-copy="([\w-]+)"', text), "a button for each text"


def test_a_text_is_shown_as_it_was_written_with_its_length(client, period):
    [item] = sections(period)["highlights"].items
    assert (item.text, item.length) == ("Un été riche 🎉\n<b>Deux</b> lignes", 33)
    text = page(client, period).text
    assert "Un été riche 🎉\n&lt;b&gt;Deux&lt;/b&gt; lignes</p>" in text


def test_a_text_in_another_language_is_said_to_be(client, period):
    with translation.override("en"):
        [item] = sections(period)["highlights"].items
        assert item.language == "fr"
    with translation.override("nl"):
        [item] = sections(period)["highlights"].items
        assert (item.text, item.language) == ("Rijk", "")


def test_numbers_are_digits_that_a_field_takes_and_intervals_words(period):
    CountedEventFactory(project=period.project, declared=(1300, 1300))
    with translation.override("en"):
        items = {item.label: item.text for item in sections(period)["figures"].items}
        assert items["Participations – this half-year"] == "1300"
        CountedEventFactory(project=period.project, declared=(15, None))
        items = {item.label: item.text for item in sections(period)["figures"].items}
        assert items["Participations – this half-year"] == "at least 1,315"


@pytest.mark.parametrize(("language", "amount"), [("fr", "1471233,86"), ("nl", "1471233,86"), ("en", "1471233.86")])
def test_an_amount_is_written_without_signs_between_its_digits(period, language, amount):
    with translation.override(language):
        [item] = sections(period)["partners"].items
        assert item.text == amount


def test_nothing_is_offered_where_nobody_wrote_anything(client, period):
    assert sections(period)["deviations"].items == ()
    DeviationFactory(period=period, reason_fr="La frontière était fermée.")
    [item] = sections(period)["deviations"].items
    assert item.text == "La frontière était fermée."


def test_a_long_list_of_actions_says_how_many_are_left_out(period, monkeypatch):
    monkeypatch.setattr(to_copy, "MOST_ACTIONS", 2)
    for _number in range(4):
        CountedEventFactory(project=period.project)
    with translation.override("en"):
        [item] = [item for item in sections(period)["work"].items if "\n" in item.text]
    assert len(item.text.splitlines()) == 3
    assert item.text.endswith("… and 2 more, in the register")


def test_a_text_beyond_the_limit_of_its_field_is_marked():
    assert Item("x", "four", limit=3).is_too_long
    assert not Item("x", "four", limit=4).is_too_long
    assert not Item("x", "four").is_too_long, "no limit is known"


def test_an_unknown_form_shows_the_first(client, period):
    assert page(client, period, form="no-such").context["form"] is FORMS[0]


def test_the_page_costs_the_same_however_many_actions(client, period):
    client.force_login(UserFactory(coordinates=True))
    costs = []
    for number in range(12):
        CountedEventFactory(project=period.project)
        if number in (0, 11):
            draft(period)
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("reporting:to_copy", args=["ardenne", period.label]))
            costs.append(len(asked))
    assert costs[0] == costs[1]


def test_the_spending_of_the_half_year_is_offered_by_partner(period):
    partner = PartnerFactory(project=period.project, name="Autre")
    SpendingFactory(partner=partner, period=period, claimed="1234.50")
    with translation.override("en"):
        items = {item.label: item.text for item in sections(period)["partners"].items}
    assert items["Autre – Claimed in this half-year"] == "1234.50"
    assert items["Autre – Approved in this half-year"] == "not provided"
