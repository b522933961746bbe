"""List what is amiss before closing, each find counted by hand, and keep and print the reasons."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from events.enums import ProofKind
from events.models import Proof
from events.tests.factories import HistoryEventFactory
from members.tests.factories import UserFactory
from reporting.building.queries.versions import report_of
from reporting.closing.operations import ask_closing
from reporting.closing.queries import facts_of
from reporting.closing.rules import CHECKS, Check, findings, register
from reporting.core.operations import ensure_periods
from reporting.enums import Level
from reporting.errors import ReportingError
from reporting.models import Classification, CountWord
from reporting.outputs.renderers import labels
from reporting.outputs.renderers.as_json import as_data
from reporting.outputs.renderers.formats import FORMATS
from reporting.parts.queries import counts_of, told_parts
from reporting.tests.builds import close, draft
from reporting.tests.factories import (
    ContributionFactory,
    CountedEventFactory,
    DeliverableFactory,
    OutputFactory,
    PartnerFactory,
    ProjectFactory,
    ProjectIndicatorFactory,
    ProposedActionFactory,
)
from spaces.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    """Return the first half-year of a project: none before it waits for a report."""
    project = ProjectFactory(starts_on=date(2020, 7, 1))
    ensure_periods(project=project)
    return project.periods.get(label="S2-2020")


def found(version):
    return {finding.check.code: finding.number for finding in findings(facts_of(version))}


def event_of(period, **values):
    """Return a held event that counts, under no indicator as somebody decided."""
    event = HistoryEventFactory(space=None, **{"earliest": date(2020, 11, 18), "latest": date(2020, 11, 18)} | values)
    row = CountedEventFactory(project=period.project, event=event, declared=(13, 13))
    Classification.objects.create(action=row, indicator="", reason_fr="Réunion interne", is_override=True)
    return event


def test_a_half_year_where_nothing_is_amiss_closes_without_a_word(period):
    version = draft(period)
    assert found(version) == {}
    asked = ask_closing(version=version, built_at=version.built_at, by=UserFactory(coordinates=True))
    assert (asked.state, asked.reasons) == ("closing", [])


def test_asking_for_a_closing_reckons_the_records_once(client, period):
    version = draft(period)
    client.force_login(UserFactory(coordinates=True))
    page = reverse("reporting:close", args=[period.project.slug, period.label])
    with CaptureQueriesContext(connection) as captured:
        client.post(page, {"built_at": version.built_at.isoformat()})
    version.refresh_from_db()
    assert version.state == "closing"
    assert sum("place AS MATERIALIZED" in query["sql"] for query in captured) == 1


def test_everything_that_is_amiss_is_counted(period):
    later = period.project.periods.get(label="S1-2021")
    in_it = {"earliest": date(2021, 3, 4), "latest": date(2021, 3, 4)}
    owing = event_of(later, **in_it, proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    DeliverableFactory(period=later)
    person = UserFactory(coordinates=True)
    Proof.objects.create(
        event=owing,
        kind=ProofKind.AGENDA,
        name="Ordre du jour",
        sha256="a" * 64,
        added_by=person,
        checked_by=person,
        checked_at=timezone.now(),
    )
    event_of(later, earliest=date(2021, 5, 1), latest=date(2021, 8, 1))
    event_of(later, **in_it, meetings_lower=1, meetings_upper=1, list_is_complete=True)
    HistoryEventFactory.create_batch(2, space=None, **in_it)
    PartnerFactory(project=later.project, total="100.00", erdf="50.00")
    later.project.total_budget = "120.00"
    later.project.save()
    version = draft(later)
    assert found(version) == {
        "proofs_missing": 2,
        "earlier_unreported": 1,
        "contradictions": 1,
        "waiting": 1,
        "undecided": 2,
        "budgets": 1,
        "self_checked": 1,
    }


def test_a_half_year_that_was_reported_elsewhere_is_not_missed(period):
    later = period.project.periods.get(label="S1-2021")
    version = draft(later)
    assert found(version) == {"earlier_unreported": 1}
    period.reported_on = date(2021, 3, 24)
    period.save()
    assert found(version) == {}


def test_a_draft_older_than_the_records_needs_a_reason(period):
    version = draft(period)
    event_of(period)
    assert set(found(version)) == {"older_than_records"}
    with pytest.raises(ReportingError) as refusal:
        ask_closing(
            version=version,
            built_at=version.built_at,
            by=UserFactory(coordinates=True),
            reasons={"proofs_missing": "x"},
        )
    assert refusal.value.code == "older_than_records"


def test_a_half_year_that_is_not_over_is_refused_whatever_the_reason():
    today = timezone.localdate()
    project = ProjectFactory(starts_on=today.replace(month=1, day=1), ends_on=today.replace(year=today.year + 1))
    ensure_periods(project=project)
    running = next(period for period in project.periods.all() if not period.is_over)
    version = draft(running)
    with pytest.raises(ReportingError) as refusal:
        ask_closing(
            version=version, built_at=version.built_at, by=UserFactory(coordinates=True), reasons={"not_over": "Pressé"}
        )
    assert refusal.value.code == "not_over"


def test_what_is_told_alone_needs_no_reason(period):
    event = event_of(period)
    person = UserFactory(coordinates=True)
    Proof.objects.create(
        event=event, name="Liste", sha256="a" * 64, added_by=person, checked_by=person, checked_at=timezone.now()
    )
    version = draft(period)
    assert found(version) == {"self_checked": 1}
    assert ask_closing(version=version, built_at=version.built_at, by=person).reasons == []


def test_each_reason_is_kept_with_its_number_and_printed_in_each_output(period):
    event_of(period, proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    HistoryEventFactory(space=None, earliest=date(2020, 11, 18), latest=date(2020, 11, 18))
    version = draft(period)
    version = close(
        version=version, built_at=version.built_at, by=UserFactory(coordinates=True), reason="La liste s’est perdue."
    )
    report = report_of(version)
    assert [(one.code, one.number) for one in report.reasons] == [("proofs_missing", 1), ("undecided", 1)]
    assert as_data(report)["closing_reasons"][0] == {
        "check": "proofs_missing",
        "number": 1,
        "reason": "La liste s’est perdue.",
    }
    with translation.override("fr"):
        text = FORMATS["csv"].render(report).decode("utf-8-sig")
    assert text.count("La liste s’est perdue.") == 2
    assert "Clôturé sans toutes les preuves" in text


def test_a_reason_of_an_older_report_is_printed_as_before(period):
    version = draft(period)
    version = close(version=version, built_at=version.built_at, by=UserFactory(coordinates=True), reason="Essai")
    version.reasons = [{"code": "proofs_missing", "number": 0, "reason": "Perdue."}]
    report = report_of(version)
    assert as_data(report)["closing_reasons"] == [{"check": "proofs_missing", "number": None, "reason": "Perdue."}]


def test_every_check_that_asks_says_what_it_is_printed_under():
    asking = {check.code for check in CHECKS if check.level == Level.REASON}
    assert asking <= set(labels.CLOSED_ALTHOUGH)


def test_a_capability_above_adds_its_check_once(period):
    check = Check("of_a_test", Level.TOLD, lambda facts: [facts.period.label], lambda number: "Rien")
    try:
        register(check)
        register(check)
        assert found(draft(period)) == {"of_a_test": 1}
    finally:
        CHECKS.remove(check)


def test_partners_are_awaited_until_a_date(period):
    PartnerFactory(project=period.project)
    assert found(draft(period)) == {}
    period.partners_until = date(2021, 1, 15)
    period.save()
    assert found(draft(period)) == {"partners_not_done": 1}


def test_actions_without_an_indicator_and_those_that_two_projects_count_are_told(period):
    row = CountedEventFactory(
        project=period.project,
        event=HistoryEventFactory(space=None, earliest=date(2020, 11, 18), latest=date(2020, 11, 18)),
    )
    CountedEventFactory(project=ProjectFactory(), event=row.event)
    assert found(draft(period)) == {"unclassified": 1, "doubles": 1, "counts_unknown": 1}


def test_an_indicator_that_the_project_has_not_chosen_is_told_until_it_is(period):
    event = event_of(period)
    Classification.objects.filter(action__event=event).update(indicator="RCO115")
    OutputFactory(period=period, title_fr="Charte", code="RCO83")
    version = draft(period)
    assert found(version)["unchosen"] == 2
    lines = {one.check.code: list(map(str, one.lines)) for one in findings(facts_of(version))}["unchosen"]
    assert [line.partition(" ")[0] for line in lines] == ["RCO115", "RCO83"]
    assert [line.rpartition(" – ")[2] for line in lines] == [str(event), "Charte"]
    for code in ("RCO115", "RCO83"):
        ProjectIndicatorFactory(project=period.project, code=code)
    assert "unchosen" not in found(draft(period))


def test_what_partners_contest_and_propose_and_nobody_counted_is_found(client, period):
    partner = PartnerFactory(project=period.project, organisation=OrganisationFactory())
    contested, unknown = event_of(period, slug="marche"), event_of(period, slug="inconnu")
    contested.organisers.add(partner.organisation)
    unknown.declared_counts.all().delete()
    [told] = told_parts(period, [partner])
    contribution = ContributionFactory(partner=partner, period=period)
    CountWord.objects.create(
        contribution=contribution,
        action=contested.counted.get(),
        is_right=False,
        word="Nous étions 12",
        **dict(
            zip(
                ("participations_lower", "participations_upper", "persons_lower", "persons_upper"),
                counts_of(told.actions[0].action),
                strict=True,
            )
        ),
    )
    proposal = ProposedActionFactory(contribution=contribution, title="Visite")
    version = draft(period)
    lines = {
        one.check.code: [(str(line), line.slug, line.address) for line in one.lines]
        for one in findings(facts_of(version))
    }
    address = reverse("reporting:proposal", args=[period.project.slug, period.label, proposal.pk])
    assert lines["proposals_waiting"] == [(f"Visite – {partner.name}", "", address)]
    assert [slug for _words, slug, _address in lines["counts_unknown"]] == ["inconnu"]
    [(words, slug, _address)] = lines["counts_contested"]
    assert ("Nous étions 12" in words, slug) == (True, "marche")
    with pytest.raises(ReportingError) as refusal:
        ask_closing(version=version, built_at=version.built_at, by=UserFactory(coordinates=True))
    assert refusal.value.code in lines


def test_the_page_leads_to_the_proofs_of_each_event_and_says_what_is_published(client, period):
    event = event_of(period, proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    draft(period)
    client.force_login(UserFactory(coordinates=True))
    page = reverse("reporting:close", args=[period.project.slug, period.label])
    shown = client.get(page).text
    assert reverse("admin:events_event_change", args=[event.pk]) in shown
    assert reverse("reporting:add_evidence", args=[period.project.slug, period.label]) not in shown
    assert reverse("results") in shown
    assert "notice-warning" in shown
    period.project.publishes_results = True
    period.project.save()
    assert client.get(page).text.count("open data") + client.get(page).text.count("données ouvertes") >= 1
    DeliverableFactory(period=period)
    draft(period)
    assert reverse("reporting:add_evidence", args=[period.project.slug, period.label]) in client.get(page).text


def test_what_is_proposed_for_an_undecided_action_is_no_decision(period):
    event = HistoryEventFactory(space=None, earliest=date(2020, 11, 18), latest=date(2020, 11, 18), joint=False)
    CountedEventFactory(project=period.project, event=event)
    with translation.override("en"):
        lines = {one.check.code: one.lines for one in findings(facts_of(draft(period)))}["unclassified"]
        assert list(map(str, lines)) == [f"{event} – proposed: under no indicator"]
