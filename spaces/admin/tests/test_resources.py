"""A manager sets up their rooms."""

import pytest

from spaces.booking.operations import hold
from spaces.models import Resource, Space
from spaces.tests.factories import BookingFactory, FeatureFactory, SpaceFactory, in_days

from .pages import admin_url, room_fields

pytestmark = pytest.mark.django_db


def test_a_room_comes_with_its_units(client, mine):
    client.post(admin_url(Resource, "add"), room_fields(space=mine[Space].pk, number_of_units=4))
    resource = Resource.objects.get(slug="la-grange")
    assert (resource.space, resource.units.in_use().count()) == (mine[Space], 4)
    client.post(admin_url(Resource, "change", resource.pk), room_fields(number_of_units=2))
    assert resource.units.in_use().count() == 2


def test_a_manager_sets_every_rule_without_help(client, mine, others):
    feature = FeatureFactory()
    rules = {
        "start_interval_minutes": 60,
        "buffer_before_minutes": 15,
        "buffer_minutes": 30,
        "min_notice_minutes": 120,
        "max_days_ahead": 30,
        "max_open_bookings": 2,
        "booked_by": "spaces",
    }
    choices = {"features": [feature.pk], "open_to": [mine[Space].pk, others[Space].pk], "number_of_units": 2}
    answer = client.post(
        admin_url(Resource, "change", mine[Resource].pk),
        room_fields(is_bookable="on", prices_fr="12 € l’heure", **rules, **choices),
    )
    assert answer.status_code == 302
    resource = Resource.objects.get(pk=mine[Resource].pk)
    assert {name: getattr(resource, name) for name in rules} == rules
    assert resource.prices_fr == "12 € l’heure"
    assert (set(resource.features.all()), set(resource.open_to.all())) == ({feature}, {mine[Space], others[Space]})


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"max_open_bookings": "0"}, "max_open_bookings", None),
        ({"start_interval_minutes": "17"}, "start_interval_minutes", None),
        ({"buffer_before_minutes": "1441"}, "buffer_before_minutes", None),
        ({"buffer_minutes": "-1"}, "buffer_minutes", None),
        ({"min_notice_minutes": "99999"}, "min_notice_minutes", None),
        (
            {"min_notice_minutes": "1440", "max_days_ahead": "0"},
            "min_notice_minutes",
            "Personne ne pourrait réserver\u00a0: le délai minimum dépasse les jours à l’avance permis.",
        ),
        (
            {"min_minutes": "60", "max_minutes": "30"},
            "__all__",
            "La réservation la plus longue doit durer au moins autant que la plus courte.",
        ),
    ],
)
def test_impossible_rules_are_explained(client, mine, changes, field, message):
    data = room_fields(number_of_units=2, **changes)
    form = client.post(admin_url(Resource, "change", mine[Resource].pk), data).context["adminform"].form
    assert set(form.errors) == {field}
    assert message is None or form.errors[field] == [message]


def test_a_hidden_space_is_offered_only_where_it_was_chosen(client, mine):
    hidden = SpaceFactory(name="Hidden", is_published=False)
    url = admin_url(Resource, "change", mine[Resource].pk)
    assert hidden not in client.get(url).context["adminform"].form.fields["open_to"].queryset
    mine[Resource].open_to.add(hidden)
    assert hidden in client.get(url).context["adminform"].form.fields["open_to"].queryset
    client.post(url, room_fields(number_of_units=2, open_to=[hidden.pk]))
    assert list(mine[Resource].open_to.all()) == [hidden]


def test_booked_units_cannot_be_removed(client, mine):
    BookingFactory(resource=mine[Resource])
    response = client.post(admin_url(Resource, "change", mine[Resource].pk), room_fields(number_of_units=1))
    assert set(response.context["adminform"].form.errors) == {"number_of_units"}
    assert mine[Resource].units.in_use().count() == 2


def test_the_hold_of_an_event_is_shown_read_only(client, mine):
    hold(key="event:1", label="Lunch&talk", resource=mine[Resource], start=in_days(5, 12), end=in_days(5, 14))
    content = client.get(admin_url(Resource, "change", mine[Resource].pk)).content.decode()
    assert "Lunch&amp;talk" in content
    assert 'name="holds-0-label"' not in content
