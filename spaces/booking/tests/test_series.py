"""Test recurring bookings: their days, refused days, and the rest of a series."""

from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    BookingRequest,
    SeriesRequest,
    book,
    book_series,
    cancel_booking,
    cancel_series,
    close,
    extend_series,
    retry_occurrence,
)
from spaces.enums import BookingStatus, Pattern
from spaces.errors import BookingError
from spaces.models import Booking, Occurrence, Series
from spaces.tests.asking import closed, text
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
)
from spaces.timing import recurrence
from spaces.timing.hours import at_local, local_day
from tests.pages import Page

from .test_races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]


def local(days):
    return timezone.localdate() + timedelta(days=days)


def series_of(resource=None, user=None, *, weeks=4, pattern=Pattern.WEEKLY, **wish):
    """Book every week from tomorrow on, nine to twelve."""
    user = user or UserFactory()
    wish = {"first_day": local(1), "until": local(1 + 7 * (weeks - 1)), "starts": time(9), "ends": time(12), **wish}
    asked = SeriesRequest(resource=resource or ResourceFactory(), user=user, pattern=pattern, **wish)
    return book_series(asked=asked, by=user)


def state_of(series):
    rows = series.occurrences.select_related("booking").order_by("day")
    return [((row.day - local(1)).days // 7, row.booking.status if row.booking else row.refusal) for row in rows]


# --- which days ---


@pytest.mark.parametrize(
    ("pattern", "first", "until", "days", "rule"),
    [
        (Pattern.WEEKLY, date(2026, 10, 1), date(2026, 10, 22), [1, 8, 15, 22], "FREQ=WEEKLY"),
        (Pattern.FORTNIGHTLY, date(2026, 10, 1), date(2026, 10, 31), [1, 15, 29], "FREQ=WEEKLY;INTERVAL=2"),
        (Pattern.WORKDAYS, date(2026, 10, 2), date(2026, 10, 6), [2, 5, 6], "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (Pattern.WORKDAYS, date(2026, 10, 3), date(2026, 10, 5), [5], "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ],
)
def test_the_days_of_a_pattern(pattern, first, until, days, rule):
    assert [day.day for day in recurrence.days(pattern, first, until)] == days
    assert recurrence.rule(pattern, first) == rule


def test_a_month_keeps_its_weekday_and_the_fifth_is_the_last():
    second = recurrence.days(Pattern.MONTHLY, date(2026, 10, 8), date(2026, 12, 31))
    assert second == [date(2026, 10, 8), date(2026, 11, 12), date(2026, 12, 10)]
    last = recurrence.days(Pattern.MONTHLY, date(2026, 10, 29), date(2026, 12, 31))
    assert last == [date(2026, 10, 29), date(2026, 11, 26), date(2026, 12, 31)]


def last_sunday(year, month):
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


@pytest.mark.parametrize(("first", "last", "change", "before", "after"), [(10, 11, 10, 7, 8), (3, 4, 3, 8, 7)])
def test_a_series_keeps_its_local_hour_when_the_clocks_change(first, last, change, before, after):
    user, resource, year = UserFactory(), ResourceFactory(max_days_ahead=900), timezone.localdate().year + 1
    wish = {"first_day": date(year, first, 1), "until": date(year, last, 30), "starts": time(9), "ends": time(12)}
    series = book_series(asked=SeriesRequest(resource=resource, pattern=Pattern.WEEKLY, user=user, **wish), by=user)
    bookings = Booking.objects.filter(occurrence__series=series).order_by("period")
    assert len(bookings) == 9
    assert {(timezone.localtime(row.start).hour, timezone.localtime(row.end).hour) for row in bookings} == {(9, 12)}
    assert [row.start.hour for row in bookings] == [
        before if row.start.date() < last_sunday(year, change) else after for row in bookings
    ]
    assert {row.end - row.start for row in bookings} == {timedelta(hours=3)}


# --- what becomes of them ---


def test_every_day_is_a_booking_told_of_in_one_mail():
    series = series_of()
    assert state_of(series) == [(week, "confirmed") for week in range(4)]
    assert list(Message.objects.values_list("template", flat=True)) == ["spaces.series_booked"]
    assert series.rule == f"FREQ=WEEKLY;UNTIL={local(22):%Y%m%d}"


def test_refused_days_are_kept_with_their_rule_and_can_be_tried_again():
    resource, user = ResourceFactory(max_days_ahead=20), UserFactory()
    other = BookingFactory(resource=resource, days=8, hours=(11, 13))
    series = series_of(resource, user)
    assert state_of(series) == [(0, "confirmed"), (1, "taken"), (2, "confirmed"), (3, "too_far")]
    refused = series.occurrences.get(day=local(8))
    with pytest.raises(BookingError) as refusal:
        retry_occurrence(occurrence=refused, by=user)
    assert refusal.value.code == "taken"
    cancel_booking(booking=other, by=other.user)
    Message.objects.all().delete()
    assert retry_occurrence(occurrence=refused, by=user).booking.start == in_days(8, 9)
    assert retry_occurrence(occurrence=refused, by=user).booking.start == in_days(8, 9)
    assert state_of(series)[1] == (1, "confirmed")
    assert list(Message.objects.values_list("template", flat=True)) == ["spaces.booking_confirmed"]


def test_a_series_without_any_possible_day_is_not_kept():
    resource = ResourceFactory()
    with pytest.raises(BookingError) as refusal:
        series_of(resource, starts=time(6), ends=time(7))
    assert refusal.value.code == "outside_hours"
    assert (Series.objects.count(), Occurrence.objects.count(), Message.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"ends": time(9)}, "not_in_order"),
        ({"until": local(0)}, "not_in_order"),
        ({"pattern": Pattern.WORKDAYS, "until": local(200)}, "too_many"),
    ],
)
def test_wrong_days_hours_or_persons_make_no_series(wish, code):
    with pytest.raises(BookingError) as refusal:
        series_of(**wish)
    assert refusal.value.code == code


