"""Constraints that the database enforces, whoever writes."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from training.models import CoachingCount
from training.tests.factories import CoachingFactory, SessionFactory

pytestmark = pytest.mark.django_db


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def test_an_event_is_one_session_at_most():
    session = SessionFactory()
    with refused("training_session_event_id"):
        SessionFactory(event=session.event)


@pytest.mark.parametrize("hours", ["0", "-1"])
def test_a_session_lasts_longer_than_nothing(hours):
    with refused("training_session_has_hours"):
        SessionFactory(hours=hours)


def test_the_days_of_a_coaching_are_in_order():
    with refused("training_coaching_days_in_order"):
        CoachingFactory(earliest=date(2020, 2, 1), latest=date(2020, 1, 1))


def test_the_count_of_a_coaching_is_in_order():
    with refused("training_coaching_persons_in_order"):
        CoachingFactory(persons_lower=5, persons_upper=4)


def test_an_earlier_count_has_the_reason_of_its_correction():
    now = timezone.now()
    with refused("training_coachingcount_has_reason"):
        CoachingCount.objects.create(coaching=CoachingFactory(), lower=1, entered_at=now, replaced_at=now, reason="")


def test_an_earlier_count_was_replaced_after_it_was_entered():
    now = timezone.now()
    with refused("training_coachingcount_replaced_after"):
        CoachingCount.objects.create(
            coaching=CoachingFactory(), lower=1, entered_at=now, replaced_at=now - timedelta(days=1), reason="x"
        )
