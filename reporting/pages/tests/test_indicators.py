"""The programme's indicators on the report's page, opening onto their actions, outputs and proofs."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from events.tests.factories import HistoryEventFactory
from reporting.core.operations import ensure_periods
from reporting.evidence.operations import add_evidence, check_evidence
from reporting.evidence.queries import closed_reports_listing, evidenced
from reporting.indicators.operations import Aim, choose_indicator
from reporting.tests.builds import draft
from reporting.tests.factories import ClassificationFactory, CountedEventFactory, OutputFactory, ProjectFactory
from spaces.tests.factories import MembershipFactory, SpaceFactory
from tests.twice_posts import PDF
from tests.world import coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def project():
    project = ProjectFactory(slug="reseau")
    ensure_periods(project=project)
    return project


@pytest.fixture
def signed_in(client):
    client.force_login(coordinator())
    return client


def page_of(client, name="report", *more):
    response = client.get(reverse(f"reporting:{name}", args=["reseau", "S2-2020", *more]))
    return " ".join(response.content.decode().split())


def classified(project, title, bounds=(13, 13)):
    event = HistoryEventFactory(
        space=None, earliest=date(2020, 9, 1), latest=date(2020, 9, 1), title_en=title, slug=title.lower()
    )
    ClassificationFactory(action=CountedEventFactory(project=project, event=event, declared=bounds), indicator="RCO81")


def chapter(page, anchor):
    return page.partition(f'aria-labelledby="{anchor}"')[2].partition("</section>")[0]


def test_a_report_without_indicators_leads_to_where_they_are_chosen(signed_in, project):
    told = chapter(page_of(signed_in), "indicators")
    assert "To be chosen by the coordination." in told
    assert f'href="{reverse("reporting:indicators", args=["reseau"])}"' in told


def test_an_indicator_opens_onto_its_actions_with_what_each_adds(signed_in, project):
    choose_indicator(project=project, code="RCO81", by=None, aim=Aim(target=50, milestones={date(2020, 12, 31): 10}))
    classified(project, "Atelier")
    told = chapter(page_of(signed_in), "indicators")
    assert "RCO81: where the figure comes from (one entry)" in told
    assert "10 by 31 December 2020: reached" in told
    assert "26%" in told
    assert '#event-atelier">Atelier</a>' in told
    assert "– 13 " in told.partition("</summary>")[2]


def test_all_that_stands_behind_an_indicator_has_a_page(signed_in, project):
    choose_indicator(project=project, code="RCO81", by=None)
    for number in range(22):
        classified(project, f"Atelier-{number}", (1, 1))
    assert "RCO81: all 22 entries" in page_of(signed_in)
    assert page_of(signed_in, "figure", "RCO81").count('<li> <a class="link"') == 22
    assert signed_in.get(reverse("reporting:figure", args=["reseau", "S2-2020", "RCO85"])).status_code == 404


def test_an_output_is_told_with_what_it_lacks_and_its_proof(signed_in, project):
    choose_indicator(project=project, code="RCO116", by=None)
    period = project.periods.get(label="S2-2020")
    charter = OutputFactory(period=period, title_en="Charter")
    OutputFactory(period=period, title_en="Card", finished_on=None)
    told = chapter(page_of(signed_in), "outputs")
    assert (told.count("Proof missing"), told.count("not finished yet")) == (1, 1)
    field, row = evidenced(period)[f"output-{charter.pk}"]
    evidence = add_evidence(file=ContentFile(PDF, name="charter.pdf"), name="charter.pdf", by=None, **{field: row})
    check_evidence(evidence=evidence, by=coordinator())
    page = page_of(signed_in)
    assert "Proof missing" not in chapter(page, "outputs")
    assert "charter.pdf" in chapter(page, "indicators")


def test_a_file_of_an_output_that_a_closed_report_lists_is_known_to_be(project):
    period = project.periods.get(label="S2-2020")
    evidence = add_evidence(file=ContentFile(PDF, name="charter.pdf"), by=None, output=OutputFactory(period=period))
    assert closed_reports_listing(evidence) == []
    version = draft(period)
    version.state, version.closed_at = "closed", version.built_at
    version.save()
    assert closed_reports_listing(evidence) == [version]


def test_members_stand_by_space_and_by_side_each_person_once(signed_in, project):
    la_ferme, e420, rimbaud = (
        SpaceFactory(name=name, country=side) for name, side in (("La Ferme", "BE"), ("E420", "BE"), ("Rimbaud", "FR"))
    )
    both = MembershipFactory(space=la_ferme, since=date(2020, 1, 1))
    MembershipFactory(user=both.user, space=e420, since=date(2020, 1, 1))
    MembershipFactory(space=e420, since=date(2020, 12, 31))
    MembershipFactory(space=rimbaud, since=date(2020, 1, 1), until=date(2020, 12, 31), state="ended")
    MembershipFactory(space=rimbaud, since=date(2021, 1, 1))
    page = page_of(signed_in)
    for words in (
        "Members of La Ferme – <strong>1 on 31 December 2020</strong>",
        "Members of E420 – <strong>2 on 31 December 2020</strong>",
        "Members in Belgium – <strong>2 on 31 December 2020</strong>",
        "Members in France – <strong>0 on 31 December 2020</strong>",
        "Hours of training – <strong>not provided</strong>",
    ):
        assert words in page
    assert "Members of Rimbaud" not in page


def test_members_of_a_day_before_all_memberships_are_not_provided(signed_in, project):
    MembershipFactory(space=SpaceFactory(country="BE"), since=date(2021, 1, 1))
    assert "Members in Belgium – <strong>not provided on 31 December 2020</strong>" in page_of(signed_in)
