"""Tickets, the check-in desk, and the code on the screen."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import add_walk_in, check_in, check_in_oneself, unmark_attendance
from events.core.files.tickets import (
    SCREEN_CODE_LIFE,
    SCREEN_CODES_TAKEN,
    is_screen_code,
    registration_of_ticket,
    screen_code,
    ticket_code,
)
from events.enums import Mode, RegistrationStatus, Way
from events.errors import EventError
from events.models import Participation, Registration
from events.programme.operations import change_capacity
from events.registering.operations import cancel_registration, confirm_guest, register, register_guest, tend_lines
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory, manager_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(is_staff=True)


@pytest.fixture
def event(manager):
    """Return an event that begins in half an hour."""
    return EventFactory(space=SpaceFactory(managers=[manager]), starts_at=timezone.now() + timedelta(minutes=30))


def page_of(name, event):
    return reverse(f"admin:events_event_{name}", args=[event.pk])


def sent_by_a_phone(client, event, **wish):
    return client.post(page_of("door_check_in", event), wish, headers={"accept": "application/json"})


# --- tickets ---


def test_a_ticket_leads_to_its_registration_and_cannot_be_forged(event):
    registration = GuestRegistrationFactory(event=event)
    code = ticket_code(registration)
    assert registration_of_ticket(code) == registration
    assert str(registration.token) not in code
    wrong = [f"{registration.pk + 1}{code[code.index('-') :]}", code[:-1], "", "x", "-", f"{'9' * 40}-x", "²-x"]
    assert [registration_of_ticket(each) for each in wrong] == [None] * 7


def test_the_confirmation_brings_the_ticket_as_a_picture(event):
    GuestRegistrationFactory(event=event, email="invite@ardenne.example")
    send_due()
    message = next(each for each in mail.outbox if each.attachments and "ticket.png" in str(each.attachments))
    [picture] = [part for part in message.attachments if part[0] == "ticket.png"]
    assert (picture[1][:8], picture[2]) == (b"\x89PNG\r\n\x1a\n", "image/png")


def test_a_person_online_has_no_ticket(client):
    user = UserFactory()
    event = EventFactory(mode=Mode.HYBRID)
    register(event=event, user=user, way=Way.ONLINE)
    client.force_login(user)
    page = client.get(event.get_absolute_url()).text
    assert "qr-code" not in page
    send_due()
    assert all(part[0] != "ticket.png" for message in mail.outbox for part in message.attachments)


def test_a_ticket_opens_the_page_that_each_person_may_see(client, event, manager):
    registration = RegistrationFactory(event=event)
    ticket = reverse("events:ticket", args=[ticket_code(registration)])
    assert client.get(ticket).url.startswith(reverse("account_login"))
    client.force_login(manager)
    assert client.get(ticket).url == f"{page_of('door', event)}?ticket={ticket_code(registration)}"
    client.force_login(registration.user)
    assert client.get(ticket).url == reverse("events:registration", args=[registration.token])
    client.force_login(UserFactory())
    assert client.get(ticket).status_code == 404
    assert client.get(reverse("events:ticket", args=["1-0"])).status_code == 404


def scanned_by_the_phone(client, registration):
    """Open a ticket as the camera of the phone itself does, and return what the page says of it."""
    page = client.get(reverse("events:ticket", args=[ticket_code(registration)]), follow=True)
    assert page.status_code == 200
    return page.context["said"][0], str(page.context["said"][1]), page.text


def test_a_ticket_opened_by_the_phones_own_camera_says_what_the_scanner_says(client, event, manager):
    good, gone = (GuestRegistrationFactory(event=event, name=name) for name in ("Zoé Ménard", "Léo Claes"))
    cancel_registration(registration=gone)
    client.force_login(manager)
    mood, words, page = scanned_by_the_phone(client, gone)
    assert mood == "refused" and "annulée pour Léo Claes" in words and words in page
    assert "annulée pour Léo Claes" in sent_by_a_phone(client, event, ticket=ticket_code(gone)).json()["refused"]
    assert scanned_by_the_phone(client, good)[0] == ""
    check_in(event=event, by=manager, registration=good)
    mood, words, _page = scanned_by_the_phone(client, good)
    assert mood == "already" and words.startswith("Présence déjà notée") and "Zoé Ménard" in words


def test_a_ticket_of_somebody_in_line_is_said(client, manager, event):
    seated, waiting = (GuestRegistrationFactory(event=event) for _person in range(2))
    event.registrations.filter(pk=waiting.pk).update(status=RegistrationStatus.WAITING, queued_at=timezone.now())
    client.force_login(manager)
    assert "liste d’attente" in scanned_by_the_phone(client, waiting)[1]
    assert seated.is_confirmed


def test_a_ticket_of_another_event_says_so_on_the_list(client, event, manager):
    elsewhere = GuestRegistrationFactory(event=EventFactory(space=event.space))
    client.force_login(manager)
    for code, words in ((ticket_code(elsewhere), "autre événement"), ("1-0", "un de nos billets")):
        page = client.get(page_of("door", event), {"ticket": code})
        assert page.context["said"][0] == "refused"
        assert words in page.text
    page = client.get(reverse("events:ticket", args=[ticket_code(elsewhere)]), follow=True)
    assert "n’a pas lieu aujourd’hui" in page.text


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_foreign_or_unknown_ticket_says_that_it_opens_nothing(client, event, manager, is_ours):
    code = ticket_code(GuestRegistrationFactory()) if is_ours else "1-0"
    client.force_login(manager)
    page = client.get(reverse("events:ticket", args=[code]))
    assert page.status_code == 404
    assert "Ce billet n’ouvre rien ici" in page.text
    assert page_of("door", event) in page.text


def test_a_ticket_of_a_cancelled_event_says_that_it_is_cancelled(client, event, manager):
    registration = GuestRegistrationFactory(event=event)
    type(event).objects.filter(pk=event.pk).update(state="cancelled")
    client.force_login(manager)
    assert "Cet événement est annulé" in scanned_by_the_phone(client, registration)[2]


# --- the check-in desk ---


def partner_of(event):
    """Return a manager of a space whose operator helps to organise the event."""
    space = SpaceFactory(managers=[UserFactory(is_staff=True)])
    event.organisers.add(space.operator)
    return manager_of(space)


def test_a_manager_of_a_co_organiser_sees_who_comes_and_checks_in(client, event):
    registration = GuestRegistrationFactory(event=event, name="Zoé Ménard")
    client.force_login(partner_of(event))
    assert "Zoé Ménard" in client.get(page_of("door", event)).text
    ticket = client.get(reverse("events:ticket", args=[ticket_code(registration)]))
    assert ticket.url.startswith(page_of("door", event))
    assert sent_by_a_phone(client, event, registration=registration.pk).json()["present"] == 1
    client.post(page_of("door_undo", event), {"registration": registration.pk})
    assert not Participation.objects.exists()
    for name in ("attendance", "registrations", "change", "messages", "cancel"):
        assert client.get(page_of(name, event)).status_code == 404, name


def test_the_words_of_the_door_name_the_person_within_a_sentence(client, event, manager):
    manager.language = "en"
    manager.save(update_fields=["language"])
    client.force_login(manager)
    page = client.get(page_of("door", event)).text
    for words in ("{} is noted as present", "{} was noted already", "{} is no longer noted as present"):
        assert f">{words}<" in page


def test_the_home_page_leads_a_co_organiser_to_the_list_before_the_day(client, manager):
    event = EventFactory(space=SpaceFactory(managers=[manager]), starts_at=timezone.now() + timedelta(days=4))
    registration = GuestRegistrationFactory(event=event, name="Zoé Ménard")
    client.force_login(partner_of(event))
    door = page_of("door", event)
    assert f'href="{door}"' in client.get(reverse("admin:index")).text
    assert "Zoé Ménard" in client.get(door).text
    said = client.get(door, {"ticket": ticket_code(registration)}).context["said"]
    assert "notez" not in str(said[1])
    assert "à partir du jour de l’événement" in str(said[1])


def test_a_co_organiser_sees_no_draft_and_nothing_long_after_the_event(client, event):
    client.force_login(partner_of(event))
    events = type(event).objects.filter(pk=event.pk)
    events.update(state="draft")
    assert client.get(page_of("door", event)).status_code == 404
    day = timezone.localdate() - timedelta(days=2)
    start = timezone.now() - timedelta(days=2)
    events.update(
        state="held",
        starts_at=start,
        ends_at=start + timedelta(minutes=1),
        earliest=day,
        latest=timezone.localdate(start),
    )
    assert client.get(page_of("door", event)).status_code == 404


def test_a_check_in_is_taken_back_without_a_new_page(client, event, manager):
    registration = GuestRegistrationFactory(event=event)
    client.force_login(manager)
    sent_by_a_phone(client, event, registration=registration.pk)
    for _click in range(2):
        answer = client.post(
            page_of("door_undo", event), {"registration": registration.pk}, headers={"accept": "application/json"}
        )
        assert answer.json() == {"registration": registration.pk, "present": 0}


def test_only_managers_of_the_event_open_the_pages_of_the_day(client, event):
    registration = RegistrationFactory(event=event)
    client.force_login(manager_of(SpaceFactory(managers=[UserFactory(is_staff=True)])))
    for name in ("door", "door_screen"):
        assert client.get(page_of(name, event)).status_code == 404
    for name in ("door_check_in", "door_undo"):
        assert client.post(page_of(name, event), {"registration": registration.pk}).status_code == 404
    assert not Participation.objects.exists()


def test_only_the_check_in_desk_may_use_the_camera(client, event, manager):
    client.force_login(manager)
    assert "camera=(self)" in client.get(page_of("door", event))["Permissions-Policy"]
    assert "camera=()" in client.get(page_of("attendance", event))["Permissions-Policy"]


def test_the_buttons_mark_and_unmark_without_a_script(client, event, manager):
    registration = GuestRegistrationFactory(event=event, name="Zoé Lefèvre")
    GuestRegistrationFactory(event=event, name="Aline Petit")
    client.force_login(manager)
    shown = client.get(page_of("door", event), {"q": "lefevre ZOE"[:7]}).context["people"]
    assert shown == [registration]
    answer = client.post(page_of("door_check_in", event), {"registration": registration.pk}, follow=True)
    assert answer.context["present_count"] == 1
    assert "Zoé Lefèvre" in str(next(iter(answer.context["messages"])))
    answer = client.post(page_of("door_undo", event), {"registration": registration.pk}, follow=True)
    assert answer.context["present_count"] == 0


@pytest.mark.parametrize("people", [1, 3])
def test_the_desk_takes_as_many_queries_for_any_number_of_people(
    client, event, manager, people, django_assert_num_queries
):
    for _number in range(people):
        RegistrationFactory(event=event)
    client.force_login(manager)
    client.get(page_of("door", event))
    with django_assert_num_queries(6):
        client.get(page_of("door", event))


def test_a_check_in_sent_twice_is_noted_once_at_its_own_time(client, event, manager):
    registration = RegistrationFactory(event=event)
    client.force_login(manager)
    came = timezone.now().replace(microsecond=0) - timedelta(minutes=20)
    wishes = [
        {"ticket": ticket_code(registration), "key": str(uuid.uuid4()), "at": came.isoformat()},
        {"name": "Passant Inconnu", "key": str(uuid.uuid4()), "at": "2001-01-01T00:00:00Z"},
    ]
    for wish in [*wishes, *wishes]:
        answer = sent_by_a_phone(client, event, **wish)
        assert answer.status_code == 200
    assert answer.json()["present"] == 2
    marks = event.participations.order_by("marked_at")
    assert [mark.registration.status for mark in marks] == [RegistrationStatus.CONFIRMED, RegistrationStatus.WALK_IN]
    assert marks[0].marked_at == came
    assert timezone.now() - marks[1].marked_at < timedelta(minutes=1)


def test_who_registered_online_and_comes_takes_part_on_site_until_the_check_in_is_taken_back(manager):
    event = EventFactory(mode=Mode.HYBRID, starts_at=timezone.now() + timedelta(minutes=30), capacity=1)
    RegistrationFactory(event=event)
    online = register(event=event, user=UserFactory(), way=Way.ONLINE)
    check_in(event=event, registration=online, by=manager)
    online.refresh_from_db()
    event.refresh_from_db()
    assert (online.way, event.capacity, event.seats_taken, event.online_seats_taken) == (Way.ONSITE, 2, 2, 0)
    unmark_attendance(event=event, registrations=[online], by=manager)
    online.refresh_from_db()
    assert online.way == Way.ONLINE


@pytest.mark.parametrize("noted", ["by name", "on the attendance page", "by the code"])
def test_whoever_is_noted_in_the_room_takes_part_on_site(client, manager, noted):
    event = EventFactory(
        mode=Mode.HYBRID,
        starts_at=timezone.now() + timedelta(minutes=30),
        space=SpaceFactory(managers=[manager]),
    )
    person = GuestRegistrationFactory(event=event, email="zoe@ardenne.example", way=Way.ONLINE)
    client.force_login(manager)
    if noted == "by name":
        sent_by_a_phone(client, event, name="Zoé", email="zoe@ardenne.example", key=str(uuid.uuid4()))
    elif noted == "on the attendance page":
        add_walk_in(event=event, name="Zoé", email="zoe@ardenne.example", by=manager)
    else:
        check_in_oneself(registration=person, code=screen_code(event))
    person.refresh_from_db()
    assert (person.way, person.participation.registered_way) == (Way.ONSITE, Way.ONLINE)


def full_room():
    """Return a hybrid event of today without a free seat in the room or online, and the lines' first of each way."""
    soon = timezone.now() + timedelta(minutes=30)
    event = EventFactory(mode=Mode.HYBRID, starts_at=soon, capacity=1, online_capacity=1)
    for way in Way:
        register(event=event, user=UserFactory(), way=way)
    return event, *(register(event=event, user=UserFactory(), way=way) for way in (Way.ONSITE, Way.ONLINE))


