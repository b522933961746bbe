"""Load events on a fixed rhythm, half a year back and six weeks ahead, with the people who registered and who came."""

from datetime import timedelta
from io import BytesIO
from random import Random

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from events.attendance import rules as attendance_rules
from events.attendance.operations import (
    add_proof,
    add_walk_in,
    check_proof,
    declare_count,
    mark_attendance,
    mark_list_complete,
)
from events.core import rules
from events.core.queries import side_of_member
from events.enums import ChangeKind, EventState, Measure, Mode, ProofKind, RegistrationStatus
from events.errors import EventError
from events.models import Change, Event, EventType, Registration
from events.programme.operations import cancel_event, mark_held, publish
from events.registering.operations import register, register_guest
from spaces.models import Resource
from spaces.timing.hours import at_local
from training.models import Programme, Session

from . import COORDINATOR, MANAGER, MEMBER, files
from .marks import marked

#: From the present week.
WEEKS_BACK, WEEKS_AHEAD = 26, 6
#: An event that begins so soon is left out: it would have begun by the time it is loaded.
ABOUT_TO_BEGIN = timedelta(minutes=10)
#: In weeks: of what took place longer ago, only every second event is loaded.
DENSE_WEEKS = 10


def load_events(people, spaces, now, today):
    """Add the events of the programme that are not there; return them. Those that are there stay as they are."""
    types = {event_type.slug: event_type for event_type in EventType.objects.all()}
    rooms = {(room.space.slug, room.slug): room for room in Resource.objects.select_related("space")}
    known = set(Event.objects.filter(slug__startswith="exemple-").values_list("slug", flat=True))
    new = []
    for series in files.programme().series:
        for number, day in days_of(series, today):
            slug = f"exemple-{series.key}-{day:%Y-%m-%d}"
            start = at_local(day, series.start)
            is_past = start <= now
            is_about_to_begin = now < start <= now + ABOUT_TO_BEGIN
            if slug in known or is_about_to_begin or (is_past and not series.has_past):
                continue
            event = _draft(series, number, slug, start, types, spaces, rooms, people)
            if is_past:
                _tell_the_past(event, series, number, people)
            else:
                _announce(event, series, number, people)
            new.append(event)
    return new


def load_training(events):
    """Add the programme of training if it is not there, and a session for each of these events that belongs to it."""
    training = files.programme().training
    programme, _created = Programme.objects.get_or_create(
        slug="exemple-entre-pairs",
        defaults={
            **marked("title", training.title),
            **training.description.columns("description"),
            "is_example": True,
        },
    )
    hours = {series.key: series.hours_of_training for series in files.programme().series if series.hours_of_training}
    for event in events:
        key = _key(event)
        if key in hours:
            Session.objects.create(event=event, programme=programme, hours=hours[key])
            programme.organisers.add(*event.organisers.all())


def _key(event):
    return event.slug.removeprefix("exemple-").rsplit("-", 3)[0]


