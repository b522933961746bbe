from datetime import date
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.utils import timezone, translation

from events.attendance.operations import add_walk_in
from events.enums import Audience, Measure, ProofKind
from events.models import DeclaredCount, Proof
from events.registering.operations import correct_residence
from events.tests.factories import HistoryEventFactory, ParticipationFactory
from hacktiv.common.bounds import Bounds
from hacktiv.merging.operations import merge_accounts
from members.tests.factories import UserFactory
from reporting.building.queries.build import build_report
from reporting.building.queries.content import read
from reporting.building.queries.versions import current_report, report_of
from reporting.core.operations import ensure_periods
from reporting.enums import VersionState
from reporting.errors import ReportingError
from reporting.models import ReportVersion
from reporting.outputs.renderers import correction_labels
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.builds import close, draft
from reporting.tests.factories import (
    ClassificationFactory,
    CoachingFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    DeliverableFactory,
    DeviationFactory,
    PartnerFactory,
    ProjectFactory,
    StockFactory,
)
from spaces.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


@pytest.fixture
def period():
    project = ProjectFactory()
    ensure_periods(project=project)
    return project.periods.get(label="S2-2020")


def closed(period, reason=""):
    version = draft(period)
    return close(version=version, built_at=version.built_at, by=UserFactory(), reason=reason)


def counted(period, declared=(13, 13), **values):
    event = HistoryEventFactory(space=None, earliest=date(2020, 11, 18), latest=date(2020, 11, 18), **values)
    return CountedEventFactory(project=period.project, event=event, declared=declared)


def correct(row, lower, upper):
    DeclaredCount.objects.filter(event=row.event).update(replaced_at=timezone.now())
    values = {"measure": Measure.PARTICIPATIONS, "lower": lower, "upper": upper, "reason": "Liste relue"}
    DeclaredCount.objects.create(event=row.event, **values)


def participations(report):
    return next(figure for figure in report.figures if figure.code == "NET-PARTICIPATIONS").current.bounds


def test_a_closed_report_stays_as_it_was(period):
    row = counted(period)
    version = closed(period)
    correct(row, 12, 12)
    version.refresh_from_db()
    assert participations(report_of(version)) == Bounds(13, 13)
    assert (report_of(version).status, report_of(version).version) == ("closed", 1)
    assert participations(current_report(period)) == Bounds(13, 13)


def test_the_next_version_lists_what_was_corrected(period):
    row = counted(period)
    counted(period, declared=(4, 4))
    closed(period)
    correct(row, 12, 12)
    second = draft(period)
    assert second.number == 2
    report = report_of(second)
    assert [(part.period, part.version, part.what, part.before, part.after) for part in report.corrections] == [
        ("S2-2020", 1, "persons", Bounds(13, 17), Bounds(12, 16)),
        ("S2-2020", 1, "participations", Bounds(13, 13), Bounds(12, 12)),
        ("S2-2020", 1, "persons", Bounds(13, 13), Bounds(12, 12)),
    ]


def test_the_next_half_year_lists_what_was_corrected_before_it(period):
    row = counted(period)
    closed(period)
    row.counts = False
    row.save()
    later = period.project.periods.get(label="S1-2021")
    assert [(part.what, part.before, part.after) for part in build_report(period.project, later).corrections] == [
        ("persons", Bounds(13, 13), Bounds(0, 0)),
        ("events", Bounds(1, 1), None),
        ("participations", Bounds(13, 13), None),
        ("persons", Bounds(13, 13), None),
    ]
    earlier = period.project.periods.get(label="S1-2020")
    assert build_report(period.project, earlier).corrections == ()


def whole(period):
    """Make a half-year with everything that a report can tell."""
    row = counted(period, joint=True, audience=Audience.PUBLIC)
    row.event.organisers.add(OrganisationFactory(name="BEP"))
    proof = Proof.objects.create(event=row.event, kind=ProofKind.ATTENDANCE_SHEET, name="Liste", sha256="a" * 64)
    coaching = CountedCoachingFactory(project=period.project)
    deliverable = DeliverableFactory(period=period, date=date(2020, 10, 1))
    for number, thing in enumerate((coaching.coaching, deliverable)):
        thing.evidence.create(name="Preuve", sha256=f"{number}" * 64, checked_at=timezone.now())
    return SimpleNamespace(
        row=row,
        proof=proof,
        coaching=coaching,
        stock=StockFactory(told_in=period),
        deviation=DeviationFactory(period=period, reason_nl="De grens was dicht."),
        deliverable=deliverable,
        partner=PartnerFactory(project=period.project, name="BEP", total="100.10", erdf="50.05"),
    )


