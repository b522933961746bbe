"""What becomes of events beyond their rhythm: a series on every Friday, topics that members propose, an event held
online instead, speakers, slides and pictures, what a supper asks and who drives there."""

from datetime import time, timedelta
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
from spaces.enums import Country, Pattern
from spaces.places.files.pictures import named_by_content
from spaces.timing.hours import at_local

from . import MANAGER
from .load_events import HOLIDAYS, WEEKS_AHEAD
from .load_pictures import PICTURES
from .rhythm import FRIDAY, Text
from .words import MARK, marked, translated

FRIDAYS = "exemple-table-du-vendredi"
FRIDAYS_SPACE = "rimbaud-tech"
FRIDAYS_TITLE = Text("La table du vendredi", "De vrijdagtafel", "The Friday table")
FRIDAYS_SUMMARY = Text(
    "Chaque vendredi à midi, on apporte son repas et un sujet tient lieu de café.",
    "Elke vrijdag om twaalf uur brengt u uw lunch mee; een onderwerp dient als koffie.",
    "Every Friday at noon: bring your lunch, and a topic does for the coffee.",
)
CLOSED = "Jour férié : pas de table ce vendredi (exemple)."
NOON, LENGTH, SEATS, AT_TABLE = time(12), timedelta(hours=1), 12, 4

TOPICS_SPACE = "la-ferme"
#: (whose, language, topic, in one line)
TOPICS = (
    ("tristan@exemple.invalid", "fr", "Lire un bilan en une heure", "Trois chiffres à regarder, sans jargon."),
    ("nele@exemple.invalid", "nl", "Een webwinkel over de grens", "Wat ik leerde van mijn eerste honderd pakjes."),
)

ONLINE_KEY = "rencontre"
ONLINE_LINK = "https://visio.exemple.invalid/rencontre"
BRIDGE = "Pont fermé à la circulation ce soir-là : la rencontre a lieu en ligne (exemple)."

TALK = "midi"
ABOUT = "Personnage d’exemple"
SHOWN = {
    "meeting": "Dessin : la salle où l’on s’est réuni, un grand écran au mur (exemple).",
    "shared": "Dessin : deux postes de travail sous de larges fenêtres (exemple).",
}
CONSENT = "Un dessin : personne n’y figure (exemple)"


SUPPER = "soiree"
WHAT_FOR = Text("Pour commander le repas.", "Om de maaltijd te bestellen.", "To order the meal.")
#: Where two people at the supper come from, on the other side of the border.
DRIVES_FROM, LOOKS_FROM = "Charleville-Mézières", "Rocroi"
LEAVES_AT, SEATS_IN_A_CAR = time(17), 3


def load_life(events, people, spaces, today):
    """What is missing of all this; `events` are those that this loading has added. Returns the new events."""
    manager = people.get(MANAGER)
    new = _load_fridays(people, spaces, today, manager)
    _load_topics(people, spaces, today)
    _hold_one_online(events, manager)
    _tell_of_talks(events, people, manager)
    _prepare_supper(events, manager)
    return new


def _prepare_supper(events, manager):
    """The next supper asks what people eat, and two of those who come speak of a car."""
    supper = next((event for event in events if event.slug.startswith(f"exemple-{SUPPER}") and event.is_open), None)
    if supper is None:
        return
    question = Question(kind=QuestionKind.DIET, **translated("purpose", WHAT_FOR))
    save_question(event=supper, question=question, by=manager)
    driver, other = supper.registrations.confirmed().filter(way=Way.ONSITE).order_by("pk")[:2]
    offer_ride(
        registration=driver,
        town=DRIVES_FROM,
        from_side=Country.FR,
        direction=Direction.BOTH,
        leaves_at=LEAVES_AT,
        seats=SEATS_IN_A_CAR,
        kilometres=estimate(DRIVES_FROM, supper.space),
    )
    wish_ride(registration=other, town=LOOKS_FROM, side=Country.FR, direction=Direction.BOTH)


