from datetime import date

import factory
from factory.django import DjangoModelFactory

from events.tests.factories import EventFactory
from training.models import Coaching, Programme, Session


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme

    slug = factory.Sequence(lambda n: f"programme-{n}")
    title_fr = factory.Sequence(lambda n: f"Parcours {n}")
    title_nl = factory.Sequence(lambda n: f"Traject {n}")
    title_en = factory.Sequence(lambda n: f"Course {n}")


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    event = factory.SubFactory(EventFactory)
    programme = factory.SubFactory(ProgrammeFactory)
    hours = "2.00"


class CoachingFactory(DjangoModelFactory):
    class Meta:
        model = Coaching

    slug = factory.Sequence(lambda n: f"accompagnement-{n}")
    title_fr = factory.Sequence(lambda n: f"Accompagnement {n}")
    title_nl = factory.Sequence(lambda n: f"Coaching {n}")
    title_en = factory.Sequence(lambda n: f"Coaching {n}")
    earliest = date(2020, 7, 1)
    latest = date(2020, 12, 31)
    persons_lower = 5
    persons_upper = 5
