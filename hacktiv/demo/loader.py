"""Load the demo: add what it lacks around today, and change nothing that is there."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from hacktiv.outbox.models import Message, MessageState
from spaces.models import Space

from . import NOWHERE, files
from .afterwards import load_afterwards
from .bookings import load_bookings
from .equipment import load_equipment
from .events import load_events, load_training
from .mailings import load_mailing
from .passes import load_passes
from .people import load_agreement, load_people, members_of
from .pictures import load_pictures
from .plan import load_plan
from .practice import load_practice
from .project import load_project
from .rooms import load_hours, load_kind, load_rooms
from .stories import load_stories


class DemoRefused(Exception):
    """The demo cannot be loaded here; the message says why, for the person at the terminal."""


@transaction.atomic
def load_demo() -> dict[str, int]:
    """Add what the demo lacks around today; return how many people it has and how many events are new.

    Raises DemoRefused under production settings, and where the network is not loaded yet; DataFileError where a file of
    the demo is wrong.
    """
    if settings.ENVIRONMENT == "prod":
        raise DemoRefused("The demo is never loaded under production settings.")
    now = timezone.now()
    today = timezone.localdate(now)
    # A space that somebody added stays as they made it.
    slugs = [space.slug for space in files.spaces().space]
    spaces = {space.slug: space for space in Space.objects.filter(slug__in=slugs).select_related("operator")}
    if {person.home for person in files.people() if person.home} - spaces.keys():
        raise DemoRefused("Load the network first: manage.py load_network.")
    with translation.override(settings.LANGUAGE_CODE):
        everybody = load_people(spaces, today)
        people = members_of(everybody)
        load_hours(spaces)
        load_rooms(spaces)
        load_kind(spaces)
        load_agreement(spaces, everybody, today)
        load_pictures(spaces)
        load_plan(spaces)
        events = load_events(people, spaces, now, today)
        load_training(events)
        events += load_stories(events, people, spaces, today)
        load_afterwards(events)
        load_bookings(people, now, today)
        load_equipment(people, spaces, today)
        load_passes(now, today)
        load_practice(people, spaces, today)
        load_mailing(people, spaces, now)
        load_project(everybody, spaces, today)
    # Nobody reads what is sent to fictional people.
    Message.objects.pending().filter(to_email__endswith=NOWHERE).update(state=MessageState.DROPPED)
    return {"people": len(everybody), "events": len(events)}
