"""Searching the agenda: by words, by distance, by period, in a month; and its number of queries."""

import re
from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from events.agenda.queries import months, search
from events.agenda.queries.months import weeks_of
from events.agenda.queries.search import Period, month_of, period_of
from events.enums import EventState, Mode
from events.models import Event
from events.models.folding import SearchedText
from events.tests.factories import EventFactory, EventTypeFactory, HistoryEventFactory, PastEventFactory
from spaces.enums import TravelMode
from spaces.models import TravelTime
from spaces.tests.factories import SpaceFactory
from spaces.timing.hours import at_local

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 12, 2)


def listed(client, **filters):
    response = client.get(reverse("events:agenda"), filters)
    assert response.status_code == 200
    return list(response.context["page_obj"].object_list)


def found(words):
    return set(search.matching(Event.objects.all(), words))


# --- words ---


def test_words_are_found_in_all_languages_without_accents_or_case():
    fepin = SpaceFactory(name="La Halte", town="Fépin")
    walk = EventFactory(title_fr="Randonnée à l'aube", title_nl="Wandeling", title_en="Dawn walk", summary_nl="Één uur")
    other = EventFactory(title_fr="Cafés", description_en="A naïve question", venues=[fepin])
    assert found("RANDONNEE") == found("randonnée") == found("wandel") == found("dawn") == found("een uur") == {walk}
    assert found("cafe") == found("NAIVE") == found("fepin") == found("Fépin halte") == {other}
    assert found("cafe wandeling") == set()


def test_words_are_found_in_the_type_and_the_place():
    event = EventFactory(type=EventTypeFactory(name_fr="Découverte"), place="Café du Marché")
    EventFactory()
    assert found("decouv") == found("marche") == {event}


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "' OR 1=1 --", "a" * 80])
def test_no_character_has_a_special_meaning(words):
    EventFactory()
    assert found(words) == set()


def test_the_search_of_texts_has_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    texts = Event.objects.alias(text=SearchedText()).filter(text__contains=search.folded_word("atelier"))
    assert "events_event_text" in texts.order_by().values("pk").explain()


# --- where ---


def test_events_are_found_by_town_and_minutes_away():
    chimay, rocroi, couvin = (SpaceFactory(town=town) for town in ("Chimay", "Rocroi", "Couvin"))
    here, near, far = (EventFactory(space=space) for space in (chimay, rocroi, couvin))
    EventFactory(space=chimay, venues=[], mode=Mode.ONLINE)
    at_its_owner = EventFactory(space=rocroi, venues=[])
    # The time that either manager entered counts, by the quicker means.
    TravelTime.objects.create(space=chimay, to_space=rocroi, mode=TravelMode.CAR, minutes=25)
    TravelTime.objects.create(space=chimay, to_space=rocroi, mode=TravelMode.BICYCLE, minutes=80)
    TravelTime.objects.create(space=couvin, to_space=chimay, mode=TravelMode.CAR, minutes=45)
    reached = [set(search.reachable(Event.objects.all(), "Chimay", minutes)) for minutes in (0, 24, 25, 44, 45)]
    two = {here, near, at_its_owner}
    assert reached == [{here}, {here}, two, two, {*two, far}]
    assert set(search.reachable(Event.objects.all(), "Couvin", 45)) == {here, far}


def test_events_are_found_by_mode_and_language(client):
    onsite = EventFactory(languages=["fr"])
    online = EventFactory(mode=Mode.ONLINE, venues=[], languages=["nl", "en"])
    both = EventFactory(mode=Mode.HYBRID, languages=["fr", "nl"])
    assert listed(client, mode="onsite") == [onsite, both]
    assert listed(client, mode="online") == [online, both]
    assert listed(client, language="nl") == [online, both]
    assert listed(client, language="nl", mode="onsite", q="rencontre") == [both]


# --- when ---


