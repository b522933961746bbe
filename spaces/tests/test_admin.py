"""The manager's tool: what he does there, and that nothing of another space can be reached."""

from datetime import date, time, timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone

from hacktiv.outbox.models import Message
from members.models import User
from members.tests.factories import UserFactory
from spaces.enums import BookingStatus
from spaces.models import Booking, Closure, Membership, OpeningHours, Resource, Scene, Series, Space, Visit, Wait
from spaces.operations import book_series, close, hold
from spaces.scoping import ScopedAdmin

from .factories import (
    BookingFactory,
    FeatureFactory,
    MembershipFactory,
    ResourceFactory,
    SceneFactory,
    SpaceFactory,
    VisitFactory,
    WaitFactory,
    in_days,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def manager(client):
    user = UserFactory(is_staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def mine(manager):
    """One of everything in a space that the manager runs."""
    return a_space_with_everything("Mine", managers=[manager])


@pytest.fixture
def others(db):
    """The same in another manager's space."""
    return a_space_with_everything("Others", managers=[UserFactory(is_staff=True)])


def a_space_with_everything(name, **fields):
    space = SpaceFactory(name=name, with_hours=True, **fields)
    resource = ResourceFactory(space=space, name=f"Room {name}", needs_approval=True, units=2)
    booking = BookingFactory(resource=resource, user=UserFactory(first_name=name, last_name="Person"))
    # A series of one day, which the booking is.
    wish = {"first_day": in_days(1, 9).date(), "until": in_days(1, 9).date(), "starts": time(9), "ends": time(10)}
    series = book_series(resource=resource, pattern="weekly", user=booking.user, by=booking.user, **wish)
    close(space=space, start=in_days(9, 0), end=in_days(10, 0), reason="Works", by=None)
    MembershipFactory(space=space, user=booking.user)
    return {
        Space: space,
        Resource: resource,
        Booking: booking,
        Series: series,
        Closure: space.closures.get(),
        Membership: space.memberships.get(),
        Wait: WaitFactory(resource=resource, user=booking.user, days=3),
        Visit: VisitFactory(space=space, home_space=space),
        User: booking.user,
        Scene: SceneFactory(space=space, title=f"Scene {name}"),
    }


def admin_url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


SCOPED = [Space, Resource, Booking, Series, Closure, Membership, Visit, Wait, User, Scene]


def test_every_admin_of_this_app_that_managers_enter_is_tested_here():
    scoped = {
        model
        for model, model_admin in admin.site._registry.items()
        if isinstance(model_admin, ScopedAdmin) and model._meta.app_label in {"spaces", "members"}
    }
    assert scoped == set(SCOPED)


# --- scope ---


@pytest.mark.parametrize("model", SCOPED)
def test_a_list_holds_ones_own_only(client, mine, others, model):
    response = client.get(admin_url(model, "changelist"))
    assert list(response.context["cl"].queryset) == [mine[model]]
    assert str(others[model]) not in response.content.decode()


@pytest.mark.parametrize("model", SCOPED)
@pytest.mark.parametrize("view", ["change", "delete", "history"])
def test_the_address_of_anothers_object_is_no_page(client, mine, others, model, view):
    assert client.get(admin_url(model, view, others[model].pk)).status_code == 404
    assert client.post(admin_url(model, view, others[model].pk), {"post": "yes"}).status_code == 404
    assert model.objects.filter(pk=others[model].pk).exists()


@pytest.mark.parametrize("model", SCOPED)
def test_ones_own_page_opens(client, mine, model):
    assert client.get(admin_url(model, "change", mine[model].pk)).status_code == 200
    assert client.get(admin_url(model, "history", mine[model].pk)).status_code == 200


@pytest.mark.parametrize("model", SCOPED)
def test_a_superuser_sees_all(client, mine, others, model):
    client.force_login(UserFactory(superuser=True))
    seen = set(
        client.get(admin_url(model, "changelist"), {"when": "all"} if model is Booking else {}).context["cl"].queryset
    )
    assert {mine[model], others[model]} <= seen
    assert client.get(admin_url(model, "change", others[model].pk)).status_code == 200


@pytest.mark.parametrize("model", SCOPED)
def test_who_runs_no_space_enters_nothing(client, mine, model):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(admin_url(model, "changelist")).status_code in {302, 404}
    assert client.get(admin_url(model, "change", mine[model].pk)).status_code in {302, 404}


AUTOCOMPLETES = [(Booking, "user", User), (Membership, "user", User), (Membership, "space", Space)]


@pytest.mark.parametrize(("model", "field", "related"), AUTOCOMPLETES)
def test_autocompletes_find_ones_own_only(client, mine, others, model, field, related):
    query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field, "term": ""}
    found = client.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [row["id"] for row in found] == [str(mine[related].pk)]


@pytest.mark.parametrize("model", [Resource, Booking, Closure])
def test_add_forms_offer_ones_own_only(client, mine, others, model):
    content = client.get(admin_url(model, "add")).content.decode()
    assert "Mine" in content
    # A room may be opened to the members of every space: that is all there is of the others.
    assert content.count("Others") == (1 if model is Resource else 0)


@pytest.mark.parametrize("model", [Resource, Booking, Closure, Membership])
def test_list_filters_offer_ones_own_only(client, mine, others, model):
    response = client.get(admin_url(model, "changelist"))
    labels = {
        str(choice["display"])
        for spec in response.context["cl"].filter_specs
        for choice in spec.choices(response.context["cl"])
    }
    assert not {label for label in labels if "Others" in label}


def test_a_forged_choice_is_refused(client, mine, others):
    response = client.post(
        admin_url(Resource, "add"), room_fields(space=others[Space].pk, number_of_units=1, name_fr="Mine", slug="mine")
    )
    assert set(response.context["adminform"].form.errors) == {"space"}
    assert Resource.objects.filter(slug="mine").count() == 0


def test_an_action_reaches_ones_own_only(client, mine, others):
    data = {"action": "confirm_selected", ACTION_CHECKBOX_NAME: [mine[Booking].pk, others[Booking].pk]}
    client.post(admin_url(Booking, "changelist"), data)
    assert set(Booking.objects.filter(status=BookingStatus.CONFIRMED)) == {mine[Booking]}


def test_a_manager_reads_people_and_changes_none(client, mine):
    page = client.get(admin_url(User, "change", mine[User].pk))
    assert [name for _title, options in page.context["adminform"].fieldsets for name in options["fields"]] == [
        "first_name",
        "last_name",
        "email",
        "language",
    ]
    response = client.post(admin_url(User, "change", mine[User].pk), {"is_superuser": "on"})
    assert response.status_code == 404
    assert client.get(admin_url(User, "add")).status_code == 404
    assert client.get(admin_url(User, "delete", mine[User].pk)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("model", "queries"), [(Booking, 10), (Resource, 9), (Closure, 10), (Membership, 9)])
def test_a_list_costs_the_same_for_one_row_and_three(client, manager, django_assert_num_queries, model, queries, count):
    space = SpaceFactory(managers=[manager], with_hours=True)
    for n in range(count):
        resource = ResourceFactory(space=space)
        BookingFactory(resource=resource, days=n + 1)
        close(space=space, resource=resource, start=in_days(9, 0), end=in_days(10, 0), reason="Works", by=None)
        MembershipFactory(space=space)
    with django_assert_num_queries(queries):
        response = client.get(admin_url(model, "changelist"))
    assert response.context["cl"].result_count == count


# --- bookings ---


def act(client, action, *bookings, **data):
    data = {"action": action, ACTION_CHECKBOX_NAME: [booking.pk for booking in bookings], **data}
    return client.post(admin_url(Booking, "changelist"), data)


def test_a_request_is_confirmed_from_its_page(client, mine):
    page = client.get(admin_url(Booking, "change", mine[Booking].pk)).content.decode()
    assert 'value="confirm_selected"' in page
    act(client, "confirm_selected", mine[Booking])
    mine[Booking].refresh_from_db()
    assert mine[Booking].status == BookingStatus.CONFIRMED
    assert Message.objects.filter(template="spaces.booking_confirmed").count() == 1


def test_a_request_is_refused_with_a_reason(client, mine):
    booking = mine[Booking]
    assert act(client, "refuse_selected", booking).status_code == 200
    assert act(client, "refuse_selected", booking, reason=" ").status_code == 400
    booking.refresh_from_db()
    assert booking.status == BookingStatus.REQUESTED
    act(client, "refuse_selected", booking, reason="Travaux")
    booking.refresh_from_db()
    assert (booking.status, booking.reason) == (BookingStatus.REFUSED, "Travaux")


def test_a_booking_is_cancelled_with_a_reason(client, mine):
    act(client, "cancel_selected", mine[Booking], reason="Panne de chauffage")
    mine[Booking].refresh_from_db()
    assert (mine[Booking].status, mine[Booking].reason) == (BookingStatus.CANCELLED, "Panne de chauffage")


def test_what_cannot_be_decided_is_said(client, mine):
    act(client, "cancel_selected", mine[Booking], reason="Panne")
    response = client.post(
        admin_url(Booking, "changelist"),
        {"action": "confirm_selected", ACTION_CHECKBOX_NAME: [mine[Booking].pk]},
        follow=True,
    )
    assert "Cette réservation n’attend plus de réponse." in response.content.decode()


def by_phone(room, **changes):
    return {
        "resource": room.pk,
        "day": f"{in_days(2, 9):%Y-%m-%d}",
        "start": "09:00",
        "end": "10:00",
        "user": "",
        "guest_name": "Zoé",
        "guest_email": "zoe@example.org",
        "guest_language": "fr",
        "purpose": "",
        **changes,
    }


def test_a_guest_on_the_phone_is_booked_at_once(client, manager, mine):
    response = client.post(admin_url(Booking, "add"), by_phone(mine[Resource]))
    booking = Booking.objects.get(guest_name="Zoé")
    assert response.url == admin_url(Booking, "change", booking.pk)
    assert (booking.status, booking.created_by, booking.start) == (BookingStatus.CONFIRMED, manager, in_days(2, 9))
    assert Message.objects.filter(to_email="zoe@example.org").count() == 1


def test_a_member_on_the_phone_is_known_by_choice_or_by_address(client, mine):
    stranger = UserFactory(email="someone@example.org")
    client.post(admin_url(Booking, "add"), by_phone(mine[Resource], user=mine[User].pk, guest_name=""))
    client.post(admin_url(Booking, "add"), by_phone(mine[Resource], guest_email="Someone@Example.org"))
    assert set(Booking.objects.filter(period__startswith=in_days(2, 9)).values_list("user", "guest_name")) == {
        (mine[User].pk, ""),
        (stranger.pk, ""),
    }


def clocks_go_forward():
    """The last Sunday of next March, on which no clock shows a quarter past two."""
    end = date(timezone.localdate().year + 1, 3, 31)
    return f"{end - timedelta(days=end.isoweekday() % 7)}"


def test_an_hour_that_does_not_exist_is_refused_beside_it(client, mine):
    OpeningHours.objects.filter(weekday=6).update(opens="00:00", closes="23:00")
    wish = by_phone(mine[Resource], day=clocks_go_forward(), start="02:15", end="04:00")
    response = client.post(admin_url(Booking, "add"), wish)
    assert (response.status_code, set(response.context["form"].errors)) == (400, {"start"})
    assert client.post(admin_url(Booking, "add"), {**wish, "start": "03:15"}).status_code == 302


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"guest_name": "", "guest_email": ""}, 400),
        ({"day": "2026-13-45"}, 400),
        ({"day": "9999-12-31"}, 400),
        ({"start": "10:00", "end": "09:00"}, 400),
        ({"start": "05:00"}, 400),
        ({"guest_name": "x" * 10_000}, 400),
        ({"user": "999999"}, 400),
        ({"resource": "999999"}, 400),
    ],
)
def test_a_faulty_booking_by_phone_is_kept_and_explained(client, mine, changes, status):
    response = client.post(admin_url(Booking, "add"), by_phone(mine[Resource], **changes))
    assert response.status_code == status
    assert response.context["form"].errors
    assert Booking.objects.count() == 1


