"""The page of an event's registrations, and that of one of them."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from events.core.queries import position_in_line
from events.enums import Mode, QuestionKind, RegistrationStatus, Way
from events.errors import EventError
from events.models import Participation, Question, Registration, ResidenceCorrection
from events.registering.operations import (
    cancel_registration,
    correct_person,
    register,
    register_person,
    save_question,
)
from events.tests.factories import EventFactory, GuestRegistrationFactory, PastEventFactory, RegistrationFactory
from hacktiv.common.dates import moment_in_words
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory
from tests.pages import Page

from .helpers import attending, begun, form_with, step

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


def test_presences_and_people_that_the_page_did_not_show_stay_as_they_are(client, space):
    event = begun(space)
    present, comes = attending(event), attending(event)
    act(client, event, "present", [present])
    address = reverse("admin:events_event_registrations", args=[event.pk])
    opened = form_with("newest_mark", client, address)
    act(client, event, "present", [comes])
    late = attending(event)
    answer = client.post(opened.path, opened.data(action="absent", everybody="on"), follow=True)
    assert Participation.objects.get().registration == comes
    assert any(str(comes.person_name) in str(said) for said in answer.context["messages"])
    client.post(opened.path, opened.data(action="present", everybody="on"))
    assert not Participation.objects.filter(registration=late).exists()


def test_several_are_cancelled_after_a_question(client, space):
    event = EventFactory(space=space)
    people = [RegistrationFactory(event=event) for _person in range(2)]
    page = act(client, event, "cancel", people)
    assert str(people[0].user) in page.content.decode()
    assert event.seats_taken == 2
    act(client, event, "cancel", people, said="1")
    assert event.seats_taken == 0


@pytest.fixture
def offered(space):
    """Offer the only seat of an event of tomorrow to a guest without an address."""
    event = EventFactory(space=space, capacity=1, starts_at=timezone.now() + timedelta(hours=20))
    seated = RegistrationFactory(event=event)
    waiting = register_person(event=event, name="Deux", email="", language="fr", by=UserFactory())
    cancel_registration(registration=seated)
    waiting.refresh_from_db()
    assert waiting.is_offered
    return waiting


def kept_until(registration):
    return f"gardée jusqu’au {moment_in_words(registration.offered_until)}".replace("\u00a0", " ")


@pytest.mark.parametrize("way", ["page", "list", "out of turn"])
def test_an_offered_seat_is_taken_for_somebody_on_the_phone(client, offered, way):
    event, until = offered.event, kept_until(offered)
    page = reverse("admin:events_event_registration", args=[event.pk, offered.pk])
    assert until in Page(client.get(page).text).text
    assert until in Page(listed(client, event).text).text
    if way == "page":
        accept = reverse("admin:events_event_accept", args=[event.pk, offered.pk])
        assert accept in client.get(page).text
        assert client.post(accept).status_code == 302
    elif way == "list":
        act(client, event, "accept", [offered], said="1")
    else:
        act(client, event, "seats", [offered], said="1", reason="Au téléphone")
    offered.refresh_from_db()
    assert offered.status == RegistrationStatus.CONFIRMED
    assert "Prendre la place" not in Page(client.get(page).text).text


def test_an_offered_seat_is_declined_for_somebody_on_the_phone(client, offered):
    page = Page(client.get(reverse("admin:events_event_registration", args=[offered.event_id, offered.pk])).text)
    assert "Refuser la place pour cette personne" in page.text
    client.post(reverse("admin:events_registration_cancel", args=[offered.pk]))
    offered.refresh_from_db()
    assert offered.status == RegistrationStatus.CANCELLED


def test_an_offer_that_has_ended_is_not_taken(client, offered):
    Registration.objects.filter(pk=offered.pk).update(offered_until=timezone.now() - timedelta(minutes=1))
    response = client.post(reverse("admin:events_event_accept", args=[offered.event_id, offered.pk]))
    assert "Cette proposition a expiré" in Page(response.text).text


def test_the_home_page_names_who_is_to_be_phoned_and_until_when(client, offered):
    text = Page(client.get(reverse("admin:index")).text).text
    assert "À appeler" in text
    assert f"Deux {offered.event.title} {kept_until(offered)}" in text


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


def test_a_page_opened_before_the_check_in_at_the_door_leaves_the_way_noted_there(client, manager, space):
    event = begun(space, mode=Mode.HYBRID, capacity=5, online_capacity=5)
    guest = Registration.objects.create(
        event=event,
        guest_name="Soe Petit",
        status=RegistrationStatus.CONFIRMED,
        way=Way.ONLINE,
        language="fr",
        registered_by=manager,
    )
    opened = form_with("name", client, reverse("admin:events_event_registration", args=[event.pk, guest.pk]))
    step(client, "door_check_in", event, {"registration": guest.pk})
    assert client.post(opened.path, opened.data(name="Zoé Petit")).status_code == 302
    guest.refresh_from_db()
    assert (guest.guest_name, guest.way) == ("Zoé Petit", Way.ONSITE)


def test_a_frozen_residence_is_corrected_with_a_reason_that_is_shown(client, manager, space):
    event = PastEventFactory(space=space)
    step(client, "walk_in", event, {"name": "Aline", "residence": "FR"})
    mark = Participation.objects.get()
    address = reverse("admin:events_event_registration", args=[event.pk, mark.registration_id])
    assert "Dites pourquoi" in client.post(address, {"name": "Aline", "residence": "BE"}).text
    form = {"name": "Aline", "residence": "BE", "reason": "Elle habite Couvin"}
    assert client.post(address, form).status_code == 302
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


def test_the_list_says_of_how_many_seats_of_each_way(client, space):
    event = EventFactory(
        space=space, mode=Mode.HYBRID, online_link="https://salle.example/", capacity=3, online_capacity=3
    )
    for way in (Way.ONSITE, Way.ONLINE, Way.ONLINE):
        register(event=event, user=UserFactory(), way=way)
    words = Page(listed(client, event).text).text
    assert "Sur place : 1 place prise sur 3" in words.replace("\xa0", " ")
    assert "En ligne : 2 places prises sur 3" in words.replace("\xa0", " ")


def test_the_list_says_of_how_many_seats(client, space):
    event = EventFactory(space=space, capacity=2)
    for _person in range(2):
        RegistrationFactory(event=event)
    assert "2 places prises sur 2" in Page(listed(client, event).text).text
    register_page = step(client, "register", event, status=200)
    assert "Toutes les places sont prises" in Page(register_page.text).text


def test_a_message_says_how_many_it_is_sent_to_and_who_has_no_address(client, space):
    event = EventFactory(space=space)
    people = [GuestRegistrationFactory(event=event, name=name) for name in ("Aline", "Bob")]
    people.append(register_person(event=event, name="Deux", email="", language="fr", by=UserFactory()))
    page = act(client, event, "write", people)
    assert page.context["submit"] == "Envoyer à 2 personnes"
    assert "À appeler, sans adresse : Deux" in Page(page.text).text


def test_a_message_to_somebody_whom_staff_entered_does_not_say_that_it_was_noted(client, space):
    event = EventFactory(space=space)
    zoe = register_person(event=event, name="Zoé", email="zoe@ardenne.example", language="fr", by=UserFactory())
    send_due()
    mail.outbox.clear()
    act(client, event, "write", [zoe], said="1", subject="Parking", text="Derrière la grange.")
    send_due()
    assert "noté pour vous" not in mail.outbox[0].body
    assert "Vous êtes sur la liste de cet événement" in mail.outbox[0].body


def test_what_the_phone_misheard_is_corrected_and_the_place_in_line_stays(client, manager, space):
    event = EventFactory(space=space, capacity=0)
    zoe, bob = (
        register_person(event=event, name=name, email=f"{name}@ardenne.example", language="fr", by=manager)
        for name in ("Soe", "Bob")
    )
    send_due()
    mail.outbox.clear()
    address = reverse("admin:events_event_registration", args=[event.pk, zoe.pk])
    form = {"name": "Zoé", "email": "zoe@ardenne.example", "residence": ""}
    page = client.post(address, form | {"email": "bob@ardenne.example"})
    assert "est déjà inscrite" in Page(page.text).text
    assert client.post(address, form).status_code == 302
    token = zoe.token
    zoe.refresh_from_db()
    assert (zoe.guest_name, zoe.guest_email, position_in_line(zoe), position_in_line(bob)) == (
        "Zoé",
        "zoe@ardenne.example",
        1,
        2,
    )
    assert zoe.token != token, "the link that went to the wrong address opens nothing"
    send_due()
    assert [message.to for message in mail.outbox] == [["zoe@ardenne.example"]]
    history = Page(client.get(reverse("admin:events_registration_history", args=[zoe.pk])).text).text
    assert str(manager) in history
    assert "Soe" not in history.replace("Soe@", ""), "the former words are not kept"


def test_a_name_alone_is_corrected_without_a_mail(client, manager, space):
    event = EventFactory(space=space)
    zoe = register_person(event=event, name="Soe", email="zoe@ardenne.example", language="fr", by=manager)
    send_due()
    mail.outbox.clear()
    address = reverse("admin:events_event_registration", args=[event.pk, zoe.pk])
    assert client.post(address, {"name": "Zoé", "email": "zoe@ardenne.example"}).status_code == 302
    zoe.refresh_from_db()
    send_due()
    assert (zoe.guest_name, mail.outbox) == ("Zoé", [])


def test_names_that_people_gave_themselves_are_not_changed_by_staff(client, manager, space):
    event = EventFactory(space=space)
    for registration in (RegistrationFactory(event=event), GuestRegistrationFactory(event=event)):
        address = reverse("admin:events_event_registration", args=[event.pk, registration.pk])
        form = client.get(address).context["form"]
        assert not {"name", "email"} & set(form.fields)
        with pytest.raises(EventError) as refusal:
            correct_person(registration=registration, name="Autre", email="")
        assert refusal.value.code == "not_by_staff"