@pytest.mark.parametrize(
    ("word", "start", "end"),
    [
        ("today", (2026, 12, 2), (2026, 12, 3)),
        ("week", (2026, 12, 2), (2026, 12, 7)),
        ("weekend", (2026, 12, 5), (2026, 12, 7)),
        ("2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("2024-02-29", (2024, 2, 29), (2024, 3, 1)),
    ],
)
def test_a_period_in_a_word(word, start, end):
    assert period_of(word, WEDNESDAY) == Period(date(*start), date(*end))


@pytest.mark.parametrize("word", ["", "2026-13", "2026-02-30", "1999-12", "2030-01", "2026-W1", "20261202", "day"])
def test_a_wrong_word_is_no_period(word):
    assert period_of(word, WEDNESDAY) is None


def test_on_a_sunday_the_weekend_is_today():
    assert period_of("weekend", date(2026, 12, 6)) == Period(date(2026, 12, 6), date(2026, 12, 7))


def test_a_period_that_is_over_shows_the_past(client):
    event = PastEventFactory()
    EventFactory()
    day = timezone.localdate(event.starts_at)
    assert listed(client, period=day.isoformat()) == [event]


def test_empty_fields_are_removed_from_the_address(client):
    answer = client.get(reverse("events:agenda"), {"q": "", "type": "a b", "town": "", "view": "month"})
    assert (answer.status_code, answer.url) == (302, f"{reverse('events:agenda')}?type=a+b&view=month")
    answer = client.get(reverse("events:agenda"), {"q": "", "town": ""})
    assert (answer.status_code, answer.url) == (302, reverse("events:agenda"))


# --- the month ---


def days_of(weeks):
    return {day.day.isoformat(): [event.slug for event in day.events] for week in weeks for day in week if day.events}


def on(day, hour, **fields):
    start = at_local(day, time(hour))
    return EventFactory(starts_at=start, **{"ends_at": start + timedelta(hours=1), **fields})


def test_a_month_has_whole_weeks_with_events_on_local_days():
    december = month_of(WEDNESDAY)
    on(date(2026, 11, 29), 9, slug="before-the-grid")
    on(date(2026, 11, 30), 9, slug="in-the-grid")
    # One event just after midnight (the day before in UTC), one until midnight, one of three days.
    on(date(2026, 12, 8), 0, slug="early")
    on(date(2026, 12, 9), 22, slug="late", ends_at=at_local(date(2026, 12, 10), time(0)))
    on(date(2026, 12, 14), 18, slug="three-days", ends_at=at_local(date(2026, 12, 16), time(12)))
    on(date(2026, 12, 14), 9, slug="called-off", state=EventState.CANCELLED)
    HistoryEventFactory(slug="a-day", earliest=date(2026, 12, 20), latest=date(2026, 12, 20))
    HistoryEventFactory(slug="a-range", earliest=date(2026, 12, 20), latest=date(2026, 12, 21))
    weeks = weeks_of(december, Event.objects.visible(), str)
    assert [(week[0].day, week[-1].day) for week in weeks][:: len(weeks) - 1] == [
        (date(2026, 11, 30), date(2026, 12, 6)),
        (date(2026, 12, 28), date(2027, 1, 3)),
    ]
    assert days_of(weeks) == {
        "2026-11-30": ["in-the-grid"],
        "2026-12-08": ["early"],
        "2026-12-09": ["late"],
        "2026-12-14": ["called-off", "three-days"],
        "2026-12-15": ["three-days"],
        "2026-12-16": ["three-days"],
        "2026-12-20": ["a-day"],
    }


def test_a_full_day_links_to_its_list(client):
    for hour in range(8, 15):
        on(WEDNESDAY + timedelta(days=7), hour, slug=f"at-{hour}")
    page = client.get(reverse("events:agenda"), {"view": "month", "period": "2026-12", "language": "xx"})
    (day,) = [day for week in page.context["weeks"] for day in week if day.events]
    assert ([event.slug for event in day.events], day.more) == ([f"at-{hour}" for hour in range(8, 13)], 2)
    assert 'href="?period=2026-12-09"' in page.text


def test_the_month_opens_where_something_comes(client):
    far = EventFactory(starts_at=timezone.now() + timedelta(days=70))
    EventFactory(starts_at=timezone.now() + timedelta(days=35), state=EventState.DRAFT)
    PastEventFactory()
    page = client.get(reverse("events:agenda"), {"view": "month"})
    assert page.context["month"].start == timezone.localdate(far.starts_at).replace(day=1)
    assert far.title in page.text
    near = EventFactory(starts_at=timezone.now() + timedelta(minutes=5))
    page = client.get(reverse("events:agenda"), {"view": "month"})
    assert page.context["month"].start == timezone.localdate(near.starts_at).replace(day=1)
    Event.objects.exclude(state=EventState.HELD).delete()
    page = client.get(reverse("events:agenda"), {"view": "month"})
    assert page.context["month"].start == timezone.localdate().replace(day=1)


def test_the_line_of_filters_says_how_many_are_set(client):
    page = client.get(reverse("events:agenda"), {"town": SpaceFactory(town="Chimay").town, "country": "BE"})
    assert "Filtres (2)" in " ".join(page.text.split())


def test_the_table_of_a_month_names_its_columns_and_days(client):
    on(WEDNESDAY + timedelta(days=7), 9, slug="visible", title_en="Walk")
    page = client.get("/en/agenda/", {"view": "month", "period": "2026-12"}).text
    assert page.count('<th scope="col">') == 7
    assert '<caption class="visually-hidden">Events of December 2026, a week a row</caption>' in " ".join(
        page.split()
    ).replace("> ", ">").replace(" <", "<")
    assert '<time datetime="2026-12-09">' in page
    assert 'href="?period=2026-11&amp;view=month"' in page
    assert 'href="?period=2027-01&amp;view=month"' in page


# --- number of queries ---


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("filters", "queries"),
    [
        (
            {
                "q": "rencontre",
                "town": "Chimay",
                "within": "30",
                "country": "BE",
                "mode": "onsite",
                "period": "2026-12",
            },
            6,
        ),
        ({"view": "month", "period": "2026-12"}, 5),
        ({"view": "month", "period": "2026-12", "q": "rencontre", "town": "Chimay"}, 5),
    ],
)
def test_searching_has_a_fixed_number_of_queries(client, django_assert_num_queries, number, filters, queries):
    for hour in range(number):
        on(date(2026, 12, 9), 9 + hour, space=SpaceFactory())
    with django_assert_num_queries(queries):
        page = client.get("/fr/agenda/", filters)
    assert page.text.count(">Rencontre ") == number


