"""Lists that are too long to stand in the report: kept in chunks, read back, and compared by their digests."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from events.enums import Direction
from events.models import Event, Ride
from events.tests.factories import HistoryEventFactory, ParticipationFactory
from members.enums import Country
from reporting.building.operations import build, request_build
from reporting.building.queries.annexes import CHUNK, Annex, AnnexGone, digest_of
from reporting.building.queries.build import build_report
from reporting.building.queries.crossings import Crossings
from reporting.building.queries.previously import Previously
from reporting.building.queries.travel import SharedTravel
from reporting.building.queries.versions import changed_since, report_of
from reporting.core.operations import ensure_periods
from reporting.models import AnnexChunk, ReportVersion
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.builds import close, draft
from reporting.tests.factories import ProjectFactory
from spaces.models import Booking, Space, Visit
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory

pytestmark = pytest.mark.django_db

MANY = 2 * CHUNK + 1


@pytest.fixture
def project():
    project = ProjectFactory()
    ensure_periods(project=project)
    return project


@pytest.fixture
def period(project):
    return project.periods.get(label="S2-2020")


@pytest.fixture
def ferme():
    return SpaceFactory(name='La Ferme « du "Bois" »')


@pytest.fixture
def rimbaud():
    return SpaceFactory(name="Rimbaud’Tech", french=True)


def visits(ferme, rimbaud, number):
    return Visit.objects.bulk_create(
        Visit(
            participant_number=uuid4(),
            day=date(2020, 9, 1) + timedelta(days=nth % 7),
            space=rimbaud,
            side=Country.FR,
            home_space=ferme,
            home_side=Country.BE,
        )
        for nth in range(number)
    )


def closed(period):
    version = draft(period)
    return close(version=version, built_at=version.built_at, by=None, reason="Essai")


def test_a_long_list_is_kept_in_chunks_and_read_back_as_it_was_built(period, ferme, rimbaud):
    visits(ferme, rimbaud, MANY)
    version = draft(period)
    assert [chunk.number for chunk in version.chunks.order_by("number")] == [0, 1, 2]
    assert version.payload["report"]["crossing_parts"].keys() == {"annex", "length", "digest", "identities"}
    told, now = report_of(version), build_report(period.project, period)
    parts = tuple(told.crossing_parts)
    assert len(told.crossing_parts) == len(parts) == len({part.key for part in parts}) == MANY
    assert parts == tuple(now.crossing_parts)
    assert [part.day for part in parts] == sorted(part.day for part in parts)
    assert (told.crossing_parts[0], told.crossing_parts[-1]) == (parts[0], parts[-1])
    assert told.crossing_parts[CHUNK - 1 : CHUNK + 1] == parts[CHUNK - 1 : CHUNK + 1]
    assert digest_of(parts) == told.crossing_parts.digest
    assert told.crossing_parts == now.crossing_parts == parts
    assert changed_since(version) is None
    with translation.override("fr"):
        assert FORMATS["csv"].render(told).decode().count("Rimbaud’Tech") == MANY


def test_a_short_list_stands_in_the_report(period, ferme, rimbaud):
    visits(ferme, rimbaud, CHUNK)
    version = draft(period)
    assert len(version.payload["report"]["crossing_parts"]) == CHUNK
    assert not AnnexChunk.objects.exists()


def test_the_database_reckons_the_digest_of_a_list_as_we_do(project, period, ferme, rimbaud):
    booking = BookingFactory(resource=ResourceFactory())
    Booking.objects.update(checked_in_at=datetime(2020, 9, 2, 7, 2, 3, 456_789, tzinfo=UTC))
    Visit.objects.filter(pk=visits(ferme, rimbaud, 9)[1].pk).update(booking=booking)
    event = HistoryEventFactory(
        space=rimbaud,
        earliest=date(2020, 9, 3),
        latest=date(2020, 9, 3),
        title_fr="Été : l’« à-côté » \\ 50 %",
        title_nl="",
    )
    for home in (ferme, None):
        ParticipationFactory(event=event, home_space=home, home_side="BE" if home else "", residence="BE")
    Ride.objects.create(
        event=event, direction=Direction.BOTH, seats=3, seats_taken=2, kilometres=30, from_side="BE", to_side="FR"
    )
    periods = list(project.periods.order_by("starts_on"))
    previously = Previously(periods, periods[-1], {})
    for told, length in ((Crossings, 11), (SharedTravel, 1)):
        parts = told(project, periods, previously, {period.pk}).parts(period)
        assert isinstance(parts, Annex)
        assert (len(parts), parts.digest) == (length, digest_of(tuple(parts)))
        own = told(project, periods, Previously(periods, period, {})).parts(period)
        assert own == tuple(parts)


def test_a_closed_list_that_is_the_same_today_is_not_read(project, period, ferme, rimbaud):
    gone = visits(ferme, rimbaud, MANY)[4]
    closed(period)
    later = project.periods.get(label="S1-2021")
    with CaptureQueriesContext(connection) as asked:
        assert build_report(project, later).corrections == ()
    assert not any("reporting_annexchunk" in query["sql"] for query in asked)
    key = f"visit:{gone.pk}"
    gone.delete()
    told = {one.what: one for one in build_report(project, later).corrections}
    assert [part.key for part in told["crossing_parts"].said.crossings] == [key]
    assert told["crossing_parts"].known.crossings == ()


@pytest.mark.parametrize("number", [3, MANY])
def test_another_name_of_a_space_or_an_event_corrects_no_crossing(project, period, ferme, rimbaud, number):
    visits(ferme, rimbaud, number)
    event = marked(ferme, rimbaud)
    Ride.objects.create(
        event=event, direction=Direction.BOTH, seats=3, seats_taken=2, kilometres=30, from_side="BE", to_side="FR"
    )
    closed(period)
    renamed(ferme, rimbaud, event)
    later = project.periods.get(label="S1-2021")
    with CaptureQueriesContext(connection) as asked:
        assert build_report(project, later).corrections == ()
    assert not any("reporting_annexchunk" in query["sql"] for query in asked)
    assert build_report(project, period).crossing_parts[0].home == "La Ferme nouvelle"


@pytest.mark.parametrize("number", [3, MANY])
def test_lists_kept_without_the_keys_of_spaces_are_compared_by_their_names(project, period, ferme, rimbaud, number):
    moved, *_others = visits(ferme, rimbaud, number)
    event = marked(ferme, rimbaud)
    version = draft(period)
    without_keys(version)
    close(version=version, built_at=version.built_at, by=None, reason="Essai")
    later = project.periods.get(label="S1-2021")
    assert build_report(project, later).corrections == ()
    renamed(ferme, rimbaud, event)
    assert build_report(project, later).corrections == ()
    Visit.objects.filter(pk=moved.pk).update(home_space=SpaceFactory(name="E420"))
    [told] = build_report(project, later).corrections
    assert [(part.key, part.home) for part in told.known.crossings] == [(f"visit:{moved.pk}", "E420")]
    assert [part.key for part in told.said.crossings] == [f"visit:{moved.pk}"]


def test_spaces_of_one_name_are_told_apart_in_lists_kept_without_keys(project, period, ferme, rimbaud):
    visits(ferme, rimbaud, 3)
    visits(SpaceFactory(name=ferme.name), rimbaud, 2)
    version = draft(period)
    without_keys(version)
    close(version=version, built_at=version.built_at, by=None, reason="Essai")
    later = project.periods.get(label="S1-2021")
    assert build_report(project, later).corrections == ()
    Space.objects.filter(pk=rimbaud.pk).update(name="Arthur")
    assert build_report(project, later).corrections == ()


def marked(home, space):
    day = date(2020, 9, 9)
    event = HistoryEventFactory(space=space, earliest=day, latest=day, title_fr="Midi")
    ParticipationFactory(event=event, home_space=home, home_side="BE")
    return event


def renamed(home, space, event):
    Space.objects.filter(pk=home.pk).update(name="La Ferme nouvelle")
    Space.objects.filter(pk=space.pk).update(name="Arthur")
    Event.objects.filter(pk=event.pk).update(title_fr="Midi ensemble")


def without_keys(version):
    """Make the crossings of a draft look as they were kept before their spaces had keys."""

    def without(rows):
        return [{name: part for name, part in row.items() if name not in ("home_key", "space_key")} for row in rows]

    told = version.payload["report"]
    for chunk in version.chunks.all():
        chunk.rows = json.dumps(without(json.loads(chunk.rows)))
        chunk.save()
    for name in ("crossing_parts", "travel_parts"):
        if isinstance(told[name], dict):
            del told[name]["identities"]
        else:
            told[name] = without(told[name])
    version.save()


def test_the_lists_of_a_closed_report_stay_as_they_are(period, ferme, rimbaud):
    visits(ferme, rimbaud, MANY)
    chunk = closed(period).chunks.first()
    for change in (
        chunk.delete,
        chunk.save,
        AnnexChunk(version=chunk.version, annex=uuid4(), number=0, rows="[]").save,
    ):
        with pytest.raises(DatabaseError, match="a closed report stays as it is"), transaction.atomic():
            change()
    assert AnnexChunk.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_list_that_is_being_read_outlives_the_next_build_alone(period, ferme, rimbaud):
    visits(ferme, rimbaud, MANY)

    def built(period):
        version = request_build(period=period, by=None)
        assert build(version_id=version.pk)
        return ReportVersion.objects.get(pk=version.pk)

    first = built(period)
    Visit.objects.last().delete()
    assert len(report_of(built(period)).crossing_parts) == MANY - 1
    assert len(tuple(report_of(first).crossing_parts)) == MANY
    built(period)
    with pytest.raises(AnnexGone):
        tuple(report_of(first).crossing_parts)
    assert AnnexChunk.objects.count() == 4