def test_a_booking_by_phone_cannot_reach_another_space_or_its_people(client, mine, others):
    for changes in ({"resource": others[Resource].pk}, {"user": others[User].pk}):
        response = client.post(admin_url(Booking, "add"), by_phone(mine[Resource], **changes))
        assert set(response.context["form"].errors) == set(changes)


# --- closures ---


def closing(space, **changes):
    return {
        "space": space.pk,
        "resource": "",
        "first_day": f"{in_days(1, 9):%Y-%m-%d}",
        "last_day": "",
        "start": "",
        "end": "",
        "reason": "Inventaire",
        **changes,
    }


def test_a_day_is_closed_once_the_manager_accepts_to_cancel(client, mine):
    response = client.post(admin_url(Closure, "add"), closing(mine[Space]))
    assert (response.status_code, response.context["in_the_way"]) == (400, [mine[Booking]])
    assert "Mine Person" in response.content.decode()
    client.post(admin_url(Closure, "add"), closing(mine[Space], cancel_bookings="on"))
    mine[Booking].refresh_from_db()
    assert mine[Booking].status == BookingStatus.CANCELLED
    closure = Closure.objects.get(reason="Inventaire")
    assert (closure.period.lower, closure.period.upper) == (in_days(1, 0), in_days(2, 0))