def seats_of(event):
    event.refresh_from_db()
    return event.capacity, event.seats_taken, event.online_capacity, event.online_seats_taken


def test_a_check_in_taken_back_takes_its_seat_away_again(manager):
    event, in_line, online_line = full_room()
    online_line.delete()
    online = event.registrations.get(way=Way.ONLINE)
    check_in(event=event, registration=online, by=manager)
    assert seats_of(event) == (2, 2, 1, 0)
    unmark_attendance(event=event, registrations=[online], by=manager)
    assert seats_of(event) == (1, 1, 1, 1)
    in_line.refresh_from_db()
    assert in_line.status == RegistrationStatus.WAITING


def test_a_seat_that_the_manager_counted_in_since_stays(manager):
    event, _in_line, online_line = full_room()
    online_line.delete()
    online = event.registrations.get(way=Way.ONLINE)
    check_in(event=event, registration=online, by=manager)
    change_capacity(event=event, capacity=5, by=manager)
    unmark_attendance(event=event, registrations=[online], by=manager)
    assert seats_of(event)[0] == 5


def test_somebody_in_line_who_stands_at_the_door_is_offered_no_seat_and_waits_again_after_the_undo(manager):
    event, _onsite_line, in_line = full_room()
    event.registrations.filter(way=Way.ONSITE).delete()
    check_in(event=event, registration=in_line, by=manager)
    in_line.refresh_from_db()
    assert (in_line.way, in_line.status) == (Way.ONSITE, RegistrationStatus.WAITING)
    assert not Message.objects.filter(key__startswith="events.offer:").exists()
    unmark_attendance(event=event, registrations=[in_line], by=manager)
    in_line.refresh_from_db()
    assert (in_line.way, in_line.status) == (Way.ONLINE, RegistrationStatus.WAITING)
    assert seats_of(event)[2:] == (1, 1)