def told(report):
    """Return the corrections as people read them in French."""
    with translation.override("fr"):
        return [
            (
                read(part.title),
                correction_labels.corrected(part),
                correction_labels.said(part),
                correction_labels.known(part),
            )
            for part in report.corrections
        ]


def test_nothing_is_corrected_where_nothing_changed(period):
    whole(period)
    closed(period)
    assert report_of(draft(period)).corrections == ()


def set_to(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda told: set_to(told.stock, value=120),
            ("Membres du groupe", "valeur à une date", "98", "120"),
        ),
        (
            lambda told: set_to(told.stock, date=date(2021, 3, 25)),
            ("Membres du groupe", "date", "24/03/2021", "25/03/2021"),
        ),
        (
            lambda told: set_to(told.row.event, joint=None),
            ("TITLE", "organisée en commun", "oui", "non renseigné"),
        ),
        (
            lambda told: set_to(told.row.event, audience=Audience.MEMBERS),
            ("TITLE", "ouverte à tous", "oui", "non"),
        ),
        (
            lambda told: set_to(told.row.event, latest=date(2020, 11, 19)),
            ("TITLE", "dates", "18/11/2020", "18/11/2020 – 19/11/2020"),
        ),
        (
            lambda told: told.row.event.organisers.add(OrganisationFactory(name="Ardenne Métropole")),
            ("TITLE", "organisateurs", "BEP", "Ardenne Métropole, BEP"),
        ),
        (
            lambda told: ClassificationFactory(action=told.row, indicator="RCO85"),
            ("TITLE", "indicateur", "non renseigné", "RCO85 Participations à des formations conjointes"),
        ),
        (
            lambda told: set_to(told.row.event, proofs_owed=[ProofKind.AGENDA]),
            ("TITLE", "preuves encore manquantes", "–", "Agenda"),
        ),
        (
            lambda told: set_to(told.deviation, reason_fr="La route était coupée."),
            ("Visite reportée", "motif", "La frontière était fermée.", "La route était coupée."),
        ),
        (
            lambda told: set_to(told.deviation, reason_nl="De weg was dicht."),
            ("Visite reportée", "motif", "De grens was dicht. (nl)", "De weg was dicht. (nl)"),
        ),
        (
            lambda told: told.deviation.delete(),
            ("Visite reportée", "motif", "La frontière était fermée.", "pas rapporté"),
        ),
        (
            lambda told: set_to(told.partner, total="120.10"),
            ("BEP", "total", "100,10 €", "120,10 €"),
        ),
        (
            lambda told: set_to(told.partner, side="FR"),
            ("BEP", "versant", "Wallonie", "France"),
        ),
        (
            lambda told: told.partner.delete(),
            ("BEP", "rôle", "Partenaire", "pas rapporté"),
        ),
        (
            lambda told: set_to(told.deliverable, date=date(2020, 10, 2)),
            ("Vidéo", "date", "01/10/2020", "02/10/2020"),
        ),
        (
            lambda told: set_to(told.coaching.coaching, persons_upper=7),
            ("Accompagnement", "personnes accompagnées", "5", "5 à 7"),
        ),
        (
            lambda told: told.coaching.coaching.evidence.create(name="Fiche", sha256="b" * 64),
            ("Accompagnement", "preuves", "Preuve (vérifié)", "Preuve (vérifié), Fiche (à vérifier)"),
        ),
    ],
)
def test_each_thing_that_was_corrected_is_told_once(period, change, expected):
    told_of = whole(period)
    closed(period)
    change(told_of)
    report = report_of(draft(period))
    title = told_of.row.event.title_fr
    assert [tuple(title if cell == "TITLE" else cell for cell in expected)] == [
        tuple(cell.translate(SPACES) for cell in row) for row in told(report)
    ]
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            for chosen in FORMATS.values():
                assert chosen.render(report)


def test_a_proof_that_is_checked_later_is_told_with_what_it_proves(period):
    told_of = whole(period)
    ParticipationFactory(event=told_of.row.event)
    set_to(told_of.row.event, list_is_complete=True)
    closed(period)
    set_to(told_of.proof, checked_at=timezone.now())
    title = told_of.row.event.title_fr
    assert told(report_of(draft(period))) == [
        ("Le semestre dans son ensemble", "personnes", "1 (déclaré)", "1 (prouvé)"),
        (title, "rencontres", "1 (déclaré)", "1 (prouvé)"),
        (title, "participations", "1 (déclaré)", "1 (prouvé)"),
        (title, "personnes", "1 (déclaré)", "1 (prouvé)"),
        (title, "preuves", "Liste (à vérifier)", "Liste (vérifié)"),
    ]


