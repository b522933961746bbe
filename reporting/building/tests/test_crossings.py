"""Crossings of the border in the half-year's report, counted by hand."""

import csv
import io
import json
import uuid
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from events.attendance.operations import add_walk_in
from events.attendance.operations.attendance import came_unregistered
from events.core.queries import frozen_of
from events.enums import EventState, Mode, ProofKind, Way
from events.models import Participation, Proof, ResidenceCorrection
from events.registering.operations import correct_residence, take_over
from events.tests.factories import HistoryEventFactory, ParticipationFactory
from members.profiles.operations import update_profile
from members.tests.factories import NetworkRoleFactory, UserFactory
from reporting.building.queries.build import build_report
from reporting.building.queries.codec import from_payload, to_payload
from reporting.building.queries.versions import report_of
from reporting.core.operations import ensure_periods
from reporting.outputs.renderers import border_labels, correction_labels
from reporting.outputs.renderers.formats import FORMATS
from reporting.templatetags.reports import crossings_behind
from reporting.tests.builds import close, draft, report
from reporting.tests.factories import ProjectFactory
from spaces.booking.operations import check_in
from spaces.errors import BookingError
from spaces.models import Booking, SideCorrection, Visit
from spaces.passes.operations import correct_side
from spaces.tests.factories import HomeSpaceFactory, ResourceFactory, SpaceFactory, VisitFactory, running_booking

pytestmark = pytest.mark.django_db

NBSP = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\n": " "})


@pytest.fixture
def project():
    project = ProjectFactory(slug="ardenne", title_fr="Ardenne")
    ensure_periods(project=project)
    return project


@pytest.fixture
def ferme():
    return SpaceFactory(name="La Ferme")


@pytest.fixture
def rimbaud():
    return SpaceFactory(name="Rimbaud’Tech", french=True)


def visit(home, space, day, number=None, *, at=9, **fields):
    """Make a visit with a check-in at `hour` (None: without one)."""
    booking = None
    if at is not None:
        resource = space.resources.first() or ResourceFactory(space=space, units=9)
        moment = datetime(day.year, day.month, day.day, at, 2, tzinfo=ZoneInfo("Europe/Brussels"))
        booking = running_booking(resource, now=moment, lasts=30)
        Booking.objects.filter(pk=booking.pk).update(checked_in_at=moment)
    number = uuid.UUID(int=number) if number else uuid.uuid4()
    return VisitFactory(home_space=home, space=space, day=day, participant_number=number, booking=booking, **fields)


def attend(home, space, day, number, *, checked=False, **fields):
    event = HistoryEventFactory(space=space, earliest=day, latest=day, **{"title_fr": "Co-walking", **fields})
    if checked:
        Proof.objects.create(
            event=event, kind=ProofKind.ATTENDANCE_SHEET, name="Liste", sha256="a" * 64, checked_at=timezone.now()
        )
    return ParticipationFactory(
        event=event, home_space=home, home_side=home.country, participant_number=uuid.UUID(int=number)
    )


def values(built):
    """Return the figures by the end of their code: before, in the half-year, and in total."""
    return {
        figure.code.removeprefix("NET-"): tuple(
            (value.lower, value.upper) for value in (figure.previous, figure.current, figure.total)
        )
        for figure in built.crossings
    }


def least(*counts):
    return tuple((count or None, None) for count in counts)


def test_crossings_of_one_day_are_listed_alike_whichever_was_noted_first(project, ferme, rimbaud):
    day, e420 = date(2020, 9, 1), SpaceFactory(name="E420")
    for home, number in ((ferme, 1), (e420, 2)):
        attend(home, rimbaud, day, number, venues=[rimbaud])
    visit(e420, rimbaud, day, 3, at=None)
    visit(ferme, rimbaud, day, 4, at=11)
    visit(e420, rimbaud, day, 5, at=None)
    built = report(project)
    assert [part.home for part in built.crossing_parts] == ["La Ferme", "E420", "E420", "E420", "La Ferme"]
    assert [bool(part.event_slug) for part in built.crossing_parts] == [False, False, False, True, True]