def test_an_offer_does_not_lapse_for_somebody_who_has_come(manager):
    event, in_line, _online_line = full_room()
    cancel_registration(registration=event.registrations.get(way=Way.ONSITE, status=RegistrationStatus.CONFIRMED))
    check_in(event=event, registration=in_line, by=manager)
    event.registrations.filter(pk=in_line.pk).update(offered_until=timezone.now())
    tend_lines()
    in_line.refresh_from_db()
    assert in_line.status == RegistrationStatus.OFFERED


def test_a_guests_link_ends_when_the_guest_is_entered_at_the_door(event, manager):
    typed = {"event": event, "name": "Zoé", "email": "zoe@ardenne.example", "language": "fr"}
    link = register_guest(**typed).token
    check_in(event=event, name="Zoé", email="Zoe@ardenne.example", by=manager)
    with pytest.raises(Registration.DoesNotExist):
        confirm_guest(token=link)
    register_guest(**typed)
    assert [row.status for row in event.registrations.all()] == [RegistrationStatus.WALK_IN]


def test_who_was_entered_at_the_door_by_mistake_may_register(event, manager):
    member = UserFactory()
    mark = add_walk_in(event=event, user=member, by=manager)
    with pytest.raises(EventError):
        register(event=event, user=member)
    unmark_attendance(event=event, registrations=[mark.registration], by=manager)
    assert register(event=event, user=member).is_confirmed