def test_a_day_booked_already_counts_as_one_of_the_series():
    resource, user = ResourceFactory(), UserFactory()
    single = book(asked=BookingRequest(resource=resource, user=user, start=in_days(8, 9), end=in_days(8, 12)), by=user)
    first = series_of(resource, user)
    assert first.occurrences.get(day=local(8)).booking == single
    # A second series on the same days takes no day from the first.
    second = series_of(resource, user, weeks=6)
    assert state_of(second) == [(week, "already_yours") for week in range(4)] + [(4, "confirmed"), (5, "confirmed")]


def test_requests_wait_for_the_managers_who_are_told_once():
    resource = ResourceFactory(needs_approval=True, space__managers=[UserFactory()])
    series = series_of(resource)
    assert state_of(series) == [(week, "requested") for week in range(4)]
    assert sorted(Message.objects.values_list("template", flat=True)) == [
        "spaces.series_booked",
        "spaces.series_to_decide",
    ]


def test_the_same_series_asked_for_twice_is_one():
    resource, user = ResourceFactory(), UserFactory()
    assert series_of(resource, user) == series_of(resource, user)
    assert (Series.objects.count(), Booking.objects.count(), Message.objects.count()) == (1, 4, 1)


def test_cancelling_from_a_day_on_leaves_the_days_before():
    resource, user = ResourceFactory(), UserFactory()
    BookingFactory(resource=resource, days=22, hours=(9, 10))
    series = series_of(resource, user)
    cancel_series(series=series, from_day=local(15), by=user, reason="Malade")
    series.refresh_from_db()
    assert state_of(series) == [(0, "confirmed"), (1, "confirmed"), (2, "cancelled")]
    assert series.until == local(14)
    with pytest.raises(BookingError) as refusal:
        cancel_series(series=series, from_day=local(15), by=user)
    assert refusal.value.code == "over"
    assert Message.objects.filter(template="spaces.series_cancelled").count() == 1
    assert Message.objects.filter(template="spaces.booking_cancelled").count() == 0


