"""Test who may open and change which address of a part: nobody but the partner's people today, and who coordinates."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from events.tests.factories import EventTypeFactory, HistoryEventFactory
from members.enums import NetworkRoleKind
from members.tests.factories import NetworkRoleFactory, UserFactory
from reporting.models import Contribution, ContributionText, CountWord, ProposedAction, Spending
from reporting.parts.operations import mark_done
from reporting.tests.factories import (
    CountedEventFactory,
    PartnerFactory,
    PartnerPersonFactory,
    PeriodFactory,
    ProjectFactory,
    ProposedActionFactory,
)
from spaces.tests.factories import OrganisationFactory, SpaceFactory

pytestmark = pytest.mark.django_db

#: Addresses of one part, with what follows the key of the partner; its people open them.
TELLING = {
    "part_text": ["highlights"],
    "part_spending": [],
    "part_missing": [],
    "part_counts": ["marche"],
    "part_proof": ["marche"],
    "part_all_counts": [],
    "part_done": [],
    "part_reopen": [],
    "part_proposal": ["proposal"],
    "part_withdraw": ["proposal"],
}
#: Addresses that who coordinates alone opens.
DECIDING = {"part_ask": [], "part_give_back": [], "parts_until": None, "part_texts": None, "proposal": None}
PEOPLE = {
    "of the partner": {*TELLING, "parts"},
    "of another partner": set(),
    "no longer of it": set(),
    "not yet of it": set(),
    "coordinator": {*DECIDING, "part_spending", "parts", "report_text"},
    "manager": set(),
    "facilitator": set(),
    "member": set(),
}


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne"))


@pytest.fixture
def ferme(period):
    """Make a partner with an action, a proposal, and a part that is done."""
    partner = PartnerFactory(project=period.project, name="La Ferme", organisation=OrganisationFactory())
    event = HistoryEventFactory(space=None, slug="marche", earliest=date(2020, 10, 2), latest=date(2020, 10, 2))
    event.organisers.add(partner.organisation)
    CountedEventFactory(project=period.project, event=event, declared=(10, 10))
    return partner


def person(who, partner):
    today = timezone.localdate()
    return {
        "of the partner": lambda: PartnerPersonFactory(partner=partner).user,
        "of another partner": lambda: PartnerPersonFactory(partner__project=partner.project).user,
        "no longer of it": lambda: PartnerPersonFactory(partner=partner, until=today).user,
        "not yet of it": lambda: PartnerPersonFactory(partner=partner, since=today.replace(year=today.year + 1)).user,
        "coordinator": lambda: UserFactory(coordinates=True),
        "manager": lambda: manager_of(partner),
        "facilitator": lambda: NetworkRoleFactory(role=NetworkRoleKind.FACILITATOR).user,
        "member": UserFactory,
    }[who]()


def manager_of(partner):
    """Make somebody who manages a space of the partner's organisation, and is not of the partner."""
    manager = UserFactory()
    SpaceFactory(managers=[manager], operator=partner.organisation)
    return manager


def addresses(period, partner, proposal):
    for name, more in {**TELLING, **DECIDING}.items():
        rest = [] if more is None else [partner.pk, *(proposal.pk if each == "proposal" else each for each in more)]
        if name == "proposal":
            rest = [proposal.pk]
        yield name, reverse(f"reporting:{name}", args=[period.project.slug, period.label, *rest])
    yield "report_text", reverse("reporting:report_text", args=[period.project.slug, period.label, "problems"])


def rows():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Contribution, ContributionText, CountWord, ProposedAction, Spending)
    ]


@pytest.mark.parametrize("who", PEOPLE)
def test_each_address_of_a_part_opens_to_whom_it_should(client, period, ferme, who):
    mark_done(partner=ferme, period=period, by=PartnerPersonFactory(partner=ferme).user)
    proposal = ProposedActionFactory(contribution=Contribution.objects.get())
    client.force_login(person(who, ferme))
    for name, address in addresses(period, ferme, proposal):
        expected = {200, 302} if name in PEOPLE[who] else {404}
        assert client.get(address).status_code in expected, (who, name)
        if name not in PEOPLE[who]:
            before = rows()
            assert client.post(address, {"shown": "0", "fr": "X", "step": "refuse", "word": "X"}).status_code == 404
            assert rows() == before, (who, name)


def test_a_visitor_is_sent_to_sign_in_at_each_address(client, period, ferme):
    proposal = ProposedActionFactory(contribution__period=period, contribution__partner=ferme)
    for _name, address in addresses(period, ferme, proposal):
        for ask in (client.get, client.post):
            answer = ask(address)
            assert (answer.status_code, "login" in answer.url) == (302, True)


@pytest.mark.parametrize("name", TELLING)
def test_guessed_addresses_of_other_parts_do_not_exist(client, period, ferme, name):
    other = PartnerFactory(project=period.project)
    elsewhere = PartnerFactory()
    own = ProposedActionFactory(contribution__period=period, contribution__partner=ferme)
    more = [own.pk if each == "proposal" else each for each in TELLING[name]]
    client.force_login(PartnerPersonFactory(partner=ferme).user)
    for partner in (other, elsewhere, type("Nobody", (), {"pk": 999_999})):
        args = [period.project.slug, period.label, partner.pk, *more]
        assert client.get(reverse(f"reporting:{name}", args=args)).status_code == 404
    wrong = [period.project.slug, "S9-2099", ferme.pk, *more]
    assert client.get(reverse(f"reporting:{name}", args=wrong)).status_code == 404


def test_slugs_and_sections_that_do_not_exist_are_not_found(client, period, ferme):
    client.force_login(PartnerPersonFactory(partner=ferme).user)
    for name, rest in (("part_text", "equality"), ("part_counts", "inconnu"), ("part_proof", "inconnu")):
        address = reverse(f"reporting:{name}", args=[period.project.slug, period.label, ferme.pk, rest])
        assert client.get(address).status_code == 404


def test_the_proposal_of_another_project_is_not_decided_here(client, period):
    other = ProposedActionFactory()
    client.force_login(UserFactory(coordinates=True))
    address = reverse("reporting:proposal", args=[period.project.slug, period.label, other.pk])
    wish = {"step": "accept", "type": EventTypeFactory().pk, "mode": "onsite"}
    assert client.post(address, wish).status_code == 404