def test_crossings_and_persons_each_way_and_in_all(project, ferme, rimbaud):
    visit(ferme, rimbaud, date(2020, 3, 2), 1)
    visit(ferme, rimbaud, date(2020, 9, 1), 1)
    visit(ferme, rimbaud, date(2020, 9, 2), 1)
    visit(ferme, rimbaud, date(2020, 9, 2), 2)
    visit(rimbaud, ferme, date(2020, 12, 31), 3)
    visit(rimbaud, ferme, date(2021, 1, 1), 4)
    visit(ferme, SpaceFactory(), date(2020, 9, 3), 5)
    visit(None, rimbaud, date(2020, 9, 3), 6)
    built = report(project)
    assert values(built) == {
        "CROSSINGS-BE-FR": least(1, 3, 4),
        "CROSSINGS-FR-BE": least(0, 1, 1),
        "CROSSINGS": least(1, 4, 5),
        "CROSSERS-BE-FR": least(1, 2, 2),
        "CROSSERS-FR-BE": least(0, 1, 1),
        "CROSSERS": least(1, 3, 3),
    }
    assert [(part.day, part.home, part.space, part.proven) for part in built.crossing_parts] == [
        (date(2020, 9, 1), "La Ferme", "Rimbaud’Tech", True),
        (date(2020, 9, 2), "La Ferme", "Rimbaud’Tech", True),
        (date(2020, 9, 2), "La Ferme", "Rimbaud’Tech", True),
        (date(2020, 12, 31), "Rimbaud’Tech", "La Ferme", True),
    ]
    behind = {figure.code: [len(way.parts) for way in crossings_behind(figure, built)] for figure in built.crossings}
    assert (behind["NET-CROSSINGS-BE-FR"], behind["NET-CROSSERS-FR-BE"], behind["NET-CROSSINGS"]) == ([3], [1], [3, 1])
    assert values(report(project, "S1-2020"))["CROSSINGS"] == ((0, 0), (1, None), (1, None))


def test_no_indicator_of_the_project_counts_them(project, ferme, rimbaud):
    before = report(project)
    visit(ferme, rimbaud, date(2020, 9, 1))
    after = report(project)
    assert (after.figures, after.breakdowns) == (before.figures, before.breakdowns)


def test_attendance_and_a_visit_on_one_day_are_the_same_crossing(project, ferme, rimbaud):
    day = date(2020, 10, 5)
    attend(ferme, rimbaud, day, 1, checked=True)
    visit(ferme, rimbaud, day, 1)
    attend(ferme, rimbaud, day, 2)
    attend(rimbaud, rimbaud, day, 3)
    # It is not known whether, when or where these people were there.
    attend(ferme, rimbaud, day, 4, mode=Mode.ONLINE)
    attend(ferme, rimbaud, day, 5, mode=Mode.HYBRID)
    attend(ferme, rimbaud, day, 6, venues=[rimbaud, ferme])
    attend(ferme, rimbaud, day, 7, state=EventState.CANCELLED)
    ParticipationFactory(event=HistoryEventFactory(space=rimbaud), home_space=ferme, home_side="BE")
    built = report(project)
    assert values(built)["CROSSINGS-BE-FR"][1] == (2, None)
    with translation.override("fr"):
        shown = [(border_labels.shown_by(part).translate(NBSP), part.proven) for part in built.crossing_parts]
    assert shown == [
        ("présence signalée à 09:02, présence à « Co-walking »", True),
        ("présence à « Co-walking »", False),
    ]
    assert [figure.current.lower_origin for figure in built.crossings] == ["declared", None, "declared"] * 2


def test_a_check_in_noted_on_a_later_day_is_shown_with_that_day(project, ferme, rimbaud):
    day = date(2020, 10, 5)
    visit(ferme, rimbaud, day, 1)
    Booking.objects.update(checked_in_at=datetime(2020, 10, 8, 16, 30, tzinfo=UTC))
    [part] = report(project).crossing_parts
    with translation.override("fr"):
        assert border_labels.shown_by(part).translate(NBSP) == "présence notée le 8 octobre 2020 à 18:30"


def came(event, *, user=None, residence="", number=None, way=Way.ONSITE):
    """Mark as present a member, or a guest who lives in `residence`, who takes part on this way."""
    number = uuid.UUID(int=number) if number else user.participant_number if user else uuid.uuid4()
    registration = came_unregistered(
        event=event, by=None, number=number, user=user, name="Carl", residence=residence, way=way
    )
    registration.event = event
    return Participation.objects.create(event=event, registration=registration, **frozen_of(registration))


