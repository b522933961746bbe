import pytest

from events.catalogue import EVENT_TYPES, load_event_types
from events.models import EventType

pytestmark = pytest.mark.django_db


def test_the_types_are_loaded_once_in_three_languages():
    assert load_event_types() == [row[0] for row in EVENT_TYPES]
    assert load_event_types() == []
    walk = EventType.objects.get(slug="fablab-visit")
    assert (walk.name_fr, walk.name_nl, walk.name_en) == ("Visite de fablab", "Fablabbezoek", "Fablab visit")


def test_a_changed_type_stays_changed():
    load_event_types()
    EventType.objects.filter(slug="visit").update(name_fr="Balade", colour="river")
    EventType.objects.filter(slug="workshop").delete()
    assert load_event_types() == ["workshop"]
    assert EventType.objects.values_list("name_fr", "colour").get(slug="visit") == ("Balade", "river")