def test_extending_adds_the_days_after_and_takes_cancelled_ones_again():
    user = UserFactory()
    series = series_of(user=user)
    cancel_series(series=series, from_day=local(15), by=user)
    extend_series(series=series, until=local(29), by=user)
    assert state_of(series) == [(week, "confirmed") for week in range(5)]
    with pytest.raises(BookingError) as refusal:
        extend_series(series=series, until=local(29), by=user)
    assert refusal.value.code == "not_in_order"
    assert Booking.objects.filter(status=BookingStatus.CANCELLED).count() == 2


def test_a_day_too_late_to_cancel_stays_in_the_extended_series():
    resource = ResourceFactory(cancel_until_minutes=9 * 24 * 60)
    series = series_of(resource, weeks=3)
    assert [state for _week, state in state_of(series)] == ["confirmed"] * 3
    cancel_series(series=series, from_day=local(8), by=series.user)
    assert [state for _week, state in state_of(series)] == ["confirmed", "confirmed", "cancelled"]
    extend_series(series=series, until=local(15), by=series.user)
    assert [state for _week, state in state_of(series)] == ["confirmed"] * 3


def test_a_refused_day_that_was_given_up_meanwhile_is_not_tried_again():
    resource = ResourceFactory()
    BookingFactory(resource=resource, days=8, hours=(9, 10))
    series = series_of(resource)
    refused = series.occurrences.get(booking=None)
    cancel_series(series=series, from_day=local(8), by=series.user)
    with pytest.raises(BookingError) as refusal:
        retry_occurrence(occurrence=refused, by=series.user)
    assert refusal.value.code == "over"


def test_an_erased_account_takes_its_series_along_and_leaves_the_bookings():
    user = UserFactory()
    series_of(user=user)
    user.delete()
    assert (Series.objects.count(), Occurrence.objects.count(), Booking.objects.count()) == (0, 0, 4)