def test_a_room_is_blocked_for_some_hours(client, mine):
    wish = closing(mine[Space], resource=mine[Resource].pk, start="12:00", end="14:00")
    client.post(admin_url(Closure, "add"), wish)
    closure = Closure.objects.get(reason="Inventaire")
    assert (closure.resource, closure.period.lower, closure.period.upper) == (
        mine[Resource],
        in_days(1, 12),
        in_days(1, 14),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"first_day": ""}, "first_day"),
        ({"last_day": "2026-01-01"}, "last_day"),
        ({"start": "14:00", "end": "12:00"}, "__all__"),
        ({"first_day": f"{in_days(-3, 9):%Y-%m-%d}"}, "__all__"),
        ({"first_day": clocks_go_forward(), "start": "02:15"}, "start"),
        ({"last_day": clocks_go_forward(), "end": "02:15"}, "end"),
    ],
)
def test_a_faulty_closure_is_explained(client, mine, changes, field):
    response = client.post(admin_url(Closure, "add"), closing(mine[Space], **changes))
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})


def test_a_room_of_another_space_cannot_be_blocked(client, mine, others):
    response = client.post(admin_url(Closure, "add"), closing(mine[Space], resource=others[Resource].pk))
    assert set(response.context["form"].errors) == {"resource"}


