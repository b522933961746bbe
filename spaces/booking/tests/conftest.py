"""Fixtures for tests of booking."""

import pytest

from spaces.enums import ResourceKind
from spaces.tests.factories import ResourceFactory, SpaceFactory


@pytest.fixture
def desks():
    """Make an open plan of four workplaces."""
    return ResourceFactory(kind=ResourceKind.WORKPLACE, units=4, seats=1, name="Plateau")


@pytest.fixture
def border():
    """Make three spaces: one in Chimay, one in Mariembourg, and one in Charleville-Mézières."""
    chimay = SpaceFactory(name="La Ferme", town="Chimay", latitude="50.048", longitude="4.317", with_hours=True)
    couvin = SpaceFactory(name="E420", town="Mariembourg", latitude="50.095", longitude="4.522", with_hours=True)
    meuse = SpaceFactory(name="Rimbaud'Tech", french=True, latitude="49.768", longitude="4.725", with_hours=True)
    for space in (chimay, couvin, meuse):
        ResourceFactory(space=space, seats=6)
    return chimay, couvin, meuse
