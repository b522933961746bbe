"""Test the pages of a series: its days are shown before they are booked, and then retried, extended and cancelled."""

import pytest
from django.core import mail
from django.urls import reverse

from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    cancel_booking,
)
from spaces.models import Booking, Series
from spaces.tests.asking import closed, text
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
)
from spaces.timing.hours import local_day
from tests.pages import Page

from .recurring import local, series_of, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]


def typed(room, **changes):
    return {
        "resource": room.slug,
        "pattern": "weekly",
        "day": f"{local(1):%Y-%m-%d}",
        "until": f"{local(22):%Y-%m-%d}",
        "start": "09:00",
        "end": "12:00",
        "purpose": "Écrire",
        **changes,
    }


def repeat_url(resource):
    return reverse("spaces:repeat", args=[resource.space.slug])


def test_a_member_books_a_series_and_sees_its_days(client):
    resource, user = ResourceFactory(cancel_until_minutes=120), UserFactory()
    BookingFactory(resource=resource, days=8, hours=(9, 10))
    client.force_login(user)
    response = client.post(repeat_url(resource), typed(resource), follow=True)
    series = Series.objects.get()
    assert response.redirect_chain == [(series.get_absolute_url(), 302)]
    assert [row.refusal for row in response.context["occurrences"]] == ["", "taken", "", ""]
    assert response.content.decode().count(reverse("spaces:series_retry", args=[series.reference, 1])[:-4]) == 1
    assert "chaque date, jusqu’à 2 h avant" in text(response)
    that_day = {"resource": resource.slug, "day": f"{local(8):%Y-%m-%d}", "start": "09:00"}
    [link] = [found for found in Page(response.text).links if "day=" in found]
    assert link.startswith(reverse("spaces:book", args=[resource.space.slug]))
    assert client.get(link).context["form"]["day"].value() == that_day["day"]
    series.occurrences.filter(booking=None).update(refusal="public_holiday")
    page = client.get(series.get_absolute_url())
    assert "Réessayer" not in page.text, "a holiday stays one"


def test_a_stranger_signs_in_first_and_keeps_the_choice(client):
    resource = ResourceFactory()
    response = client.get(repeat_url(resource), {"resource": resource.slug, "day": "2030-01-01"})
    assert response.status_code == 302
    assert "day%3D2030-01-01" in response.url


def previewed(client, room, **changes):
    response = client.post(repeat_url(room), typed(room, look="hours", **changes))
    assert (response.status_code, Series.objects.count()) == (200, 0)
    return {f"{one.day:%Y-%m-%d}": one.refusal for one in response.context["outlook"].days}


def test_a_series_is_shown_day_by_day_as_it_is_then_booked(client):
    """Each reason that a day of a series can meet: the page says before what the operation says after."""
    space = SpaceFactory(with_hours=True)
    room = ResourceFactory(space=space, max_days_ahead=60)
    user = HomeSpaceFactory(space=SpaceFactory(name="Home")).user
    PassSchemeFactory(days=4, renews=False, ends_on=local(300))
    BookingFactory(resource=room, days=8, hours=(9, 10))
    closed(space, start=in_days(15, 0), end=in_days(16, 0))
    BookingFactory(resource=room, user=user, days=22, hours=(11, 12), as_manager=True)
    BookingFactory(resource=room, user=user, days=29, hours=(9, 12), as_manager=True)
    client.force_login(user)
    until = f"{local(71):%Y-%m-%d}"
    shown = previewed(client, room, until=until)
    assert set(shown.values()) == {"", "taken", "closed", "already_yours", "pass_used_up", "too_far"}
    client.post(repeat_url(room), typed(room, until=until))
    assert {f"{row.day:%Y-%m-%d}": row.refusal for row in Series.objects.get().occurrences.all()} == shown


@pytest.mark.parametrize(
    ("needs_approval", "says"), [(False, "3 dates sur 4 sont réservées"), (True, "3 dates sur 4 vous sont gardées")]
)
def test_a_series_of_which_less_is_booked_than_was_shown_says_so(client, needs_approval, says):
    client.force_login(UserFactory())
    room = ResourceFactory(needs_approval=needs_approval)
    assert set(previewed(client, room).values()) == {""}
    BookingFactory(resource=room, days=8, hours=(9, 12))
    sent = client.post(repeat_url(room), typed(room), follow=True)
    assert says in " ".join(sent.text.split()) and "avec toutes les dates" not in sent.text
    assert Series.objects.get().occurrences.filter(booking=None).count() == 1


def test_the_days_beyond_the_cap_say_how_many_one_may_have(client):
    client.force_login(UserFactory())
    room = ResourceFactory(max_open_bookings=2)
    for sent in (typed(room, look="hours"), typed(room)):
        page = client.post(repeat_url(room), sent, follow=True)
        assert page.text.count("2 réservations à venir au plus") == 2