@pytest.mark.parametrize("way", ["page", "action"])
def test_deleting_a_closure_opens_again(client, mine, way):
    if way == "page":
        client.post(admin_url(Closure, "delete", mine[Closure].pk), {"post": "yes"})
    else:
        data = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [mine[Closure].pk], "post": "yes"}
        client.post(admin_url(Closure, "changelist"), data)
    BookingFactory(resource=mine[Resource], days=9)


# --- rooms ---


def room_fields(**changes):
    return {
        "name_fr": "La Grange",
        "name_nl": "",
        "name_en": "",
        "slug": "la-grange",
        "kind": "studio",
        "description_fr": "",
        "description_nl": "",
        "description_en": "",
        "seats": "",
        "order": "0",
        "min_minutes": "30",
        "max_minutes": "720",
        "start_interval_minutes": "30",
        "buffer_before_minutes": "0",
        "buffer_minutes": "0",
        "min_notice_minutes": "0",
        "max_days_ahead": "90",
        "cancel_until_minutes": "0",
        "release_after_minutes": "",
        "max_open_bookings": "",
        "prices_fr": "",
        "prices_nl": "",
        "prices_en": "",
        **{f"{rows}-{name}_FORMS": "0" for rows in ("plan", "units") for name in ("TOTAL", "INITIAL")},
        "holds-TOTAL_FORMS": "0",
        "holds-INITIAL_FORMS": "0",
        **changes,
    }


def test_a_room_comes_with_its_units(client, mine):
    client.post(admin_url(Resource, "add"), room_fields(space=mine[Space].pk, number_of_units=4))
    resource = Resource.objects.get(slug="la-grange")
    assert (resource.space, resource.units.in_use().count()) == (mine[Space], 4)
    client.post(admin_url(Resource, "change", resource.pk), room_fields(number_of_units=2))
    assert resource.units.in_use().count() == 2


def test_a_manager_sets_every_rule_alone(client, mine, others):
    feature = FeatureFactory()
    rules = {
        "start_interval_minutes": 60,
        "buffer_before_minutes": 15,
        "buffer_minutes": 30,
        "min_notice_minutes": 120,
        "max_days_ahead": 30,
        "max_open_bookings": 2,
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
            "La réservation la plus longue dure au moins autant que la plus courte.",
        ),
    ],
)
def test_rules_that_cannot_be_are_explained(client, mine, changes, field, message):
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


def test_booked_units_do_not_go(client, mine):
    BookingFactory(resource=mine[Resource])
    response = client.post(admin_url(Resource, "change", mine[Resource].pk), room_fields(number_of_units=1))
    assert set(response.context["adminform"].form.errors) == {"number_of_units"}
    assert mine[Resource].units.in_use().count() == 2