def test_the_mail_brings_every_day_into_the_calendar():
    resource, user = ResourceFactory(name="Les Serres"), UserFactory()
    BookingFactory(resource=resource, days=8, hours=(9, 10))
    series = series_of(resource, user)
    mail.outbox.clear()
    send_due()
    [message] = [sent for sent in mail.outbox if "récurrente" in sent.subject]
    assert ", chaque semaine" in message.subject
    [(name, content, _kind)] = message.attachments
    entries = Calendar.from_ical(content).walk("VEVENT")
    assert name == "reservations.ics"
    assert [entry.decoded("DTSTART") for entry in entries] == [in_days(days, 9) for days in (1, 15, 22)]
    assert "Déjà pris" in message.body
    assert reverse("spaces:series", args=[series.reference]).split("/", 2)[2] in message.body


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_two_series_and_single_bookings_at_once_share_no_unit():
    resource = ResourceFactory(units=2)
    calls = [lambda user=user: series_of(resource, user, weeks=3) for user in UserFactory.create_batch(5)]
    calls += [
        lambda user=user: book(
            asked=BookingRequest(resource=resource, user=user, start=in_days(8, 10), end=in_days(8, 11)), by=user
        )
        for user in UserFactory.create_batch(3)
    ]
    at_once(*calls)
    for days in (1, 8, 15):
        held = Booking.objects.live().filter(period__contains=in_days(days, 10)).values_list("occupancies__unit")
        assert len(held) == len(set(held)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_series_asked_for_eight_times_at_once_is_one():
    resource, user = ResourceFactory(units=8), UserFactory()
    assert {code for code, _text in at_once(*[lambda: series_of(resource, user)] * 8)} == {"ok"}
    assert (Series.objects.count(), Booking.objects.count(), Message.objects.count()) == (1, 4, 1)


# --- on the pages ---


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


def season(resource, user, **wish):
    """Book four weeks of days from tomorrow on, eight to ten."""
    wish = {"pattern": Pattern.WORKDAYS, "first_day": local(1), "until": local(28), **wish}
    return SeriesRequest(resource=resource, user=user, starts=time(8), ends=time(10), **wish)


def each_by_itself(resource, days, user, by, *, as_manager=False, unit_count=1):
    """Book each day as `book` does, undo it all, and return the code of each refusal with the numbers of the units."""
    found = []
    with transaction.atomic():
        for day in days:
            hours = {"start": at_local(day, time(8)), "end": at_local(day, time(10))}
            asked = BookingRequest(resource=resource, user=user, unit_count=unit_count, or_another=True, **hours)
            try:
                with transaction.atomic():
                    booking = book(asked=asked, by=by, as_manager=as_manager, tell=False)
                found.append((day, "", [unit.number for unit in booking.units], booking.occupancies.first().period))
            except BookingError as error:
                found.append((day, error.code, [], None))
        transaction.set_rollback(True)
    return found


def as_a_series(asked, by, *, as_manager=False):
    rows = book_series(asked=asked, by=by, as_manager=as_manager).occurrences.select_related("booking")
    return [
        (
            row.day,
            row.refusal,
            [unit.number for unit in row.booking.units] if row.booking else [],
            row.booking.occupancies.first().period if row.booking else None,
        )
        for row in rows
    ]


@pytest.mark.parametrize("as_manager", [False, True])
@pytest.mark.parametrize(("unit_count", "buffer", "cap"), [(1, 0, None), (2, 30, None), (1, 1440, None), (1, 0, 6)])
def test_a_series_books_and_refuses_as_each_day_would_be_alone(as_manager, unit_count, buffer, cap):
    user, space = UserFactory(), SpaceFactory(with_hours=True)
    resource = ResourceFactory(
        space=space, units=3, buffer_minutes=buffer, buffer_before_minutes=buffer // 2, max_open_bookings=cap
    )
    HomeSpaceFactory(user=user, space=SpaceFactory(with_hours=True), since=local(-30))
    PassSchemeFactory(days=12)
    asked = season(resource, user, unit_count=unit_count)
    days = recurrence.days(asked.pattern, asked.first_day, asked.until)
    for number, day in enumerate(days[:9]):
        hours = {"start": at_local(day, time(9)), "end": at_local(day, time(11))}
        for _each in range(number % 4):
            with suppress(BookingError):
                other = BookingRequest(resource=resource, user=UserFactory(), **hours)
                book(asked=other, by=None, as_manager=True, tell=False)
    book(
        asked=BookingRequest(
            resource=resource, user=user, start=at_local(days[9], time(9)), end=at_local(days[9], time(12))
        ),
        by=None,
        as_manager=True,
    )
    with suppress(BookingError):
        close(space=space, start=at_local(days[11], time(0)), end=at_local(days[11], time(23)), reason="x", by=None)
    alone = each_by_itself(resource, days, user, user, as_manager=as_manager, unit_count=unit_count)
    codes = {code for _day, code, *_rest in alone}
    assert "" in codes and len(codes) > 2
    assert as_a_series(asked, user, as_manager=as_manager) == alone


def test_a_long_series_takes_few_queries_and_so_holds_its_resource_for_a_short_time(django_assert_max_num_queries):
    user, resource = UserFactory(), ResourceFactory(space=SpaceFactory(with_hours=True), units=4, max_days_ahead=90)
    with django_assert_max_num_queries(40):
        series = book_series(asked=season(resource, user, until=local(80)), by=user)
    assert series.occurrences.exclude(booking=None).count() > 40
    with django_assert_max_num_queries(40):
        extend_series(series=series, until=local(89), by=user)
