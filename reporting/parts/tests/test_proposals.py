"""Read, change or withdraw a proposed action until it is decided on, and tell its partner the decision."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from events.models import Event
from events.tests.factories import EventTypeFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.tests.factories import UserFactory
from reporting.enums import ProposalState
from reporting.errors import ReportingError
from reporting.models import CountedAction, PartnerPerson, ProposedAction
from reporting.parts import operations
from reporting.parts.mails import proposal_decided
from reporting.parts.operations import Missing
from reporting.parts.queries import told_parts
from reporting.parts.rules import proposal_seen
from reporting.tests.factories import PartnerFactory, PartnerPersonFactory, PeriodFactory, ProjectFactory
from spaces.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

VISIT = Missing("Visite du fablab", date(2020, 11, 3), date(2020, 11, 3), place="Couvin", note="Une dizaine")


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne"))


@pytest.fixture
def ferme(period):
    return PartnerFactory(project=period.project, name="La Ferme", organisation=OrganisationFactory(country="BE"))


@pytest.fixture
def aline(ferme):
    return PartnerPersonFactory(partner=ferme, user__language="fr").user


@pytest.fixture
def office():
    return UserFactory(coordinates=True)


@pytest.fixture
def visit(period, ferme, aline):
    return operations.propose_action(partner=ferme, period=period, missing=VISIT, language="fr", by=aline)


def at(name, proposal):
    part = proposal.contribution
    return reverse(f"reporting:{name}", args=[part.project.slug, part.period.label, part.partner_id, proposal.pk])


def accept(proposal, office, *, seen=None):
    wish = {"type": EventTypeFactory(), "mode": "onsite", "counts": True, "by": office}
    return operations.accept_proposal(proposal=proposal, seen=seen or proposal_seen(proposal), **wish)


def refuse(proposal, office, *, word="Elle y est déjà."):
    return operations.refuse_proposal(proposal=proposal, word=word, seen=proposal_seen(proposal), by=office)


def refused(code, operation, **wish):
    with pytest.raises(ReportingError) as refusal:
        operation(**wish)
    assert refusal.value.code == code


def decisions():
    return list(Message.objects.filter(template="reporting.proposal_decided").order_by("pk"))


def test_who_proposed_an_action_reads_it_again_and_changes_it(client, visit, aline):
    client.force_login(aline)
    part = reverse("reporting:parts", args=["ardenne", visit.contribution.period.label])
    assert at("part_proposal", visit) in client.get(part).text
    page = client.get(at("part_proposal", visit))
    form = page.context["form"]
    assert (form["note"].value(), form["latest"].value()) == ("Une dizaine", None)
    typed = {name: form[name].value() or "" for name in ("shown", "title", "place", "organisers", "note")}
    typed |= {"earliest": "2020-11-04", "latest": "2020-11-05", "note": "Ils étaient 12"}
    assert client.post(at("part_proposal", visit), typed).status_code == 302
    visit.refresh_from_db()
    assert (visit.earliest, visit.latest, visit.note) == (date(2020, 11, 4), date(2020, 11, 5), "Ils étaient 12")
    assert (visit.state, visit.proposed_by, visit.language) == (ProposalState.WAITING, aline, "fr")


def test_two_who_change_one_proposal_lose_nothing(client, visit, ferme, aline):
    bram = PartnerPersonFactory(partner=ferme).user
    client.force_login(aline)
    shown = client.get(at("part_proposal", visit)).context["form"]["shown"].value()
    wish = {"proposal": visit, "seen": proposal_seen(visit), "language": "nl"}
    operations.change_proposal(missing=replace(VISIT, note="De Bram"), by=bram, **wish)
    typed = {"shown": shown, "title": VISIT.title, "earliest": "2020-11-03", "note": "D’Aline"}
    answer = client.post(at("part_proposal", visit), typed)
    assert answer.status_code == 409
    assert "De Bram" in answer.text
    assert "D’Aline" in answer.text
    visit.refresh_from_db()
    assert (visit.note, visit.language) == ("De Bram", "fr")
    again = typed | {"shown": answer.context["form"]["shown"].value(), "note": "Des deux"}
    assert client.post(at("part_proposal", visit), again).status_code == 302
    visit.refresh_from_db()
    assert visit.note == "Des deux"


def test_a_title_that_is_written_anew_is_in_the_language_of_its_page(visit, aline):
    wish = {"proposal": visit, "seen": proposal_seen(visit), "language": "nl", "by": aline}
    operations.change_proposal(missing=replace(VISIT, title="Bezoek aan het fablab"), **wish)
    visit.refresh_from_db()
    assert (visit.title, visit.language) == ("Bezoek aan het fablab", "nl")


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("title", {"title": " "}),
        ("latest", {"latest": date(2020, 11, 2)}),
        ("days", {"earliest": date(2021, 1, 4), "latest": date(2021, 1, 4)}),
        ("latest", {"latest": date(9999, 12, 31)}),
        ("twice", {"title": "Marche"}),
    ],
)
def test_a_change_is_refused_as_a_new_proposal_is(visit, period, ferme, aline, code, change):
    other = replace(VISIT, title="Marche")
    operations.propose_action(partner=ferme, period=period, missing=other, language="fr", by=aline)
    wish = {"proposal": visit, "seen": proposal_seen(visit), "language": "fr", "by": aline}
    refused(code, operations.change_proposal, missing=replace(VISIT, **change), **wish)
    visit.refresh_from_db()
    assert visit.title == VISIT.title


def test_a_proposal_that_is_withdrawn_waits_for_nobody(client, visit, period, ferme, aline, office):
    client.force_login(aline)
    for _click in range(2):
        assert client.post(at("part_withdraw", visit)).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.decided_by) == (ProposalState.WITHDRAWN, aline)
    [part] = told_parts(period, [ferme])
    assert (part.waiting, part.proposals) == (0, ())
    refused("withdrawn", accept, proposal=visit, office=office)
    refused("withdrawn", refuse, proposal=visit, office=office)
    wish = {"seen": proposal_seen(visit), "language": "fr", "by": aline}
    refused("withdrawn", operations.change_proposal, proposal=visit, missing=VISIT, **wish)
    assert not Event.objects.exists()
    assert decisions() == []
    anew = operations.propose_action(partner=ferme, period=period, missing=VISIT, language="fr", by=aline)
    assert (anew.state, anew != visit) == (ProposalState.WAITING, True)


def test_what_was_decided_is_changed_and_withdrawn_no_more(client, visit, aline, office):
    client.force_login(aline)
    shown = client.get(at("part_proposal", visit)).context["form"]["shown"].value()
    refuse(visit, office)
    typed = {"shown": shown, "title": "Visite", "earliest": "2020-11-03", "note": "Ils étaient 12"}
    answer = client.post(at("part_proposal", visit), typed)
    assert answer.status_code == 409
    assert "Ils étaient 12" in answer.text, "what was typed is not lost"
    assert "Elle y est déjà." in answer.text
    refused("decided", operations.withdraw_proposal, proposal=visit, by=aline)
    page = client.get(at("part_proposal", visit))
    assert "Elle y est déjà." in page.text
    assert at("part_withdraw", visit) not in page.text


def test_a_part_that_is_done_keeps_its_proposals_as_they_are(client, visit, period, ferme, aline):
    operations.mark_done(partner=ferme, period=period, by=aline)
    refused("done", operations.withdraw_proposal, proposal=visit, by=aline)
    wish = {"proposal": visit, "seen": proposal_seen(visit), "language": "fr", "by": aline}
    refused("done", operations.change_proposal, missing=VISIT, **wish)
    client.force_login(aline)
    page = client.get(at("part_proposal", visit))
    assert (page.status_code, at("part_withdraw", visit) in page.text) == (200, False)


def test_who_is_of_the_partner_no_longer_withdraws_nothing(visit, aline):
    PartnerPerson.objects.update(until=timezone.localdate())
    refused("not_yours", operations.withdraw_proposal, proposal=visit, by=aline)


def test_the_lead_decides_on_what_the_page_showed(client, visit, aline, office):
    client.force_login(office)
    part = visit.contribution
    address = reverse("reporting:proposal", args=["ardenne", part.period.label, visit.pk])
    shown = client.get(address).context["form"]["shown"].value()
    wish = {"proposal": visit, "seen": proposal_seen(visit), "language": "fr", "by": aline}
    operations.change_proposal(missing=replace(VISIT, place="Givet"), **wish)
    typed = {"step": "accept", "type": EventTypeFactory().pk, "mode": "onsite", "shown": shown}
    answer = client.post(address, typed)
    assert (answer.status_code, Event.objects.count()) == (409, 0)
    assert "Givet" in answer.text
    assert answer.context["form"]["mode"].value() == "onsite"
    again = typed | {"shown": answer.context["form"]["shown"].value()}
    assert client.post(address, again).status_code == 302
    assert Event.objects.get().place == "Givet"


def test_who_proposed_an_action_is_told_once_that_it_is_accepted(visit, ferme, aline, office):
    PartnerPersonFactory(partner=ferme)
    accept(visit, office)
    refused("decided", accept, proposal=visit, office=office)
    [mail] = decisions()
    told = render(mail)
    assert mail.to_email == aline.email
    assert reverse("events:event", args=[Event.objects.get().slug]) in told.body
    assert VISIT.title in told.subject


def test_who_proposed_an_action_is_told_why_it_is_refused(visit, aline, office):
    refuse(visit, office, word="Elle y est déjà : la <marche>.")
    [mail] = decisions()
    told = render(mail)
    assert (mail.to_email, "Elle y est déjà : la <marche>." in told.body) == (aline.email, True)
    period = visit.contribution.period.label
    proposed = reverse("reporting:part_proposal", args=["ardenne", period, visit.contribution.partner_id, visit.pk])
    assert proposed in told.body


def test_who_left_the_partner_is_told_nothing_but_those_of_today(visit, ferme, aline, office):
    PartnerPerson.objects.filter(user=aline).update(until=timezone.localdate())
    bram = PartnerPersonFactory(partner=ferme).user
    refuse(visit, office)
    [mail] = decisions()
    assert mail.to_email == bram.email
    PartnerPerson.objects.update(until=timezone.localdate())
    assert render(mail) is None


def test_the_mail_of_an_accepted_action_outlives_its_event(visit, office):
    accept(visit, office)
    [mail] = decisions()
    CountedAction.objects.all().delete()
    Event.objects.all().delete()
    told = render(mail)
    assert reverse("reporting:parts", args=["ardenne", visit.contribution.period.label]) in told.body


@pytest.mark.django_db(transaction=True)
def test_withdrawn_and_accepted_at_once_is_one_of_both(visit, aline, office):
    seen, kind = proposal_seen(visit), EventTypeFactory()

    def act(number):
        proposal = ProposedAction.objects.select_related("contribution__partner", "contribution__period").get()
        try:
            if number % 2:
                operations.withdraw_proposal(proposal=proposal, by=aline)
            else:
                wish = {"type": kind, "mode": "onsite", "counts": True, "by": office}
                operations.accept_proposal(proposal=proposal, seen=seen, **wish)
        except ReportingError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = set(pool.map(act, range(8)))
    visit.refresh_from_db()
    is_accepted = visit.state == ProposalState.ACCEPTED
    assert codes <= {None, "decided" if is_accepted else "withdrawn"}
    assert (Event.objects.count(), len(decisions())) == ((1, 1) if is_accepted else (0, 0))


@pytest.mark.parametrize("name", ["part_proposal", "part_withdraw"])
def test_no_address_of_ones_own_part_opens_the_proposal_of_another(client, visit, period, name):
    other = PartnerFactory(project=period.project)
    client.force_login(PartnerPersonFactory(partner=other).user)
    guessed = reverse(f"reporting:{name}", args=["ardenne", period.label, other.pk, visit.pk])
    assert client.get(guessed).status_code == 404
    assert client.post(guessed, {"title": "Autre"}).status_code == 404
    visit.refresh_from_db()
    assert (visit.title, visit.state) == (VISIT.title, ProposalState.WAITING)


def test_no_mail_tells_a_decision_that_nobody_made(visit, aline):
    role = PartnerPerson.objects.get(user=aline)
    told = proposal_decided({"role": role.pk, "proposal": visit.pk})
    operations.withdraw_proposal(proposal=visit, by=aline)
    assert (told, proposal_decided({"role": role.pk, "proposal": visit.pk})) == (None, None)