def test_a_second_phone_does_not_mark_a_person_again(event, manager):
    registration = RegistrationFactory(event=event)
    first = check_in(event=event, registration=registration, by=manager, key=uuid.uuid4())
    assert check_in(event=event, registration=registration, by=manager, key=uuid.uuid4()) == first


def test_a_refused_check_in_says_why(client, event, manager):
    other = RegistrationFactory()
    GuestRegistrationFactory(event=event, name="Aline Petit")
    client.force_login(manager)
    assert sent_by_a_phone(client, event, name="Jan Claes").status_code == 200
    Participation.objects.update(marked_at=timezone.now() - timedelta(minutes=5))
    event.registrations.update(registered_at=timezone.now() - timedelta(minutes=5))
    for wish in (
        {"ticket": ticket_code(other)},
        {"ticket": "https://example.org/"},
        {"registration": other.pk},
        {"name": "Jan Claes"},
        {"name": ""},
        {"key": "x", "name": "A"},
    ):
        answer = sent_by_a_phone(client, event, **wish)
        assert answer.status_code == 409
        assert answer.json()["refused"]
    assert event.participations.count() == 1
    assert sent_by_a_phone(client, event, name="Jan Claes", another="on").json()["present"] == 2


# --- the code on the screen ---


def test_the_code_on_the_screen_changes_and_stays_valid_for_a_while(event):
    now = timezone.now()
    code = screen_code(event, now)
    assert len(code) == 6
    assert is_screen_code(event, code, now + timedelta(seconds=SCREEN_CODE_LIFE * (SCREEN_CODES_TAKEN - 1)))
    assert not is_screen_code(event, code, now + timedelta(seconds=SCREEN_CODE_LIFE * SCREEN_CODES_TAKEN))
    assert not is_screen_code(event, code, now - timedelta(seconds=SCREEN_CODE_LIFE))
    assert screen_code(EventFactory(), now) != code


