"""The card of an event, which is drawn once for all who see the same."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from events.enums import Audience, EventState
from events.models import Event
from events.registering.operations import register
from events.tests.factories import EventFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db

CARD = Template("{% load events %}{% event_card event %}")


@pytest.fixture
def event():
    return EventFactory(title_fr="Marche <b>", title_nl="", capacity=2)


def card_of(event, registration=None):
    found = Event.objects.for_cards().get(pk=event.pk)
    found.registration = registration
    return CARD.render(Context({"event": found}))


CHANGES = {
    "renamed": lambda event: Event.objects.filter(pk=event.pk).update(title_fr="Repas"),
    "moved by a week": lambda event: move(event, days=7),
    "begun": lambda event: move(event, days=-7, hours=-1),
    "cancelled": lambda event: Event.objects.filter(pk=event.pk).update(state=EventState.CANCELLED),
    "for members": lambda event: Event.objects.filter(pk=event.pk).update(audience=Audience.MEMBERS),
    "an example": lambda event: Event.objects.filter(pk=event.pk).update(is_example=True),
    "one seat taken": lambda event: register(event=event, user=UserFactory()),
    "without limit": lambda event: Event.objects.filter(pk=event.pk).update(capacity=None),
    "elsewhere": lambda event: event.venues.set([SpaceFactory(name="Le Quai")]),
    "of another type": lambda event: event.type.__class__.objects.update(name_fr="Sortie"),
    "with another icon": lambda event: event.type.__class__.objects.update(icon="walk"),
}


def move(event, **by):
    event.starts_at += timedelta(**by)
    event.ends_at += timedelta(**by)
    event.save()


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_draws_the_card_anew(event, change):
    before = card_of(event)
    assert card_of(event) == before
    CHANGES[change](event)
    assert card_of(event) != before


def test_a_card_shows_its_readers_own_registration_to_them_alone(event):
    others = card_of(event)
    own = card_of(event, register(event=event, user=UserFactory()))
    assert "badge-success" in own
    assert "badge-success" not in others
    assert "badge-success" not in card_of(event)


def test_a_card_is_drawn_in_each_language_with_what_is_not_translated_marked(event):
    with translation.override("fr"):
        french = card_of(event)
    with translation.override("nl"):
        dutch = card_of(event)
    assert '">Marche &lt;b&gt;</a>' in french
    assert '<span lang="fr">Marche &lt;b&gt;</span>' in dutch


def test_a_card_shows_what_was_loaded_for_it(event, django_assert_num_queries):
    with django_assert_num_queries(2):
        card_of(event)


def test_a_past_event_offers_no_seat(event):
    Event.objects.filter(pk=event.pk).update(state=EventState.HELD)
    assert "event-card-seats" not in card_of(event)
    assert event.ends_at > timezone.now()
