"""The page that holds the events of a period online."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from events.enums import Mode
from events.errors import EventError
from events.models import Event
from events.programme.admin_pages import border
from events.programme.operations import hold_rooms, switch_back, switch_online, switch_online_all
from events.registering.operations import cancel_registration, register, register_person
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.booking.operations import hold
from spaces.models import Hold, Resource
from spaces.tests.factories import ResourceFactory, SpaceFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db

ADDRESS = "admin:events_event_border"
CONFIRMED, AGAIN, BACK = (f"{ADDRESS}_{act}" for act in ("confirmed", "again", "back"))
LINK = "https://visio.example/commun"


@pytest.fixture
def space(client):
    manager = UserFactory()
    client.force_login(manager)
    return SpaceFactory(managers=[manager])


def in_days(days, **values):
    return EventFactory(starts_at=timezone.now() + timedelta(days=days), **values)


def seen_by(client, address, form):
    """Return the form with the seal of what its page shows before it is carried out."""
    return form | {"seen": client.post(reverse(address), form).context["seen"]}


def shown(page):
    return [event for event, _take, _link in page.context["form"].rows]


def test_the_page_lists_the_managers_events_on_site_in_the_period(client, space):
    near, far = in_days(3, space=space), in_days(30, space=space, mode=Mode.HYBRID)
    in_days(3)
    in_days(3, space=space, mode=Mode.ONLINE)
    in_days(3, space=space, state="draft")
    assert shown(client.get(reverse(ADDRESS))) == [near, far]
    days = {"first": near.earliest, "last": near.earliest + timedelta(days=1)}
    assert shown(client.get(reverse(ADDRESS), days)) == [near]
    assert shown(client.get(reverse(ADDRESS), {"first": "demain"})) == []


def test_nothing_is_ticked_until_days_are_chosen(client, space):
    event = in_days(3, space=space)
    ticked = {
        bool(days): client.get(reverse(ADDRESS), days).context["form"][f"take-{event.pk}"].value()
        for days in ({}, {"first": event.earliest})
    }
    assert ticked == {False: False, True: True}


def test_a_recap_comes_before_anything_is_done(client, space):
    event = in_days(3, space=space)
    for _person in range(2):
        RegistrationFactory(event=event)
    form = {"reason": "Fermée", "common_link": LINK, f"take-{event.pk}": "on"}
    page = client.post(reverse(ADDRESS), form)
    [line] = page.context["lines"]
    assert (line.event, line.told, LINK in line.act) == (event, 2, True)
    event.refresh_from_db()
    assert (event.mode, Message.objects.filter(template="events.online").count()) == (Mode.ONSITE, 0)
    # The recap carries the form on.
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode()))
    assert carried[f"take-{event.pk}"] == "True" and carried["common_link"] == LINK
    # Somebody is added, who must be phoned: that is shown before anything is done.
    register_person(event=event, name="Jeanne", email="", language="fr", by=UserFactory())
    page = client.post(reverse(CONFIRMED), carried)
    event.refresh_from_db()
    assert (event.mode, page.context["silent"]) == (Mode.ONSITE, ["Jeanne"])
    assert "À appeler, sans adresse : Jeanne" in Page(page.text).text
    client.post(reverse(CONFIRMED), carried | {"seen": page.context["seen"]})
    event.refresh_from_db()
    assert (event.mode, event.online_link) == (Mode.ONLINE, LINK)


def test_what_was_chosen_can_be_changed_after_the_recap(client, space):
    event = in_days(3, space=space)
    days = f"?first={event.earliest}"
    form = {"reason": "Fermée", "common_link": LINK, f"take-{event.pk}": "on"}
    recap = client.post(reverse(ADDRESS) + days, form).content.decode()
    assert f'formaction="{reverse(AGAIN)}{days}"' in recap and f'action="{reverse(CONFIRMED)}{days}"' in recap
    page = client.post(reverse(AGAIN) + days, form)
    assert ("lines" in page.context, page.context["form"]["reason"].value()) == (False, "Fermée")
    assert f'action="{reverse(ADDRESS)}{days}"' in page.content.decode()
    event.refresh_from_db()
    assert event.mode == Mode.ONSITE
    assert {client.get(reverse(address)).status_code for address in (AGAIN, CONFIRMED, BACK)} == {405}


def test_a_confirmation_without_a_reason_does_nothing(client, space):
    event = in_days(3, space=space)
    page = client.post(reverse(CONFIRMED), {"common_link": LINK, f"take-{event.pk}": "on"})
    assert page.context["form"].errors.keys() == {"reason"}
    event.refresh_from_db()
    assert event.mode == Mode.ONSITE


def test_a_second_click_on_taking_back_shows_what_the_first_one_did(client, space):
    event = in_days(3, space=space)
    switch_online(event=event, online_link=LINK, reason="Fermée", by=None)
    wish = seen_by(client, BACK, {"events": [event.pk], "reason": "Erreur", "csrfmiddlewaretoken": "a" * 64})
    once, again = client.post(reverse(BACK), wish), client.post(reverse(BACK), wish)
    assert [outcome.refusal for outcome in once.context["outcomes"]] == [""]
    assert again.content == once.content


def test_within_an_hour_it_is_taken_back_as_it_was(client, space):
    room = ResourceFactory(space=space)
    event = hold_rooms(event=in_days(3, space=space, capacity=2), resources=[room])
    people = [RegistrationFactory(event=event) for _person in range(4)]
    assert [one.status for one in people] == ["confirmed"] * 2 + ["waiting"] * 2
    switch_online(event=event, online_link=LINK, reason="Fermée", by=None)
    newcomer = RegistrationFactory(event=Event.objects.get(pk=event.pk))
    event.refresh_from_db()
    assert (event.online_seats_taken, Hold.objects.count()) == (5, 0)
    page = client.get(reverse(ADDRESS))
    assert list(page.context["back"].fields["events"].queryset) == [event]
    page = client.post(reverse(BACK), seen_by(client, BACK, {"events": [event.pk], "reason": "Erreur"}))
    assert [outcome.refusal for outcome in page.context["outcomes"]] == [""]
    event.refresh_from_db()
    assert (event.mode, event.online_link, list(event.resources.all()), event.sequence) == (Mode.ONSITE, "", [room], 2)
    assert (event.seats_taken, event.online_seats_taken, Hold.objects.get().resource) == (2, 0, room)
    found = {one.pk: (one.status, one.way) for one in event.registrations.all()}
    assert [found[one.pk] for one in [*people, newcomer]] == [("confirmed", "onsite")] * 2 + [("waiting", "onsite")] * 3
    line = event.registrations.in_line().values_list("pk", flat=True)
    assert list(line) == [people[2].pk, people[3].pk, newcomer.pk]
    assert Message.objects.filter(template="events.onsite_again").count() == 5
    mail.outbox.clear()
    send_due()
    told = {letter.to[0]: letter for letter in mail.outbox}
    first, last = (told[next(to for to in told if one.user.email in to)] for one in (people[0], newcomer))
    assert "Erreur" in first.body and "Erreur" in last.body and LINK not in first.body
    assert event.changes.count() == 2
    # A seat that comes free goes to the first in line, who is told.
    cancel_registration(registration=people[0])
    assert Message.objects.filter(key__startswith=f"events.promoted:{people[2].pk}:").count() == 1


def test_a_room_that_the_event_lacked_is_wanted_again_however_often_it_goes_online_and_back(space):
    held, lacked = ResourceFactory(space=space), ResourceFactory(space=space)
    event = hold_rooms(event=in_days(3, space=space), resources=[held])
    event.resources_wanted.set([lacked])
    other = in_days(3, space=space)
    hold(key="other", label="Ailleurs", resource=lacked, start=other.starts_at, end=other.ends_at)
    for _time in range(2):
        [outcome] = switch_online_all(events=[event], links={event.pk: LINK}, reason="Fermée", by=None)
        assert not outcome.event.resources_wanted.exists()
        event = switch_back(event=event, reason="Erreur", by=None)
        assert (list(event.resources.all()), list(event.resources_wanted.all())) == ([held], [lacked])


@pytest.mark.django_db(transaction=True)
def test_all_events_and_rooms_are_locked_before_the_first_one_changes():
    """Two people who work on the same events at once then wait for each other, and neither of them is turned away."""
    events = [hold_rooms(event=in_days(3), resources=[ResourceFactory()]) for _event in range(2)]
    free = []

    class Links(dict):
        def __getitem__(self, pk):
            with ThreadPoolExecutor(1) as pool:
                free.append(pool.submit(unlocked, events).result())
            return LINK

    switch_online_all(events=events[::-1], links=Links(), reason="Fermée", by=None)
    free.append(unlocked(events))
    assert free == [(0, 0), (0, 0), (2, 2)]


def unlocked(events):
    """Return how many of the events and how many rooms nobody has locked."""
    try:
        with transaction.atomic():
            rows = (Event.objects.filter(pk__in=[event.pk for event in events]), Resource.objects.all())
            return tuple(len(each.select_for_update(of=("self",), skip_locked=True, no_key=True)) for each in rows)
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()


def test_a_recap_says_that_somebody_else_has_just_done_it(space):
    event = in_days(3, space=space)
    form = border.BorderForm(
        {"reason": "Fermée", "common_link": LINK, f"take-{event.pk}": "on"}, events=[event], ticked=False
    )
    assert form.is_valid()
    switch_online(event=event, online_link=LINK, reason="Fermée", by=None)
    [line] = form.lines(None)
    assert (line.told, len(line.clashes)) == (0, 1)


def test_it_is_taken_back_for_an_hour_and_by_who_runs_it(client, space):
    late, other = in_days(3, space=space), in_days(3)
    for event in (late, other):
        switch_online(event=event, online_link=LINK, reason="Fermée", by=None)
    late.changes.update(made_at=timezone.now() - timedelta(minutes=61))
    assert client.get(reverse(ADDRESS)).context["back"] is None
    page = client.post(reverse(BACK), {"events": [late.pk, other.pk], "reason": "Erreur"})
    assert page.context["back"].errors.keys() == {"events"}
    with pytest.raises(EventError) as refusal:
        switch_back(event=late, reason="Erreur", by=None)
    assert refusal.value.code == "too_late"


def test_a_hybrid_event_taken_back_leaves_the_people_online_there(client, space):
    event = in_days(3, space=space, mode=Mode.HYBRID, online_link="https://visio.example/avant")
    onsite = RegistrationFactory(event=event)
    online = register(event=event, user=UserFactory(), way="online")
    switch_online(event=event, online_link=LINK, reason="Fermée", by=None)
    switch_back(event=event, reason="Erreur", by=None)
    event.refresh_from_db()
    assert (event.mode, event.online_link) == (Mode.HYBRID, "https://visio.example/avant")
    found = dict(event.registrations.values_list("pk", "way"))
    assert found == {onsite.pk: "onsite", online.pk: "online"}
    assert (event.seats_taken, event.online_seats_taken) == (1, 1)


def test_each_chosen_event_goes_online_and_people_are_told_its_link(client, space):
    first, second, _third = (in_days(days, space=space) for days in (3, 4, 5))
    registration = RegistrationFactory(event=second)
    form = {
        "reason": "Frontière fermée",
        "common_link": "https://visio.example/commun",
        f"take-{first.pk}": "on",
        f"take-{second.pk}": "on",
        f"link-{second.pk}": "https://visio.example/deux",
    }
    page = client.post(reverse(CONFIRMED), seen_by(client, ADDRESS, form))
    assert [(outcome.event, outcome.refusal) for outcome in page.context["outcomes"]] == [(first, ""), (second, "")]
    found = [(event.mode, event.online_link) for event in Event.objects.order_by("starts_at")]
    assert found == [
        ("online", "https://visio.example/commun"),
        ("online", "https://visio.example/deux"),
        ("onsite", ""),
    ]
    assert [change.reason for change in second.changes.all()] == ["Frontière fermée"]
    told = Message.objects.filter(template="events.online").values_list("to_email", flat=True)
    assert list(told) == [registration.user.email]


def test_a_refusal_of_one_event_is_shown_and_does_not_stop_the_others(space):
    full, free = in_days(3, space=space, mode=Mode.HYBRID, online_capacity=0), in_days(4, space=space)
    RegistrationFactory(event=full)
    links = {full.pk: "https://visio.example", free.pk: "https://visio.example"}
    outcomes = switch_online_all(events=[full, free], links=links, reason="Fermée", by=None)
    assert [bool(outcome.refusal) for outcome in outcomes] == [True, False]
    full.refresh_from_db()
    assert (full.mode, full.changes.count()) == (Mode.HYBRID, 0)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"reason": ""}, "reason"),
        ({"common_link": ""}, "link"),
        ({"common_link": "pas un lien"}, "common_link"),
        ({"take": ""}, "__all__"),
    ],
)
def test_a_reason_and_a_link_are_required(client, space, typed, wrong):
    event = in_days(3, space=space)
    form = {"reason": "Fermée", "common_link": "https://visio.example", "take": "on", **typed}
    form[f"take-{event.pk}"] = form.pop("take")
    page = client.post(reverse(ADDRESS), form)
    assert list(page.context["form"].errors) == [f"link-{event.pk}" if wrong == "link" else wrong]
    event.refresh_from_db()
    assert event.mode == Mode.ONSITE


def test_an_event_of_another_space_stays_on_site(client, space):
    in_days(3, space=space)
    other = in_days(3)
    client.post(reverse(CONFIRMED), {"reason": "x", "common_link": LINK, f"take-{other.pk}": "on"})
    other.refresh_from_db()
    assert other.mode == Mode.ONSITE


def test_the_page_takes_as_many_queries_for_any_number_of_events(client, space, django_assert_num_queries):
    in_days(3, space=space)
    for extra in (0, 2):
        for _event in range(extra):
            in_days(3, space=space)
        with django_assert_num_queries(6):
            client.get(reverse(ADDRESS))


def online_by_mistake(space):
    """Return an event for two that went online, its room, and the two who got a seat only by that."""
    room = ResourceFactory(space=space, name_fr="La Grange")
    event = hold_rooms(event=in_days(3, space=space, capacity=2), resources=[room])
    people = [RegistrationFactory(event=event) for _person in range(4)]
    switch_online(event=event, online_link=LINK, reason="Fermée", by=None)
    return event, room, people[2:]


@pytest.mark.parametrize("address", ["events_event_switch_back", "events_event_border_back"])
def test_taking_back_shows_the_lost_room_and_who_waits_again_before_it_is_done(client, space, address):
    event, room, back_in_line = online_by_mistake(space)
    form = {"reason": "Erreur"}
    if address == "events_event_border_back":
        form["events"], url = [event.pk], reverse(f"admin:{address}")
        page = client.post(url, form)
    else:
        url = reverse(f"admin:{address}", args=[event.pk])
        page = client.get(url)
    assert "La Grange" not in Page(page.text).text
    # The room is taken between the page and the button: nothing is done before that is shown.
    hold(key="x", label="Réunion", resource=room, start=event.starts_at, end=event.ends_at)
    page = client.post(url, form | {"seen": page.context["seen"]})
    text = Page(page.text).text
    assert "Pris entre-temps, donc pas retenu pour l’événement : La Grange" in text
    assert "4 personnes seront prévenues" in text
    assert all(str(one.user) in text for one in back_in_line) and "2 personnes n’ont plus de place" in text
    event.refresh_from_db()
    assert (event.mode, Message.objects.filter(template="events.onsite_again").count()) == (Mode.ONLINE, 0)
    page = client.post(url, form | {"seen": page.context["seen"]}, follow=True)
    event.refresh_from_db()
    assert (event.mode, list(event.resources_wanted.all())) == (Mode.ONSITE, [room])
    assert "La Grange" in Page(page.text).text  # What was done says it too.


def test_going_online_shows_who_gets_a_seat_by_it(client, space):
    event = in_days(3, space=space, capacity=1)
    _seated, waiting = RegistrationFactory(event=event), RegistrationFactory(event=event)
    url = reverse("admin:events_event_online", args=[event.pk])
    page = client.get(url)
    assert f"1 personne de la liste d’attente reçoit une place : {waiting.user}" in Page(page.text).text
    waiting.refresh_from_db()
    assert waiting.is_waiting
    client.post(url, {"online_link": LINK, "reason": "Neige", "seen": page.context["seen"]})
    waiting.refresh_from_db()
    assert waiting.is_confirmed