def test_people_note_themselves_as_present_with_the_code(client, event, manager):
    client.force_login(manager)
    code = client.get(page_of("door_screen", event)).context["code"]
    guest = GuestRegistrationFactory(event=event)
    own = reverse("events:registration", args=[guest.token])
    visitor = Client()
    assert visitor.get(own).context["can_check_in"]
    visitor.post(reverse("events:check_in", args=[guest.token]), {"code": "000000" if code != "000000" else "1"})
    assert not Participation.objects.exists()
    for _press in range(2):
        visitor.post(reverse("events:check_in", args=[guest.token]), {"code": f"{code[:3]} {code[3:]}"})
    assert event.participations.get().registration == guest
    assert visitor.get(own).context["is_present"]
    member = RegistrationFactory(event=event)
    client.force_login(member.user)
    page = client.get(reverse("events:here", args=[event.slug, code]))
    assert f'value="{code}"' in page.text
    client.post(reverse("events:check_in", args=[member.token]), {"code": code})
    assert event.participations.count() == 2


def test_checking_in_oneself_needs_the_right_hour_and_a_seat(event):
    early = RegistrationFactory()
    with pytest.raises(EventError) as refused:
        check_in_oneself(registration=early, code=screen_code(early.event))
    assert refused.value.code == "not_now"
    event.capacity = 0
    event.save()
    waiting = RegistrationFactory(event=event)
    with pytest.raises(EventError) as refused:
        check_in_oneself(registration=waiting, code=screen_code(event))
    assert refused.value.code == "not_registered"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"name": "=SUM(A1)"}, "Nom : Écrivez ici un nom"),
        ({"name": "Zoé", "email": "zoe@"}, "Adresse e-mail : "),
        ({"name": "Zoé", "residence": "XX"}, "XX"),
        ({"name": "Zoé", "at": "2027-03-28 02:30"}, "Ce jour-là, on change d’heure"),
        ({"name": ""}, "Dites qui est venu"),
    ],
)
def test_what_is_refused_at_the_door_is_said(client, event, manager, wish, said):
    client.force_login(manager)
    answer = sent_by_a_phone(client, event, **wish)
    assert answer.status_code == 409
    assert said in answer.json()["refused"].replace("\xa0", " ")
    assert not Participation.objects.exists()
