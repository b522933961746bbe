"""Data that the tests of a module share."""

import pytest

from tests.demo import demo_database


@pytest.fixture(scope="module")
def demo_data(django_db_setup, django_db_blocker):
    """Give the module a database with the network and the demo. Its tests are marked `django_db` as ever."""
    with django_db_blocker.unblock(), demo_database():
        yield
