"""Fixtures for tests of booking."""

import pytest

from spaces.enums import ResourceKind
from spaces.tests.factories import ResourceFactory


@pytest.fixture
def desks():
    """Make an open plan of four workplaces."""
    return ResourceFactory(kind=ResourceKind.WORKPLACE, units=4, seats=1, name="Plateau")
