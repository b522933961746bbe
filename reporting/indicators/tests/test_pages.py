"""The coordinator's page of a project's indicators, and those on which one is chosen and changed."""

from datetime import date

import pytest
from django.urls import reverse

from members.tests.factories import UserFactory
from reporting.enums import ProgrammingYears
from reporting.indicators.operations import Aim, choose_indicator
from reporting.models import ProjectIndicator
from reporting.tests.factories import OutputFactory, PartnerPersonFactory, PeriodFactory, ProjectFactory
from spaces.tests.factories import SpaceFactory
from tests.world import coordinator as make_coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def project():
    return ProjectFactory(slug="reseau", title_en="Network")


@pytest.fixture
def signed_in(client):
    client.force_login(make_coordinator())
    return client


def at(view, *args):
    return reverse(f"reporting:{view}", args=["reseau", *args])


def text_of(response):
    return " ".join(response.content.decode().split())


def test_a_project_without_indicators_says_that_they_are_to_be_chosen(signed_in, project):
    page = text_of(signed_in.get(at("indicators")))
    assert "To be chosen by the coordination." in page
    assert [code for code in ("RCO81", "RCR84", "CO44") if f"Choose {code}" in page] == ["RCO81", "RCR84"]


def test_a_project_of_2014_is_offered_those_to_be_confirmed(signed_in, project):
    project.programming_period = ProgrammingYears.FROM_2014
    project.save()
    page = text_of(signed_in.get(at("indicators")))
    assert page.count("name to be confirmed") == 4
    assert "our translation" not in page
    assert signed_in.get(at("aim", "RCO81")).status_code == 404


def test_an_indicator_is_chosen_with_target_and_milestone(signed_in, project):
    answer = signed_in.post(at("aim", "RCO81"), {"seen": "", "target": "40", "day_0": "2021-12-31", "value_0": "20"})
    assert answer.url == at("indicators")
    row = project.indicators.get()
    assert (row.code, row.target, row.milestones.get().date) == ("RCO81", 40, date(2021, 12, 31))
    page = text_of(signed_in.get(at("indicators")))
    assert "20 by 31 December 2021" in page
    assert "Choose RCO81" not in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"target": "-1"}, "target"),
        ({"target": "many"}, "target"),
        ({"target": "1000000000"}, "target"),
        ({"day_0": "2021-12-31"}, "value_0"),
        ({"value_0": "3"}, "day_0"),
        ({"day_0": "31st", "value_0": "3"}, "day_0"),
        ({"day_0": "2021-12-31", "value_0": "3", "day_1": "2021-12-31", "value_1": "4"}, "day_1"),
    ],
)
def test_what_is_no_aim_is_refused_beside_the_field(signed_in, project, typed, field):
    answer = signed_in.post(at("aim", "RCO81"), {"seen": "", **typed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert not ProjectIndicator.objects.exists()


def test_who_saves_over_somebody_else_is_told_and_may_save_again(signed_in, project):
    row = choose_indicator(project=project, code="RCO81", by=None, aim=Aim(target=40))
    page = signed_in.get(at("aim", "RCO81"))
    seen = page.context["form"].initial["seen"]
    row.target = 50
    row.save()
    first = signed_in.post(at("aim", "RCO81"), {"seen": seen, "target": "60"})
    assert (first.status_code, project.indicators.get().target) == (409, 50)
    again = first.context["form"]["seen"].value()
    assert signed_in.post(at("aim", "RCO81"), {"seen": again, "target": "60"}).status_code == 302
    assert project.indicators.get().target == 60


def test_only_a_result_is_asked_for_a_baseline(signed_in, project):
    assert "baseline" not in signed_in.get(at("aim", "RCO81")).context["form"].fields
    assert "baseline" in signed_in.get(at("aim", "RCR84")).context["form"].fields


def test_an_indicator_is_removed_unless_something_counts_under_it(signed_in, project):
    choose_indicator(project=project, code="RCO116", by=None)
    output = OutputFactory(period=PeriodFactory(project=project))
    refused = signed_in.post(at("drop_indicator", "RCO116"), follow=True)
    assert "1 action or output counts under RCO116: put it elsewhere first." in text_of(refused)
    output.delete()
    signed_in.post(at("drop_indicator", "RCO116"))
    assert not project.indicators.exists()


def test_the_page_costs_the_same_however_many_are_chosen(signed_in, project, django_assert_num_queries):
    choose_indicator(project=project, code="RCO81", by=None, aim=Aim(milestones={date(2021, 12, 31): 1}))
    signed_in.get(at("indicators"))
    with django_assert_num_queries(6):
        signed_in.get(at("indicators"))
    for code in ("RCO115", "RCO85", "RCO87"):
        choose_indicator(project=project, code=code, by=None, aim=Aim(milestones={date(2021, 12, 31): 1}))
    with django_assert_num_queries(6):
        signed_in.get(at("indicators"))


@pytest.mark.parametrize("address", [("indicators",), ("aim", "RCO81"), ("drop_indicator", "RCO81")])
def test_indicators_are_nobodys_but_the_coordinators(client, project, address):
    assert client.get(at(*address)).status_code == 302
    manager = UserFactory()
    SpaceFactory(managers=[manager])
    for person in (UserFactory(), manager, PartnerPersonFactory(partner__project=project).user):
        client.force_login(person)
        assert client.get(at(*address)).status_code == 404
        assert client.post(at(*address), {"target": "1"}).status_code in {404, 405}
    assert not project.indicators.exists()


@pytest.mark.parametrize("address", [("aim", "RCO999"), ("aim", "CO44"), ("drop_indicator", "CO44")])
def test_a_guessed_indicator_is_not_there(signed_in, project, address):
    assert signed_in.get(at(*address)).status_code == 404
    assert signed_in.get(reverse("reporting:indicators", args=["nowhere"])).status_code == 404
