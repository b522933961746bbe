"""Load what becomes of events beyond their rhythm: a table every Friday, topics that members propose, an event held
online instead, speakers, slides and pictures, what a supper asks and how people drive there."""

from datetime import timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from events.enums import Audience, ChangeKind, Direction, MaterialKind, Mode, QuestionKind, TopicState, Way
from events.errors import EventError
from events.models import Event, EventPhoto, EventSeries, EventType, Question, TopicProposal
from events.programme.operations import (
    add_material,
    add_speaker,
    answer_invitation,
    cancel_event,
    extend_series,
    publish,
    repeat_event,
    switch_online,
)
from events.registering.operations import register, save_question
from events.rota.operations import propose_topic
from events.rota.queries import free_fridays
from events.travel.operations import offer_ride, wish_ride
from events.travel.queries.distances import estimate
from hacktiv.common.languages import column
from members.enums import Country
from spaces.enums import Pattern, Weekday
from spaces.timing.hours import at_local

from . import MANAGER, NOWHERE, files
from .events import WEEKS_AHEAD
from .marks import marked
from .pictures import picture


def load_stories(events, people, spaces, today):
    """Add what is missing of all this; return the new events. `events` are those that this loading has added."""
    manager = people.get(MANAGER)
    new = _load_fridays(people, spaces, today, manager)
    _load_topics(people, spaces, today)
    _hold_one_online(events, manager)
    _tell_of_talks(events, people, manager)
    _prepare_supper(events, manager)
    return new


def _prepare_supper(events, manager):
    """Let the next supper ask what people eat, and two of the people who come share a car."""
    wanted = files.stories().supper
    supper = next(
        (event for event in events if event.slug.startswith(f"exemple-{wanted.series}") and event.is_open), None
    )
    if supper is None:
        return
    question = Question(kind=QuestionKind.DIET, **wanted.purpose.columns("purpose"))
    save_question(event=supper, question=question, by=manager)
    driver, other = supper.registrations.confirmed().filter(way=Way.ONSITE).order_by("pk")[:2]
    offer_ride(
        registration=driver,
        town=wanted.drives_from,
        from_side=Country.FR,
        direction=Direction.BOTH,
        leaves_at=wanted.leaves_at,
        seats=wanted.seats_in_car,
        kilometres=estimate(wanted.drives_from, supper.space),
    )
    wish_ride(registration=other, town=wanted.looks_from, side=Country.FR, direction=Direction.BOTH)


def _load_fridays(people, spaces, today, manager):
    """Begin the table, or let it reach as far ahead as the rest of the programme; return the new events."""
    wanted = files.stories().friday_table
    end = today + timedelta(weeks=WEEKS_AHEAD)
    until = end - timedelta(days=(end.weekday() - Weekday.FRIDAY) % 7)
    series = EventSeries.objects.filter(events__slug__startswith=wanted.slug).distinct().first()
    try:
        if series is None:
            new = _begin_fridays(wanted, spaces, today, until, manager)
        elif series.events.filter(series_day__gt=series.until).exists():  # Somebody has ended it before its last day.
            return []
        else:
            new = extend_series(series=series, until=until, by=manager) if until > series.until else []
    except EventError:  # Somebody who tries the demo has ended it.
        return []
    guests = [user for email, user in sorted(people.items()) if email.endswith(NOWHERE)][: wanted.at_table]
    for event in new:
        day = timezone.localdate(event.starts_at)
        if files.programme().is_holiday(day):
            cancel_event(event=event, reason=wanted.closed, by=manager)
            continue
        for user in guests:
            register(event=event, user=user)
    return new


def _begin_fridays(wanted, spaces, today, until, manager):
    if Event.objects.filter(slug__startswith=wanted.slug).exists():
        return []
    day = today + timedelta(days=(Weekday.FRIDAY - today.weekday() - 1) % 7 + 1)
    start, space = at_local(day, wanted.start), spaces[wanted.space]
    event = Event.objects.create(
        slug=f"{wanted.slug}-{day:%Y-%m-%d}",
        type=EventType.objects.get(slug=wanted.type),
        **marked("title", wanted.title),
        **wanted.summary.columns("summary"),
        space=space,
        joint=False,
        audience=Audience.PUBLIC,
        mode=Mode.ONSITE,
        languages=list(wanted.languages),
        starts_at=start,
        ends_at=start + timedelta(minutes=wanted.minutes),
        capacity=wanted.seats,
        is_example=True,
        created_by=manager,
    )
    event.organisers.set([space.operator])
    event.venues.set([space])
    event = publish(event=event, by=manager)
    return [event, *repeat_event(event=event, pattern=Pattern.WEEKLY, until=until, by=manager)]


def _load_topics(people, spaces, today):
    """Propose the topics for free Fridays, unless the space has some for a day to come."""
    space = spaces[files.stories().topics.space]
    if TopicProposal.objects.filter(space=space, state=TopicState.PROPOSED, day__gte=today).exists():
        return
    days = free_fridays(today, spaces=[space]).get(space, [])
    for day, topic in zip(days, files.stories().topics.proposal, strict=False):
        propose_topic(
            space=space,
            day=day,
            user=people[files.address_of(topic.person)],
            title=f"{topic.title} {files.words().mark[topic.language]}",
            summary=topic.summary,
            language=topic.language,
        )


def _hold_one_online(events, manager):
    """Move the next event of the series online, unless an example is held online already."""
    wanted = files.stories().moved_online
    coming = [event for event in events if _is_of(event, wanted.series) and event.is_open]
    if coming and not Event.objects.upcoming().filter(is_example=True, changes__kind=ChangeKind.ONLINE).exists():
        switch_online(event=coming[0], online_link=wanted.link, reason=wanted.reason, by=manager)


def _tell_of_talks(events, people, manager):
    """Name the speakers of the talks, and add pictures and slides to the last one that is over."""
    wanted = files.stories().talks
    talks = [event for event in events if _is_of(event, wanted.series)]
    speakers = sorted(email for email in people if email.endswith(NOWHERE))
    for number, event in enumerate(talks):
        person = people[speakers[number % len(speakers)]]
        email = "" if event.is_past else person.email
        named = add_speaker(event=event, name=str(person), email=email, about=wanted.about_speakers, by=manager)
        if email:
            answer_invitation(speaker=named, agrees=True, user=person)
    held = [event for event in talks if event.is_past]
    if not held or EventPhoto.objects.filter(event__is_example=True).exists():
        return
    event = held[-1]
    for order, photo in enumerate(wanted.photo):
        EventPhoto.objects.create(
            event=event,
            image=picture(photo.picture),
            order=order,
            consent=wanted.consent,
            is_example=True,
            alternative_text=photo.shown,
        )
    add_material(event=event, kind=MaterialKind.SLIDES, name=wanted.slides, file=_slides(event), by=manager)


def _is_of(event, key):
    """Return whether the event is of the series with this key; its slug goes on with the year."""
    return event.slug.startswith(f"exemple-{key}-2")


def _slides(event):
    """Return a page that says that it is an example."""
    page = Image.new("L", (960, 540), 255)
    words = f"EXEMPLE\n\n{getattr(event, column('title'))}"
    ImageDraw.Draw(page).multiline_text((80, 180), words, fill=0, font_size=40)
    content = BytesIO()
    page.save(content, "PDF")
    return ContentFile(content.getvalue(), name="exemple.pdf")
