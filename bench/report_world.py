"""Seed the network and the project that `bench.report` measures, by SQL: each row is a copy of one made by the product.

A project of three years, six half-years. Each event counts 100 named participations, so that twice as many are twice
as many events. A quarter of the people come from across the border, a tenth are guests known by name alone. There are
events online, hybrid, over several days, in several places and of several meetings, some whose half-year nobody
decided, lists complete and not, declared counts beside them, sheets checked and not, visits with and without check-in,
and cars.
"""

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from events.enums import Direction, Mode, ProofKind, RegistrationStatus, Way
from events.models import DeclaredCount, Event, Participation, Proof, Registration, Ride
from events.tests.factories import HistoryEventFactory
from reporting.core.operations import ensure_periods
from reporting.models import Classification, CountedAction, Project
from reporting.tests.factories import PartnerFactory, ProjectFactory, ProjectIndicatorFactory
from spaces.enums import BookingStatus
from spaces.models import Booking, Visit
from spaces.tests.factories import ResourceFactory, SpaceFactory, VisitFactory
from spaces.timing.periods import period

START, END, DAYS = date(2024, 1, 1), date(2026, 12, 31), 1090
#: Under it nine of ten actions count.
INDICATOR = "RCO81"
#: Of each event.
A_LIST = 100
SPACES_A_SIDE = 12

#: The parts of a row that depend on the number of the event (n) or of the person, as SQL.
MODE = f"CASE n % 10 WHEN 0 THEN '{Mode.ONLINE}' WHEN 1 THEN '{Mode.HYBRID}' ELSE '{Mode.ONSITE}' END"
DAY = f"date '{START}' + (n * 7919 % {DAYS})::int"
#: The side of the event's place and of a person: 0 is Belgium, 1 France.
SIDE_OF_EVENT, SIDE_OF_PERSON = "(n / 2 % 2)", "(person % 2)"
RESIDENCE = "CASE WHEN person % 11 = 0 THEN '' WHEN person % 2 = 0 THEN 'BE' ELSE 'FR' END"
NUMBER = "md5('person ' || person)::uuid"


