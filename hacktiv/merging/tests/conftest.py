"""Fixtures: two accounts of one person, and a superuser who may merge them."""

import pytest

from members.tests.factories import UserFactory

OLD = "elsa.avant@ardenne.example"


@pytest.fixture
def by():
    return UserFactory(superuser=True)


@pytest.fixture
def kept():
    return UserFactory(email="elsa@ardenne.example", first_name="Elsa", last_name="Petit")


@pytest.fixture
def gone():
    return UserFactory(email=OLD, first_name="Élsa", last_name="PETIT", language="nl")
