from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from hacktiv.outbox.models import Message, MessageState
from spaces.models import Space

from .load_afterwards import load_afterwards
from .load_bookings import HOURS, load_bookings, load_hours, load_rooms
from .load_equipment import load_equipment
from .load_events import load_events, load_training
from .load_life import load_life
from .load_passes import load_passes
from .load_people import load_people
from .load_pictures import load_pictures
from .load_plan import load_plan
from .load_practice import load_practice
from .load_project import load_project
from .people import PEOPLE

NOWHERE = "@exemple.invalid"


class DemoRefused(Exception):
    """The demo cannot be loaded here; the message says why, for the person at the terminal."""


@transaction.atomic
def load_demo():
    """Add what the demo lacks around today, and say how much. Nothing that is there changes.

    Raises DemoRefused under production settings, and where the network is not loaded yet."""
    if settings.ENVIRONMENT == "prod":
        raise DemoRefused("The demo is never loaded under production settings.")
    now = timezone.now()
    today = timezone.localdate(now)
    # A space that somebody added stays as they made it.
    spaces = {space.slug: space for space in Space.objects.filter(slug__in=HOURS).select_related("operator")}
    unknown = {person.home for person in PEOPLE} - spaces.keys()
    if unknown:
        raise DemoRefused("Load the network first: manage.py load_network.")
    with translation.override(settings.LANGUAGE_CODE):
        people = load_people(spaces, today)
        load_hours(spaces)
        load_rooms(spaces)
        load_pictures(spaces)
        load_plan(spaces)
        events = load_events(people, spaces, now, today)
        load_training(events)
        events += load_life(events, people, spaces, today)
        load_afterwards(events)
        load_bookings(people, spaces, now, today)
        load_equipment(people, spaces, today)
        load_passes(now, today)
        load_practice(people, spaces, today)
        load_project(today)
    # Nobody reads what is sent to fictional people.
    Message.objects.pending().filter(to_email__endswith=NOWHERE).update(state=MessageState.DROPPED)
    return {"people": len(people), "events": len(events)}