def days_of(series, today):
    """Yield (number of the occurrence, day) for each day of the series near today.

    Weeks are counted from the first one of the calendar, so the rhythm is the same whenever the demo is loaded.
    """
    monday = today - timedelta(days=today.weekday())
    for offset in range(-WEEKS_BACK, WEEKS_AHEAD + 1):
        week = monday + timedelta(weeks=offset)
        number, rest = divmod(week.toordinal() // 7, series.every_weeks)
        is_thinned_out = offset < -DENSE_WEEKS and number % 2
        day = week + timedelta(days=series.weekday.number)
        if rest == series.phase and not is_thinned_out and not files.programme().is_holiday(day):
            yield number, day


def _draft(series, number, slug, start, types, spaces, rooms, people):
    topic = series.topic[number % len(series.topic)]
    organisers = {spaces[space].operator for space in series.organised_with or (series.space,)}
    event = Event.objects.create(
        slug=slug,
        type=types[series.type],
        **marked("title", topic.title),
        **topic.summary.columns("summary"),
        **topic.description.columns("description"),
        space=spaces[series.space],
        joint=rules.proposed_joint(organisers) if series.joint_is_decided else None,
        audience=series.audience,
        mode=series.mode,
        place=series.place,
        online_link="" if series.mode == Mode.ONSITE else f"https://visio.exemple.invalid/{series.key}",
        languages=list(series.languages),
        starts_at=start,
        ends_at=start + timedelta(minutes=series.minutes),
        capacity=series.capacity,
        seats_held=series.seats_held,
        is_example=True,
        created_by=people.get(MANAGER),
    )
    event.organisers.set(organisers)
    event.resources.set([room for key, room in rooms.items() if key == (series.space, series.room)])
    if series.mode != Mode.ONLINE:
        event.venues.set([spaces[series.space]])
    return event


def _takers(event, series, people):
    """Return the people who register: the same for the same event whenever the demo is loaded."""
    chance = Random(event.slug)  # noqa: S311 - who takes part in an example is no secret
    others = sorted(email for email in people if email not in {MEMBER, MANAGER})
    emails = chance.sample(others, min(series.takers, len(others)))
    if MEMBER in people and chance.random() < series.member_takes_part:
        # Late for the workshop that is always full, early everywhere else.
        emails.insert(series.capacity + 1 if series.capacity and series.takers > series.capacity else 0, MEMBER)
    return [people[email] for email in emails]


def _announce(event, series, number, people):
    manager = people.get(MANAGER)
    try:
        publish(event=event, by=manager)
    except EventError:
        # The room is taken by somebody who tries the demo.
        event.resources.clear()
        publish(event=event, by=manager)
    for user in _takers(event, series, people):
        register(event=event, user=user)
    if series.invites_guests:
        guest = files.programme().guest
        register_guest(
            event=event, name=guest.name, email=guest.email, language=guest.language, residence="FR", by=manager
        )
    if series.is_cancelled(number):
        cancel_event(event=event, reason=files.programme().storm, by=manager)
    event.refresh_from_db()


def _tell_the_past(event, series, number, people):
    """Write the past of an event as it would have been left: no operation publishes what has begun."""
    manager = people.get(MANAGER)
    takers = _takers(event, series, people)
    going = takers[: series.capacity]
    registrations = Registration.objects.bulk_create(
        Registration(
            event=event,
            user=user,
            participant_number=user.participant_number,
            language=user.language,
            side=side_of_member(user),
            status=RegistrationStatus.CONFIRMED,
            registered_at=event.starts_at - timedelta(days=9),
            confirmed_at=event.starts_at - timedelta(days=9),
        )
        for user in going
    )
    event.state = EventState.CANCELLED if series.is_cancelled(number) else EventState.PUBLISHED
    event.proofs_owed = attendance_rules.proofs_owed_by(event)
    event.seats_taken = len(registrations)
    event.save()
    if series.is_cancelled(number):
        made_at = event.starts_at - timedelta(days=1)
        Change.objects.create(
            event=event, kind=ChangeKind.CANCELLED, reason=files.programme().storm, made_at=made_at, made_by=manager
        )
        return
    if series.leaves_proof:
        # One in five who register do not come.
        mark_attendance(event=event, registrations=registrations[: -(len(registrations) // 5) or None], by=manager)
        if series.invites_guests:
            guest = files.programme().guest
            add_walk_in(event=event, name=guest.name, email=guest.email, residence="FR", by=manager)
        mark_list_complete(event=event, by=manager)
        _prove(event, number, manager, people.get(COORDINATOR))
    else:
        declare_count(event=event, measure=Measure.PARTICIPATIONS, lower=len(going), upper=None, by=manager)
    mark_held(event=event, by=manager)
    event.refresh_from_db()


def _prove(event, number, manager, coordinator):
    """Add all proofs that the event owes, but for one file now and then, so that there is something to chase."""
    for kind in event.proofs_owed:
        if kind == ProofKind.ADVERTISING and number % 4 == 0:
            continue
        proof = add_proof(event=event, kind=kind, file=_picture(event, kind), name=ProofKind(kind).label, by=manager)
        check_proof(proof=proof, by=coordinator)


def _picture(event, kind):
    """Return a page that says in so many words that it proves nothing."""
    page = Image.new("L", (620, 300), 255)
    lines = ["EXEMPLE", str(ProofKind(kind)), event.slug, f"{timezone.localtime(event.starts_at):%d/%m/%Y %H:%M}"]
    ImageDraw.Draw(page).multiline_text((30, 30), "\n\n".join(lines), fill=0, font_size=22)
    content = BytesIO()
    page.save(content, "PNG")
    return ContentFile(content.getvalue(), name=f"exemple-{kind}.png")
