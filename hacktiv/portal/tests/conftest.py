import uuid

import pytest

from members.tests.factories import UserFactory
from spaces.memberships.tests.desk import asked, desk, ferme, manager, member, yearly
from spaces.tests.factories import MembershipKindFactory, SpaceFactory

__all__ = ["asked", "desk", "ferme", "manager", "member", "yearly"]


@pytest.fixture(autouse=True)
def own_cache(settings):
    """Start each test with an empty cache: rate limits count in it."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid.uuid4().hex}
    }


@pytest.fixture
def sign_in(client):
    """Return a function that signs a person in and returns the client."""

    def as_person(person):
        client.force_login(person)
        return client

    return as_person


@pytest.fixture
def zoe():
    return UserFactory(first_name="Zoé")


@pytest.fixture
def space():
    return SpaceFactory(name="La Ferme", with_hours=True)


@pytest.fixture
def kind():
    return MembershipKindFactory(name="Membre", prices="60 € par mois")
