"""Factories of events and registrations, for the tests of all apps."""

from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from events.enums import Audience, EventState
from events.models import Event, EventType, Participation
from events.programme.operations import add_speaker, answer_invitation
from events.registering.operations import confirm_guest, register, register_guest
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory


class EventTypeFactory(DjangoModelFactory):
    class Meta:
        model = EventType

    slug = factory.Sequence(lambda n: f"type-{n}")
    name_fr = factory.Sequence(lambda n: f"Type {n}")
    name_nl = factory.Sequence(lambda n: f"Soort {n}")
    name_en = factory.Sequence(lambda n: f"Kind {n}")
    icon = "visit"
    colour = "forest"


class EventFactory(DjangoModelFactory):
    """Make a published event in a week, of two hours, open to all and without limit of seats."""

    class Meta:
        model = Event
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(state=EventState.DRAFT)
        members_only = factory.Trait(audience=Audience.MEMBERS)

    slug = factory.Sequence(lambda n: f"evenement-{n}")
    type = factory.SubFactory(EventTypeFactory)
    title_fr = factory.Sequence(lambda n: f"Rencontre {n}")
    title_nl = factory.Sequence(lambda n: f"Ontmoeting {n}")
    title_en = factory.Sequence(lambda n: f"Meeting {n}")
    space = factory.SubFactory(SpaceFactory)
    audience = Audience.PUBLIC
    state = EventState.PUBLISHED
    starts_at = factory.LazyFunction(lambda: timezone.now().replace(microsecond=0) + timedelta(days=7))
    ends_at = factory.LazyAttribute(lambda event: event.starts_at and event.starts_at + timedelta(hours=2))

    @factory.post_generation
    def organisers(self, create, extracted, **kwargs):
        if extracted:
            self.organisers.set(extracted)

    @factory.post_generation
    def resources(self, create, extracted, **kwargs):
        if extracted:
            self.resources.set(extracted)

    @factory.post_generation
    def venues(self, create, extracted, **kwargs):
        if create:
            self.venues.set(extracted if extracted is not None else [self.space] if self.space else [])


class PastEventFactory(EventFactory):
    """Make a held event that ended yesterday."""

    state = EventState.HELD
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1, hours=2))


class HistoryEventFactory(EventFactory):
    """Make a held event with only a range of days."""

    state = EventState.HELD
    starts_at = None
    ends_at = None
    earliest = date(2020, 7, 1)
    latest = date(2020, 12, 31)


class RegistrationFactory:
    """Register a member by the operation: `RegistrationFactory(event=…, user=…)`."""

    def __new__(cls, *, event=None, user=None):
        return register(event=event or EventFactory(), user=user or UserFactory())


class GuestRegistrationFactory:
    """Register a guest by the operation; with `confirmed=False` the link is not followed yet."""

    serial = 0

    def __new__(cls, *, event=None, name="Aline Petit", email=None, language="fr", confirmed=True, **wish):
        cls.serial += 1
        email = email or f"invite{cls.serial}@ardenne.example"
        registration = register_guest(event=event or EventFactory(), name=name, email=email, language=language, **wish)
        return confirm_guest(token=registration.token) if confirmed else registration


class ParticipationFactory(DjangoModelFactory):
    class Meta:
        model = Participation

    event = factory.SubFactory(PastEventFactory)
    participant_number = factory.Faker("uuid4")


class SpeakerFactory:
    """Name a member as a speaker, who agrees: `SpeakerFactory(event=…, user=…)`."""

    def __new__(cls, *, event, user=None):
        user = user or UserFactory()
        speaker = add_speaker(event=event, name=str(user), email=user.email, by=None)
        return answer_invitation(speaker=speaker, agrees=True, user=user)