def test_the_project_is_compared_with_the_report_closed_last(period):
    told_of = whole(period)
    later = period.project.periods.get(label="S1-2021")
    closed(period)
    set_to(told_of.partner, total="120.10")
    (correction,) = report_of(closed(later)).corrections
    assert (correction.period, correction.what) == ("S2-2020", "total")
    assert build_report(period.project, period.project.periods.get(label="S2-2021")).corrections == ()


def test_a_report_in_the_first_format_is_compared_where_it_has_keys(period):
    told_of = whole(period)
    version = draft(period)
    version.payload["format"] = 1
    for part in ("stocks", "deviations", "partners"):
        for item in version.payload["report"][part]:
            del item["key"]
    version.save()
    close(version=version, built_at=version.built_at, by=UserFactory())
    set_to(told_of.stock, value=120)
    correct(told_of.row, 12, 12)
    assert [part.what for part in report_of(draft(period)).corrections] == ["persons", "participations", "persons"]


def test_two_accounts_that_become_one_change_the_persons_of_the_half_year_alone(period):
    """They never met at one event: no action changes, only the figure that counts each person once."""
    first, second = UserFactory(), UserFactory()
    for person in (first, second):
        event = counted(period, declared=None).event
        ParticipationFactory(event=event, participant_number=person.participant_number)
        set_to(event, list_is_complete=True)
    closed(period)
    merge_accounts(kept=first, gone=second, by=UserFactory(superuser=True))
    later = period.project.periods.get(label="S1-2021")
    for report in (report_of(draft(period)), build_report(period.project, later)):
        (correction,) = report.corrections
        assert (correction.what, correction.before, correction.after) == ("persons", Bounds(2, 2), Bounds(1, 1))


def named(row, *numbers, **attributes):
    for number in numbers:
        ParticipationFactory(event=row.event, participant_number=UUID(int=number), **attributes)


def test_another_person_on_a_list_moves_persons_and_cells_where_no_action_changes(period):
    """Lists of the persons 1 and 2, and 1 and 2, become 1 and 2, and 1 and 3; that one lives on the other side."""
    first, second = (counted(period, declared=None, list_is_complete=True) for _number in range(2))
    named(first, 1, 2, residence="BE", status="employee")
    named(second, 1, 2, residence="BE", status="employee")
    closed(period)
    second.event.participations.filter(participant_number=UUID(int=2)).delete()
    named(second, 3, residence="FR", status="employee")
    assert [tuple(cell.translate(SPACES) for cell in row) for row in told(report_of(draft(period)))] == [
        ("Le semestre dans son ensemble", "personnes", "2", "3"),
        ("Participations des listes nominatives", "résidence", "Belgique : 4", "Belgique : 3, France : 1"),
    ]


def test_persons_of_several_half_years_are_compared_too(period):
    """One came in spring, one in autumn, and they turn out to be one person."""
    people = UserFactory(), UserFactory()
    spring = period.project.periods.get(label="S1-2020")
    for person, day in zip(people, (date(2020, 3, 4), date(2020, 11, 18)), strict=True):
        event = HistoryEventFactory(space=None, earliest=day, latest=day, list_is_complete=True)
        ParticipationFactory(event=event, participant_number=person.participant_number)
        CountedEventFactory(project=period.project, event=event)
    for half_year in (spring, period):
        closed(half_year)
    merge_accounts(kept=people[0], gone=people[1], by=UserFactory(superuser=True))
    assert report_of(draft(spring)).corrections == ()
    later = build_report(period.project, period.project.periods.get(label="S1-2021"))
    for built in (report_of(draft(period)), later):
        (correction,) = built.corrections
        assert (correction.period, correction.what) == ("S2-2020", "persons_so_far")
        assert (correction.before, correction.after) == (Bounds(2, 2), Bounds(1, 1))


