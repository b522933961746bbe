"""Fixtures for tests of the pages that are kept: they are kept here, and a space has one of everything."""

import pytest
from django.core.cache import cache

from events.tests.factories import EventFactory
from members.tests.factories import UserFactory
from spaces.models import Closure
from spaces.tests.factories import (
    EquipmentFactory,
    PhotoFactory,
    ResourceFactory,
    SceneFactory,
)
from spaces.timing.periods import period

from .addresses import AGENDA, noon


@pytest.fixture(autouse=True)
def shared(settings):
    settings.SHARED_PAGES_SECONDS = 60
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def event(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return EventFactory(title_en="Walk", capacity=5)


def queries_of(client, django_assert_max_num_queries, address=AGENDA, **kwargs):
    with django_assert_max_num_queries(30) as captured:
        answer = client.get(address, **kwargs)
    assert answer.status_code == 200
    return len(captured), answer


@pytest.fixture
def ask(client, django_assert_max_num_queries):
    return lambda address=AGENDA, **kwargs: queries_of(client, django_assert_max_num_queries, address, **kwargs)


@pytest.fixture
def space(event, django_capture_on_commit_callbacks):
    """Make a space with one of everything that its page shows."""
    with django_capture_on_commit_callbacks(execute=True):
        room = ResourceFactory(space__name="La Ferme", space__slug="la-ferme", units=1)
        PhotoFactory(space=room.space)
        SceneFactory(space=room.space)
        EquipmentFactory()
        Closure.objects.create(
            space=room.space, period=period(noon(days=9), noon(days=10)), reason="Fair", created_by=UserFactory()
        )
        EventFactory(space=room.space)
    return room.space