def test_what_an_event_holds_is_shown_to_be_read(client, mine):
    hold(key="event:1", label="Lunch&talk", resource=mine[Resource], start=in_days(5, 12), end=in_days(5, 14))
    content = client.get(admin_url(Resource, "change", mine[Resource].pk)).content.decode()
    assert "Lunch&amp;talk" in content
    assert 'name="holds-0-label"' not in content


# --- the space ---

INLINES = ("opening_hours", "photos", "travel_times", "team")


def space_fields(space, **changes):
    names = ("tagline", "description", "prices", "access", "accessibility")
    names += ("access_by_car", "access_by_train", "access_by_bicycle")
    texts = {f"{name}_{code}": "" for name in names for code in ("fr", "nl", "en")}
    inlines = {f"{name}-{count}_FORMS": "0" for name in INLINES for count in ("TOTAL", "INITIAL")}
    return {
        **texts,
        "name": space.name,
        "town": space.town,
        "street": "",
        "postcode": "",
        "latitude": space.latitude,
        "longitude": space.longitude,
        "contact_email": "",
        "phone": "",
        "website": "",
        **inlines,
        **changes,
    }


def test_a_manager_edits_his_texts_and_not_the_network(client, mine, others):
    space = mine[Space]
    data = space_fields(space, tagline_fr="Sous la verrière", slug="stolen", operator=others[Space].operator_id)
    data["managers"] = [others[User].pk]
    client.post(admin_url(Space, "change", space.pk), data)
    operator, slug, managers = space.operator_id, space.slug, set(space.managers.all())
    space.refresh_from_db()
    assert (space.tagline_fr, space.slug, space.operator_id) == ("Sous la verrière", slug, operator)
    assert set(space.managers.all()) == managers


@pytest.mark.parametrize(("ticked", "closes"), [({"closes_on_public_holidays": "on"}, True), ({}, False)])
def test_a_manager_says_whether_public_holidays_are_kept(client, mine, ticked, closes):
    space = mine[Space]
    Space.objects.filter(pk=space.pk).update(closes_on_public_holidays=not closes)
    client.post(admin_url(Space, "change", space.pk), space_fields(space, **ticked))
    space.refresh_from_db()
    assert space.closes_on_public_holidays is closes


def hours_fields(*rows):
    data = {"opening_hours-TOTAL_FORMS": len(rows), "opening_hours-INITIAL_FORMS": 0}
    for n, (weekday, opens, closes) in enumerate(rows):
        data |= {
            f"opening_hours-{n}-weekday": weekday,
            f"opening_hours-{n}-opens": opens,
            f"opening_hours-{n}-closes": closes,
        }
    return data


def test_hours_are_entered_in_stretches(client, manager):
    space = SpaceFactory(managers=[manager])
    data = space_fields(space, **hours_fields((0, "09:00", "12:00"), (0, "13:00", "17:00")))
    client.post(admin_url(Space, "change", space.pk), data)
    assert [(str(row.opens), str(row.closes), row.is_example) for row in space.opening_hours.all()] == [
        ("09:00:00", "12:00:00", False),
        ("13:00:00", "17:00:00", False),
    ]


def test_an_example_of_hours_is_one_no_longer_once_mended(client, manager):
    space = SpaceFactory(managers=[manager])
    row = OpeningHours.objects.create(space=space, weekday=0, opens="09:00", closes="12:00", is_example=True)
    data = space_fields(space, **hours_fields((0, "09:00", "13:00")))
    data |= {"opening_hours-INITIAL_FORMS": 1, "opening_hours-0-id": row.pk, "opening_hours-0-space": space.pk}
    client.post(admin_url(Space, "change", space.pk), data)
    row.refresh_from_db()
    assert (str(row.closes), row.is_example) == ("13:00:00", False)


@pytest.mark.parametrize("rows", [[(0, "09:00", "12:00"), (0, "11:00", "17:00")], [(0, "12:00", "09:00")]])
def test_hours_that_contradict_each_other_are_explained(client, manager, rows):
    space = SpaceFactory(managers=[manager])
    response = client.post(admin_url(Space, "change", space.pk), space_fields(space, **hours_fields(*rows)))
    assert response.status_code == 200
    assert response.context["errors"]
    assert space.opening_hours.count() == 0
