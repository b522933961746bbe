"""The account between the spaces: each person sees their part of it, and takes it away as a file."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from members.tests.factories import NetworkRoleFactory, UserFactory
from spaces.models import Booking
from spaces.tests.factories import ResourceFactory, SpaceFactory, VisitFactory, running_booking

pytestmark = pytest.mark.django_db

URL = reverse("portal:exchanges")
VISITS = reverse("portal:exchange_visits")


@pytest.fixture
def manager():
    return UserFactory()


@pytest.fixture
def coordinator():
    person = UserFactory()
    NetworkRoleFactory(user=person)
    return person


@pytest.fixture
def spaces(manager):
    """Make La Ferme, which the manager runs, and two others."""
    return (
        SpaceFactory(slug="ferme", name="La Ferme", managers=[manager]),
        SpaceFactory(slug="rimbaud", name="Rimbaud’Tech", french=True),
        SpaceFactory(slug="vence", name="Val de Vence", french=True),
    )


@pytest.fixture
def visits(spaces):
    """Make three visits in the spring of 2024, from La Ferme, to it and elsewhere; another from it in the autumn."""
    ferme, rimbaud, vence = spaces
    moment = datetime(2024, 5, 1, 7, 2, tzinfo=UTC)
    booking = running_booking(ResourceFactory(space=rimbaud), now=moment)
    Booking.objects.filter(pk=booking.pk).update(checked_in_at=moment)
    return [
        VisitFactory(home_space=ferme, space=rimbaud, day=date(2024, 5, 1), booking=booking),
        VisitFactory(home_space=vence, space=ferme, day=date(2024, 5, 2)),
        VisitFactory(home_space=vence, space=rimbaud, day=date(2024, 5, 3)),
        VisitFactory(home_space=ferme, space=rimbaud, day=date(2024, 9, 1)),
    ]


def test_managers_the_coordinator_and_nobody_else_see_the_exchanges(client, manager, coordinator, visits):
    addresses = [
        URL,
        VISITS,
        reverse("portal:exchanges_file", args=["csv"]),
        reverse("portal:exchange_visits_file", args=["xlsx"]),
    ]
    assert [client.get(url).status_code for url in addresses] == [302] * 4
    for person, status in ((UserFactory(), 404), (manager, 200), (coordinator, 200)):
        client.force_login(person)
        assert [client.get(url).status_code for url in addresses] == [status] * 4
    assert client.get(reverse("portal:exchanges_file", args=["pdf"])).status_code == 404


def test_by_year_and_by_half_year(client, coordinator, visits):
    client.force_login(coordinator)
    assert client.get(URL).context["stretch"].label == str(timezone.localdate().year)
    for label, expected in (("2024", [2, 1, 1]), ("S1-2024", [1, 1, 1]), ("S2-2024", [1])):
        account = client.get(URL, {"period": label}).context["account"]
        assert [row.visits for row, _is_open in account.exchanges] == expected
    assert client.get(URL, {"period": "x"}).context["stretch"].label == str(timezone.localdate().year)


def test_each_number_opens_onto_its_visits_for_those_who_may_see_them(client, manager, coordinator, visits):
    client.force_login(coordinator)
    page = client.get(URL, {"period": "S1-2024"})
    assert [is_open for _row, is_open in page.context["account"].exchanges] == [True] * 3
    assert "home_side=BE&amp;side=FR" in page.text
    found = client.get(VISITS, {"period": "S1-2024", "home_side": "BE", "side": "FR"})
    assert list(found.context["page_obj"]) == [visits[0]]
    assert "présence signalée à 9 h 02" in found.text.replace("\N{NO-BREAK SPACE}", " ").replace(
        "\N{NARROW NO-BREAK SPACE}", " "
    )
    assert list(client.get(VISITS, {"period": "2024"}).context["page_obj"]) == visits[::-1]
    Booking.objects.filter(visit=visits[0]).update(checked_in_at=F("checked_in_at") + timedelta(days=3))
    later = client.get(VISITS, {"period": "S1-2024", "home_side": "BE", "side": "FR"})
    assert "présence notée le" in later.text and "présence signalée à" not in later.text

    client.force_login(manager)
    page = client.get(URL, {"period": "S1-2024"})
    assert [(row.home.name, is_open) for row, is_open in page.context["account"].exchanges] == [
        ("La Ferme", True),
        ("Val de Vence", True),
        ("Val de Vence", False),
    ]
    assert "home_side=" not in page.text
    assert list(client.get(VISITS, {"period": "2024"}).context["page_obj"]) == [visits[3], visits[1], visits[0]]
    asked = {"period": "2024", "home": "ferme", "space": "rimbaud"}
    assert list(client.get(VISITS, asked).context["page_obj"]) == [visits[3], visits[0]]


@pytest.mark.parametrize(
    "asked",
    [
        {"home": "vence", "space": "rimbaud"},
        {"home": "ferme"},
        {"home": "ferme", "space": "nulle-part"},
        {"home_side": "BE", "side": "XX"},
    ],
)
def test_a_manager_finds_no_visits_between_other_spaces_nor_of_nowhere(client, manager, visits, asked):
    client.force_login(manager)
    assert client.get(VISITS, {"period": "2024", **asked}).status_code == 404
    assert client.get(reverse("portal:exchange_visits_file", args=["csv"]), asked).status_code == 404


def rows_of(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_the_account_as_files(client, manager, visits):
    client.force_login(manager)
    response = client.get(reverse("portal:exchanges_file", args=["csv"]), {"period": "2024"})
    assert response["Content-Disposition"] == 'attachment; filename="echanges-2024.csv"'
    rows = rows_of(response)
    assert ["S1-2024", "Belgique", "France", "1", "1"] in rows
    assert ["S2-2024", "La Ferme", "Belgique", "Rimbaud’Tech", "France", "1", "1"] in rows
    response = client.get(reverse("portal:exchanges_file", args=["xlsx"]), {"period": "S1-2024"})
    across, between = load_workbook(io.BytesIO(response.content)).worksheets
    assert [row[3:] for row in across.iter_rows(min_row=2, values_only=True)] == [(1, 1), (1, 1)]
    assert [row[1] for row in between.iter_rows(min_row=2, values_only=True)] == [
        "La Ferme",
        "Val de Vence",
        "Val de Vence",
    ]


def test_the_visits_as_files_hold_what_the_page_shows(client, manager, visits):
    client.force_login(manager)
    asked = {"period": "2024", "home": "ferme", "space": "rimbaud"}
    rows = rows_of(client.get(reverse("portal:exchange_visits_file", args=["csv"]), asked))
    assert rows[-2:] == [
        ["2024-09-01", "La Ferme", "Belgique", "Rimbaud’Tech", "France", ""],
        ["2024-05-01", "La Ferme", "Belgique", "Rimbaud’Tech", "France", "2024-05-01 09:02"],
    ]
    response = client.get(reverse("portal:exchange_visits_file", args=["xlsx"]), {"period": "2024"})
    (sheet,) = load_workbook(io.BytesIO(response.content)).worksheets
    days = [row[0].date() for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert days == [date(2024, 9, 1), date(2024, 5, 2), date(2024, 5, 1)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_exchanges_cost_the_same_for_one_visit_and_three(client, django_assert_num_queries, count):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    VisitFactory.create_batch(count)
    with django_assert_num_queries(8):
        response = client.get(URL)
    assert len(response.context["account"].exchanges) == count
    with django_assert_num_queries(6):
        response = client.get(VISITS)
    assert len(response.context["page_obj"]) == count
