"""The pages that show the days of a series, with what speaks against each."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from events.enums import ROTA_TYPE, EventState
from events.errors import EventError
from events.models import Event, EventSeries, EventType, TopicProposal
from events.programme.operations import (
    add_speaker,
    cancel_event,
    exclude_days,
    extend_series,
    hold_rooms,
    move_event,
    publish,
    repeat_event,
    unpublish,
)
from events.programme.queries import clashes_at, clashes_of, days_of_repetition, following_in_series, planned_days
from events.registering.operations import cancel_registration
from events.tests.factories import EventFactory, EventTypeFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import close, hold
from spaces.models import Hold
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory
from spaces.timing.hours import Stretch, at_local
from spaces.timing.public_holidays import holiday_on
from tests.pages import Page

pytestmark = pytest.mark.django_db

WEEK = timedelta(weeks=1)


def is_holiday(day):
    return bool(holiday_on("BE", day))


def lone_holiday():
    """Return the next public holiday on a Friday with none on the three Fridays before and after."""
    day = timezone.localdate() + 4 * WEEK
    day += timedelta(days=(4 - day.weekday()) % 7)
    while [is_holiday(day + week * WEEK) for week in range(-3, 4)] != [False] * 3 + [True] + [False] * 3:
        day += WEEK
    return day


@pytest.fixture
def manager(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def space(manager):
    return SpaceFactory(managers=[manager], country="BE")


@pytest.fixture
def holiday():
    return lone_holiday()


def talk(space, day, **values):
    starts_at = at_local(day, time(12))
    values.setdefault("type", EventType.objects.filter(slug=ROTA_TYPE).first() or EventTypeFactory(slug=ROTA_TYPE))
    return EventFactory(space=space, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **values)


def close_space(space, day, reason="Inventaire"):
    start = at_local(day, time(0))
    close(space=space, start=start, end=at_local(day + timedelta(days=1), time(0)), reason=reason, by=None)


def in_english(clashes):
    with override("en"):
        return [str(clash) for clash in clashes]


def test_each_day_says_what_speaks_against_it(space, holiday, django_assert_max_num_queries):
    room = ResourceFactory(space=space, name="Atelier")
    first = talk(space, holiday - 3 * WEEK, state=EventState.DRAFT)
    first = hold_rooms(event=first, resources=[room])
    taken = at_local(first.earliest + WEEK, time(12, 30))
    hold(key="x", label="Conseil", resource=room, start=taken, end=taken + timedelta(hours=1))
    talk(space, first.earliest + 2 * WEEK, type=first.type, title_fr="Leather", state=EventState.DRAFT)
    talk(space, first.earliest + 6 * WEEK, type=first.type, state=EventState.CANCELLED)
    talk(SpaceFactory(), first.earliest + 6 * WEEK, type=first.type)
    close_space(space, holiday + WEEK)
    member = UserFactory(first_name="Zoé", last_name="Ménard")
    topic = {"user": member, "title": "La laine", "summary": "x", "language": "fr"}
    TopicProposal.objects.create(space=space, day=holiday + 2 * WEEK, **topic)
    TopicProposal.objects.create(space=space, day=holiday + 3 * WEEK, state="withdrawn", **topic)
    with django_assert_max_num_queries(8):
        rows = days_of_repetition(first, "weekly", count=10, until=holiday + 3 * WEEK)
    assert [row.day for row in rows] == [first.earliest + week * WEEK for week in range(1, 7)]
    with override("en"):
        name = str(holiday_on("BE", holiday))
    assert [in_english(row.clashes) for row in rows] == [
        ["Atelier is held for “Conseil” then."],
        ["On this day there is already “Leather”"],
        [f"Public holiday (Belgium): {name}"],
        [f"Closed ({space.name}): Inventaire"],
        ["Zoé Ménard proposes a topic for this day: “La laine”"],
        [],
    ]


def test_a_longer_series_is_read_in_as_many_queries(client, space, holiday, django_assert_num_queries):
    rooms = [ResourceFactory(space=space) for _room in range(2)]
    first = hold_rooms(event=talk(space, holiday - 3 * WEEK, state=EventState.DRAFT), resources=rooms)
    taken = at_local(first.earliest + WEEK, time(12))
    hold(key="x", label="Conseil", resource=rooms[0], start=taken, end=taken + timedelta(hours=1))
    repeat_event(event=first, pattern="weekly", until=first.earliest + 2 * WEEK, by=None)
    first = Event.objects.get(pk=first.pk)
    for address in ("exclude", "publish_all"):
        page = client.get(reverse(f"admin:events_event_{address}", args=[first.pk]))
        clashes = [in_english(row.clashes) for row in page.context["form"].rows]
        assert clashes == [[], [f"{rooms[0].name} is held for “Conseil” then."], []]
    with CaptureQueriesContext(connection) as of_three:
        planned_days(following_in_series(first, EventState.DRAFT))
    Event.objects.filter(series=first.series_id, series_day__gt=first.series_day).delete()
    with django_assert_num_queries(len(of_three)):
        assert len(planned_days(following_in_series(first, EventState.DRAFT))) == 1


def test_what_another_event_of_the_series_holds_speaks_against_a_day(space, holiday):
    room = ResourceFactory(space=space, name="Atelier")
    first = hold_rooms(event=talk(space, holiday - 3 * WEEK, state=EventState.DRAFT), resources=[room])
    (second,) = repeat_event(event=first, pattern="weekly", until=first.earliest + WEEK, by=None)
    hold_rooms(event=second, resources=[])
    second.resources_wanted.set([room])
    Event.objects.filter(pk=second.pk).update(
        starts_at=first.starts_at, ends_at=first.ends_at, earliest=first.earliest, latest=first.latest
    )
    rows = planned_days(following_in_series(Event.objects.get(pk=first.pk), EventState.DRAFT))
    assert [in_english(row.clashes) for row in rows] == [
        [f"On this day there is already “{second.title}”"],
        [f"Atelier is held for “{first.title}” then.", f"On this day there is already “{first.title}”"],
    ]


def test_a_number_of_events_passes_over_the_days_with_something_against_them(space, holiday):
    first = talk(space, holiday - WEEK)
    rows = days_of_repetition(first, "weekly", count=4)
    assert [(row.day, bool(row.clashes)) for row in rows] == [
        (holiday, True),
        (holiday + WEEK, False),
        (holiday + 2 * WEEK, False),
        (holiday + 3 * WEEK, False),
    ]


def boxes(page):
    return {row.day: ticked for row, ticked in page.context["form"].lines}


def test_nothing_that_clashes_is_ticked_and_only_what_is_ticked_is_made(client, space, holiday):
    first = talk(space, holiday - WEEK)
    address = reverse("admin:events_event_repeat", args=[first.pk])
    page = client.get(address, {"pattern": "weekly", "until": holiday + 2 * WEEK})
    assert boxes(page) == {holiday: False, holiday + WEEK: True, holiday + 2 * WEEK: True}
    shown = f"{address}?{page.context['shown'].urlencode()}"
    refused = client.post(shown, {"days": []})
    assert refused.context["form"].errors.keys() == {"days"}
    assert client.post(shown, {"days": [holiday + 9 * WEEK]}).context["form"].errors.keys() == {"days"}
    assert Event.objects.count() == 1
    done = client.post(shown, {"days": [holiday + 2 * WEEK]})
    assert [outcome.event.earliest for outcome in done.context["outcomes"]] == [holiday + 2 * WEEK]
    made = Event.objects.exclude(pk=first.pk).get()
    assert (made.state, EventSeries.objects.get().until) == (EventState.DRAFT, holiday + 2 * WEEK)


def test_a_series_goes_on_in_its_own_days_however_far_its_last_event_was_moved(client, space):
    first = talk(space, timezone.localdate() + WEEK)
    repeat_event(event=first, pattern="weekly", until=first.earliest + 2 * WEEK, by=None)
    last = Event.objects.order_by("starts_at").last()
    move_event(
        event=last,
        starts_at=last.starts_at + timedelta(days=85, hours=6),
        ends_at=last.ends_at + timedelta(days=85, hours=6),
        reason="Absente",
        by=None,
    )
    address, until = reverse("admin:events_event_extend", args=[first.pk]), first.earliest + 4 * WEEK
    page = client.get(address, {"until": until})
    days = [first.earliest + 3 * WEEK, until]
    assert [(row.day, timezone.localtime(row.time.start).date()) for row in page.context["form"].rows] == [
        (day, day) for day in days
    ]
    client.post(f"{address}?until={until}", {"days": days})
    made = Event.objects.exclude(pk=last.pk).order_by("starts_at")[2:]
    assert [timezone.localtime(one.starts_at) for one in made] == [at_local(day, time(12)) for day in days]


def test_a_second_click_shows_what_the_first_one_did(client, space, holiday):
    first = talk(space, holiday - WEEK)
    address = reverse("admin:events_event_repeat", args=[first.pk])
    page = client.get(address, {"pattern": "weekly", "until": holiday + 2 * WEEK})
    shown = f"{address}?{page.context['shown'].urlencode()}"
    wish = {"days": [holiday + WEEK], "csrfmiddlewaretoken": "a" * 64}
    refused = {**wish, "days": []}
    assert client.post(shown, refused).context["form"].errors
    once, again = client.post(shown, wish), client.post(shown, wish)
    assert len(once.context["outcomes"]) == 1
    assert again.content == once.content
    assert Event.objects.count() == 2


def test_the_page_opens_with_ten_weeks_and_publishes_them_with_the_first(client, space):
    first = talk(space, timezone.localdate() + WEEK, state=EventState.DRAFT, type=EventTypeFactory())
    address = reverse("admin:events_event_repeat", args=[first.pk])
    page = client.get(address)
    ticked = [day for day, is_ticked in boxes(page).items() if is_ticked]
    assert len(ticked) == 9
    client.post(f"{address}?{page.context['shown'].urlencode()}", {"days": ticked, "published": "on"})
    published = Event.objects.filter(state=EventState.PUBLISHED)
    assert sorted(published.values_list("earliest", flat=True)) == [first.earliest, *ticked]


def test_without_script_no_other_days_are_made_than_those_of_the_fields(client, space):
    first = talk(space, timezone.localdate() + WEEK, state=EventState.DRAFT, type=EventTypeFactory())
    address = reverse("admin:events_event_repeat", args=[first.pk])
    page = client.get(address)
    hidden = {"shown": page.context["shown"].urlencode(), "asked": page.context["asked"]}
    ticked = [day for day, is_ticked in boxes(page).items() if is_ticked]
    typed = {"pattern": "weekly", "count": "3", "until": ""}
    shown = client.post(address, {**hidden, **typed, "days": ticked}, follow=True)
    assert Event.objects.count() == 1, "the days shown were not those of the fields"
    assert [day for day, is_ticked in boxes(shown).items() if is_ticked] == ticked[:2]
    assert "regardez-les" in shown.text
    hidden = {"shown": shown.context["shown"].urlencode(), "asked": shown.context["asked"]}
    client.post(address, {**hidden, **typed, "days": ticked[:2]})
    assert sorted(Event.objects.values_list("earliest", flat=True)) == [first.earliest, *ticked[:2]]


def test_a_button_shows_the_days_of_the_fields_without_script(client, space):
    first = talk(space, timezone.localdate() + WEEK, state=EventState.DRAFT, type=EventTypeFactory())
    address = reverse("admin:events_event_repeat", args=[first.pk])
    shown = client.post(address, {"pattern": "weekly", "count": "4", "until": "", "show": "on"}, follow=True)
    assert len(boxes(shown)) == 3
    assert Event.objects.count() == 1


def test_a_series_is_extended_and_published_by_the_same_boxes(client, space, holiday):
    first = talk(space, holiday - 2 * WEEK, state=EventState.DRAFT)
    repeat_event(event=first, pattern="weekly", until=holiday - WEEK, by=None)
    address = reverse("admin:events_event_extend", args=[first.pk])
    page = client.get(address, {"count": 1})
    assert boxes(page) == {holiday: False, holiday + WEEK: True}
    client.post(f"{address}?{page.context['shown'].urlencode()}", {"days": [holiday, holiday + WEEK]})
    address = reverse("admin:events_event_publish_all", args=[first.pk])
    assert boxes(client.get(address)) == {
        holiday - 2 * WEEK: True,
        holiday - WEEK: True,
        holiday: False,
        holiday + WEEK: True,
    }
    page = Page(client.post(address, {"days": [holiday - WEEK, holiday + WEEK]}).text).text
    assert page.count("Publié") == 2, "the result says what became of each"
    published = Event.objects.filter(state=EventState.PUBLISHED).values_list("earliest", flat=True)
    assert sorted(published) == [holiday - WEEK, holiday + WEEK]


def test_days_are_taken_out_of_a_series_later(client, space):
    room = ResourceFactory(space=space)
    first = hold_rooms(event=talk(space, timezone.localdate() + WEEK), resources=[room])
    first, second, third = [
        first,
        *repeat_event(event=first, pattern="weekly", until=first.earliest + 2 * WEEK, by=None),
    ]
    first.refresh_from_db()
    registration = RegistrationFactory(event=third)
    address = reverse("admin:events_event_exclude", args=[first.pk])
    page = client.get(address)
    assert set(boxes(page).values()) == {False}
    assert [row.event.people for row in page.context["form"].rows] == [0, 0, 1]
    outcomes = client.post(address, {"days": [second.earliest, third.earliest]}).context["outcomes"]
    assert [bool(outcome.refusal) for outcome in outcomes] == [False, True]
    assert list(Event.objects.order_by("starts_at")) == [first, third]
    assert Hold.objects.filter(resource=room).count() == 2
    outcomes = exclude_days(event=first, days=[third.earliest], reason="Travaux", by=None)
    assert [outcome.refusal for outcome in outcomes] == [""]
    third.refresh_from_db()
    assert third.state == EventState.CANCELLED
    told = Message.objects.filter(template="events.event_cancelled").values_list("to_email", flat=True)
    assert list(told) == [registration.user.email]
    # A day that was taken out does not come back by itself.
    series = EventSeries.objects.get()
    made = extend_series(series=series, until=series.until + WEEK, by=None)
    assert [one.series_day for one in made] == [third.earliest + WEEK]


def test_the_event_opened_is_taken_out_with_the_others(client, space):
    first = talk(space, timezone.localdate() + WEEK)
    repeat_event(event=first, pattern="weekly", until=first.earliest + WEEK, by=None)
    address = reverse("admin:events_event_exclude", args=[first.pk])
    page = client.post(address, {"days": [first.earliest]})
    assert not Event.objects.filter(pk=first.pk).exists()
    assert f"/event/{first.pk}/" not in page.content.decode()


def test_an_event_alone_has_the_same_warnings_before_it_is_published(client, space, holiday):
    event = talk(space, holiday, state=EventState.DRAFT)
    page = client.get(reverse("admin:events_event_publish", args=[event.pk]))
    assert len(page.context["clashes"]) == 1
    copied = client.post(reverse("admin:events_event_copy", args=[talk(space, holiday - WEEK).pk]), follow=True)
    said = [message.level_tag for message in copied.context["messages"]]
    # A holiday, and the talk that is there already.
    assert said == ["success", "warning", "warning"]


def test_an_event_is_unpublished_while_nobody_is_registered(client, space):
    event = hold_rooms(event=talk(space, timezone.localdate() + WEEK), resources=[ResourceFactory(space=space)])
    address = reverse("admin:events_event_unpublish", args=[event.pk])
    for _click in range(2):
        assert client.post(address).status_code == 302
    event.refresh_from_db()
    assert (event.state, event.sequence, Hold.objects.count()) == (EventState.DRAFT, 1, 1)
    event = publish(event=event, by=None)
    registration = GuestRegistrationFactory(event=event, confirmed=False)
    assert refused(event) == "registered"
    cancel_registration(registration=registration)
    add_speaker(event=event, name="Zoé Ménard", email="zoe@ardenne.example", by=None)
    assert refused(event) == "speakers"
    cancel_event(event=event, reason="Travaux", by=None)
    assert refused(event) == "closed"


def refused(event):
    with pytest.raises(EventError) as refusal:
        unpublish(event=event, by=None)
    return refusal.value.code


def test_a_booking_in_the_way_is_said_unless_it_is_the_events_own_hold():
    space = SpaceFactory(with_hours=True)
    event = hold_rooms(event=talk(space, timezone.localdate() + WEEK), resources=[ResourceFactory(space=space)])
    assert clashes_of(event) == []
    later = Stretch(event.starts_at + timedelta(hours=3), event.ends_at + timedelta(hours=3))
    start = timezone.localtime(later.start)
    days = (start.date() - timezone.localdate()).days
    BookingFactory(resource=event.resources.get(), days=days, hours=(15, 16))
    assert in_english(clashes_at(event, [later])[0]) == [
        f"{event.resources.get().name} is booked at that time (bookings in the way: 1)."
    ]


def test_a_manager_of_another_space_finds_none_of_these_pages(client, space):
    event = talk(SpaceFactory(), timezone.localdate() + WEEK)
    for name in ("repeat", "extend", "exclude", "publish_all", "unpublish"):
        assert client.get(reverse(f"admin:events_event_{name}", args=[event.pk])).status_code == 404
    lone = talk(space, timezone.localdate() + WEEK, type=EventTypeFactory())
    for name in ("extend", "exclude", "publish_all"):
        page = client.get(reverse(f"admin:events_event_{name}", args=[lone.pk]))
        assert page.context["refusal"].code == "no_series"


def test_a_draft_is_moved_without_a_reason(client, space):
    draft = talk(space, timezone.localdate() + WEEK, state=EventState.DRAFT)
    address = reverse("admin:events_event_move", args=[draft.pk])
    page = client.get(address)
    assert "reason" not in page.context["form"].fields
    assert "prévenues" not in page.text.partition('id="content-main"')[2]
    later = timezone.localtime(draft.starts_at) + timedelta(days=1)
    times = {"starts_at": f"{later:%Y-%m-%dT%H:%M}", "ends_at": f"{later + timedelta(hours=1):%Y-%m-%dT%H:%M}"}
    assert client.post(address, times).status_code == 302
    draft.refresh_from_db()
    assert draft.starts_at == later
    published = talk(space, timezone.localdate() + 2 * WEEK)
    refused = client.post(reverse("admin:events_event_move", args=[published.pk]), times)
    assert refused.context["form"].errors.keys() == {"reason"}


def test_an_hour_that_the_clocks_skip_is_said_in_words(client, space):
    event = talk(space, timezone.localdate() + WEEK, state=EventState.DRAFT)
    gap = {"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T04:00"}
    page = client.post(reverse("admin:events_event_move", args=[event.pk]), gap)
    said = "Ce jour-là, on change d’heure\u00a0: celle-ci n’existe pas, ou revient deux fois. Choisissez-en une autre."
    assert page.context["form"].errors == {"starts_at": [said]}


def test_who_cancelled_sees_nothing_of_an_event_that_was_withdrawn_then(client, space):
    event = talk(space, timezone.localdate() + WEEK, title_fr="La laine")
    registration, mine = GuestRegistrationFactory(event=event), RegistrationFactory(event=event)
    for one in (registration, mine):
        cancel_registration(registration=one)
    unpublish(event=event, by=None)
    Event.objects.filter(pk=event.pk).update(title_fr="Le secret")
    client.logout()
    for name in ("registration", "registration_ics", "answers", "travel"):
        page = client.get(reverse(f"events:{name}", args=[registration.token]), follow=True)
        assert (page.status_code, "Le secret" in page.text) == (404, False), name
    assert "Cet événement n’est plus annoncé" in page.text
    erase = reverse("portal:erase_guest", args=[registration.token])
    assert erase in page.text
    assert client.get(erase).status_code == 200
    confirm = client.get(reverse("events:confirm_guest", args=[registration.token]))
    assert (confirm.status_code, "Le secret" in confirm.text) == (404, False)
    client.force_login(mine.user)
    assert client.get(reverse("events:registration", args=[mine.token])).status_code == 404


def test_who_registers_in_the_moment_of_the_withdrawal_is_told_so(client, space):
    event = talk(space, timezone.localdate() + WEEK)
    client.force_login(UserFactory())
    form = reverse("events:register_form", args=[event.slug])
    assert client.get(form).status_code == 200
    unpublish(event=event, by=None)
    page = client.post(form, {}, follow=True)
    assert (page.status_code, page.redirect_chain[0][0]) == (200, reverse("events:agenda"))
    assert "vient d’être retiré de l’agenda" in page.text
    draft = talk(space, timezone.localdate() + WEEK, state=EventState.DRAFT)
    assert client.get(reverse("events:register_form", args=[draft.slug])).status_code == 404
