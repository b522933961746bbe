"""The people of a partner tell their part; the coordinator sees who is where, asks, gives back and decides."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState, ProofKind
from events.models import DeclaredCount, Event, Proof
from events.tests.factories import EventTypeFactory, HistoryEventFactory
from hacktiv.common import dates
from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.tests.factories import UserFactory
from reporting.classifying.queries import to_classify
from reporting.enums import ContributionState, PartnerRole, ProposalState, Section, VersionState
from reporting.errors import ReportingError
from reporting.models import Contribution, CountedAction, PartnerPerson, Spending
from reporting.parts import operations
from reporting.parts.operations import Missing
from reporting.parts.queries import counts_of, own_action, partners_not_done, told_parts, written_counts
from reporting.parts.rules import proposal_seen
from reporting.parts.views.base import NOTHING_DONE
from reporting.tests.builds import draft
from reporting.tests.factories import (
    CountedEventFactory,
    PartnerFactory,
    PartnerPersonFactory,
    PeriodFactory,
    ProjectFactory,
    SpendingFactory,
)
from spaces.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

A_PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
VISIT = Missing("Visite du fablab", date(2020, 11, 3), date(2020, 11, 3), place="Couvin", note="Une dizaine")


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne"))


@pytest.fixture
def ferme(period):
    return PartnerFactory(project=period.project, name="La Ferme", organisation=OrganisationFactory(country="BE"))


@pytest.fixture
def aline(ferme):
    """Make a person of La Ferme."""
    return PartnerPersonFactory(partner=ferme).user


@pytest.fixture
def office():
    return UserFactory(coordinates=True)


@pytest.fixture
def walk(period, ferme):
    """Make an action of La Ferme that counts: 10 participations."""
    event = HistoryEventFactory(
        space=None, slug="marche", title_fr="Marche", earliest=date(2020, 10, 2), latest=date(2020, 10, 2)
    )
    event.organisers.add(ferme.organisation)
    return CountedEventFactory(project=period.project, event=event, declared=(10, 10))


def refused(code, operation, **wish):
    with pytest.raises(ReportingError) as refusal:
        operation(**wish)
    assert refusal.value.code == code


def at(name, period, *more):
    return reverse(f"reporting:{name}", args=[period.project.slug, period.label, *more])


def seen(period, partner, slug="marche"):
    return written_counts(counts_of(own_action(period, partner, slug)))


def told(period, partner):
    [part] = told_parts(period, [partner])
    return part


def close(period):
    version = draft(period)
    version.state, version.closed_at = VersionState.CLOSED, timezone.now()
    version.save()


def test_a_part_is_not_begun_until_its_people_write_something(period, ferme, aline):
    assert told(period, ferme).state == ContributionState.NOT_BEGUN
    operations.write_text(
        partner=ferme, period=period, section=Section.HIGHLIGHTS, texts={"fr": "Bien"}, seen=0, by=aline
    )
    part = told(period, ferme)
    assert (part.state, part.written) == (ContributionState.IN_WORK, 1)


def test_a_part_that_is_done_is_changed_no_more_until_it_is_given_back(period, ferme, aline, office):
    wish = {"partner": ferme, "period": period}
    operations.mark_done(**wish, by=aline)
    first = Contribution.objects.get()
    operations.mark_done(**wish, by=aline)
    assert (Contribution.objects.get().done_at, first.done_by) == (first.done_at, aline)
    text = {"section": Section.PROBLEMS, "texts": {"fr": "Rien"}, "seen": 0}
    refused("done", operations.write_text, **wish, **text, by=aline)
    refused("word", operations.give_back, **wish, word=" ", by=office)
    operations.give_back(**wish, word="Il manque la dépense.", by=office)
    assert told(period, ferme).state == ContributionState.GIVEN_BACK
    operations.write_text(**wish, **text, by=aline)
    assert told(period, ferme).state == ContributionState.GIVEN_BACK
    operations.mark_done(**wish, by=aline)
    assert told(period, ferme).state == ContributionState.DONE
    refused("not_yours", operations.give_back, **wish, word="Encore", by=aline)


def test_only_a_part_that_is_done_is_given_back(period, ferme, aline, office):
    refused("not_done", operations.give_back, partner=ferme, period=period, word="Encore", by=office)


def test_giving_back_mails_the_people_with_the_word(period, ferme, aline, office):
    gone = PartnerPersonFactory(partner=ferme, until=timezone.localdate()).user
    operations.mark_done(partner=ferme, period=period, by=aline)
    operations.give_back(partner=ferme, period=period, word="Il manque la dépense.", by=office)
    [mail] = Message.objects.filter(template="reporting.part_given_back")
    assert (mail.to_email, "Il manque la dépense." in render(mail).body) == (aline.email, True)
    assert not Message.objects.filter(to_email=gone.email)
    operations.mark_done(partner=ferme, period=period, by=aline)
    assert render(mail) is None


def test_who_is_of_a_partner_no_longer_writes_nothing(period, ferme, aline):
    PartnerPerson.objects.update(until=timezone.localdate())
    refused("not_yours", operations.mark_done, partner=ferme, period=period, by=aline)
    refused(
        "not_yours", operations.propose_action, partner=ferme, period=period, missing=VISIT, language="fr", by=aline
    )


def test_a_closed_report_shuts_the_parts_until_one_is_given_back(period, ferme, aline, office):
    operations.mark_done(partner=ferme, period=period, by=aline)
    vence = PartnerFactory(project=period.project)
    bram = PartnerPersonFactory(partner=vence).user
    close(period)
    refused("closed", operations.mark_done, partner=vence, period=period, by=bram)
    operations.give_back(partner=ferme, period=period, word="À corriger", by=office)
    operations.mark_done(partner=ferme, period=period, by=aline)


def test_a_text_that_somebody_else_has_changed_is_not_lost(client, period, ferme, aline):
    bram = PartnerPersonFactory(partner=ferme).user
    address = at("part_text", period, ferme.pk, "highlights")
    client.force_login(aline)
    form = client.get(address).context["form"]
    operations.write_text(
        partner=ferme, period=period, section=Section.HIGHLIGHTS, texts={"fr": "De Bram"}, seen=0, by=bram
    )
    answer = client.post(address, {"shown": form["shown"].value(), "fr": "D’Aline"})
    assert answer.status_code == 409
    assert "De Bram" in answer.text
    assert "D’Aline" in answer.text
    text = Contribution.objects.get().texts.get()
    assert text.text_fr == "De Bram"
    again = client.post(address, {"shown": answer.context["form"]["shown"].value(), "fr": "De Bram et d’Aline"})
    assert again.status_code == 302
    text.refresh_from_db()
    assert (text.text_fr, text.version, text.written_by) == ("De Bram et d’Aline", 2, aline)


def test_the_word_on_counts_is_of_the_counts_that_were_seen(period, ferme, aline, walk):
    wish = {"partner": ferme, "period": period, "slug": "marche", "by": aline}
    refused("moved", operations.say_of_counts, **wish, seen="9,9,9,9", is_right=True)
    refused("word", operations.say_of_counts, **wish, seen=seen(period, ferme), is_right=False)
    operations.say_of_counts(**wish, seen=seen(period, ferme), is_right=False, word="Ils étaient 12")
    part = told(period, ferme)
    assert (part.contested, part.to_confirm) == (1, 0)
    walk.event.declared_counts.update(lower=12, upper=12)
    part = told(period, ferme)
    assert (part.contested, part.to_confirm) == (0, 1)
    operations.say_of_counts(**wish, seen=seen(period, ferme), is_right=True)
    [own] = told(period, ferme).actions
    assert (own.is_said, own.said.is_right, own.said.word) == (True, True, "")


def test_a_word_on_counts_that_are_right_is_asked_about_and_not_lost(client, period, ferme, aline, walk):
    wish = {"partner": ferme, "period": period, "slug": "marche", "by": aline}
    refused("which", operations.say_of_counts, **wish, seen=seen(period, ferme), is_right=True, word="12")
    client.force_login(aline)
    typed = {"counts": seen(period, ferme), "answer": "right", "word": "Sauf deux enfants"}
    answer = client.post(at("part_counts", period, ferme.pk, "marche"), typed)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["answer"]
    assert "Sauf deux enfants" in answer.text
    assert told(period, ferme).to_confirm == 1


def test_what_was_done_is_said_where_it_was_done(client, period, ferme, aline, office, walk):
    client.force_login(aline)
    typed = {"counts": seen(period, ferme), "answer": "right"}
    place = f"action-{ferme.pk}-marche"
    page = client.post(at("part_counts", period, ferme.pk, "marche"), typed, follow=True)
    assert page.redirect_chain[-1][0] == f"{at('parts', period)}#{place}"
    row = page.text.partition(f'id="{place}"')[2].partition("</tr>")[0]
    assert 'role="status"' in row
    assert page.text.count('role="status"') == 1
    client.post(at("part_counts", period, ferme.pk, "marche"), typed)
    CountedAction.objects.all().delete()
    moved = client.get(at("parts", period))
    assert moved.text.count('role="status"') == 1, "what has lost its place is said above"
    client.force_login(office)
    asked = client.post(at("part_ask", period, ferme.pk), follow=True)
    assert asked.redirect_chain[-1][0].endswith(f"#where-{ferme.pk}")
    assert 'role="status"' in asked.text.partition(f'id="where-{ferme.pk}"')[2].partition("</tr>")[0]


def test_all_counts_that_were_seen_are_confirmed_at_once(client, period, ferme, aline, walk):
    for number in (1, 2, 3):
        event = HistoryEventFactory(
            space=None, slug=f"midi-{number}", earliest=date(2020, 10, 9), latest=date(2020, 10, 9)
        )
        event.organisers.add(ferme.organisation)
        CountedEventFactory(project=period.project, event=event, declared=(number, number))
    wish = {"partner": ferme, "period": period, "by": aline}
    operations.say_of_counts(**wish, slug="marche", seen=seen(period, ferme), is_right=False, word="12")
    client.force_login(aline)
    shown = [f"{own.action.slug}={own.counts}" for own in told(period, ferme).unsaid]
    DeclaredCount.objects.filter(event__slug="midi-3").update(lower=4, upper=4)
    address = at("part_all_counts", period, ferme.pk)
    assert address in client.get(at("parts", period)).text
    assert client.post(address, {"counts": [*shown, "ailleurs=1,1,1,1", "=", "x"]}).status_code == 302
    part = told(period, ferme)
    assert [own.action.slug for own in part.unsaid] == ["midi-3"]
    assert part.contested == 1


def test_no_partner_says_a_word_on_the_counts_of_another(period, ferme, walk):
    vence = PartnerFactory(project=period.project, organisation=OrganisationFactory())
    bram = PartnerPersonFactory(partner=vence).user
    wish = {"period": period, "slug": "marche", "seen": seen(period, ferme), "is_right": True, "by": bram}
    refused("elsewhere", operations.say_of_counts, partner=vence, **wish)
    refused("not_yours", operations.say_of_counts, partner=ferme, **wish)


def test_a_proof_of_a_partner_is_checked_by_another(client, period, ferme, aline, walk):
    walk.event.proofs_owed = [ProofKind.ATTENDANCE_SHEET]
    walk.event.save()
    client.force_login(aline)
    file = SimpleUploadedFile("liste.pdf", A_PDF)
    answer = client.post(at("part_proof", period, ferme.pk, "marche"), {"kind": "attendance_sheet", "file": file})
    assert answer.status_code == 302
    proof = Proof.objects.get()
    assert (proof.added_by, proof.checked_at, proof.event) == (aline, None, walk.event)
    assert told(period, ferme).part.lacking_proof == 1
    again = client.post(
        at("part_proof", period, ferme.pk, "marche"),
        {"kind": "attendance_sheet", "file": SimpleUploadedFile("x.pdf", A_PDF)},
    )
    assert (again.status_code, Proof.objects.count()) == (400, 1)


def test_a_partner_proves_no_event_of_others(client, period, ferme, aline):
    other = CountedEventFactory(project=period.project, event__slug="ailleurs").event
    client.force_login(aline)
    assert client.get(at("part_proof", period, ferme.pk, other.slug)).status_code == 404
    wish = {"partner": ferme, "period": period, "kind": "agenda", "file": SimpleUploadedFile("a.pdf", A_PDF)}
    refused("elsewhere", operations.add_own_proof, **wish, slug=other.slug, by=aline)


def test_an_accepted_proposal_is_a_held_event_of_the_partner(period, ferme, aline, office):
    wish = {"partner": ferme, "period": period, "missing": VISIT, "language": "nl", "by": aline}
    proposal = operations.propose_action(**wish)
    assert operations.propose_action(**wish) == proposal
    kind = EventTypeFactory(proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    decision = {"type": kind, "mode": "onsite", "counts": True, "by": office}
    operations.accept_proposal(proposal=proposal, seen=proposal_seen(proposal), **decision)
    event = Event.objects.get(title_nl="Visite du fablab")
    assert (event.state, event.earliest, event.place, event.created_by) == (
        EventState.HELD,
        date(2020, 11, 3),
        "Couvin",
        office,
    )
    assert (list(event.organisers.all()), event.proofs_owed) == ([ferme.organisation], [ProofKind.ATTENDANCE_SHEET])
    assert CountedAction.objects.get().event == event
    [own] = told(period, ferme).actions
    assert (own.action.slug, own.action.participations.bounds.is_unknown) == (event.slug, True)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.event, proposal.decided_by) == (ProposalState.ACCEPTED, event, office)
    wish = {"proposal": proposal, "seen": proposal_seen(proposal), "by": office}
    refused("decided", operations.refuse_proposal, word="Non", **wish)
    refused("decided", operations.accept_proposal, type=kind, mode="onsite", counts=True, **wish)
    assert Event.objects.count() == 1


def test_a_proposal_that_does_not_count_waits_for_a_decision(period, ferme, aline, office):
    proposal = operations.propose_action(partner=ferme, period=period, missing=VISIT, language="fr", by=aline)
    decision = {"type": EventTypeFactory(), "mode": "onsite", "counts": False, "by": office}
    operations.accept_proposal(proposal=proposal, seen=proposal_seen(proposal), **decision)
    assert not CountedAction.objects.exists()
    assert [event.title_fr for event in told(period, ferme).part.uncounted] == ["Visite du fablab"]


def test_a_proposal_is_refused_with_a_word_that_the_partner_reads(client, period, ferme, aline, office):
    proposal = operations.propose_action(partner=ferme, period=period, missing=VISIT, language="fr", by=aline)
    client.force_login(office)
    address = at("proposal", period, proposal.pk)
    assert client.post(address, {"step": "refuse", "word": ""}).status_code == 400
    assert client.post(address, {"step": "accept"}).status_code == 400
    answer = {"step": "refuse", "word": "Elle y est déjà."}
    assert client.post(address, answer).status_code == 409
    assert client.post(address, answer | {"shown": proposal_seen(proposal)}).status_code == 302
    client.force_login(aline)
    assert "Elle y est déjà." in client.get(at("parts", period)).text
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("code", "earliest", "latest"),
    [
        ("latest", date(2020, 11, 4), date(2020, 11, 3)),
        ("days", date(2021, 1, 1), date(2021, 1, 1)),
        ("days", date(2020, 6, 30), date(2020, 6, 30)),
    ],
    ids=["crossed", "after", "before"],
)
def test_a_proposal_lies_in_the_half_year(period, ferme, aline, code, earliest, latest):
    wish = {"partner": ferme, "period": period, "language": "fr", "by": aline}
    refused(code, operations.propose_action, missing=Missing("Visite", earliest, latest), **wish)


def test_the_spending_of_a_partner_is_told_by_its_people_and_the_coordinator(client, period, ferme, aline, office):
    address = at("part_spending", period, ferme.pk)
    client.force_login(aline)
    form = client.get(address).context["form"]
    sent = {"shown": form["shown"].value(), "claimed": "1 234,5", "approved": "", "erdf": "0"}
    assert client.post(address, sent).status_code == 302
    row = Spending.objects.get()
    assert (row.claimed, row.approved, row.erdf) == (Decimal("1234.50"), None, Decimal("0.00"))
    client.force_login(office)
    stale = client.post(address, sent | {"claimed": "5"})
    assert (stale.status_code, Spending.objects.get().claimed) == (409, Decimal("1234.50"))
    assert "1\xa0234,50" in stale.text
    sent = sent | {"claimed": "5", "shown": stale.context["form"]["shown"].value()}
    assert client.post(address, sent).status_code == 302
    assert Spending.objects.get().claimed == Decimal("5.00")


def test_the_coordinator_writes_spending_of_a_part_that_is_done(period, ferme, aline, office):
    operations.mark_done(partner=ferme, period=period, by=aline)
    wish = {"partner": ferme, "period": period, "amounts": {"claimed": Decimal(1)}, "seen": "–|–|–"}
    refused("done", operations.write_spending, **wish, by=aline)
    operations.write_spending(**wish, by=office)
    assert (Spending.objects.get().claimed, Contribution.objects.get().state) == (1, ContributionState.DONE)


def test_amounts_that_are_all_unknown_leave_no_row(period, ferme, aline):
    SpendingFactory(period=period, partner=ferme, claimed=3)
    wish = {"partner": ferme, "period": period, "by": aline, "seen": "3.00|–|–"}
    assert operations.write_spending(**wish, amounts={"claimed": None}) is None
    assert not Spending.objects.exists()


@pytest.mark.parametrize(
    ("amounts", "wrong"),
    [
        (("100", "100,01", ""), "approved"),
        (("100", "90", "90,01"), "erdf"),
        (("100", "", "100,01"), "erdf"),
        (("", "90", "91"), "erdf"),
    ],
)
def test_a_part_of_an_amount_is_not_more_than_the_whole(client, period, ferme, aline, amounts, wrong):
    client.force_login(aline)
    sent = dict(zip(("claimed", "approved", "erdf"), amounts, strict=True)) | {"shown": "–|–|–"}
    answer = client.post(at("part_spending", period, ferme.pk), sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [wrong])
    typed = {
        name: Decimal(sent[name].replace(",", ".")) if sent[name] else None for name in ("claimed", "approved", "erdf")
    }
    wish = {"partner": ferme, "period": period, "seen": "–|–|–", "by": aline}
    refused(wrong, operations.write_spending, **wish, amounts=typed)
    with pytest.raises(ValidationError):
        Spending(project=period.project, period=period, partner=ferme, **typed).full_clean()
    assert not Spending.objects.exists()


@pytest.mark.parametrize("amount", ["-1", "1,234", "12.5.5", "NaN", "1e9", "douze", "10000000000", "٣٤", "1,234.567"])
def test_what_is_no_amount_is_refused_beside_its_field(client, period, ferme, aline, amount):
    client.force_login(aline)
    sent = {"shown": "–|–|–", "claimed": amount, "approved": "", "erdf": ""}
    answer = client.post(at("part_spending", period, ferme.pk), sent)
    if amount == "1,234":  # digits in threes: one thousand two hundred and thirty-four
        assert Spending.objects.get().claimed == Decimal("1234.00")
        return
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["claimed"])


def test_an_associated_partner_tells_no_spending(client, period):
    agence = PartnerFactory(project=period.project, role=PartnerRole.ASSOCIATED)
    person = PartnerPersonFactory(partner=agence).user
    client.force_login(person)
    assert client.get(at("part_spending", period, agence.pk)).status_code == 404
    assert at("part_spending", period, agence.pk) not in client.get(at("parts", period)).text
    wish = {"partner": agence, "period": period, "amounts": {"claimed": Decimal(1)}, "seen": "–|–|–", "by": person}
    refused("associated", operations.write_spending, **wish)


def test_a_partner_is_not_asked_for_what_it_cannot_tell(client, period, ferme, aline, office):
    wish = {"partner": ferme, "period": period, "by": office}
    operations.ask_again(**wish)
    [mail] = Message.objects.filter(template="reporting.part_asked")
    version = draft(period)
    version.state, version.closed_at = VersionState.CLOSING, timezone.now()
    version.save()
    refused("closing", operations.ask_again, **wish)
    assert render(mail) is not None
    version.state = VersionState.CLOSED
    version.save()
    refused("closed", operations.ask_again, **wish)
    assert render(mail) is None
    client.force_login(office)
    assert at("part_ask", period, ferme.pk) not in client.get(at("parts", period)).text
    given_back = {"state": ContributionState.GIVEN_BACK, "word": "À corriger", "given_back_at": timezone.now()}
    Contribution.objects.update(**given_back)
    assert at("part_ask", period, ferme.pk) in client.get(at("parts", period)).text
    assert render(mail) is not None


def test_a_part_rests_while_the_report_is_being_closed(client, period, ferme, aline):
    version = draft(period)
    version.state, version.closed_at = VersionState.CLOSING, timezone.now()
    version.save()
    Contribution.objects.create(
        project=period.project,
        partner=ferme,
        period=period,
        state=ContributionState.GIVEN_BACK,
        word="À corriger",
        given_back_at=timezone.now(),
    )
    text = {"section": Section.PROBLEMS, "texts": {"fr": "Rien"}, "seen": 0}
    refused("closing", operations.write_text, partner=ferme, period=period, **text, by=aline)
    client.force_login(aline)
    answer = client.post(at("part_text", period, ferme.pk, "problems"), {"shown": "0", "fr": "Rien"})
    assert (answer.status_code, answer.context["form"]["fr"].value()) == (409, "Rien")
    version.state = VersionState.BUILT
    version.closed_at = None
    version.save()
    operations.write_text(partner=ferme, period=period, **text, by=aline)


def test_an_action_whose_last_day_is_to_come_is_neither_proposed_nor_accepted(client, ferme, aline, office):
    today = timezone.localdate()
    days = {"starts_on": today - timedelta(30), "ends_on": today + timedelta(30)}
    period = PeriodFactory(project=ferme.project, label="en-cours", **days)
    wish = {"partner": ferme, "period": period, "language": "fr", "by": aline}
    endless = Missing("Visite", today - timedelta(1), date(9999, 12, 31))
    refused("latest", operations.propose_action, missing=endless, **wish)
    client.force_login(aline)
    sent = {"title": "Visite", "earliest": f"{endless.earliest}", "latest": "9999-12-31"}
    answer = client.post(at("part_missing", period, ferme.pk), sent)
    assert list(answer.context["form"].errors) == ["latest"]
    proposal = operations.propose_action(missing=Missing("Visite", today - timedelta(1), today), **wish)
    type(proposal).objects.update(latest=date(9999, 12, 31))
    proposal.refresh_from_db()
    wish = {"proposal": proposal, "seen": proposal_seen(proposal), "by": office}
    refused("latest", operations.accept_proposal, type=EventTypeFactory(), mode="onsite", counts=True, **wish)
    operations.refuse_proposal(word="Jusqu’à quand ?", **wish)


def test_a_partner_is_asked_once_a_day(client, period, ferme, aline, office):
    client.force_login(office)
    for _time in range(2):
        assert client.post(at("part_ask", period, ferme.pk)).status_code == 302
    [mail] = Message.objects.filter(template="reporting.part_asked")
    assert mail.to_email == aline.email
    assert at("parts", period) in render(mail).body
    operations.mark_done(partner=ferme, period=period, by=aline)
    assert render(mail) is None
    refused("done", operations.ask_again, partner=ferme, period=period, by=office)
    refused("nobody", operations.ask_again, partner=PartnerFactory(project=period.project), period=period, by=office)


def test_partners_that_are_not_done_are_named(period, ferme, aline):
    vence = PartnerFactory(project=period.project, order=2)
    assert partners_not_done(period) == [ferme, vence]
    operations.mark_done(partner=ferme, period=period, by=aline)
    assert partners_not_done(period) == [vence]


def test_the_page_shows_the_coordinator_who_is_where(client, period, ferme, aline, office, walk):
    PartnerFactory(project=period.project, name="Vence", organisation=OrganisationFactory())
    operations.mark_done(partner=ferme, period=period, by=aline)
    client.force_login(office)
    page = client.get(at("parts", period))
    assert at("part_give_back", period, ferme.pk) in page.text
    assert page.text.count("à confirmer") + page.text.count("to confirm") >= 1
    until = client.post(at("parts_until", period), {"until": "2021-02-01", "meant": "2021-02-01"})
    assert until.status_code == 302
    period.refresh_from_db()
    assert period.partners_until == date(2021, 2, 1)
    assert client.post(at("parts_until", period), {"until": "2020-06-01"}).status_code == 400


def test_a_date_that_is_over_is_asked_about_with_how_many_are_mailed(client, period, ferme, aline, office):
    PartnerPersonFactory(partner=ferme)
    yesterday = timezone.localdate() - timedelta(1)
    client.force_login(office)
    address = at("parts_until", period)
    asked = client.post(address, {"until": yesterday.isoformat(), "meant": ""})
    assert asked.status_code == 400
    assert re.search(r"\b2 (people|personnes|personen)", asked.text)
    period.refresh_from_db()
    assert period.partners_until is None
    other = {"until": (yesterday - timedelta(1)).isoformat(), "meant": asked.context["form"]["meant"].value()}
    assert client.post(address, other).status_code == 400, "another day is asked about anew"
    again = {"until": yesterday.isoformat(), "meant": asked.context["form"]["meant"].value()}
    assert client.post(address, again).status_code == 302
    assert client.post(address, {"until": yesterday.isoformat()}).status_code == 302, "the day that stands is kept"
    period.refresh_from_db()
    assert period.partners_until == yesterday
    with pytest.raises(ReportingError) as refusal:
        operations.set_partners_until(period=period, until=yesterday - timedelta(60), by=office)
    assert refusal.value.code == "past"
    assert " 0 " in f" {refusal.value.message} ", "too long ago to be reminded of"


def test_parts_with_what_was_told_cost_as_many_queries_for_many(
    period, ferme, aline, walk, django_assert_max_num_queries, django_assert_num_queries
):
    def anew():
        return type(period).objects.select_related("project").get(pk=period.pk)

    operations.say_of_counts(
        partner=ferme, period=period, slug="marche", seen=seen(period, ferme), is_right=True, by=aline
    )
    with django_assert_max_num_queries(30) as captured:
        told_parts(anew(), [ferme])
    others = [PartnerFactory(project=period.project, organisation=OrganisationFactory()) for _ in range(4)]
    for other in others:
        person = PartnerPersonFactory(partner=other).user
        operations.write_text(
            partner=other, period=period, section=Section.PROBLEMS, texts={"fr": "Rien"}, seen=0, by=person
        )
        operations.propose_action(partner=other, period=period, missing=VISIT, language="fr", by=person)
    with django_assert_num_queries(len(captured)):
        told_parts(anew(), [ferme, *others])


def test_a_half_year_to_come_is_not_told(client, ferme, aline):
    today = timezone.localdate()
    days = {"starts_on": today + timedelta(1), "ends_on": today + timedelta(99)}
    period = PeriodFactory(project=ferme.project, label="plus-tard", **days)
    client.force_login(aline)
    assert client.get(at("part_text", period, ferme.pk, "highlights")).status_code == 404
    assert client.get(at("parts", period)).status_code == 404
    office = UserFactory(coordinates=True)
    PartnerPersonFactory(partner=ferme, user=office)
    client.force_login(office)
    page = client.get(at("parts", period))
    assert page.status_code == 200
    assert at("part_spending", period, ferme.pk) not in page.text
    assert at("part_text", period, ferme.pk, "highlights") not in page.text


def test_organisers_that_a_partner_names_leave_open_whether_it_is_joint(period, ferme, aline, office, client):
    metropole = OrganisationFactory(name="Ardenne Métropole", country="FR")
    told_so = replace(VISIT, organisers="Organisée avec : Ardenne Métropole")
    wish = {"partner": ferme, "period": period, "language": "fr", "by": aline}
    proposal = operations.propose_action(missing=told_so, **wish)
    client.force_login(office)
    page = client.get(at("proposal", period, proposal.pk))
    assert "Organisée avec : Ardenne Métropole" in page.text
    assert page.context["form"].fields["organisers"].initial == [metropole.pk]
    kind = EventTypeFactory()
    answers = {"step": "accept", "type": kind.pk, "mode": "onsite", "counts": "on", "shown": proposal_seen(proposal)}
    assert client.post(at("proposal", period, proposal.pk), answers).url == at("proposal", period, proposal.pk)
    event = Event.objects.get()
    assert (list(event.organisers.all()), event.source) == ([ferme.organisation], "La Ferme")
    [one] = to_classify(period).undecided
    assert (one.facts.joint, one.proposal.codes) == (None, None)
    assert "Ardenne Métropole" in one.proposal.what_is_missing
    event.organisers.add(metropole)
    [one] = to_classify(period).undecided
    assert one.facts.joint is True
    Event.objects.update(joint=False)
    [one] = to_classify(period).undecided
    assert one.proposal.codes == ()
    after = client.get(at("proposal", period, proposal.pk)).text
    assert reverse("admin:events_event_change", args=[event.pk]) in after


def test_the_organisers_that_the_coordinator_ticks_organise_it_with_the_partner(period, ferme, aline, office):
    metropole = OrganisationFactory(name="Ardenne Métropole", country="FR")
    proposal = operations.propose_action(partner=ferme, period=period, missing=VISIT, language="fr", by=aline)
    kind = EventTypeFactory()
    wish = {"proposal": proposal, "seen": proposal_seen(proposal), "by": office}
    operations.accept_proposal(type=kind, mode="onsite", counts=True, organisers=[metropole], **wish)
    assert set(Event.objects.get().organisers.all()) == {ferme.organisation, metropole}


def anew(period):
    return type(period).objects.select_related("project").get(pk=period.pk)


def test_a_part_given_back_before_the_closing_is_shut_by_it(client, period, ferme, aline, office):
    wish = {"partner": ferme, "period": period}
    operations.mark_done(**wish, by=aline)
    operations.give_back(**wish, word="Il manque la dépense.", by=office)
    close(period)
    assert told(anew(period), ferme).is_open is False
    text = {"section": Section.PROBLEMS, "texts": {"fr": "Rien"}, "seen": 0}
    refused("closed", operations.write_text, **wish, **text, by=aline)
    client.force_login(office)
    assert at("part_give_back", period, ferme.pk) in client.get(at("parts", period)).text
    assert client.get(at("part_give_back", period, ferme.pk)).status_code == 200
    operations.give_back(**wish, word="Corrigez la dépense.", by=office)
    refused("not_done", operations.give_back, **wish, word="Encore", by=office)
    part = told(anew(period), ferme)
    assert (part.is_open, part.is_correction) == (True, True)
    operations.write_text(**wish, **text, by=aline)
    client.force_login(aline)
    assert "correction" in client.get(at("parts", period)).text
    client.force_login(office)
    assert "correction" in client.get(at("parts", period)).text
    mail = Message.objects.filter(template="reporting.part_given_back").latest("pk")
    assert "correction" in render(mail).body


def test_counts_that_nobody_knows_are_told_and_never_confirmed(client, period, ferme, aline):
    event = HistoryEventFactory(space=None, slug="marche", earliest=date(2020, 10, 2), latest=date(2020, 10, 2))
    event.organisers.add(ferme.organisation)
    CountedEventFactory(project=period.project, event=event)
    wish = {"partner": ferme, "period": period, "by": aline}
    refused("unknown", operations.say_of_counts, **wish, slug="marche", seen=seen(period, ferme), is_right=True)
    assert operations.confirm_counts(**wish, seen={"marche": seen(period, ferme)}) == 0
    client.force_login(aline)
    address = at("part_counts", period, ferme.pk, "marche")
    assert 'value="right"' not in client.get(at("parts", period)).text
    form = client.get(address).context["form"]
    assert "answer" not in form.fields
    assert client.post(address, {"counts": form["counts"].value(), "word": ""}).status_code == 400
    part = told(period, ferme)
    assert (part.to_confirm, part.to_count) == (0, 1)
    assert client.post(address, {"counts": form["counts"].value(), "word": "Une douzaine"}).status_code == 302
    part = told(period, ferme)
    assert (part.to_count, part.actions[0].said.word) == (0, "Une douzaine")


def test_a_part_that_lacks_something_is_done_once_its_people_are_sure(client, period, ferme, aline):
    client.force_login(aline)
    operations.write_text(
        partner=ferme, period=period, section=Section.HIGHLIGHTS, texts={"fr": "Bien"}, seen=0, by=aline
    )
    asked = client.post(at("part_done", period, ferme.pk))
    assert (asked.status_code, Section.PROBLEMS in asked.context["told"].empty_texts) == (200, True)
    assert Section.HIGHLIGHTS not in asked.context["told"].empty_texts
    assert told(period, ferme).state == ContributionState.IN_WORK
    assert client.post(at("part_done", period, ferme.pk), {"is_sure": "on"}).status_code == 302
    assert told(period, ferme).state == ContributionState.DONE


def test_its_people_open_a_part_again_until_the_report_is_closed(client, period, ferme, aline, office):
    wish = {"partner": ferme, "period": period}
    operations.mark_done(**wish, by=aline)
    client.force_login(aline)
    assert at("part_reopen", period, ferme.pk) in client.get(at("parts", period)).text
    assert client.post(at("part_reopen", period, ferme.pk)).status_code == 302
    row = Contribution.objects.get()
    assert (row.state, row.done_at, row.done_by) == (ContributionState.IN_WORK, None, None)
    refused("not_yours", operations.take_done_back, **wish, by=office)
    operations.mark_done(**wish, by=aline)
    close(period)
    refused("closed", operations.take_done_back, **wish, by=aline)
    assert at("part_reopen", period, ferme.pk) not in client.get(at("parts", period)).text
    operations.give_back(**wish, word="Corrigez la dépense.", by=office)
    operations.mark_done(**wish, by=aline)
    operations.take_done_back(**wish, by=aline)
    assert Contribution.objects.get().state == ContributionState.GIVEN_BACK


@pytest.mark.parametrize("pressed", ["part_all_counts", "part_done", "part_reopen", "part_withdraw", "part_ask"])
def test_who_pressed_while_signed_out_reads_that_nothing_was_done(client, period, ferme, aline, office, pressed):
    more = []
    if pressed == "part_withdraw":
        more = [operations.propose_action(partner=ferme, period=period, missing=VISIT, language="fr", by=aline).pk]
    address = at(pressed, period, ferme.pk, *more)
    assert client.post(address).url.endswith(f"?next={address}")
    client.force_login(office if pressed == "part_ask" else aline)
    assert str(NOTHING_DONE) in client.get(address, follow=True).text


def test_what_is_left_to_tell_leads_to_its_place(client, period, ferme, aline, walk):
    walk.event.proofs_owed = [ProofKind.ATTENDANCE_SHEET]
    walk.event.save()
    event = HistoryEventFactory(space=None, slug="midi", earliest=date(2020, 10, 9), latest=date(2020, 10, 9))
    event.organisers.add(ferme.organisation)
    CountedEventFactory(project=period.project, event=event, declared=None)
    client.force_login(aline)
    page = client.get(at("parts", period)).text
    left = page.partition("notice")[2].partition("</ul>")[0]
    led_to = re.findall(r'href="#([^"]+)"', left)
    walk_at, midi_at = f"action-{ferme.pk}-marche", f"action-{ferme.pk}-midi"
    assert led_to == [walk_at, midi_at, walk_at, f"texts-{ferme.pk}", f"spending-{ferme.pk}"]
    assert all(page.count(f'id="{place}"') == 1 for place in led_to)
    asked = client.post(at("part_done", period, ferme.pk)).text
    assert re.findall(rf'href="{at("parts", period)}#([^"]+)"', asked)[:3] == [walk_at, midi_at, walk_at]


def test_a_part_that_is_shut_is_not_late_and_not_to_be_begun(client, period, ferme, aline):
    period.partners_until = timezone.localdate() - timedelta(days=2)
    period.save()
    assert told(period, ferme).is_late
    close(period)
    assert not told(period, ferme).is_late
    client.force_login(aline)
    for address in (at("parts", period), reverse("reporting:own_projects")):
        assert str(ContributionState.NOT_BEGUN.label) not in client.get(address).text


def test_a_word_of_several_lines_stays_so_for_the_coordination(client, period, ferme, aline, office):
    operations.mark_done(partner=ferme, period=period, by=aline)
    operations.give_back(partner=ferme, period=period, word="Il manque un texte.\nMerci <b>", by=office)
    client.force_login(office)
    assert "Il manque un texte.<br>Merci &lt;b&gt;" in client.get(at("parts", period)).text


def test_half_years_without_a_date_are_told_in_one_sentence(period, ferme, aline):
    for year in (2021, 2022):
        PeriodFactory(project=period.project, label=f"S1-{year}", starts_on=date(year, 1, 1), ends_on=date(year, 6, 30))
    message = Message(template="reporting.part_news", to_email=aline.email, language="en", key="x")
    message.context = {"role": PartnerPerson.objects.get().pk, "news": "given"}
    body = render(message).body
    assert f"For S1-2022, S1-2021, {period.label}, no date is set yet." in body
    assert body.count("no date") == 1


def test_what_was_done_with_a_part_is_said_where_the_page_opens(client, period, ferme, aline):
    client.force_login(aline)
    for pressed in ("part_done", "part_reopen"):
        answer = client.post(at(pressed, period, ferme.pk), {"is_sure": "on"})
        assert answer.url.endswith(f"#part-{ferme.pk}")
        shown = client.get(answer.url).text
        assert shown.index(f'id="part-{ferme.pk}"') < shown.index('role="status"')
        assert shown.count('role="status"') == 1


def test_people_read_what_is_awaited_and_until_when(client, period, ferme, aline, office):
    period.partners_until = timezone.localdate() + timedelta(days=9)
    period.save()
    role = PartnerPerson.objects.get()
    message = Message(template="reporting.part_news", to_email=aline.email, language="fr", key="x")
    message.context = {"role": role.pk, "news": "given"}
    day = dates.day(period.partners_until, weekday=False)
    client.force_login(aline)
    for words in (
        render(message).body,
        client.get(reverse("portal:me")).text,
        client.get(reverse("reporting:own_projects")).text,
    ):
        assert day in words.replace("\n", " ")
    operations.mark_done(partner=ferme, period=period, by=aline)
    assert day not in render(message).body
    assert str(ContributionState.DONE.label) in client.get(reverse("reporting:own_projects")).text