def test_days_are_left_out_of_a_series(client):
    room = ResourceFactory()
    client.force_login(UserFactory())
    skipped = f"{local(8):%Y-%m-%d}"
    assert skipped not in previewed(client, room, skip=[skipped])
    client.post(repeat_url(room), typed(room, skip=[skipped]))
    assert [local_day(one.start) for one in Booking.objects.order_by("period")] == [local(1), local(15), local(22)]


def test_a_series_that_the_page_did_not_show_is_shown_first(client):
    room = ResourceFactory()
    client.force_login(UserFactory())
    form = client.post(repeat_url(room), typed(room, look="hours")).context["form"]
    changed = typed(room, seen=form.choice(), end="13:00")
    answer = client.post(repeat_url(room), changed)
    assert (answer.status_code, Booking.objects.count()) == (409, 0)
    client.post(repeat_url(room), {**changed, "seen": answer.context["form"].choice()})
    assert Booking.objects.count() == 4


@pytest.mark.parametrize("needs_approval", [True, False])
def test_a_series_that_waits_for_approval_is_not_said_to_be_booked(client, needs_approval):
    room = ResourceFactory(needs_approval=needs_approval)
    client.force_login(UserFactory())
    page = text(client.post(repeat_url(room), typed(room), follow=True))
    assert ("Votre demande est transmise à l’équipe" in page, "C’est réservé" in page) == (
        needs_approval,
        not needs_approval,
    )
    send_due()
    assert ("confirme ou refuse ces dates" in mail.outbox[0].body) == needs_approval


@pytest.mark.parametrize(
    ("changes", "status", "fields"),
    [
        ({"until": f"{local(0):%Y-%m-%d}"}, 400, {"until"}),
        ({"until": "9999-12-31"}, 400, {"until"}),
        ({"end": "08:00"}, 400, {"end"}),
        ({"pattern": "hourly"}, 400, {"pattern"}),
        ({"resource": "no-such-room"}, 400, {"resource"}),
        ({"pattern": "workdays", "until": f"{local(300):%Y-%m-%d}"}, 409, {"__all__"}),
        ({"start": "03:00", "end": "04:00"}, 409, {"__all__"}),
    ],
)
def test_a_faulty_series_is_kept_and_explained(client, changes, status, fields):
    resource = ResourceFactory()
    client.force_login(UserFactory())
    response = client.post(repeat_url(resource), typed(resource, **changes))
    assert (response.status_code, set(response.context["form"].errors)) == (status, fields)
    assert response.context["form"]["purpose"].value() == "Écrire"
    assert Series.objects.count() == 0


def test_extend_retry_and_cancel_by_their_forms(client):
    resource, user = ResourceFactory(), UserFactory()
    other = BookingFactory(resource=resource, days=8, hours=(9, 10))
    series = series_of(resource, user)
    client.force_login(user)
    client.post(reverse("spaces:series_extend", args=[series.reference]), {"until": f"{local(29):%Y-%m-%d}"})
    assert len(state_of(series)) == 5
    response = client.post(reverse("spaces:series_extend", args=[series.reference]), {"until": "hier"})
    assert (response.status_code, set(response.context["extend_form"].errors)) == (400, {"until"})
    cancel_booking(booking=other, by=other.user)
    refused = series.occurrences.get(booking=None)
    client.post(reverse("spaces:series_retry", args=[series.reference, refused.pk]))
    assert [state for _week, state in state_of(series)] == ["confirmed"] * 5
    url = reverse("spaces:series_cancel", args=[series.reference])
    assert client.post(url, {"day": f"{local(2):%Y-%m-%d}"}).status_code == 400
    client.post(url, {"day": f"{local(8):%Y-%m-%d}", "reason": ""})
    assert [state for _week, state in state_of(series)] == ["confirmed"] + ["cancelled"] * 4


def test_a_series_belongs_to_its_member_and_to_the_managers_of_its_space(client):
    manager = UserFactory()
    series = series_of(ResourceFactory(space__managers=[manager]))
    pages = [reverse(f"spaces:{name}", args=[series.reference]) for name in ("series", "series_cancel", "series_ics")]
    for person, status in ((series.user, 200), (manager, 200), (UserFactory(), 404)):
        client.force_login(person)
        assert [client.get(url).status_code for url in pages] == [status] * 3
    for name, arguments in (("series_extend", []), ("series_retry", [series.occurrences.first().pk])):
        assert client.post(reverse(f"spaces:{name}", args=[series.reference, *arguments])).status_code == 404


@pytest.mark.parametrize("weeks", [1, 3])
def test_a_series_page_costs_the_same_for_one_day_and_three(client, django_assert_num_queries, weeks):
    series = series_of(weeks=weeks)
    client.force_login(series.user)
    with django_assert_num_queries(6):
        response = client.get(series.get_absolute_url())
    assert len(response.context["occurrences"]) == weeks