def seed(participations):
    """Seed so many participations and all that belongs to them; return the project."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE members_organisation, events_eventtype, reporting_project, members_user CASCADE")
    events, people = participations // A_LIST, participations // 10
    project = ProjectFactory(starts_on=START, ends_on=END)
    ensure_periods(project=project)
    PartnerFactory(project=project)
    ProjectIndicatorFactory(project=project, code=INDICATOR)
    belgian = [SpaceFactory() for _number in range(SPACES_A_SIDE)]
    french = [SpaceFactory(french=True) for _number in range(SPACES_A_SIDE)]
    spaces = {
        "belgian": f"(ARRAY{[space.pk for space in belgian]})",
        "french": f"(ARRAY{[space.pk for space in french]})",
    }
    first = _events(project, events)
    _venues(first, events, spaces)
    _lists(first, events, people, spaces)
    _visits(participations // 10, people, spaces)
    _cars(first, events)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Project.objects.get(pk=project.pk)


def side_by_side(project):
    """Return another project that counts the same actions."""
    other = ProjectFactory(starts_on=START, ends_on=END)
    ensure_periods(project=other)
    row = CountedAction.objects.filter(project=project).first()
    copies(row, {"project_id": str(other.pk), "event_id": "others.event_id"}, _others(row))
    return other


def _others(row):
    return f"(SELECT event_id FROM reporting_countedaction WHERE project_id = {row.project_id}) others"


def copies(row, changes, source, unless=""):
    """Insert a copy of a row for each row of `source`, with changed columns; a key that is not given is the next."""
    table, key = row._meta.db_table, row._meta.pk.column
    changes = {"erasure_key": "gen_random_uuid()", **changes}
    names = [field.column for field in row._meta.concrete_fields if field.column != key or key in changes]
    values = ", ".join(changes.get(name, f'model."{name}"') for name in names)
    quoted = '", "'.join(names)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {table} ("{quoted}") '
            f"SELECT {values} FROM {table} model, {source} "
            f"WHERE model.{key} = {row.pk}{unless}"
        )
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), max({key})) FROM {table}")


def _numbers(name, last):
    return f"generate_series(1, {last}) {name}"


def _events(project, events):
    """Make the events, their counts and their proofs, and count all but each fiftieth. Return the key before theirs."""
    model = HistoryEventFactory(space=None, earliest=START, latest=START)
    columns = {
        "id": f"{model.pk} + n",
        "slug": "'event-' || n",
        **{f"title_{code}": f"'{title} ' || n" for code, title in (("fr", "Rencontre"), ("nl", "Ontmoeting"))},
        "mode": MODE,
        "earliest": DAY,
        "latest": f"{DAY} + CASE WHEN n % 15 = 0 THEN 2 WHEN n % 400 = 1 THEN 90 ELSE 0 END",
        "meetings_lower": "CASE WHEN n % 15 = 0 THEN 3 ELSE 1 END",
        "meetings_upper": "CASE WHEN n % 15 = 0 THEN 3 ELSE 1 END",
        "list_is_complete": "n % 2 = 0",
        "joint": "n % 3 <> 0",
    }
    copies(model, columns, _numbers("n", events))
    row = DeclaredCount.objects.create(event=model, measure="participations", lower=100, upper=120)
    copies(row, {"event_id": f"{model.pk} + n", "lower": "95 + n % 10"}, f"{_numbers('n', events)}")
    sheet = Proof.objects.create(
        event=model, kind=ProofKind.ATTENDANCE_SHEET, name="Liste", sha256="a" * 64, file="proofs/list.pdf"
    )
    checked = {"event_id": f"{model.pk} + n", "checked_at": "CASE WHEN n % 5 > 0 THEN model.added_at END"}
    copies(sheet, checked, _numbers("n", events))
    counted = CountedAction.objects.create(project=project, event=model)
    copies(
        counted, {"event_id": f"{model.pk} + n"}, f"(SELECT n FROM {_numbers('n', events)} WHERE n % 50 > 0) numbers"
    )
    decided = Classification.objects.create(action=counted, indicator=INDICATOR, reason="Bench")
    source = f"(SELECT id FROM reporting_countedaction WHERE id > {counted.pk} AND id % 10 > 0) decided"
    copies(decided, {"action_id": "decided.id"}, source)
    decided.delete()
    for made in (counted, sheet, row):
        made.delete()
    return model.pk


def _space_of(side, spaces, by):
    """Return the SQL of a space on a side (SQL of 0 or 1), chosen by a number."""
    one = f"[1 + {by} % {SPACES_A_SIDE}]"
    return f"CASE {side} WHEN 0 THEN {spaces['belgian']}{one} ELSE {spaces['french']}{one} END"


def _venues(first, events, spaces):
    """Give each event a place; each twentieth has two on one side, each fiftieth one on either."""
    second = f"CASE WHEN n % 50 = 4 THEN 1 - {SIDE_OF_EVENT} ELSE {SIDE_OF_EVENT} END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO events_event_venues (event_id, space_id) "
            f"SELECT {first} + n, {_space_of(SIDE_OF_EVENT, spaces, 'n')} FROM {_numbers('n', events)} UNION "
            f"SELECT {first} + n, {_space_of(second, spaces, '(n + 1)')} FROM {_numbers('n', events)} "
            f"WHERE n % 20 = 3 OR n % 50 = 4"
        )


def _lists(first, events, people, spaces):
    """Note 100 people for each event. Those of hybrid events are registered, half of them on site."""
    side = f"CASE WHEN k % 4 > 0 THEN {SIDE_OF_EVENT} ELSE 1 - {SIDE_OF_EVENT} END"
    person = f"2 * ((n * 37 + k * 101) % {people // 2}) + {side}"
    source = f"(SELECT n, k, {person} AS person FROM {_numbers('n', events)}, generate_series(0, {A_LIST - 1}) k) list"
    guest = Registration.objects.create(event_id=first, status=RegistrationStatus.CONFIRMED)
    columns = {
        "event_id": f"{first} + n",
        "token": "md5('token ' || n || ' ' || k)::uuid",
        "participant_number": NUMBER,
        "way": f"CASE WHEN k % 2 = 0 THEN '{Way.ONSITE}' ELSE '{Way.ONLINE}' END",
    }
    copies(guest, columns, f"(SELECT * FROM {source} WHERE n % 10 = 1) list")
    mark = Participation.objects.create(event_id=first, participant_number=guest.token)
    columns = {
        "event_id": f"{first} + n",
        "participant_number": f"CASE WHEN k % 10 = 9 THEN md5('guest ' || n || ' ' || k)::uuid ELSE {NUMBER} END",
        "is_by_name": "k % 10 = 9",
        "registration_id": "registration.id",
        "residence": RESIDENCE,
        "gender": "(ARRAY['', 'woman', 'man', 'woman', 'man', 'other'])[1 + person / 2 % 6]",
        "age_band": "(ARRAY['', '18-24', '25-34', '35-44', '45-54', '55-64', '65+'])[1 + person / 2 % 7]",
        "status": "(ARRAY['', 'self_employed', 'employee', 'jobseeker', 'student'])[1 + person / 2 % 5]",
        "home_space_id": f"CASE WHEN person / 2 % 10 < 7 THEN {_space_of(SIDE_OF_PERSON, spaces, 'person / 2')} END",
        "home_side": f"CASE WHEN person / 2 % 10 < 7 THEN (ARRAY['BE', 'FR'])[1 + {SIDE_OF_PERSON}] ELSE '' END",
    }
    registered = (
        f"{source} LEFT JOIN events_registration registration ON registration.event_id = {first} + n "
        f"AND registration.participant_number = {NUMBER} AND k % 10 <> 9"
    )
    copies(mark, columns, registered)
    mark.delete()
    guest.delete()


def _visits(visits, people, spaces):
    """Note visits over all days, each second one by a check-in."""
    start = timezone.now()
    booking = Booking.objects.create(
        resource=ResourceFactory(),
        guest_name="Guest",
        period=period(start, start + timedelta(hours=1)),
        status=BookingStatus.CONFIRMED,
    )
    first = booking.pk
    day = f"date '{START}' + (v * 13 % {DAYS})::int"
    columns = {
        "id": f"{first} + v",
        "reference": "md5('booking ' || v)::uuid",
        "checked_in_at": f"({day} + time '09:02')::timestamptz",
        "stands_beside": "true",
    }
    copies(booking, columns, f"(SELECT v FROM {_numbers('v', visits)} WHERE v % 2 = 0) numbers")
    side = f"CASE WHEN v % 4 > 0 THEN {SIDE_OF_PERSON} ELSE 1 - {SIDE_OF_PERSON} END"
    visit = VisitFactory(day=START)
    columns = {
        "participant_number": NUMBER,
        "day": day,
        "space_id": _space_of(side, spaces, "v"),
        "side": f"(ARRAY['BE', 'FR'])[1 + {side}]",
        "home_space_id": _space_of(SIDE_OF_PERSON, spaces, "person / 2"),
        "home_side": f"(ARRAY['BE', 'FR'])[1 + {SIDE_OF_PERSON}]",
        "booking_id": f"CASE WHEN v % 2 = 0 THEN {first} + v END",
    }
    copies(
        visit,
        columns,
        f"(SELECT v, v * 17 % {people} AS person FROM {_numbers('v', visits)}) visits",
        " ON CONFLICT DO NOTHING",
    )
    Visit.objects.filter(pk=visit.pk).delete()


def _cars(first, events):
    """Share a car to each event, across the border to each fourth one."""
    ride = Ride.objects.create(
        event_id=first, direction=Direction.BOTH, seats=4, seats_taken=2, kilometres=30, from_side="BE", to_side="FR"
    )
    columns = {
        "event_id": f"{first} + n",
        "kilometres": "5 + n % 60",
        "from_side": f"(ARRAY['BE', 'FR'])[1 + {SIDE_OF_EVENT}]",
        "to_side": f"(ARRAY['BE', 'FR'])[1 + CASE WHEN n % 4 = 0 THEN 1 - {SIDE_OF_EVENT} ELSE {SIDE_OF_EVENT} END]",
    }
    copies(ride, columns, _numbers("n", events))
    ride.delete()
    Event.objects.filter(pk=first).delete()
