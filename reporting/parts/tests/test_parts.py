"""The people of a partner read its own part of a half-year, and nothing else of a project."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from events.enums import ProofKind
from events.tests.factories import HistoryEventFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.tests.factories import UserFactory
from reporting.errors import ReportingError
from reporting.models import PartnerPerson, Period
from reporting.parts.operations import add_person, end_person
from reporting.parts.queries import own_parts
from reporting.tests.factories import (
    CountedCoachingFactory,
    CountedEventFactory,
    PartnerFactory,
    PartnerPersonFactory,
    PeriodFactory,
    ProjectFactory,
)
from spaces.tests.factories import OrganisationFactory, SpaceFactory

pytestmark = pytest.mark.django_db

AUTUMN = {"earliest": date(2020, 10, 2), "latest": date(2020, 10, 2)}
STRADDLING = {"earliest": date(2020, 6, 20), "latest": date(2020, 7, 20)}


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne"))


@pytest.fixture
def ferme(period):
    """Make a partner that organises and operates a space."""
    return PartnerFactory(project=period.project, name="La Ferme", organisation=OrganisationFactory())


@pytest.fixture
def vence(period):
    return PartnerFactory(project=period.project, name="Val de Vence", organisation=OrganisationFactory())


def counted(period, *partners, declared=(10, 10), space=None, **values):
    """Make a held event that these partners organise, and that the project counts."""
    event = HistoryEventFactory(space=space, **{**AUTUMN, **values})
    event.organisers.set([partner.organisation for partner in partners])
    return CountedEventFactory(project=period.project, event=event, declared=declared)


def address(period, name="parts"):
    return reverse(f"reporting:{name}", args=[period.project.slug, period.label])


def part_of(period, partner):
    [part] = own_parts(period, [partner])
    return part


def test_a_part_holds_what_the_partner_organised_or_received(period, ferme, vence):
    here = SpaceFactory(operator=ferme.organisation)
    counted(period, ferme, declared=(10, 12), title_fr="Organisé")
    counted(period, vence, declared=(5, 5), space=here, title_fr="Reçu")
    counted(period, vence, declared=(70, 70), title_fr="Ailleurs")
    CountedCoachingFactory(project=period.project)
    part = part_of(period, ferme)
    assert [action.title["fr"] for action in part.actions] == ["Organisé", "Reçu"]
    assert (part.held.lower, part.held.upper) == (2, 2)
    assert (part.participations.lower, part.participations.upper) == (15, 17)


def test_an_event_of_two_partners_stands_in_the_part_of_each(period, ferme, vence):
    counted(period, ferme, vence, declared=(10, 10))
    assert [part.participations.lower for part in own_parts(period, [ferme, vence])] == [10, 10]


def test_an_action_across_half_years_widens_the_part_and_is_listed_apart(period, ferme):
    PeriodFactory(project=period.project, label="S1-2020", starts_on=date(2020, 1, 1), ends_on=date(2020, 6, 30))
    counted(period, ferme, declared=(10, 10))
    counted(period, ferme, declared=(6, 6), title_fr="À cheval", **STRADDLING)
    part = part_of(period, ferme)
    assert [action.title["fr"] for action in part.elsewhere] == ["À cheval"]
    assert len(part.actions) == 1
    assert (part.participations.lower, part.participations.upper) == (10, 16)


def test_a_part_names_what_nobody_decided_on(period, ferme, vence):
    own = HistoryEventFactory(space=None, title_fr="À décider", **AUTUMN)
    own.organisers.add(ferme.organisation)
    other = HistoryEventFactory(space=None, **AUTUMN)
    other.organisers.add(vence.organisation)
    assert part_of(period, ferme).uncounted == (own,)


def test_a_partner_without_an_organisation_has_an_empty_part(period, ferme):
    counted(period, ferme)
    part = part_of(period, PartnerFactory(project=period.project))
    assert (part.actions, part.held.lower) == ((), 0)


def test_parts_take_as_many_queries_for_many_events_as_for_one(
    period, ferme, vence, django_assert_max_num_queries, django_assert_num_queries
):
    def read_anew():
        return Period.objects.select_related("project").get(pk=period.pk)

    counted(period, ferme, space=SpaceFactory(operator=ferme.organisation))
    with django_assert_max_num_queries(22) as captured:
        own_parts(read_anew(), [ferme])
    for number in range(8):
        counted(period, ferme, vence, title_fr=f"Atelier {number}")
    with django_assert_num_queries(len(captured)):
        own_parts(read_anew(), [ferme, vence])


def test_a_person_reads_the_part_of_their_partner_alone(client, period, ferme, vence):
    counted(period, ferme, title_fr="Marche en forêt")
    counted(period, vence, title_fr="Visite du fablab")
    person = PartnerPersonFactory(partner=ferme).user
    client.force_login(person)
    page = client.get(address(period))
    assert "Marche en forêt" in page.text
    assert "Visite du fablab" not in page.text
    assert "Val de Vence" not in page.text
    projects = client.get(reverse("reporting:own_projects"))
    assert address(period) in projects.text
    assert "Val de Vence" not in projects.text


def test_the_page_says_to_whom_a_missing_proof_is_sent(client, period, ferme):
    office = UserFactory(coordinates=True, email="bureau@ardenne.example")
    UserFactory(coordinates=True, email="ancien@ardenne.example", is_active=False)
    client.force_login(PartnerPersonFactory(partner=ferme).user)
    assert "mailto:" not in client.get(address(period)).text
    counted(period, ferme, proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    text = client.get(address(period)).text
    assert "mailto:bureau@ardenne.example" in text
    assert "ancien@ardenne.example" not in text
    client.force_login(office)
    assert "mailto:" not in client.get(address(period)).text


def test_a_coordinator_reads_all_parts(client, period, ferme, vence):
    client.force_login(UserFactory(coordinates=True))
    page = client.get(address(period))
    assert page.text.index("La Ferme") < page.text.index("Val de Vence")
    report = client.get(address(period, "report"))
    assert address(period) in report.text


@pytest.mark.parametrize("name", ["report", "close", "uncounted", "classify", "highlights", "add_evidence", "build"])
def test_a_partners_person_opens_no_page_of_the_coordinator(client, period, ferme, name):
    client.force_login(PartnerPersonFactory(partner=ferme).user)
    assert client.get(address(period, name)).status_code == 404
    assert client.post(address(period, name)).status_code in {404, 405}


def test_the_parts_of_another_project_do_not_exist(client, period, ferme):
    other = PeriodFactory(project=ProjectFactory())
    client.force_login(PartnerPersonFactory(partner=ferme).user)
    assert client.get(address(other)).status_code == 404
    assert client.get(reverse("reporting:projects")).status_code == 404


@pytest.mark.parametrize(
    ("since", "until"), [(timedelta(days=1), None), (-timedelta(days=9), timedelta(0))], ids=["not yet", "over"]
)
def test_a_part_opens_on_the_days_of_the_role_only(client, period, ferme, since, until):
    today = timezone.localdate()
    until = today + until if until is not None else None
    client.force_login(PartnerPersonFactory(partner=ferme, since=today + since, until=until).user)
    assert client.get(address(period)).status_code == 404
    assert client.get(reverse("reporting:own_projects")).status_code == 404


def test_a_stranger_is_sent_to_sign_in_and_an_account_meets_nothing(client, period):
    assert client.get(address(period)).status_code == 302
    client.force_login(UserFactory())
    assert client.get(address(period)).status_code == 404
    assert client.get(reverse("reporting:own_projects")).status_code == 404


@pytest.fixture
def office(client):
    """Sign in somebody who coordinates."""
    person = UserFactory(coordinates=True)
    client.force_login(person)
    return person


def add_address():
    return reverse("admin:reporting_partnerperson_add")


def end_address(row):
    return reverse("admin:reporting_partnerperson_end", args=[row.pk])


def wish(person, partner, **values):
    days = {"since": timezone.localdate(), "last_day": ""}
    return {"email": person.email, "role": partner.pk, **days, "is_sure": "on", **values}


def test_a_coordinator_opens_a_part_and_ends_it_with_a_mail_each(client, office, ferme):
    person = UserFactory(language="nl")
    assert client.post(add_address(), wish(person, ferme)).status_code == 302
    row = PartnerPerson.objects.get(user=person, partner=ferme)
    assert row.given_by == office
    assert client.post(end_address(row), {"on": timezone.localdate()}).status_code == 302
    row.refresh_from_db()
    assert (row.until, row.ended_by) == (timezone.localdate(), office)
    mails = Message.objects.filter(to_email=person.email, template="reporting.part_news")
    assert [mail.language for mail in mails] == ["nl", "nl"]


def test_the_mail_says_what_opened_and_is_not_sent_once_it_ended(client, office, ferme):
    person = UserFactory()
    client.post(add_address(), wish(person, ferme))
    told = Message.objects.get(to_email=person.email, template="reporting.part_news")
    assert "La Ferme" in render(told).body
    assert reverse("reporting:own_projects") in render(told).body
    PartnerPerson.objects.update(until=timezone.localdate())
    assert render(told) is None


@pytest.mark.parametrize("name", ["manager", "member"])
def test_nobody_else_opens_a_part(client, ferme, name):
    person = UserFactory()
    if name == "manager":
        SpaceFactory(managers=[person])
    client.force_login(person)
    row = PartnerPersonFactory(partner=ferme)
    for address in (add_address(), end_address(row)):
        assert client.post(address, wish(UserFactory(), ferme) | {"on": "2026-01-01"}).status_code in {302, 403, 404}
    assert list(PartnerPerson.objects.values_list("pk", "until")) == [(row.pk, None)]
    with pytest.raises(ReportingError) as refusal:
        add_person(user=UserFactory(), partner=ferme, since=date(2026, 1, 1), by=person)
    assert refusal.value.code == "not_yours"
    with pytest.raises(ReportingError) as refusal:
        end_person(person=row, on=date(2026, 1, 1), by=person)
    assert refusal.value.code == "not_yours"


def test_a_second_page_names_partner_and_address_before_the_mail(client, office, ferme):
    person = UserFactory()
    sent = {name: value for name, value in wish(person, ferme).items() if name != "is_sure"}
    asked = client.post(add_address(), sent)
    assert (asked.status_code, PartnerPerson.objects.count(), Message.objects.count()) == (200, 0, 0)
    for words in (person.email, str(ferme), str(ferme.project)):
        assert words in unescape(asked.text)
    hidden = dict(re.findall(r'name="([a-z_]+)"\s+value="([^"]*)"', asked.text))
    assert client.post(add_address(), {name: hidden.get(name, "") for name in (*sent, "is_sure")}).status_code == 302
    assert PartnerPerson.objects.get().user == person


def test_half_years_to_come_are_not_listed_and_the_present_is_first(client, office, period, ferme):
    today = timezone.localdate()
    days = {"project": period.project}
    present = PeriodFactory(label="A", starts_on=today - timedelta(9), ends_on=today + timedelta(9), **days)
    PeriodFactory(label="B", starts_on=today + timedelta(10), ends_on=today + timedelta(99), **days)
    person = PartnerPersonFactory(partner=ferme).user
    listed = client.get(reverse("admin:reporting_partnerperson_changelist"))
    assert address(present) in listed.text
    client.force_login(person)
    [(_project, periods)] = client.get(reverse("reporting:own_projects")).context["projects"]
    assert [each for each, _standings in periods] == [present, period]


def test_a_part_is_opened_once_on_the_same_days(client, office, ferme):
    row = PartnerPersonFactory(partner=ferme)
    answer = client.post(add_address(), wish(row.user, ferme))
    assert answer.status_code == 400
    assert PartnerPerson.objects.count() == 1
    assert "role" in answer.context["form"].errors


@pytest.mark.parametrize(
    ("values", "field"),
    [({"email": "nobody@example.org"}, "email"), ({"role": 0}, "role"), ({"last_day": "2020-01-01"}, "last_day")],
)
def test_a_wish_that_cannot_be_is_answered_beside_its_field(client, office, ferme, values, field):
    answer = client.post(add_address(), wish(UserFactory(), ferme, **values))
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert not PartnerPerson.objects.exists()


def test_an_end_is_noted_once(client, office, ferme):
    row = PartnerPersonFactory(partner=ferme)
    end_person(person=row, on=timezone.localdate(), by=office)
    with pytest.raises(ReportingError) as refusal:
        end_person(person=row, on=timezone.localdate(), by=office)
    assert refusal.value.code == "over"


def test_my_page_leads_to_our_part(client, ferme):
    person = PartnerPersonFactory(partner=ferme).user
    client.force_login(person)
    assert reverse("reporting:own_projects") in client.get(reverse("portal:me")).text
    client.force_login(UserFactory())
    assert reverse("reporting:own_projects") not in client.get(reverse("portal:me")).text
