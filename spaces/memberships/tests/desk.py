"""Fixtures: a manager at their desk, with a request and a member of their space."""

import pytest

from members.enums import Status
from members.tests.factories import UserFactory
from spaces.tests.factories import (
    MembershipFactory,
    MembershipKindFactory,
    SpaceFactory,
)

from .deciding import day, request_for


@pytest.fixture
def manager():
    return UserFactory(first_name="Maugis")


@pytest.fixture
def ferme(manager):
    return SpaceFactory(name="La Ferme", with_hours=True, managers=[manager])


@pytest.fixture
def desk(client, manager, ferme):
    client.force_login(manager)
    return client


@pytest.fixture
def yearly(ferme):
    return MembershipKindFactory(space=ferme, name="Annuelle", lasts_months=12)


@pytest.fixture
def asked(ferme, yearly):
    return request_for(ferme, yearly, note="Je cherche un bureau.", user__status=Status.values[0])


@pytest.fixture
def member(ferme, yearly):
    return MembershipFactory(space=ferme, kind=yearly, until=day(20), user__first_name="Oriande")