def held(space, day, **fields):
    return HistoryEventFactory(space=space, earliest=day, latest=day, title_fr="Co-walking", **fields)


def test_who_has_no_home_space_crosses_from_where_they_live(project, ferme, rimbaud):
    day = date(2020, 10, 5)
    at_ferme, at_rimbaud = held(ferme, day), held(rimbaud, day)
    came(at_ferme, residence="FR", number=1)
    came(at_rimbaud, residence="BE", number=2)
    came(at_rimbaud, residence="FR", number=3)
    came(at_rimbaud, residence="other", number=4)
    came(at_rimbaud, number=5)
    came(at_rimbaud, user=UserFactory(residence="BE"))
    # The home space says more than the residence.
    came(at_rimbaud, user=HomeSpaceFactory(space=rimbaud, user__residence="BE", since=date(2019, 1, 1)).user)
    counted = {name: current for name, (_before, current, _total) in values(report(project)).items()}
    assert counted["CROSSINGS-BE-FR"] == (2, None)
    assert counted["CROSSINGS-FR-BE"] == (1, None)
    assert counted["CROSSERS"] == (3, None)


def test_a_visit_of_a_member_without_home_space_is_from_where_they_live(rimbaud):
    for residence in ("BE", "FR", "other", ""):
        booking = running_booking(ResourceFactory(space=rimbaud), user=UserFactory(residence=residence))
        check_in(booking=booking, by=None)
    assert [visit.home_side for visit in Visit.objects.order_by("pk")] == ["BE", "FR", "", ""]
    assert Visit.objects.crossings().count() == 1
    assert not Visit.objects.away().exists()


def test_a_side_unknown_at_the_check_in_follows_no_account_but_the_staff_as_at_an_event(project, ferme, rimbaud):
    member, staff = UserFactory(residence=""), UserFactory()
    day, other = date(2020, 10, 5), date(2020, 10, 6)
    came(held(rimbaud, day), user=member)
    seen = visit(None, rimbaud, other, home_side="")
    Visit.objects.filter(pk=seen.pk).update(participant_number=member.participant_number)
    update_profile(user=member, residence="BE")
    assert values(report(project))["CROSSINGS"] == least(0, 0, 0)
    correct_residence(registration=member.registrations.get(), residence="BE", by=staff)
    assert values(report(project))["CROSSINGS-BE-FR"] == least(0, 1, 1)
    correct_side(visit=seen, side="BE", by=staff)
    assert values(report(project)) == {
        "CROSSINGS-BE-FR": least(0, 2, 2),
        "CROSSINGS-FR-BE": least(0, 0, 0),
        "CROSSINGS": least(0, 2, 2),
        "CROSSERS-BE-FR": least(0, 1, 1),
        "CROSSERS-FR-BE": least(0, 0, 0),
        "CROSSERS": least(0, 1, 1),
    }
    traces = [*ResidenceCorrection.objects.all(), *SideCorrection.objects.all()]
    assert [(trace.before, trace.after, trace.made_by) for trace in traces] == [("", "BE", staff)] * 2
    with pytest.raises(BookingError) as refused:
        correct_side(visit=seen, side="FR", by=staff)
    assert refused.value.code == "reason"
    correct_side(visit=seen, side="FR", by=staff, reason="Elle habite Givet")
    assert values(report(project))["CROSSINGS"] == least(0, 1, 1)


def test_who_took_part_online_crossed_nothing(project, rimbaud):
    day = date(2020, 10, 5)
    on_site, hybrid = held(rimbaud, day), held(rimbaud, day, mode=Mode.HYBRID)
    came(on_site, residence="BE", number=1, way=Way.ONLINE)
    came(hybrid, residence="BE", number=2, way=Way.ONLINE)
    came(held(rimbaud, day, mode=Mode.ONLINE), residence="BE", number=3)
    assert values(report(project))["CROSSINGS"][1] == (None, None)
    came(hybrid, residence="BE", number=4)
    kind = ProofKind.ONLINE_LIST
    Proof.objects.create(event=hybrid, kind=kind, name="List", sha256="a" * 64, checked_at=timezone.now())
    (part,) = report(project).crossing_parts
    # The list of the online meeting proves nothing of who was in the room.
    assert (part.day, part.home_side, part.space, part.proven) == (day, "BE", "Rimbaud’Tech", False)


