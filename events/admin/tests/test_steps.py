"""The steps of an event in the admin, and registering somebody on the phone."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState, RegistrationStatus
from events.models import Change, Event, Registration
from events.tests.factories import EventFactory, ParticipationFactory, RegistrationFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import ResourceFactory, SpaceFactory
from spaces.timing.hours import at_local
from tests.pages import Page

from .helpers import ROWS, at, begun, step

pytestmark = pytest.mark.django_db


def test_an_event_is_moved_with_a_reason(client, manager, space):
    event = EventFactory(space=space)
    start = (timezone.now() + timedelta(days=20)).replace(second=0, microsecond=0)
    when = {**at(start, "starts_at"), **at(start + timedelta(hours=1), "ends_at")}
    response = step(client, "move", event, {**when, "reason": ""}, status=200)
    assert list(response.context["form"].errors) == ["reason"]
    step(client, "move", event, {**when, "reason": "Neige"})
    assert event.starts_at == start
    assert Change.objects.get().made_by == manager


def test_a_refusal_is_shown_and_the_input_is_kept(client, space):
    event = EventFactory(space=space)
    past = timezone.now() - timedelta(days=1)
    when = {**at(past, "starts_at"), **at(past + timedelta(hours=1), "ends_at")}
    response = step(client, "move", event, {**when, "reason": "Neige"}, status=200)
    assert "Cette date est passée" in response.content.decode()
    assert "Neige" in response.content.decode()


def test_an_event_is_cancelled_with_a_reason(client, space):
    event = EventFactory(space=space)
    step(client, "cancel", event, {"reason": "<b>Neige</b>"})
    assert event.state == EventState.CANCELLED
    page = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "&lt;b&gt;Neige" in page


def test_opening_a_step_changes_nothing(client, space):
    event = EventFactory(space=space)
    for name in ("cancel", "capacity", "held", "complete"):
        step(client, name, event, status=200)
    assert (event.state, event.list_is_complete) == ("published", False)


def test_seats_are_changed(client, space):
    event = EventFactory(space=space, capacity=1)
    _seated, waiting = RegistrationFactory(event=event), RegistrationFactory(event=event)
    step(client, "capacity", event, {"capacity": "0"}, status=200)
    page = step(client, "capacity", event, {"capacity": "2"}, status=200)
    assert f"1 personne de la liste d’attente reçoit une place : {waiting.user}" in Page(page.text).text
    assert "1 avec une place, 1 sur la liste d’attente" in Page(page.text).text
    waiting.refresh_from_db()
    assert waiting.is_waiting
    step(client, "capacity", event, {"capacity": "2", "seen": page.context["seen"]})
    assert (event.capacity, event.seats_taken) == (2, 2)


def test_what_a_step_does_stays_shown_beside_a_mistake_and_is_sent_once_more_only(client, space):
    event = EventFactory(space=space, capacity=1)
    _seated, waiting = RegistrationFactory(event=event), RegistrationFactory(event=event)
    page = step(client, "online", event, {"online_link": "", "reason": ""}, status=200)
    assert f"1 personne de la liste d’attente reçoit une place : {waiting.user}" in Page(page.text).text
    assert "Rien n’est encore fait" not in Page(page.text).text
    wish = {"online_link": "https://salle.example/", "reason": "Neige", "seen": page.context["seen"]}
    step(client, "online", event, wish)
    waiting.refresh_from_db()
    assert (event.mode, waiting.is_waiting) == ("online", False)


def test_somebody_is_registered_on_the_phone(client, manager, space):
    event = EventFactory(space=space)
    person = {"name": "Aline", "email": "aline@ardenne.example", "language": "nl"}
    step(client, "register", event, person)
    step(client, "register", event, person, status=200)
    assert Registration.objects.get().registered_by == manager


def test_a_registration_is_cancelled_for_the_person(client, space):
    registration = RegistrationFactory(event=EventFactory(space=space))
    address = reverse("admin:events_registration_cancel", args=[registration.pk])
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.CANCELLED
    assert client.post(address).status_code == 409


def test_a_registration_is_not_changed_or_deleted_by_hand(client, space):
    registration = RegistrationFactory(event=EventFactory(space=space))
    client.force_login(UserFactory(superuser=True))
    client.post(reverse("admin:events_registration_change", args=[registration.pk]), {"status": "cancelled"})
    client.post(reverse("admin:events_registration_delete", args=[registration.pk]), {"post": "yes"})
    assert Registration.objects.get().status == RegistrationStatus.CONFIRMED


def said(client, address, data=None):
    """Post a step and return the messages that the manager then reads, in French."""
    response = client.post(address, data or {}, follow=True, headers={"accept-language": "fr"})
    assert response.redirect_chain
    return [str(message).replace("\u00a0", " ") for message in response.context["messages"]]


def by_phone(client, event, name, email="", **more):
    page = reverse("admin:events_event_register", args=[event.pk])
    return said(client, page, {"name": name, "email": email, "language": "fr", **more})


NO_MAIL = "Sans adresse e-mail, aucun e-mail n’est parti. Prévenez par téléphone : {}"


def test_who_has_a_seat_and_who_stands_in_line_is_said(client, space):
    event = EventFactory(space=space, capacity=1)
    assert by_phone(client, event, "Aline", "aline@ardenne.example") == ["La personne est inscrite : elle a une place."]
    assert by_phone(client, event, "Bob", "bob@ardenne.example") == [
        "Toutes les places sont prises : la personne est n° 1 sur la liste d’attente."
    ]
    assert by_phone(client, event, "Carine") == [
        NO_MAIL.format("Carine"),
        "Toutes les places sont prises : la personne est n° 2 sur la liste d’attente.",
    ]


def test_nobody_without_an_address_is_said_to_be_told(client, space):
    event = EventFactory(space=space, capacity=1)
    for name in ("Aline", "Bob", "Carine"):
        by_phone(client, event, name)
    aline, _bob, carine = event.registrations.order_by("pk")
    cancel = reverse("admin:events_registration_cancel", args=[aline.pk])
    page = client.get(cancel).content.decode().replace("\u00a0", " ")
    assert "La personne est prévenue" not in page and "Sans adresse e-mail, la personne n’est pas prévenue" in page
    assert said(client, cancel) == [NO_MAIL.format("Aline; Bob"), "L’inscription est annulée."]
    promote = reverse("admin:events_event_promote", args=[event.pk])
    wish = {"registration": carine.pk, "reason": "Oratrice"}
    wish["seen"] = client.post(promote, wish).context["seen"]
    assert said(client, promote, wish) == [
        NO_MAIL.format("Carine"),
        "La personne a une place.",
    ]
    by_phone(client, event, "Denis")
    seats = reverse("admin:events_event_capacity", args=[event.pk])
    form = {"capacity": "9", "seats_held": "0"}
    form["seen"] = client.post(seats, form).context["seen"]
    assert NO_MAIL.format("Denis") in said(client, seats, form)
    end = reverse("admin:events_event_cancel", args=[event.pk])
    assert said(client, end, {"reason": "Neige"}) == [
        NO_MAIL.format("Bob; Carine; Denis"),
        "L’événement est annulé. Aucun e-mail ne part.",
    ]


def test_how_many_are_told_is_said_before_and_after(client, space):
    event = EventFactory(space=space)
    RegistrationFactory(event=event)
    by_phone(client, event, "Aline")
    for name in ("cancel", "online", "move"):
        text = Page(client.get(reverse(f"admin:events_event_{name}", args=[event.pk])).text).text
        assert "1 personne sera prévenue par e-mail." in text, name
        assert "À appeler, sans adresse : Aline" in text, name
    cancel = reverse("admin:events_event_cancel", args=[event.pk])
    assert "L’événement est annulé. 1 personne est prévenue par e-mail." in said(client, cancel, {"reason": "Neige"})


def test_a_holiday_is_said_before_an_event_is_moved_to_it(client, manager):
    event = EventFactory(space=SpaceFactory(managers=[manager], country="FR"))
    RegistrationFactory(event=event)
    start = at_local(date(timezone.localdate().year + 1, 12, 25), time(18))
    wish = {**at(start, "starts_at"), **at(start + timedelta(hours=1), "ends_at"), "reason": "Neige"}
    page = step(client, "move", event, wish, status=200)
    assert "Jour férié (France) : Noël" in Page(page.text).text
    assert event.starts_at != start and not Change.objects.exists()
    step(client, "move", event, {**wish, "seen": page.context["seen"]})
    assert event.starts_at == start


def test_who_has_an_address_is_said_to_be_told(client, space):
    registration = RegistrationFactory(event=EventFactory(space=space))
    cancel = reverse("admin:events_registration_cancel", args=[registration.pk])
    assert said(client, cancel) == ["L’inscription est annulée et la personne est prévenue."]


def test_a_seat_given_out_of_turn_is_looked_at_first(client, space):
    event = EventFactory(space=space, capacity=1)
    for name in ("Aline", "Bob", "Carine"):
        by_phone(client, event, name, f"{name.lower()}@ardenne.example")
    carine = event.registrations.order_by("pk").last()
    wish = {"registration": carine.pk, "reason": "Oratrice"}
    page = step(client, "promote", event, wish, status=200)
    shown = Page(page.text).text
    assert "Carine obtient une place avant 1 personne qui attend depuis plus longtemps." in shown
    assert "Toutes les places sont prises : il y en aura 2 au lieu de 1." in shown
    assert "Un e-mail part à carine@ardenne.example." in shown
    assert (event.capacity, event.seats_taken) == (1, 1)
    step(client, "promote", event, {**wish, "seen": page.context["seen"]})
    assert (event.capacity, event.seats_taken) == (2, 2)


def test_all_that_is_wrong_with_a_move_is_said_at_once(client, space):
    event = EventFactory(space=space)
    past = timezone.now() - timedelta(days=2)
    wish = {**at(past, "starts_at"), **at(past - timedelta(hours=1), "ends_at"), "reason": ""}
    form = step(client, "move", event, wish, status=200).context["form"]
    assert set(form.errors) == {"starts_at", "ends_at", "reason"}


def test_that_cancelling_is_final_is_said_before_the_button(client, space):
    event = EventFactory(space=space)
    assert "C’est définitif" in Page(client.get(reverse("admin:events_event_cancel", args=[event.pk])).text).text


def test_an_event_that_has_begun_says_where_to_add_who_came_once_it_is_published(client, space):
    event = begun(space, state="draft")
    shown = Page(client.get(reverse("admin:events_event_publish", args=[event.pk])).text).text
    assert "sur sa page « Présences »" in shown
    step(client, "publish", event, {})
    assert "Présences" in client.get(reverse("admin:events_event_change", args=[event.pk])).text


def test_the_list_of_events_leaves_a_way_out_in_which_nobody_takes_part(client, space):
    EventFactory(space=space, mode="hybrid", capacity=16, online_link="https://visio.example/a")
    page = client.get(reverse("admin:events_event_changelist")).text
    assert "0 / 16" in page and "0 / 16 + 0" not in page


def test_one_seat_taken_of_many_is_one_seat(client, space):
    event = EventFactory(space=space, capacity=20)
    RegistrationFactory(event=event)
    Event.objects.update(seats_taken=1)
    page = client.get(reverse("admin:events_event_registrations", args=[event.pk]))
    assert "1 place prise sur 20" in Page(page.text).text


def test_two_people_of_one_name_are_told_apart_by_their_addresses(client, space):
    event = EventFactory(space=space, capacity=0)
    for address in ("a@ardenne.example", "b@ardenne.example"):
        by_phone(client, event, "Marie Petit", address)
    pages = [
        reverse("admin:events_event_registrations", args=[event.pk]),
        reverse("admin:events_registration_changelist"),
        reverse("admin:events_event_promote", args=[event.pk]),
    ]
    for page in pages:
        text = client.get(page).content.decode()
        assert "a@ardenne.example" in text and "b@ardenne.example" in text, page


def test_the_button_registers_somebody_else(client, space):
    page = step(client, "register", EventFactory(space=space), status=200).content.decode()
    assert 'value="Inscrire"' in page


def test_going_online_is_taken_back_from_the_event_itself(client, space):
    event = EventFactory(space=space)
    RegistrationFactory(event=event)
    step(client, "online", event, {"online_link": "https://salle.example/", "reason": "Neige"})
    page = reverse("admin:events_event_change", args=[event.pk])
    back = reverse("admin:events_event_switch_back", args=[event.pk])
    assert back in client.get(page).text
    response = client.get(reverse("admin:events_event_online", args=[event.pk]), follow=True)
    assert "L’événement a déjà lieu en ligne." in Page(response.text).text
    assert "1 personne sera prévenue par e-mail." in Page(client.get(back).text).text
    step(client, "switch_back", event, {"reason": "Par erreur"})
    assert event.mode == "onsite"
    assert back not in client.get(page).text


def test_held_by_mistake_is_taken_back_while_nothing_is_noted(client, space):
    event = begun(space)
    step(client, "held", event, {})
    assert event.state == EventState.HELD
    page = reverse("admin:events_event_change", args=[event.pk])
    back = reverse("admin:events_event_not_held", args=[event.pk])
    assert back in client.get(page).text
    step(client, "not_held", event, {})
    assert event.state == EventState.PUBLISHED
    step(client, "held", event, {})
    ParticipationFactory(event=event)
    assert back not in client.get(page).text
    response = step(client, "not_held", event, {}, status=200)
    assert "l’événement a eu lieu" in Page(response.text).text
    assert event.state == EventState.HELD


def test_who_is_told_of_another_place_is_said_before_and_after(client, space):
    event = EventFactory(space=space, place="Salle du bas")
    RegistrationFactory(event=event)
    client.force_login(UserFactory(superuser=True))
    address = reverse("admin:events_event_change", args=[event.pk])
    assert "est annoncé par e-mail à 1 personne" in Page(client.get(address).text).text
    form = {"title_fr": event.title_fr, "type": event.type.pk, "audience": "public", "venues": [space.pk]}
    form |= dict.fromkeys(("earliest", "latest"), f"{event.earliest}") | ROWS
    form |= {"meetings_lower": "1", "meetings_upper": "1"}
    text = "Le lieu ou le lien a changé : l’e-mail part dans deux minutes. 1 personne sera prévenue par e-mail."
    assert text in said(client, address, {**form, "place": "Salle du haut"})
    event.refresh_from_db()
    assert text not in said(client, address, {**form, "place": "Salle du haut"})


def test_a_draft_that_has_begun_is_published_until_its_end(client, space):
    room = ResourceFactory(space=space)
    event = begun(space, draft=True)
    event.resources.add(room)
    publish = reverse("admin:events_event_publish", args=[event.pk])
    assert publish in client.get(reverse("admin:events_event_change", args=[event.pk])).text
    step(client, "publish", event, {})
    assert event.state == EventState.PUBLISHED
    assert client.get(reverse("admin:events_event_attendance", args=[event.pk])).status_code == 200
    over = EventFactory(space=space, draft=True, starts_at=timezone.now() - timedelta(hours=9))
    assert "Cette date est passée" in Page(step(client, "publish", over, {}, status=200).text).text
    assert over.state == EventState.DRAFT


@pytest.mark.parametrize("name", ["move", "cancel", "online"])
def test_nobody_is_said_to_be_told_where_no_mail_leaves(client, space, name):
    unwritten = step(client, name, EventFactory(space=space), status=200)
    page = Page(unwritten.text).text
    assert "Aucun e-mail ne part." in page
    assert "prévenues" not in page
    assert "prévenir tout le monde" not in unwritten.context["submit"]
    RegistrationFactory(event=(told := EventFactory(space=space)))
    response = step(client, name, told, status=200)
    assert "et prévenir tout le monde" in response.context["submit"]


def test_an_event_that_runs_is_published_without_a_word_of_registering(client, space):
    event = EventFactory(space=space, draft=True, starts_at=timezone.now() - timedelta(minutes=5))
    assert "plus personne ne peut s’inscrire" in Page(step(client, "publish", event, status=200).text).text
