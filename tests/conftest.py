"""Data that the tests of a module share."""

import pytest
from django.db import transaction

from tests.demo import demo_database


@pytest.fixture(scope="module")
def module_data(django_db_setup, django_db_blocker):
    """A transaction around a whole module: what fixtures of module scope write stands for all of its tests.

    Each test's own transaction lies within it, so nothing leaks from one test into the next. Ask for it in a fixture
    of module scope that makes data; the tests are marked `django_db` as ever (not with `transaction=True`).
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def demo_data(django_db_setup, django_db_blocker):
    """The network and the demo, in a database of the module's own. Its tests are marked `django_db` as ever."""
    with django_db_blocker.unblock(), demo_database():
        yield
