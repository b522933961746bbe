"""Test each rule of a booking with its refusal, and the days on which the clocks change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import translation

from spaces.booking.rules import OF_THE_SPACE, OFFER_INSTEAD, RULES, Wish, check, is_allowed
from spaces.enums import BookedBy, Refusal
from spaces.errors import BookingError
from spaces.memberships.rules import Access, Held, Standing
from spaces.models import OpeningHours, Resource, Space
from spaces.places.rules import limits_of
from spaces.timing.hours import Stretch, at_local

BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = date(2027, 3, 1)
NOW = datetime(2027, 2, 26, 10, tzinfo=BRUSSELS)
# 9 to 12 and 14 to 18 on weekdays, 0 to 6 on Sundays.
HOURS = [OpeningHours(weekday=day, opens=time(9), closes=time(12)) for day in range(5)]
HOURS += [OpeningHours(weekday=day, opens=time(14), closes=time(18)) for day in range(5)]
HOURS += [OpeningHours(weekday=6, opens=time(0), closes=time(6))]


def local(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), tzinfo=BRUSSELS)


ON_EASTER_MONDAY = {"start": local(date(2027, 3, 29), 9), "end": local(date(2027, 3, 29), 10)}


def wish(**changes):
    space = Space(name="La Ferme", **changes.pop("space", {}))
    resource = Resource(name="Les Serres", space=space, **changes.pop("resource", {}))
    fields = {"start": local(MONDAY, 9), "end": local(MONDAY, 10), "now": NOW, "hours": HOURS, **changes}
    return Wish(resource=resource, **fields)


def refusal(a_wish):
    with translation.override("en"):
        with pytest.raises(BookingError) as caught:
            check(a_wish)
        return caught.value.code, str(caught.value.message)


def test_a_wish_within_every_rule_is_granted():
    check(wish())


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"end": local(MONDAY, 9)}, "not_in_order", "The end must come after the beginning."),
        ({"resource": {"is_bookable": False}}, "not_bookable", "Les Serres cannot be booked online."),
        (
            {"hours": []},
            "hours_unknown",
            "La Ferme has not published its opening hours yet, so nothing can be booked there.",
        ),
        ({"now": local(MONDAY, 9, 16)}, "in_the_past", "This time has passed. Choose a later one."),
        ({"resource": {"max_days_ahead": 2}}, "too_far", "Les Serres can be booked up to 2 days ahead."),
        ({"end": local(MONDAY, 12, 1)}, "outside_hours", "La Ferme is not open for the whole of that time."),
        (
            {"start": local(MONDAY, 11), "end": local(MONDAY, 15)},
            "outside_hours",
            "La Ferme is not open for the whole of that time.",
        ),
        (
            {"start": local(MONDAY, 12), "end": local(MONDAY, 13)},
            "outside_hours",
            "La Ferme is not open for the whole of that time.",
        ),
        (
            {"end": local(MONDAY + timedelta(days=1), 10)},
            "outside_hours",
            "La Ferme is not open for the whole of that time.",
        ),
        (
            {"resource": {"min_notice_minutes": 4260}, "now": local(MONDAY - timedelta(days=3), 10, 1)},
            "too_soon",
            "Les Serres must be booked at least 71 h ahead. Choose a later time.",
        ),
        (
            {"access": Access(BookedBy.SPACES, frozenset({1, 2}), ("La Ferme", "E420"))},
            "not_for_you",
            "Les Serres is kept for the members of La Ferme, E420.",
        ),
        (
            {"access": Access(BookedBy.KINDS, frozenset({7}), ("Nomade",))},
            "not_for_you",
            "Les Serres is kept for these memberships: Nomade.",
        ),
        (
            {"access": Access(BookedBy.MEMBERS)},
            "not_for_you",
            "Les Serres is for the network’s members. Ask a space for a membership first.",
        ),
        (
            {
                "space": {"country": "FR"},
                "start": local(date(2027, 11, 11), 9),
                "end": local(date(2027, 11, 11), 10),
                "resource": {"max_days_ahead": 300},
            },
            "public_holiday",
            "La Ferme is closed on that day: Armistice Day. Choose another day.",
        ),
        (
            {"start": local(MONDAY, 9, 15), "end": local(MONDAY, 10, 15)},
            "off_grid",
            "Bookings here begin every half hour, counted from the opening. Choose one of the times offered.",
        ),
        (
            {"resource": {"max_open_bookings": 2}, "open_bookings": 2},
            "too_many_open",
            "A member may have 2 open bookings of Les Serres. "
            "Yours come first: cancel one, or come back once one is over.",
        ),
        (
            {"resource": {"travels": True}},
            "no_place",
            "Say at which space it is taken over.",
        ),
        (
            {
                "resource": {"travels": True, "transfer_notice_hours": 72},
                "now": local(MONDAY - timedelta(days=3), 9, 1),
                "place": Space(pk=2, name="E420"),
                "travels_from": Space(pk=1, name="La Ferme"),
            },
            "too_soon_to_travel",
            "Les Serres stands at La Ferme then: to have it brought to E420, book at least 3 days ahead. "
            "Or take it over at La Ferme.",
        ),
        (
            {
                "resource": {"travels": True, "max_minutes": 9999},
                "place": Space(pk=2, name="E420"),
                "end": local(MONDAY + timedelta(days=1), 13),
            },
            "outside_hours",
            "E420 must be open when it is taken over and when it is brought back.",
        ),
        ({"resource": {"min_minutes": 90}}, "too_short", "The shortest booking here is 1 h 30."),
        ({"resource": {"max_minutes": 45}}, "too_long", "The longest booking here is 45 min."),
        (
            {"resource": {"seats": 4}, "people": 5},
            "too_many_people",
            "Les Serres is for 4 people at most. Choose another room.",
        ),
        (
            {
                "space": {"pk": 1},
                "access": Access(BookedBy.MEMBERS),
                "standing": Standing((Held(1, 7, date(2020, 1, 1), name="La Ferme", included=1),)),
                "booked": (Stretch(local(MONDAY + timedelta(days=1), 9), local(MONDAY + timedelta(days=1), 10)),),
            },
            "month_used_up",
            "Your membership of La Ferme includes 1 day a month. Left in March\N{NO-BREAK SPACE}2027: 0 days. "
            "It begins anew on Thursday 1\N{NO-BREAK SPACE}April 2027; if you need more, ask the team.",
        ),
    ],
)
def test_each_rule_refuses_in_its_own_words(changes, code, message):
    assert refusal(wish(**changes)) == (code, message)


def test_every_rule_has_a_case_above():
    mark = next(mark for mark in test_each_rule_refuses_in_its_own_words.pytestmark if mark.name == "parametrize")
    assert {case[1] for case in mark.args[1]} == {code for _holds, code, _message in RULES}


def test_a_loan_lasts_over_the_night_from_one_opening_to_another():
    place = Space(pk=2, name="E420")
    check(wish(resource={"travels": True, "max_minutes": 9999}, place=place, end=local(MONDAY + timedelta(days=2), 18)))


def test_a_resource_that_does_not_travel_has_no_place_of_takeover():
    assert refusal(wish(place=Space(pk=2, name="E420")))[0] == "no_place"


def test_an_unpublished_space_cannot_be_booked():
    resource = Resource(name="Les Serres", space=Space(name="La Ferme", is_published=False))
    assert refusal(Wish(resource, local(MONDAY, 9), local(MONDAY, 10), NOW, HOURS))[0] == "not_bookable"


def test_a_quarter_of_an_hour_late_the_full_hour_can_be_booked():
    check(wish(now=local(MONDAY, 9, 15)))


@pytest.mark.parametrize(
    "changes",
    [
        {"now": local(MONDAY, 9, 30)},
        {"resource": {"max_days_ahead": 0}},
        {"resource": {"min_minutes": 120}},
        {"resource": {"min_minutes": 5, "max_minutes": 10}},
        {"resource": {"min_notice_minutes": 30_000}},
        {"access": Access(BookedBy.SPACES, frozenset({1}))},
        {"start": local(MONDAY, 9, 17)},
        {"resource": {"max_open_bookings": 1}, "open_bookings": 1},
    ],
)
def test_a_manager_is_free_of_what_holds_members(changes):
    check(wish(by_manager=True, **changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"now": local(MONDAY, 10)}, "in_the_past"),
        ({"end": local(MONDAY, 13)}, "outside_hours"),
        ({"hours": []}, "hours_unknown"),
        ({"resource": {"is_bookable": False}}, "not_bookable"),
        ({"space": {"country": "BE"}, "now": NOW, **ON_EASTER_MONDAY}, "public_holiday"),
    ],
)
def test_a_manager_is_bound_by_the_rest(changes, code):
    assert refusal(wish(by_manager=True, **changes))[0] == code


@pytest.mark.parametrize(
    ("day", "granted"), [(date(2027, 3, 28), 300), (date(2027, 10, 31), 420), (date(2027, 3, 21), 360)]
)
def test_a_booking_is_as_long_as_it_lasts_when_the_clocks_change(day, granted):
    asked = {"start": local(day, 0), "end": local(day, 6), "now": local(day, 0)}
    check(wish(resource={"max_minutes": granted}, **asked))
    code, _message = refusal(wish(resource={"max_minutes": granted - 1}, **asked))
    assert code == "too_long"


# --- notice ---


@pytest.mark.parametrize(("minute", "granted"), [(0, True), (1, False)])
def test_notice_is_counted_to_the_minute(minute, granted):
    a_wish = wish(now=local(MONDAY, 7, minute), resource={"min_notice_minutes": 120})
    if granted:
        check(a_wish)
    else:
        assert refusal(a_wish)[0] == "too_soon"


def test_notice_allows_no_late_start():
    assert refusal(wish(now=local(MONDAY, 9, 1), resource={"min_notice_minutes": 30}))[0] == "too_soon"
    check(wish(now=local(MONDAY, 9, 1)))


@pytest.mark.parametrize(
    ("day", "hours_before"),
    # From 21:00 the evening before to 4:00: six hours in spring, eight in autumn, seven else.
    [(date(2027, 3, 28), 6), (date(2027, 10, 31), 8), (date(2027, 3, 21), 7)],
)
def test_notice_lasts_as_long_as_it_lasts_when_the_clocks_change(day, hours_before):
    asked = {"start": local(day, 4), "end": local(day, 5), "now": local(day - timedelta(days=1), 21)}
    check(wish(resource={"min_notice_minutes": hours_before * 60}, **asked))
    code, _message = refusal(wish(resource={"min_notice_minutes": hours_before * 60 + 1}, **asked))
    assert code == "too_soon"


# --- the interval ---


@pytest.mark.parametrize(
    ("opens", "interval", "granted"),
    [
        (time(9), 60, ["09:00", "10:00", "11:00"]),
        (time(8, 30), 60, ["08:30", "09:30", "10:30", "11:30"]),
        (time(8, 30), 90, ["08:30", "10:00", "11:30"]),
        (time(9), 240, ["09:00"]),
    ],
)
def test_the_interval_is_counted_from_the_opening(opens, interval, granted):
    hours = [OpeningHours(weekday=0, opens=opens, closes=time(12))]
    quarters = [local(MONDAY, hour, minute) for hour in range(8, 12) for minute in (0, 15, 30, 45)]
    found = []
    for start in (start for start in quarters if start.time() >= opens):
        resource = {"start_interval_minutes": interval, "min_minutes": 15}
        try:
            check(wish(start=start, end=start + timedelta(minutes=15), hours=hours, resource=resource))
        except BookingError as error:
            assert error.code == "off_grid"
        else:
            found.append(f"{start:%H:%M}")
    assert found == granted


@pytest.mark.parametrize(
    ("day", "granted"),
    [
        # Open from midnight to six. In spring two hours after midnight it is three o'clock: 0, 3, 5.
        (date(2027, 3, 28), ["00:00", "03:00", "05:00"]),
        # In autumn two hours after midnight it is two o'clock for the first time; four hours after, three; six, five.
        (date(2027, 10, 31), ["00:00", "02:00", "03:00", "05:00"]),
        (date(2027, 3, 21), ["00:00", "02:00", "04:00"]),
    ],
)
def test_the_interval_is_as_long_on_the_days_the_clocks_change(day, granted):
    opening = at_local(day, time(0))
    found = []
    for minutes in range(0, 420, 15):
        start = opening + timedelta(minutes=minutes)
        end = start + timedelta(minutes=30)
        try:
            check(wish(start=start, end=end, now=opening, resource={"start_interval_minutes": 120}))
        except BookingError as error:
            assert error.code in {"off_grid", "outside_hours"}
        else:
            found.append(f"{start.astimezone(BRUSSELS):%H:%M}")
    assert found == granted


# --- who ---


@pytest.mark.parametrize(
    ("booked_by", "among", "granted"),
    [
        (BookedBy.ANYONE, set(), "stranger member elsewhere kind manager"),
        (BookedBy.MEMBERS, set(), "member elsewhere kind manager"),
        (BookedBy.SPACES, {1}, "member kind manager"),
        (BookedBy.KINDS, {7}, "kind"),
    ],
)
def test_each_audience_books_by_the_membership_it_asks_for(booked_by, among, granted):
    since = date(2020, 1, 1)
    standings = {
        "stranger": Standing(),
        "over": Standing((Held(1, 7, since, until=MONDAY),)),
        "to_come": Standing((Held(1, 7, MONDAY + timedelta(days=1)),)),
        "for_events_only": Standing((Held(1, 7, since, books=False),)),
        "member": Standing((Held(1, 5, since),)),
        "elsewhere": Standing((Held(2, 5, since),)),
        "kind": Standing((Held(1, 7, since, until=MONDAY + timedelta(days=1)),)),
        "manager": Standing(runs=frozenset({1})),
    }
    access = Access(booked_by, frozenset(among))
    found = {name for name, standing in standings.items() if is_allowed(wish(access=access, standing=standing))}
    everybody = set(standings) if booked_by == BookedBy.ANYONE else set()
    assert found == set(granted.split()) | everybody


@pytest.mark.parametrize(("already", "granted"), [(0, True), (2, True), (3, False), (4, False)])
def test_the_cap_is_the_number_that_is_reached(already, granted):
    a_wish = wish(resource={"max_open_bookings": 3}, open_bookings=already)
    if granted:
        check(a_wish)
    else:
        assert refusal(a_wish)[0] == "too_many_open"


def test_one_is_said_as_one():
    assert refusal(wish(resource={"max_open_bookings": 1}, open_bookings=1))[1] == (
        "A member may have 1 open booking of Les Serres. Yours comes first: cancel it, or come back once it is over."
    )


# --- public holidays ---


@pytest.mark.parametrize(
    ("country", "first", "last"),
    # In Belgium Easter Sunday is a holiday. The clocks go forward on it, so it has 23 hours.
    [("FR", date(2027, 3, 29), date(2027, 3, 29)), ("BE", date(2027, 3, 28), date(2027, 3, 29))],
)
def test_holidays_begin_and_end_at_midnight_where_the_space_is(country, first, last):
    hours = [OpeningHours(weekday=day, opens=time(0), closes=time(23, 59)) for day in range(7)]
    asked = {"space": {"country": country}, "hours": hours, "now": NOW}
    eve, morrow = first - timedelta(days=1), last + timedelta(days=1)
    check(wish(start=local(eve, 23), end=local(eve, 23, 30), **asked))
    assert refusal(wish(start=local(first, 0), end=local(first, 1), **asked))[0] == "public_holiday"
    assert refusal(wish(start=local(last, 23), end=local(last, 23, 30), **asked))[0] == "public_holiday"
    check(wish(start=local(morrow, 0), end=local(morrow, 1), **asked))


def test_a_space_may_stay_open_on_public_holidays():
    check(wish(space={"country": "BE", "closes_on_public_holidays": False}, **ON_EASTER_MONDAY))


# --- in words ---


def test_the_limits_are_said_in_words():
    plain = Resource(min_minutes=30, max_minutes=720)
    strict = Resource(
        min_minutes=60,
        max_minutes=60,
        start_interval_minutes=90,
        min_notice_minutes=1440,
        max_days_ahead=1,
        max_open_bookings=2,
    )
    with translation.override("en"):
        assert [str(words) for words in limits_of(plain)] == [
            "for 30 min to 12 h",
            "begins every half hour",
            "up to 90 days ahead",
        ]
        assert [str(words) for words in limits_of(strict)] == [
            "for 1 h",
            "begins every hour and a half",
            "at least 24 h ahead",
            "up to 1 day ahead",
            "2 bookings at a time by member",
        ]
        assert str(limits_of(Resource(max_days_ahead=0))[-1]) == "on the same day only"


def test_the_hour_that_comes_twice_is_two_hours():
    day = date(2027, 10, 31)
    first = datetime(2027, 10, 31, 2, 30, tzinfo=BRUSSELS)
    second = first.replace(fold=1)
    check(wish(start=first, end=second, now=local(day, 0), resource={"min_minutes": 60}))


def test_each_rule_has_a_reason_in_a_few_words_and_a_line_in_the_documentation():
    codes = {code for _holds, code, _message in RULES}
    beside = {"already_yours", "closed", "pass_used_up", "taken"}
    assert codes | beside == set(Refusal.values)
    assert codes | beside >= OFFER_INSTEAD | OF_THE_SPACE
    told = (settings.BASE_DIR / "docs" / "booking.md").read_text()
    rows = "".join(line.split("|")[1] for line in told.splitlines() if line.startswith("| `"))
    assert [code for code in sorted(codes | beside) if f"`{code}`" not in rows] == []
