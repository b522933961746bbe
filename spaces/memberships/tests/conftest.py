"""Have the desk of a manager in all tests here, and a space with a team."""

import pytest
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.tests.factories import (
    SpaceFactory,
)

from .desk import asked, desk, ferme, manager, member, yearly

__all__ = ["asked", "desk", "ferme", "manager", "member", "yearly"]


@pytest.fixture
def space():
    return SpaceFactory(name="La Ferme", managers=[UserFactory(email="gestion@ardenne.example", is_staff=True)])


@pytest.fixture
def today():
    return timezone.localdate()
