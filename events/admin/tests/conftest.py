"""Fixtures of the admin's tests: a manager who is signed in, and their space."""

import pytest

from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


@pytest.fixture
def manager(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def space(manager):
    return SpaceFactory(managers=[manager])