@pytest.mark.parametrize(
    ("chosen", "to", "address"),
    [
        ({"period": "weekend", "country": "BE"}, "month", "?country=BE&view=month"),
        ({"period": "weekend", "country": "BE"}, "past", "?country=BE&past=1"),
        ({"period": "2026-12", "country": "BE", "view": "month"}, "coming", "?period=2026-12&country=BE"),
        ({"q": "", "past": "1"}, "coming", ""),
    ],
)
def test_the_switch_of_view_sends_what_is_chosen(client, chosen, to, address):
    on(date(2026, 12, 9), 9)
    assert client.get("/fr/agenda/", {**chosen, "to": to}).url == f"/fr/agenda/{address}"


def test_the_switch_of_view_is_a_button_of_the_form_after_the_one_that_enter_presses(client):
    page = client.get("/fr/agenda/").text
    [form] = re.findall(r'<form id="agenda-filters".*?</form>', page, re.DOTALL)
    buttons = re.findall(r'<button type="submit"\s+form="agenda-filters"\s+name="to"\s+value="(\w+)"', page)
    assert buttons == ["coming", "month", "past"]
    assert page.index(form) < page.index('name="to"') and 'type="submit"' in form


def test_of_a_repeated_filter_the_address_keeps_the_one_that_counts(client):
    answer = client.get("/fr/agenda/?country=FR&country=BE")
    assert (answer.status_code, answer.url) == (302, "/fr/agenda/?country=BE")


def test_a_month_offers_no_near_period(client):
    on(WEDNESDAY, 9)
    assert 'value="weekend"' not in client.get("/fr/agenda/", {"period": "2026-12", "view": "month"}).text


def test_a_month_that_is_half_over_leads_to_the_next_day_with_something():
    event = EventFactory(starts_at=at_local(date(2027, 6, 17), time(12)))
    EventFactory(starts_at=at_local(date(2027, 6, 29), time(12)))
    weeks = weeks_of(month_of(event.earliest), Event.objects.all(), str)
    asked = [date(2027, 6, day) for day in (1, 18, 29, 30)]
    assert [months.next_day(weeks, today) for today in asked] == [None, date(2027, 6, 29), date(2027, 6, 29), None]


def test_the_month_links_to_its_next_day(client):
    now = timezone.localtime()
    days = [now.date().replace(day=1), (now.date().replace(day=1) + timedelta(days=32)).replace(day=1)]
    PastEventFactory(starts_at=at_local(days[0], time(0)), ends_at=at_local(days[0], time(0, 1)))
    EventFactory(starts_at=now + timedelta(minutes=5))
    page = client.get(reverse("events:agenda"), {"view": "month", "period": f"{now:%Y-%m}"})
    is_later = now.day > 1 and (now + timedelta(minutes=5)).month == now.month
    assert ('href="#coming"' in page.text and 'id="coming"' in page.text) == is_later