def test_guests_known_by_name_alone_are_told_apart_at_one_meeting_only(project, rimbaud):
    """Anna and Carl come twice on one day and once on another, and the member Bea to the first meeting alone: at least
    three persons on the first day, and two on the other, who may be the same."""
    staff, bea, day = UserFactory(), UserFactory(residence="BE"), date(2020, 10, 5)
    morning, evening, later = held(rimbaud, day), held(rimbaud, day), held(rimbaud, date(2020, 10, 6))
    for event in (morning, evening, later):
        for name in ("Anna", "Carl"):
            add_walk_in(event=event, by=staff, name=name, residence="BE")
    add_walk_in(event=morning, by=staff, user=bea)
    current = {name: current for name, (_before, current, _total) in values(report(project)).items()}
    assert current["CROSSINGS-BE-FR"] == current["CROSSINGS"] == (5, None)
    assert current["CROSSERS-BE-FR"] == current["CROSSERS"] == (3, None)
    visit(None, rimbaud, day, home_side="BE")
    visit(None, rimbaud, day, home_side="BE")
    visit(None, rimbaud, day, home_side="BE")
    # Two of these three who checked in may be Anna and Carl, but none of them is Bea.
    assert {name: current for name, (_before, current, _total) in values(report(project)).items()} == current | {
        "CROSSINGS-BE-FR": (6, None),
        "CROSSINGS": (6, None),
        "CROSSERS-BE-FR": (4, None),
        "CROSSERS": (4, None),
    }


def test_several_places_on_one_side_are_one_crossing(project, ferme, rimbaud):
    day, other = date(2020, 10, 5), SpaceFactory(name="Vieux Moulin", french=True)
    walk = held(rimbaud, day, venues=[rimbaud, other])
    came(walk, residence="BE", number=1)
    came(walk, residence="BE", number=2)
    came(held(rimbaud, day, venues=[rimbaud, ferme]), residence="BE", number=3)
    # Number 2 was seen in the second place that day: still one crossing, there.
    visit(ferme, other, day, 2)
    parts = [(part.space, part.proven) for part in report(project).crossing_parts]
    assert sorted(parts) == [("Rimbaud’Tech", False), ("Vieux Moulin", True)]


def test_a_crossing_without_check_in_or_checked_list_is_not_proven(project, ferme, rimbaud):
    visit(ferme, rimbaud, date(2020, 9, 1), 1)
    figure = report(project).crossings[0]
    assert (figure.current.lower_origin, figure.current.upper_origin) == ("proven", None)
    visit(ferme, rimbaud, date(2020, 9, 2), 2, at=None)
    assert report(project).crossings[0].current.lower_origin == "declared"


def test_examples_and_real_crossings_never_meet(project, ferme, rimbaud):
    visit(ferme, rimbaud, date(2020, 9, 1), is_example=True)
    attend(ferme, rimbaud, date(2020, 9, 2), 1, is_example=True)
    visit(ferme, rimbaud, date(2020, 9, 3))
    assert values(report(project))["CROSSINGS"][1] == (1, None)
    project.is_example = True
    project.save()
    assert values(report(project))["CROSSINGS"][1] == (2, None)


@pytest.mark.parametrize("rows", [1, 3])
def test_crossings_cost_the_same_however_many(project, ferme, rimbaud, rows, django_assert_num_queries):
    period = project.periods.get(label="S2-2020")
    for number in range(1, rows + 1):
        visit(ferme, rimbaud, date(2020, 9, number))
        attend(ferme, rimbaud, date(2020, 10, number), number)
    with django_assert_num_queries(27):
        build_report(project, period)


# --- closed, corrected, rendered ---


def closed(period):
    version = draft(period)
    return close(version=version, built_at=version.built_at, by=None, reason="Essai")


def corrected(version):
    with translation.override("fr"):
        return [
            tuple(cell.translate(NBSP) for cell in (part.title["fr"], correction_labels.corrected(part), *told))
            for part in report_of(version).corrections
            for told in [(correction_labels.said(part), correction_labels.known(part))]
        ]


