"""Data that the tests of a module share."""

import pytest
from django.db import transaction

from tests.demo import demo_database


@pytest.fixture(scope="module")
def module_data(django_db_setup, django_db_blocker):
    """Put a transaction around a whole module: all of its tests see the rows that fixtures of module scope write.

    Each test's own transaction lies within it, so nothing leaks from one test into the next. Ask for it in a fixture
    of module scope that makes data; the tests are marked `django_db` as ever (not with `transaction=True`).
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def demo_data(django_db_setup, django_db_blocker):
    """Give the module a database with the network and the demo. Its tests are marked `django_db` as ever."""
    with django_db_blocker.unblock(), demo_database():
        yield
