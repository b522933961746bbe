"""The page of an event's registrations, and that of one of them."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from events.enums import Mode, QuestionKind, RegistrationStatus, Way
from events.models import Participation, Question, Registration, ResidenceCorrection
from events.registering.operations import register, save_question
from events.tests.factories import EventFactory, GuestRegistrationFactory, PastEventFactory, RegistrationFactory
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

from .helpers import attending, begun, step

pytestmark = pytest.mark.django_db


def hybrid(space, **more):
    return EventFactory(space=space, mode=Mode.HYBRID, online_link="https://salle.example/", **more)


def names(response):
    return [person.person_name for person in response.context["people"]]


def listed(client, event, **filters):
    return client.get(reverse("admin:events_event_registrations", args=[event.pk]), filters)


def act(client, event, action, people, **more):
    data = {"action": action, "person": [person.pk for person in people], **more}
    return step(client, "registrations", event, data, status=302 if action in {"present", "absent"} or more else 200)


def test_the_list_is_narrowed_by_state_way_side_presence_and_name(client, space):
    event = hybrid(space, capacity=1)
    register(event=event, user=UserFactory(first_name="Élodie", last_name="Lefèvre", residence="FR"))
    bob = GuestRegistrationFactory(event=event, name="Bob Claes", residence="BE", way=Way.ONSITE)
    web = GuestRegistrationFactory(event=event, name="Webmestre", way=Way.ONLINE)
    gone = RegistrationFactory(event=event)
    Registration.objects.filter(pk=gone.pk).update(status=RegistrationStatus.CANCELLED)
    Participation.objects.create(event=event, registration=web, participant_number=web.participant_number)
    assert names(listed(client, event)) == ["Bob Claes", "Élodie Lefèvre", "Webmestre"]
    assert names(listed(client, event, status="waiting")) == ["Bob Claes"]
    assert names(listed(client, event, status="cancelled")) == [str(gone.user)]
    assert names(listed(client, event, way="online")) == ["Webmestre"]
    assert names(listed(client, event, side="FR")) == ["Élodie Lefèvre"]
    assert names(listed(client, event, side="unknown")) == ["Webmestre"]
    assert names(listed(client, event, presence="present")) == ["Webmestre"]
    assert names(listed(client, event, q="elodie lef")) == ["Élodie Lefèvre"]
    assert names(listed(client, event, way="<script>", side="XX")) == names(listed(client, event))
    assert bob.status == RegistrationStatus.WAITING


def test_the_export_has_what_the_filters_show(client, space):
    event = EventFactory(space=space)
    GuestRegistrationFactory(event=event, name="Aline Petit", residence="FR", email="aline@example.org")
    GuestRegistrationFactory(event=event, name="Bob Claes", residence="BE")
    address = reverse("admin:events_event_registrations_file", args=[event.pk, "csv"])
    written = client.get(address, {"side": "FR"}).content.decode("utf-8-sig")
    [row] = [line.split(";") for line in written.splitlines() if "@" in line]
    assert (row[:2], row[5:7]) == (["Aline Petit", "aline@example.org"], ["France", "France"])
    assert client.get(address.replace("csv", "exe")).status_code == 404


def test_several_are_noted_as_present_and_taken_back(client, manager, space):
    event = begun(space)
    people = [attending(event) for _person in range(3)]
    act(client, event, "present", people[:2])
    assert set(Participation.objects.values_list("registration", "marked_by")) == {
        (person.pk, manager.pk) for person in people[:2]
    }
    act(client, event, "absent", people[:1])
    assert Participation.objects.get().registration == people[1]


def test_all_that_the_filters_show_are_taken_together(client, space):
    event = begun(space)
    people = [attending(event) for _person in range(3)]
    Registration.objects.filter(pk=people[0].pk).update(side="FR")
    address = reverse("admin:events_event_registrations", args=[event.pk], query={"side": "FR"})
    client.post(address, {"action": "present", "everybody": "on"})
    assert Participation.objects.get().registration == people[0]


def test_several_are_cancelled_after_a_question(client, space):
    event = EventFactory(space=space)
    people = [RegistrationFactory(event=event) for _person in range(2)]
    page = act(client, event, "cancel", people)
    assert str(people[0].user) in page.content.decode()
    assert event.seats_taken == 2
    act(client, event, "cancel", people, said="1")
    assert event.seats_taken == 0


def test_a_message_is_written_to_the_ticked(client, space):
    event = EventFactory(space=space)
    aline, _bob = (GuestRegistrationFactory(event=event, name=name) for name in ("Aline", "Bob"))
    send_due()
    mail.outbox.clear()
    act(client, event, "write", [aline])
    step(client, "registrations", event, {"action": "write", "person": [aline.pk], "said": "1"}, status=200)
    act(client, event, "write", [aline], said="1", subject="Parking", text="Derrière la grange.")
    send_due()
    assert [message.to for message in mail.outbox] == [[f"Aline <{aline.guest_email}>"]]


@pytest.mark.parametrize(
    "data",
    [{}, {"action": "present"}, {"action": "x", "person": ["1"]}, {"action": "present", "person": ["a", "9" * 30]}],
)
def test_nothing_is_done_with_nobody_or_with_nonsense(client, space, data):
    event = begun(space)
    attending(event)
    step(client, "registrations", event, data)
    assert not Participation.objects.exists()


def test_nobody_of_another_event_is_reached(client, space):
    event, other = begun(space), begun(SpaceFactory())
    stranger = attending(other)
    step(client, "registrations", event, {"action": "present", "person": [stranger.pk]})
    assert not Participation.objects.exists()
    address = reverse("admin:events_event_registration", args=[event.pk, stranger.pk])
    assert client.get(address).status_code == client.post(address, {}).status_code == 404
    assert client.get(reverse("admin:events_event_registrations", args=[other.pk])).status_code == 404


def test_the_phone_asks_way_residence_and_answers(client, space):
    event = hybrid(space, capacity=0, online_capacity=5)
    question = Question(kind=QuestionKind.TEXT, text="Votre métier ?", is_required=True)
    question = save_question(event=event, question=question, by=None)
    person = {"name": "Aline", "email": "", "language": "fr", "residence": "FR", f"question_{question.pk}": "Potière"}
    step(client, "register", event, person, status=200)
    assert not Registration.objects.exists()
    page = step(client, "register", event, {**person, "way": "online"})
    assert page.url == reverse("admin:events_event_registrations", args=[event.pk])
    found = Registration.objects.get()
    assert (found.way, found.side, found.status) == ("online", "FR", "confirmed")
    assert found.answers.get().text == "Potière"


def test_one_registration_is_changed(client, space):
    event = hybrid(space)
    question = save_question(event=event, question=Question(kind=QuestionKind.TEXT, text="Un mot ?"), by=None)
    guest = GuestRegistrationFactory(event=event, residence="FR")
    address = reverse("admin:events_event_registration", args=[event.pk, guest.pk])
    assert client.get(address).context["form"].initial == {} and 'value="FR" selected' in client.get(address).text
    client.post(address, {"way": "online", "residence": "BE", f"question_{question.pk}": "Oui"})
    guest.refresh_from_db()
    assert (guest.way, guest.guest_residence, guest.side, guest.answers.get().text) == ("online", "BE", "BE", "Oui")


def test_a_frozen_residence_is_corrected_with_a_reason_that_is_shown(client, manager, space):
    event = PastEventFactory(space=space)
    step(client, "walk_in", event, {"name": "Aline", "residence": "FR"})
    mark = Participation.objects.get()
    address = reverse("admin:events_event_registration", args=[event.pk, mark.registration_id])
    assert "Dites pourquoi" in client.post(address, {"residence": "BE"}).text
    assert client.post(address, {"residence": "BE", "reason": "Elle habite Couvin"}).status_code == 302
    mark.refresh_from_db()
    assert (mark.residence, ResidenceCorrection.objects.get().made_by) == ("BE", manager)
    assert "Elle habite Couvin" in client.get(address).text


@pytest.mark.parametrize("number", [1, 4])
def test_the_page_takes_as_many_queries_for_any_people(client, space, number, django_assert_num_queries):
    event = EventFactory(space=space, starts_at=timezone.now() + timedelta(days=2))
    for _person in range(number):
        RegistrationFactory(event=event)
    with django_assert_num_queries(9):
        listed(client, event)
