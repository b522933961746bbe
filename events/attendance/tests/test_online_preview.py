"""Test who is counted and proposed where a list of a video tool is read for an event."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import OnlinePerson, import_online_list, mark_attendance
from events.enums import Mode, RegistrationStatus, Way
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import make_manager
from tests.pages import Page


@pytest.fixture
def event(db):
    return EventFactory(mode=Mode.HYBRID, starts_at=timezone.now().replace(microsecond=0) + timedelta(minutes=5))


@pytest.fixture
def manager(event):
    user = UserFactory(is_staff=True)
    make_manager(event.space, user)
    return user


def test_who_is_on_the_list_of_a_hybrid_event_took_part_online(event, manager):
    at_the_door, at_home, guest = (RegistrationFactory(event=event) for _each in range(3))
    event.online_capacity = 1
    event.save(update_fields=["online_capacity"])
    mark_attendance(event=event, registrations=[at_the_door], by=manager)
    listed = [OnlinePerson(str(row.user), row.user.email, row) for row in (at_the_door, at_home, guest)]
    import_online_list(event=event, content=b"Name,Duration\nA,1\n", name="list.csv", people=listed, by=manager)
    for row in (at_the_door, at_home, guest):
        row.refresh_from_db()
    event.refresh_from_db()
    assert [row.way for row in (at_the_door, at_home, guest)] == [Way.ONSITE, Way.ONLINE, Way.ONLINE]
    assert (event.seats_taken, event.online_seats_taken, event.online_capacity) == (1, 2, 2)


def test_two_namesakes_are_two_guests_however_often_the_list_is_sent(event, manager):
    namesakes = [OnlinePerson("Luc Simon (Acme)"), OnlinePerson("Luc Simon (Ville de Givet)")]
    for _attempt in range(2):
        import_online_list(
            event=event, content=b"Name,Duration\nLuc,1\n", name="list.csv", people=namesakes, by=manager
        )
        guests = event.registrations.filter(status=RegistrationStatus.WALK_IN)
        assert sorted(guests.values_list("guest_name", flat=True)) == [person.name for person in namesakes]
        assert event.participations.count() == 2


def test_the_preview_sets_organisers_and_brief_visits_apart(client, event, manager):
    registered = GuestRegistrationFactory(event=event, name="Rita Roy")
    client.force_login(manager)
    lines = ["Name,Role,Duration", "Anna,Organizer,60", "Bob,Attendee,1", "Rita Roy,Organizer,60", "Cara,Attendee,2"]
    file = SimpleUploadedFile("list.csv", "\n".join(lines).encode())
    page = client.post(reverse("admin:events_event_online_list", args=[event.pk]), {"file": file})
    groups = [[(row[0].attendee.name, row[1].initial) for row in group[2]] for group in page.context["form"].groups()]
    assert groups == [[("Cara", "guest")], [("Anna", "nobody"), ("Rita Roy", registered.pk)], [("Bob", "nobody")]]
    assert page.text.count('scope="rowgroup"') == 3


def test_the_preview_leaves_tools_and_second_devices_out_and_splits_two_names(client, event, manager):
    luc = GuestRegistrationFactory(event=event, name="Luc Petit")
    paul = GuestRegistrationFactory(event=event, name="Paul Lambert")
    client.force_login(manager)
    lines = [
        "Name,Duration",
        *(f"{name},60" for name in ("Marie & Paul Lambert", "Luc Petit", "iPhone de Luc", "tl;dv")),
    ]
    file = SimpleUploadedFile("list.csv", "\n".join(lines).encode())
    address = reverse("admin:events_event_online_list", args=[event.pk])
    page = client.post(address, {"file": file})
    form = page.context["form"]
    groups = [[(row[0].attendee.name, row[1].initial) for row in group[2]] for group in form.groups()]
    assert groups == [
        [("Marie & Paul Lambert", "")],
        [("Luc Petit", luc.pk)],
        [("iPhone de Luc", "double")],
        [("tl;dv", "nobody")],
    ]
    data = {name: page.context["sent"].initial[name] for name in ("content", "name")} | {"despite_doubts": "on"}
    data |= {field.html_name: field.initial for _found, field in form.rows()}
    answer = client.post(address, data)
    assert [form.fields[name].label for name in answer.context["form"].errors] == ["Marie & Paul Lambert"]
    (pair,) = [field.html_name for _found, field in form.rows() if field.label == "Marie & Paul Lambert"]
    for _attempt in range(2):
        assert client.post(address, {**data, pair: "two"}).status_code == 302
        guest = event.registrations.get(status=RegistrationStatus.WALK_IN)
        assert guest.guest_name == "Marie Lambert"
        assert {row.registration for row in event.participations.all()} == {luc, paul, guest}


def test_the_preview_proposes_no_guest_for_a_total_or_for_what_is_no_name(client, event, manager):
    client.force_login(manager)
    rows = ["Anna Roy", "http://evil.example/x", '"=HYPERLINK(""http://evil.example"")"', "Total participants"]
    file = SimpleUploadedFile("list.csv", "\n".join(["Name,Duration", *(f"{row},60" for row in rows)]).encode())
    page = client.post(reverse("admin:events_event_online_list", args=[event.pk]), {"file": file})
    groups = [[field.initial for _found, field in group[2]] for group in page.context["form"].groups()]
    assert groups == [["", ""], ["guest"], ["nobody"]]
    assert "Lignes qui comptent les autres" in page.text
    text = Page(page.text).text
    assert "3 personnes figurent" in text, "the row of the total is nobody"
    assert "1 personne invitée n’a pas encore de pays de résidence" in text