def test_a_closed_report_keeps_its_crossings_and_the_next_corrects_them(project, ferme, rimbaud):
    period = project.periods.get(label="S2-2020")
    first = visit(ferme, rimbaud, date(2020, 9, 1), 1)
    version = closed(period)
    visit(ferme, rimbaud, date(2020, 9, 2), 1)
    assert values(report_of(version))["CROSSINGS-BE-FR"][1] == (1, None)
    assert corrected(draft(period)) == [
        ("BE → FR", "passages de la frontière", "au moins 1", "au moins 2"),
        ("BE → FR", "passages relevés", "–", "02/09/2020, La Ferme → Rimbaud’Tech (présence signalée à 09:02)"),
    ]
    first.delete()
    visit(rimbaud, ferme, date(2020, 9, 4), 1, at=None)
    assert corrected(draft(project.periods.get(label="S1-2021"))) == [
        (
            "BE → FR",
            "passages relevés",
            "01/09/2020, La Ferme → Rimbaud’Tech (présence signalée à 09:02)",
            "02/09/2020, La Ferme → Rimbaud’Tech (présence signalée à 09:02)",
        ),
        ("FR → BE", "passages de la frontière", "non renseigné", "au moins 1 (déclaré)"),
        ("FR → BE", "personnes passées de l’autre côté", "non renseigné", "au moins 1 (déclaré)"),
        ("FR → BE", "passages relevés", "–", "04/09/2020, Rimbaud’Tech → La Ferme (visite relevée)"),
    ]


def test_a_crossing_that_is_proven_later_is_told_with_that_alone(project, ferme, rimbaud):
    period = project.periods.get(label="S2-2020")
    mark = attend(ferme, rimbaud, date(2020, 9, 1), 1)
    closed(period)
    kind = ProofKind.ATTENDANCE_SHEET
    Proof.objects.create(event=mark.event, kind=kind, name="Liste", sha256="a" * 64, checked_at=timezone.now())
    crossing = "01/09/2020, La Ferme → Rimbaud’Tech (présence à « Co-walking »)"
    assert corrected(draft(period))[-1] == (
        "BE → FR",
        "passages relevés",
        f"{crossing} – à vérifier",
        f"{crossing} – prouvé",
    )


def test_a_side_noted_after_closing_is_told_in_the_next_version(project, rimbaud):
    period = project.periods.get(label="S2-2020")
    seen = visit(None, rimbaud, date(2020, 9, 1), home_side="")
    version = closed(period)
    correct_side(visit=seen, side="BE", by=UserFactory())
    assert values(report_of(version))["CROSSINGS"] == least(0, 0, 0)
    assert corrected(draft(period)) == [
        ("Le semestre dans son ensemble", "personnes passées de l’autre côté", "non renseigné", "au moins 1 (prouvé)"),
        ("BE → FR", "passages de la frontière", "non renseigné", "au moins 1 (prouvé)"),
        ("BE → FR", "personnes passées de l’autre côté", "non renseigné", "au moins 1 (prouvé)"),
        ("BE → FR", "passages relevés", "–", "01/09/2020, Belgique → Rimbaud’Tech (présence signalée à 09:02)"),
    ]


def test_a_registration_taken_over_crosses_in_the_next_version_alone(project, ferme, rimbaud):
    period = project.periods.get(label="S2-2020")
    day = date(2020, 9, 2)
    event = HistoryEventFactory(space=rimbaud, earliest=day, latest=day)
    guest = add_walk_in(event=event, by=UserFactory(), name="Madame E.", email="elsa@example.org").registration
    version = closed(period)
    member = HomeSpaceFactory(space=ferme, user=UserFactory(email="elsa@example.org"), since=date(2020, 1, 1)).user
    take_over(registration=guest, user=member)
    assert values(report_of(version))["CROSSINGS-BE-FR"][1] == (None, None)
    assert values(report(project))["CROSSINGS-BE-FR"][1] == (1, None)


def test_a_report_closed_without_crossings_is_not_corrected_by_them(project, ferme, rimbaud):
    period = project.periods.get(label="S2-2020")
    visit(ferme, rimbaud, date(2020, 9, 1))
    version = draft(period)
    del version.payload["report"]["crossings"], version.payload["report"]["crossing_parts"]
    version.payload["format"] = 2
    version.save()
    version = close(version=version, built_at=version.built_at, by=None, reason="Essai")
    assert report_of(version).crossings == ()
    assert all(chosen.render(report_of(version)) for chosen in FORMATS.values())
    assert corrected(draft(period)) == []