def test_figures_that_an_undecided_action_widens_are_compared(period):
    """No part of the report is the action that may lie in another half-year, or the coaching."""
    counted(period)
    event = HistoryEventFactory(space=None, earliest=date(2020, 6, 1), latest=date(2020, 8, 1))
    row = CountedEventFactory(project=period.project, event=event, declared=(6, 6))
    days = {"earliest": date(2020, 6, 1), "latest": date(2020, 8, 1)}
    coaching = CountedCoachingFactory(project=period.project, coaching=CoachingFactory(**days, residence="BE")).coaching
    closed(period)
    correct(row, 8, 8)
    set_to(coaching, persons_upper=7, residence="FR")
    corrections = report_of(draft(period)).corrections
    with translation.override("en"):
        assert [(part.what, correction_labels.said(part), correction_labels.known(part)) for part in corrections] == [
            ("participations", "13 to 19", "13 to 21"),
            ("coached", "at most 5", "at most 7"),
            ("persons", "13 to 19", "13 to 21"),
            ("coached_residence", "Belgium: at most 5", "France: at most 7"),
        ]


def test_a_missing_proof_needs_a_reason(period):
    counted(period, proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    version = draft(period)
    with pytest.raises(ReportingError) as refusal:
        close(version=version, built_at=version.built_at, by=UserFactory(), reason="  ")
    assert refusal.value.code == "proofs_missing"
    kept = close(version=version, built_at=version.built_at, by=UserFactory(), reason="La liste s’est perdue.")
    reasons = {one.code: (one.number, one.reason) for one in report_of(kept).reasons}
    assert reasons["proofs_missing"] == (1, "La liste s’est perdue.")


@pytest.mark.parametrize(
    "tell",
    [lambda period: CountedCoachingFactory(project=period.project), lambda period: DeliverableFactory(period=period)],
)
def test_coaching_and_deliverables_without_proof_need_a_reason_too(period, tell):
    tell(period)
    with pytest.raises(ReportingError) as refusal:
        closed(period)
    assert refusal.value.code == "proofs_missing"
    version = closed(period, reason="La pièce suit.")
    assert "La pièce suit." in {one.reason for one in report_of(version).reasons if one.code == "proofs_missing"}


def test_checked_proofs_need_no_reason(period):
    row = counted(period, proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    Proof.objects.create(
        event=row.event, kind=ProofKind.ATTENDANCE_SHEET, name="x", sha256="a" * 64, checked_at=timezone.now()
    )
    assert closed(period).state == VersionState.CLOSED


def test_closing_dates_the_report(period):
    version = closed(period)
    period.refresh_from_db()
    assert period.reported_on == timezone.localdate()
    assert report_of(version).period.reported_on == period.reported_on


def test_a_reporting_date_that_is_known_stays(period):
    period.reported_on = date(2021, 3, 24)
    period.save()
    assert report_of(closed(period)).period.reported_on == date(2021, 3, 24)


def test_a_draft_built_again_meanwhile_is_not_closed(period):
    version = draft(period)
    read = version.built_at
    draft(period)
    with pytest.raises(ReportingError) as refusal:
        close(version=version, built_at=read, by=UserFactory())
    assert refusal.value.code == "built_again"
    assert not ReportVersion.objects.filter(state=VersionState.CLOSED).exists()


def test_a_report_is_closed_once(period):
    version = closed(period)
    with pytest.raises(ReportingError) as refusal:
        close(version=version, built_at=version.built_at, by=UserFactory())
    assert refusal.value.code == "not_built"


def test_a_reason_has_a_longest_length(period):
    counted(period, proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    version = draft(period)
    with pytest.raises(ReportingError) as refusal:
        close(version=version, built_at=version.built_at, by=UserFactory(), reason="x" * 2001)
    assert refusal.value.code == "too_long"


def test_a_residence_corrected_after_closing_is_a_correction_of_the_report(period):
    row = counted(period, declared=None)
    guests = [add_walk_in(event=row.event, by=None, name=name, residence="FR") for name in ("Aline", "Béa")]
    version = closed(period, reason="Essai")
    correct_residence(registration=guests[0].registration, residence="BE", by=UserFactory(), reason="Elle l'a dit")
    with translation.override("fr"):
        told = [
            (
                read(part.title),
                correction_labels.corrected(part),
                correction_labels.said(part),
                correction_labels.known(part),
            )
            for part in report_of(draft(period)).corrections
        ]
        assert [tuple(cell.translate(SPACES) for cell in line) for line in told] == [
            ("Participations des listes nominatives", "résidence", "France : 2", "Belgique : 1, France : 1")
        ]
    assert [(row.value, row.bounds.lower) for row in report_of(version).breakdowns if row.by == "residence"] == [
        ("FR", 2),
        ("unknown", None),
    ]
