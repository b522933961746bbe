"""The spending of partners in a report: previously reported, this half-year, and in total, reckoned by hand."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from members.tests.factories import UserFactory
from reporting.building.queries.build import build_report
from reporting.enums import PartnerRole
from reporting.models import Period, Spending
from reporting.outputs.renderers.as_json import as_data
from reporting.outputs.renderers.formats import FORMATS
from reporting.outputs.renderers.tables import tables
from reporting.tests.builds import close, draft
from reporting.tests.factories import PartnerFactory, PeriodFactory, ProjectFactory, SpendingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory(slug="ardenne")


@pytest.fixture
def spring(project):
    return PeriodFactory(project=project, label="S1-2020", starts_on=date(2020, 1, 1), ends_on=date(2020, 6, 30))


@pytest.fixture
def autumn(project, spring):
    return PeriodFactory(project=project)


@pytest.fixture
def ferme(project):
    return PartnerFactory(project=project, name="La Ferme", total=Decimal("10000.00"))


def spent(period, partner, **amounts):
    return SpendingFactory(
        period=period, partner=partner, **{name: value and Decimal(value) for name, value in amounts.items()}
    )


def told(period):
    return as_data(build_report(period.project, period))


def row_of(period, name):
    [row] = [row for row in told(period)["spending"] if row["partner"] == name]
    return row


def closed(period):
    version = draft(period)
    return close(version=version, built_at=version.built_at, by=UserFactory(coordinates=True))


def test_amounts_add_up_over_half_years(autumn, spring, ferme):
    spent(spring, ferme, claimed="1000.10", approved="900.00", erdf="450.00")
    spent(autumn, ferme, claimed="2000.20", approved="0.00", erdf=None)
    assert row_of(autumn, "La Ferme") == {
        "partner": "La Ferme",
        "previous": {"claimed": "1000.10", "approved": "900.00", "erdf": "450.00"},
        "current": {"claimed": "2000.20", "approved": "0.00", "erdf": None},
        "total": {"claimed": "3000.30", "approved": "900.00", "erdf": None},
    }
    assert told(autumn)["spending_at_least"] == [{"partner": "La Ferme", "previous": {}, "total": {"erdf": "450.00"}}]


def test_before_the_first_half_year_nothing_was_spent(spring, ferme):
    assert row_of(spring, "La Ferme")["previous"] == dict.fromkeys(("claimed", "approved", "erdf"), "0.00")
    assert row_of(spring, "La Ferme")["total"] == dict.fromkeys(("claimed", "approved", "erdf"))


def test_what_nobody_told_of_a_half_year_makes_the_total_at_least(autumn, ferme):
    spent(autumn, ferme, claimed="500.00")
    row = row_of(autumn, "La Ferme")
    assert (row["previous"]["claimed"], row["current"]["claimed"], row["total"]["claimed"]) == (None, "500.00", None)
    [table] = [table for table in tables(build_report(autumn.project, autumn)) if table.code == "spending"]
    assert [str(cell) for cell in table.rows[0]][2:] == [
        "non renseigné",
        "500.00",
        "au moins 500,00\xa0€",
        "au moins 5\xa0%",
    ]


def test_previously_is_what_the_closed_report_told(autumn, spring, ferme):
    row = spent(spring, ferme, claimed="1000.00", approved=None, erdf="500.00")
    closed(spring)
    row.claimed, row.approved = Decimal("800.00"), Decimal("700.00")
    row.save()
    found = row_of(autumn, "La Ferme")
    assert found["previous"] == {"claimed": "1000.00", "approved": None, "erdf": "500.00"}
    assert (found["total"]["claimed"], found["current"]["claimed"]) == (None, None)
    corrections = {(each["what"], each["before"], each["after"]) for each in told(autumn)["corrections"]}
    assert corrections == {("spent_claimed", "1000.00", "800.00"), ("spent_approved", None, "700.00")}


def test_a_partner_who_joins_after_closing_was_not_reported_and_is_a_correction(autumn, spring, ferme, project):
    spent(spring, ferme, claimed="100.00")
    closed(spring)
    joined = PartnerFactory(project=project, name="Neuf", total=Decimal("1000.00"))
    assert [one["what"] for one in told(autumn)["corrections"] if one["title"] == "Neuf"] == ["role"]
    spent(spring, joined, claimed="5000.00")
    row = row_of(autumn, "Neuf")
    assert (row["previous"]["claimed"], row["total"]["claimed"]) == (None, None)
    [found] = [one for one in told(autumn)["corrections"] if one["what"].startswith("spent_")]
    assert (found["what"], found["before"], found["after"]) == ("spent_claimed", None, "5000.00")


def test_what_was_reported_of_a_partner_who_left_stays_and_is_corrected(autumn, spring, ferme, project):
    left = PartnerFactory(project=project, name="Parti", total=Decimal("1000.00"))
    spent(spring, ferme, claimed="100.00")
    spent(spring, left, claimed="5000.00")
    closed(spring)
    Spending.objects.filter(partner=left).delete()
    left.role, left.total = PartnerRole.ASSOCIATED, None
    left.save()
    assert row_of(autumn, "Parti")["previous"]["claimed"] == "5000.00"
    [found] = [one for one in told(autumn)["corrections"] if one["what"].startswith("spent_")]
    assert (found["title"], found["before"], found["after"]) == ("Parti", "5000.00", None)
    assert all(chosen.render(build_report(project, autumn)) for chosen in FORMATS.values())


def test_a_report_closed_without_any_spending_is_not_corrected_by_it(autumn, spring, project):
    closed(spring)
    joined = PartnerFactory(project=project, name="Neuf", total=Decimal("1000.00"))
    spent(spring, joined, claimed="5000.00")
    assert not [one for one in told(autumn)["corrections"] if one["what"].startswith("spent_")]
    assert row_of(autumn, "Neuf")["previous"]["claimed"] == "5000.00"


def test_a_half_year_without_a_closed_report_is_told_by_the_records(autumn, spring, ferme):
    spent(spring, ferme, claimed="10.00")
    assert row_of(autumn, "La Ferme")["previous"]["claimed"] == "10.00"


def test_all_partners_together_are_at_least_what_is_known(autumn, spring, ferme, project):
    vence = PartnerFactory(project=project, name="Vence", total=Decimal("5000.00"))
    PartnerFactory(project=project, name="Agence", role=PartnerRole.ASSOCIATED)
    for period in (spring, autumn):
        spent(period, ferme, claimed="100.00")
    spent(autumn, vence, claimed="20.00")
    report = build_report(project, autumn)
    [table] = [table for table in tables(report) if table.code == "spending"]
    assert [str(row[0]) for row in table.rows[::3]] == ["La Ferme", "Vence", "Tous les partenaires"]
    total = table.rows[6]
    assert (total[2], total[3], total[4]) == ("au moins 100,00\xa0€", Decimal("120.00"), "au moins 220,00\xa0€")
    assert [part.partner for part in report.spending] == ["La Ferme", "Vence"]


def test_a_project_that_tells_no_spending_has_no_table_of_it(autumn, ferme):
    assert "spending" not in {table.code for table in tables(build_report(autumn.project, autumn))}
    assert row_of(autumn, "La Ferme")["current"] == dict.fromkeys(("claimed", "approved", "erdf"))


def test_a_build_takes_as_many_queries_with_spending(autumn, spring, ferme, project, django_assert_num_queries):
    def anew():
        period = Period.objects.select_related("project").get(pk=autumn.pk)
        return build_report(period.project, period)

    with CaptureQueriesContext(connection) as captured:
        anew()
    for number in range(6):
        spent(autumn, PartnerFactory(project=project, name=f"P{number}"), claimed="1.00")
    with django_assert_num_queries(len(captured)):
        anew()


def test_an_associated_partner_has_no_spending(autumn, project):
    agence = PartnerFactory(project=project, role=PartnerRole.ASSOCIATED)
    with pytest.raises(IntegrityError, match="not_of_associated"), transaction.atomic():
        spent(autumn, agence, claimed="1.00")


def test_a_partner_with_spending_does_not_become_associated(autumn, project):
    partner = PartnerFactory(project=project)
    spent(autumn, partner, claimed="1.00")
    partner.role = PartnerRole.ASSOCIATED
    with pytest.raises(IntegrityError, match="not_of_associated"), transaction.atomic():
        partner.save()


@pytest.mark.parametrize("name", ["claimed", "approved", "erdf"])
def test_an_amount_is_not_negative(autumn, ferme, name):
    with pytest.raises(IntegrityError, match=f"{name}_not_negative"), transaction.atomic():
        spent(autumn, ferme, **{name: "-0.01"})


def test_spending_is_told_once_and_of_one_project(autumn, ferme):
    spent(autumn, ferme, claimed="1.00")
    with pytest.raises(IntegrityError, match="spending_once"), transaction.atomic():
        spent(autumn, ferme, claimed="2.00")
    for partner, period in ((PartnerFactory(), autumn), (ferme, PeriodFactory(project=ProjectFactory()))):
        with pytest.raises(IntegrityError, match="own_p"), transaction.atomic():
            Spending.objects.create(project=ferme.project, partner=partner, period=period, claimed=1)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