def rendered(built, extension):
    with translation.override("fr"):
        return FORMATS[extension].render(built)


def test_every_file_says_the_same(project, ferme, rimbaud):
    visit(ferme, rimbaud, date(2020, 3, 1), 1)
    visit(ferme, rimbaud, date(2020, 9, 1), 1)
    attend(rimbaud, ferme, date(2020, 10, 5), 2)
    built = report(project)
    assert from_payload(to_payload(built)) == built

    data = json.loads(rendered(built, "json"))
    assert [figure["code"] for figure in data["figures"] if "CROSS" in figure["code"]] == []
    assert [
        (figure["code"], figure["unit"], *(figure[when]["lower"] for when in ("previous", "current", "total")))
        for figure in data["supplementary_figures"]
        if figure["code"].startswith("NET-CROSS")
    ] == [
        ("NET-CROSSINGS-BE-FR", "passages", 1, 1, 2),
        ("NET-CROSSINGS-FR-BE", "passages", None, 1, 1),
        ("NET-CROSSINGS", "passages", 1, 2, 3),
        ("NET-CROSSERS-BE-FR", "personnes", 1, 1, 1),
        ("NET-CROSSERS-FR-BE", "personnes", None, 1, 1),
        ("NET-CROSSERS", "personnes", 1, 2, 2),
    ]
    assert data["crossings"] == [
        {
            "date": "2020-09-01",
            "home_space": "La Ferme",
            "home_side": "BE",
            "space": "Rimbaud’Tech",
            "side": "FR",
            "checked_in_at": "2020-09-01T07:02:00+00:00",
            "event": None,
            "proven": True,
        },
        {
            "date": "2020-10-05",
            "home_space": "Rimbaud’Tech",
            "home_side": "FR",
            "space": "La Ferme",
            "side": "BE",
            "checked_in_at": None,
            "event": "Co-walking",
            "proven": False,
        },
    ]

    rows = list(csv.reader(io.StringIO(rendered(built, "csv").decode("utf-8-sig")), delimiter=";"))
    (row,) = (row for row in rows if row[:1] == ["NET-CROSSINGS"])
    assert row[3:] == [
        *("au moins 1", "au moins 2", "au moins 3", "prouvé", "déclaré", "déclaré"),
        *("1", "non renseigné", "2", "non renseigné", "3", "non renseigné"),
    ]
    assert ["01/09/2020", "La Ferme", "Rimbaud’Tech", "présence signalée à 09:02", "oui", "BE", "FR"] in [
        [cell.translate(NBSP) for cell in row] for row in rows
    ]

    book = openpyxl.load_workbook(io.BytesIO(rendered(built, "xlsx")))
    (row,) = (row for row in book["Passages"].iter_rows(values_only=True) if row[0] == "NET-CROSSINGS-BE-FR")
    assert row[3:6] == ("au moins 1", "au moins 1", "au moins 2")
    assert [row[1:3] for row in book["Annexe C – passages"].iter_rows(min_row=5, max_row=6, values_only=True)] == [
        ("La Ferme", "Rimbaud’Tech"),
        ("Rimbaud’Tech", "La Ferme"),
    ]

    pages = pypdf.PdfReader(io.BytesIO(rendered(built, "pdf"))).pages
    text = " ".join(page.extract_text() for page in pages).translate(NBSP)
    for words in ("Passages de la frontière (complément)", "NET-CROSSERS-FR-BE", "Annexe C : passages", "Co-walking"):
        assert words in text, words


def test_the_page_opens_each_figure_onto_its_crossings(client, project, ferme, rimbaud):
    visit(ferme, rimbaud, date(2020, 9, 1), 1)
    person = UserFactory()
    NetworkRoleFactory(user=person)
    client.force_login(person)
    page = client.get(reverse("reporting:report", args=["ardenne", "S2-2020"])).text.translate(NBSP)
    assert page.count('href="#crossings-BE-FR"') == 4
    assert page.count('id="crossings-BE-FR"') == 1
    assert 'id="crossings-FR-BE"' not in page
    assert "présence signalée à 09:02" in page