def _load_fridays(people, spaces, today, manager):
    """The series reaches as far ahead as the rest of the programme."""
    end = today + timedelta(weeks=WEEKS_AHEAD)
    until = end - timedelta(days=(end.weekday() - FRIDAY) % 7)
    series = EventSeries.objects.filter(events__slug__startswith=FRIDAYS).distinct().first()
    try:
        if series is None:
            new = _begin_fridays(spaces, today, until, manager)
        else:
            new = extend_series(series=series, until=until, by=manager) if until > series.until else []
    except EventError:  # Somebody who tries the demo has ended it.
        return []
    guests = [user for email, user in sorted(people.items()) if email.endswith("@exemple.invalid")][:AT_TABLE]
    for event in new:
        day = timezone.localdate(event.starts_at)
        if (day.month, day.day) in HOLIDAYS:
            cancel_event(event=event, reason=CLOSED, by=manager)
            continue
        for user in guests:
            register(event=event, user=user)
    return new


def _begin_fridays(spaces, today, until, manager):
    if Event.objects.filter(slug__startswith=FRIDAYS).exists():
        return []
    day = today + timedelta(days=(FRIDAY - today.weekday() - 1) % 7 + 1)
    start, space = at_local(day, NOON), spaces[FRIDAYS_SPACE]
    event = Event.objects.create(
        slug=f"{FRIDAYS}-{day:%Y-%m-%d}",
        type=EventType.objects.get(slug="lunch-talk"),
        **marked("title", FRIDAYS_TITLE),
        **translated("summary", FRIDAYS_SUMMARY),
        space=space,
        joint=False,
        audience=Audience.PUBLIC,
        mode=Mode.ONSITE,
        languages=["fr"],
        starts_at=start,
        ends_at=start + LENGTH,
        capacity=SEATS,
        is_example=True,
        created_by=manager,
    )
    event.organisers.set([space.operator])
    event.venues.set([space])
    event = publish(event=event, by=manager)
    return [event, *repeat_event(event=event, pattern=Pattern.WEEKLY, until=until, by=manager)]


def _load_topics(people, spaces, today):
    space = spaces[TOPICS_SPACE]
    if TopicProposal.objects.filter(space=space, state=TopicState.PROPOSED, day__gte=today).exists():
        return
    days = free_fridays(today, spaces=[space]).get(space, [])
    for day, (email, language, title, summary) in zip(days, TOPICS, strict=False):
        propose_topic(
            space=space,
            day=day,
            user=people[email],
            title=f"{title} {MARK[language]}",
            summary=summary,
            language=language,
        )


def _hold_one_online(events, manager):
    coming = [event for event in events if _is_of(event, ONLINE_KEY) and event.is_open]
    if coming and not Event.objects.upcoming().filter(is_example=True, changes__kind=ChangeKind.ONLINE).exists():
        switch_online(event=coming[0], online_link=ONLINE_LINK, reason=BRIDGE, by=manager)


def _tell_of_talks(events, people, manager):
    """Who speaks at the talks, and what the last one left behind."""
    talks = [event for event in events if _is_of(event, TALK)]
    speakers = sorted(email for email in people if email.endswith("@exemple.invalid"))
    for number, event in enumerate(talks):
        add_speaker(event=event, email=speakers[number % len(speakers)], about=ABOUT, by=manager)
    held = [event for event in talks if event.is_past]
    if not held or EventPhoto.objects.filter(event__is_example=True).exists():
        return
    event = held[-1]
    for order, (file, shown) in enumerate(SHOWN.items()):
        EventPhoto.objects.create(
            event=event,
            image=named_by_content((PICTURES / f"{file}.jpg").read_bytes()),
            order=order,
            consent=CONSENT,
            is_example=True,
            alternative_text=shown,
        )
    add_material(event=event, kind=MaterialKind.SLIDES, name="Diapositives (exemple)", file=_slides(event), by=manager)


def _is_of(event, key):
    return event.slug.startswith(f"exemple-{key}-2")


def _slides(event):
    """A page that says that it is an example."""
    page = Image.new("L", (960, 540), 255)
    ImageDraw.Draw(page).multiline_text((80, 180), f"EXEMPLE\n\n{event.title_fr}", fill=0, font_size=40)
    content = BytesIO()
    page.save(content, "PDF")
    return ContentFile(content.getvalue(), name="exemple.pdf")
