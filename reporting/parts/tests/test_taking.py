"""The coordinator takes texts of partners over into the report: what was read, once, and nothing is lost."""

import re

import pytest
from django.urls import reverse

from members.tests.factories import UserFactory
from reporting.enums import Section
from reporting.models import ReportText
from reporting.parts import operations
from reporting.tests.factories import PartnerFactory, PartnerPersonFactory, PeriodFactory, ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne"))


@pytest.fixture
def ferme(period):
    return PartnerFactory(project=period.project, name="La Ferme")


@pytest.fixture
def aline(ferme):
    """Make a person of La Ferme."""
    return PartnerPersonFactory(partner=ferme).user


@pytest.fixture
def office():
    return UserFactory(coordinates=True)


def at(name, period):
    return reverse(f"reporting:{name}", args=[period.project.slug, period.label])


def test_texts_are_taken_over_once_each_after_its_partner(client, period, ferme, aline, office):
    vence = PartnerFactory(project=period.project, name="Vence", order=2)
    bram = PartnerPersonFactory(partner=vence).user
    period.highlights_fr = "Ensemble."
    period.save()
    wish = {"period": period, "seen": 0}
    highlights = {**wish, "section": Section.HIGHLIGHTS}
    operations.write_text(partner=ferme, texts={"fr": "À Chimay.", "nl": "In Chimay."}, by=aline, **highlights)
    operations.write_text(partner=vence, texts={"fr": "En ville."}, by=bram, **highlights)
    operations.write_text(partner=vence, section=Section.PROBLEMS, texts={"fr": "Fermé."}, by=bram, **wish)
    client.force_login(office)
    page = at("part_texts", period)
    ticked = ticks(client.get(page))
    assert client.post(page, {"texts": ticked}).status_code == 302
    assert client.post(page, {"texts": ticked}).status_code == 302
    period.refresh_from_db()
    assert period.highlights_fr == "Ensemble.\n\nLa Ferme\nÀ Chimay.\n\nVence\nEn ville."
    assert period.highlights_nl == "La Ferme\nIn Chimay."
    assert ReportText.objects.get().text_fr == "Vence\nFermé."
    assert client.post(page, {"texts": []}).status_code == 200
    assert client.post(page, {"texts": ["1", "0:1", f"{'9' * 30}:1", "x:y"]}).context["form"].errors


def ticks(page):
    """Return what the page sends for each text that is ticked in it."""
    return re.findall(r'name="texts"\s+value="([^"]*)"', page.text)


def told_highlights(period, partner, person, words, version=0):
    wish = {"partner": partner, "period": period, "section": Section.HIGHLIGHTS, "by": person}
    return operations.write_text(**wish, texts={"fr": words}, seen=version)


def test_a_text_that_changed_since_it_was_read_is_not_taken_over(client, period, ferme, aline, office):
    told_highlights(period, ferme, aline, "À Chimay.")
    client.force_login(office)
    page = at("part_texts", period)
    ticked = ticks(client.get(page))
    told_highlights(period, ferme, aline, "Personne n’a lu ceci.", 1)
    answer = client.post(page, {"texts": ticked})
    assert (answer.status_code, "Personne n’a lu ceci." in answer.text) == (409, True)
    period.refresh_from_db()
    assert not period.highlights_fr
    assert client.post(page, {"texts": ticks(answer)}).status_code == 302
    period.refresh_from_db()
    assert period.highlights_fr == "La Ferme\nPersonne n’a lu ceci."


def test_a_text_taken_again_takes_the_place_of_the_one_before(client, period, ferme, aline, office):
    client.force_login(office)
    page = at("part_texts", period)
    told_highlights(period, ferme, aline, "À Chimay.\n\nEt à Couvin.")
    client.post(page, {"texts": ticks(client.get(page))})
    period.refresh_from_db()
    around = f"Avant.\r\n\r\n{period.highlights_fr}\r\n\r\nAprès.".replace("Chimay.\n\n", "Chimay.\r\n\r\n")
    type(period).objects.update(highlights_fr=around)
    told_highlights(period, ferme, aline, "À Chimay seulement.", 1)
    client.post(page, {"texts": ticks(client.get(page))})
    period.refresh_from_db()
    assert period.highlights_fr == "Avant.\n\nLa Ferme\nÀ Chimay seulement.\n\nAprès."


def test_a_text_that_was_changed_in_the_report_stays_and_is_told_of(client, period, ferme, aline, office):
    client.force_login(office)
    page = at("part_texts", period)
    told_highlights(period, ferme, aline, "À Chimay.")
    client.post(page, {"texts": ticks(client.get(page))})
    type(period).objects.update(highlights_fr="La Ferme était à Chimay.")
    told_highlights(period, ferme, aline, "À Couvin.", 1)
    answer = client.post(page, {"texts": ticks(client.get(page))}, follow=True)
    period.refresh_from_db()
    assert period.highlights_fr == "La Ferme était à Chimay.\n\nLa Ferme\nÀ Couvin."
    assert [message.level_tag for message in answer.context["messages"]] == ["success", "warning"]


def test_texts_of_partners_have_room_in_the_report_or_are_refused(client, period, ferme, aline, office):
    told_highlights(period, ferme, aline, "À" * 5000)
    type(period).objects.update(highlights_fr="x" * 6000)
    client.force_login(office)
    page, report = at("part_texts", period), at("highlights", period)
    ticked = ticks(client.get(page))
    type(period).objects.update(highlights_fr="x" * 16_000)
    answer = client.post(page, {"texts": ticked})
    assert (answer.status_code, "La Ferme" in str(answer.context["form"].errors)) == (400, True)
    period.refresh_from_db()
    assert period.highlights_fr == "x" * 16_000
    type(period).objects.update(highlights_fr="x" * 6000)
    assert client.post(page, {"texts": ticked}).status_code == 302
    form = client.get(report).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert client.post(report, sent).status_code == 302


@pytest.mark.parametrize("admin", ["period", "reporttext"])
def test_the_admin_saves_over_no_text_that_was_taken_over(client, period, ferme, aline, office, admin):
    section = {"period": Section.HIGHLIGHTS, "reporttext": Section.PROBLEMS}[admin]
    row = (
        period
        if admin == "period"
        else ReportText.objects.create(project=period.project, period=period, section=section, text_fr="Avant")
    )
    wish = {"partner": ferme, "period": period, "section": section}
    text = operations.write_text(**wish, texts={"fr": "À Chimay."}, seen=0, by=aline)
    client.force_login(office)
    page = reverse(f"admin:reporting_{admin}_change", args=[row.pk])
    form = client.get(page).context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields}
    operations.take_over(period=period, versions={text.pk: 1}, by=office)
    answer = client.post(page, sent)
    assert list(answer.context["adminform"].form.errors) == ["__all__"]
    row.refresh_from_db()
    assert "À Chimay." in (row.highlights_fr if admin == "period" else row.text_fr)
    form = client.get(page).context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields}
    assert client.post(page, sent).status_code == 302
