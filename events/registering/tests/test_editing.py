"""Let the people who run an event change a registration, and write to those registered."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import add_walk_in, check_in, mark_attendance, unmark_attendance
from events.attendance.operations.attendance import came_unregistered
from events.enums import Mode, QuestionKind, RegistrationStatus, Way
from events.errors import EventError
from events.models import Question, ResidenceCorrection, WayCorrection
from events.registering.operations import (
    Answers,
    Given,
    cancel_registrations,
    correct_residence,
    edit_registration,
    promote_all,
    register,
    register_person,
    save_question,
    take_over,
    write_to_people,
)
from events.tests.factories import EventFactory, GuestRegistrationFactory, PastEventFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory()


def begun(**more):
    return EventFactory(starts_at=timezone.now() - timedelta(minutes=30), **more)


def registered_before(event, user):
    """Return the registration of a member at an event that is past."""
    return came_unregistered(event=event, by=None, number=user.participant_number, user=user)


def on_the_phone(event, manager, **more):
    wish = {"name": "Aline Petit", "email": "", "language": "fr"} | more
    return register_person(event=event, by=manager, **wish)


def test_where_a_guest_lives_is_noted_wherever_they_enter(manager):
    ahead, now = EventFactory(space=SpaceFactory(country="BE")), begun()
    phone = on_the_phone(ahead, manager, residence="FR")
    door = check_in(event=now, by=manager, name="Béa", residence="BE")
    list_ = add_walk_in(event=now, by=manager, name="Cléo", residence="FR")
    assert (phone.guest_residence, phone.side) == ("FR", "FR")
    assert [(mark.residence, mark.registration.side) for mark in (door, list_)] == [("BE", "BE"), ("FR", "FR")]


def test_what_is_said_at_the_door_fills_what_was_not_said_before_and_replaces_nothing(manager):
    event = EventFactory()
    said, silent = (on_the_phone(event, manager, name=name, residence=of) for name, of in (("A", "BE"), ("B", "")))
    event.starts_at -= timedelta(days=7, minutes=5)
    event.ends_at, event.earliest, event.latest = event.starts_at + timedelta(hours=2), None, None
    event.earliest = event.latest = timezone.localdate(event.starts_at)
    event.save()
    marks = [add_walk_in(event=event, by=manager, name=one.guest_name, residence="FR") for one in (said, silent)]
    assert [mark.residence for mark in marks] == ["BE", "FR"]


def test_a_known_residence_is_corrected_with_a_reason_and_leaves_a_trace(manager):
    event = PastEventFactory()
    mark = add_walk_in(event=event, by=manager, name="Aline", residence="FR")
    with pytest.raises(EventError) as refused:
        correct_residence(registration=mark.registration, residence="BE", by=manager)
    assert refused.value.code == "reason"
    for _click in range(2):
        correct_residence(registration=mark.registration, residence="BE", by=manager, reason="Elle habite Couvin")
    mark.refresh_from_db()
    assert (mark.residence, mark.registration.guest_residence, mark.registration.side) == ("BE", "BE", "BE")
    trace = ResidenceCorrection.objects.get()
    assert (trace.before, trace.after, trace.reason, trace.made_by) == ("FR", "BE", "Elle habite Couvin", manager)


def test_what_was_not_known_is_noted_without_a_reason(manager):
    mark = add_walk_in(event=PastEventFactory(), by=manager, name="Aline")
    correct_residence(registration=mark.registration, residence="FR", by=manager)
    mark.refresh_from_db()
    assert mark.residence == "FR"
    assert ResidenceCorrection.objects.get().before == ""


def test_members_say_in_their_account_where_they_live(manager):
    registration = RegistrationFactory(user=UserFactory(residence="BE"))
    with pytest.raises(EventError) as refused:
        correct_residence(registration=registration, residence="FR", by=manager)
    assert refused.value.code == "member"


def test_the_kept_residence_of_a_member_is_corrected_and_the_account_stays(client):
    member = UserFactory(residence="BE")
    event = PastEventFactory()
    (mark,) = mark_attendance(event=event, registrations=[registered_before(event, member)], by=None)
    assert mark.residence == "BE"
    staff = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(staff)
    address = reverse("admin:events_event_registration", args=[event.pk, mark.registration.pk])
    assert client.get(address).context["form"]["residence"].initial == "BE"
    client.post(address, {"residence": "FR"})
    assert not ResidenceCorrection.objects.exists()  # It asks why.
    for _click in range(2):
        correct_residence(registration=mark.registration, residence="FR", by=staff, reason="Moved in May")
    mark.refresh_from_db()
    member.refresh_from_db()
    assert (mark.residence, member.residence, mark.registration.guest_residence) == ("FR", "BE", "")
    trace = ResidenceCorrection.objects.get()
    assert (trace.before, trace.after, trace.reason, trace.made_by) == ("BE", "FR", "Moved in May", staff)
    assert "Moved in May" in client.get(address).text


def test_a_residence_of_the_other_side_gives_the_seat_kept_for_it_to_who_waits(manager):
    event = EventFactory(space=SpaceFactory(country="BE"), capacity=2, seats_held=1)
    guest = on_the_phone(event, manager)
    waiting = on_the_phone(event, manager, name="Béa", residence="BE")
    assert waiting.status == RegistrationStatus.WAITING
    correct_residence(registration=guest, residence="FR", by=manager)
    waiting.refresh_from_db()
    assert waiting.status == RegistrationStatus.CONFIRMED


def test_a_residence_corrected_and_taken_over_is_the_accounts(manager):
    mark = add_walk_in(event=PastEventFactory(), by=manager, name="Elsa", email="elsa@example.org", residence="FR")
    correct_residence(registration=mark.registration, residence="BE", by=manager, reason="Dit après")
    take_over(registration=mark.registration, user=UserFactory(email="elsa@example.org", residence="FR"))
    mark.refresh_from_db()
    assert mark.residence == "FR"


def test_way_residence_and_answers_change_together_or_not_at_all(manager):
    event = EventFactory(mode=Mode.HYBRID, online_link="https://salle.example/", capacity=5, online_capacity=0)
    question = save_question(event=event, question=Question(kind=QuestionKind.TEXT, text="Un mot ?"), by=manager)
    registration = on_the_phone(event, manager, answers=Answers({question.pk: Given(text="Oui")}))
    assert registration.answers.get().text == "Oui"
    changed = {"residence": "FR", "answers": Answers({question.pk: Given(text="Non")})}
    with pytest.raises(EventError) as refused:
        edit_registration(registration=registration, by=manager, way=Way.ONLINE, **changed)
    assert refused.value.code == "full"
    registration.refresh_from_db()
    assert (registration.guest_residence, registration.answers.get().text) == ("", "Oui")
    type(event).objects.filter(pk=event.pk).update(online_capacity=3)
    edit_registration(registration=registration, by=manager, way=Way.ONLINE, **changed)
    registration.refresh_from_db()
    assert (registration.way, registration.side, registration.answers.get().text) == (Way.ONLINE, "FR", "Non")


def test_the_way_of_who_took_part_is_corrected_after_the_event(client, manager):
    event = PastEventFactory(mode=Mode.HYBRID, online_capacity=0)
    manager.is_superuser = manager.is_staff = True
    manager.save()
    registration = add_walk_in(event=event, by=manager, name="Elsa").registration
    client.force_login(manager)
    address = reverse("admin:events_event_registration", args=[event.pk, registration.pk])
    sent = {"name": "Elsa", "email": "", "residence": "", "way": Way.ONLINE}
    refused = client.post(address, sent)
    assert "Dites pourquoi" in refused.text and not WayCorrection.objects.exists()
    assert client.post(address, {**sent, "reason": "Elle suivait de chez elle"}).status_code == 302
    trace = WayCorrection.objects.get()
    assert (trace.before, trace.after, trace.made_by) == (Way.ONSITE, Way.ONLINE, manager)
    assert "Elle suivait de chez elle" in client.get(address).text
    registration.refresh_from_db()
    event.refresh_from_db()
    assert (registration.way, event.online_capacity, event.online_seats_taken) == (Way.ONLINE, 0, 0)


@pytest.mark.parametrize("minutes", [30, -5], ids=["before it begins", "while it runs"])
def test_a_way_corrected_by_hand_leaves_no_seat_behind_and_stays(manager, minutes):
    event = EventFactory(mode=Mode.HYBRID, online_link="https://salle.example/", capacity=1, online_capacity=5)
    register(event=event, user=UserFactory(), way=Way.ONSITE)
    waiting = register(event=event, user=UserFactory(), way=Way.ONSITE)
    registration = register(event=event, user=UserFactory(), way=Way.ONLINE)
    begins = timezone.now() + timedelta(minutes=minutes)
    days = dict.fromkeys(("earliest", "latest"), timezone.localdate(begins))
    times = {"starts_at": begins, "ends_at": begins + timedelta(hours=2)}
    type(event).objects.filter(pk=event.pk).update(**times, **days)
    check_in(event=event, by=manager, registration=registration)
    event.refresh_from_db()
    assert (event.capacity, event.seats_taken) == (2, 2)
    edit_registration(registration=registration, by=manager, way=Way.ONLINE, reason="Seulement venue chercher un colis")
    for _again in range(2):
        event.refresh_from_db()
        assert (event.capacity, event.seats_taken, event.online_capacity, event.online_seats_taken) == (1, 1, 5, 1)
        unmark_attendance(event=event, registrations=[registration], by=manager, newest=10**9)
    registration.refresh_from_db()
    waiting.refresh_from_db()
    assert (registration.way, waiting.status) == (Way.ONLINE, RegistrationStatus.WAITING)


def test_staff_may_leave_required_questions_open(manager):
    event = EventFactory()
    question = Question(kind=QuestionKind.TEXT, text="Votre métier ?", is_required=True)
    save_question(event=event, question=question, by=manager)
    assert on_the_phone(event, manager, answers=Answers()).is_confirmed


def test_several_are_cancelled_without_a_seat_given_to_one_of_them(manager):
    event = EventFactory(capacity=1)
    seated, waiting, next_in_line = (RegistrationFactory(event=event) for _person in range(3))
    moved_up = cancel_registrations(event=event, registrations=[seated, waiting], by=manager)
    assert moved_up == [next_in_line]
    assert not Message.objects.filter(key__startswith=f"events.promoted:{waiting.pk}:").exists()


def test_several_in_line_get_a_seat_out_of_turn(manager):
    event = EventFactory(capacity=1)
    seated, *waiting = (RegistrationFactory(event=event) for _person in range(3))
    assert promote_all(event=event, registrations=[seated, *waiting], reason="Tables", by=manager) == waiting
    event.refresh_from_db()
    assert (event.capacity, event.seats_taken) == (3, 3)


def test_a_message_reaches_each_person_once_and_answers_go_to_the_space(manager):
    event = EventFactory(space=SpaceFactory(contact_email="ferme@example.org"))
    guest = GuestRegistrationFactory(event=event, email="aline@example.org")
    silent = on_the_phone(event, manager, name="Sans adresse")
    elsewhere = GuestRegistrationFactory(email="autre@example.org")
    send_due()
    mail.outbox.clear()
    for _click in range(2):
        people = [guest, silent, elsewhere]
        words = {"subject": "Parking", "text": "Garez-vous derrière <la grange>."}
        assert write_to_people(event=event, registrations=people, by=manager, **words) == [silent]
    send_due()
    [message] = mail.outbox
    assert (message.to, message.reply_to) == (["Aline Petit <aline@example.org>"], ["ferme@example.org"])
    assert message.subject == f"Parking – {event.title_fr}"
    assert "Garez-vous derrière <la grange>." in message.body
    assert "&lt;la grange&gt;" in message.alternatives[0].content
