"""A manager reads a person on one page: what their own spaces know of them, and nothing of another space."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import mark_attendance
from events.models import Event, Registration
from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from hacktiv.mailings.operations.writing import Words
from hacktiv.mailings.tests.factories import a_draft, sent_off
from members.tests.factories import UserFactory, UserSkillFactory
from spaces.enums import MembershipState, Role
from spaces.models import Booking, StaffNote, Visit
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    MembershipFactory,
    MembershipKindFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    SpaceRoleFactory,
    VisitFactory,
    WaitFactory,
)
from spaces.timing.periods import period
from tests.pages import Page

pytestmark = pytest.mark.django_db


class Place:
    """A space whose manager knows a person by one of everything; its name is in all of it."""

    def __init__(self, name, person):
        self.name, self.person = name, person
        self.manager = UserFactory(first_name=f"Manager{name}")
        self.space = SpaceFactory(name=f"Space {name}", with_hours=True, managers=[self.manager])
        self.room = ResourceFactory(space=self.space, name=f"Room {name}", units=9)
        kind = MembershipKindFactory(space=self.space, name=f"Kind {name}")
        self.membership = MembershipFactory(user=person, space=self.space, kind=kind)
        self.once()

    def once(self, number=1):
        """Add one row of everything, on days of its own."""
        day, person, name = number + 2, self.person, self.name
        BookingFactory(resource=self.room, user=person, days=day)
        past = BookingFactory(resource=self.room, user=person, days=day + 20)
        start = timezone.now() - timedelta(days=day, hours=2)
        Booking.objects.filter(pk=past.pk).update(period=period(start, start + timedelta(hours=1)))
        WaitFactory(resource=self.room, user=person, days=day + 40)
        today = timezone.localdate() - timedelta(days=day)
        VisitFactory(space=self.space, participant_number=person.participant_number, day=today)
        event = EventFactory(space=self.space, title_fr=f"Event {name} {number}")
        RegistrationFactory(event=event, user=person)
        EventFactory(space=self.space, title_fr=f"Open {name} {number}")
        held = PastEventFactory(space=self.space, title_fr=f"Past {name} {number}")
        held.registrations.create(user=person, participant_number=person.participant_number, status="confirmed")
        StaffNote.objects.create(space=self.space, person=person, text=f"Note {name} {number}", author=self.manager)
        UserSkillFactory(user=person)


@pytest.fixture
def person():
    return UserFactory(first_name="Zoé", last_name="Ménard", is_listed=True, language="nl", gender="woman")


@pytest.fixture
def alpha(person):
    return Place("Alpha", person)


@pytest.fixture
def beta(person):
    return Place("Beta", person)


def page_of(person):
    return reverse("admin:members_user_person", args=[person.pk])


def notes_of(person):
    return reverse("admin:members_user_notes", args=[person.pk])


# --- what it shows ---------------------------------------------------------------------------------------------------


def test_the_page_shows_what_the_space_knows(sign_in, person, alpha):
    HomeSpaceFactory(user=person, space=alpha.space)
    PassSchemeFactory(days=7)
    client = sign_in(alpha.manager)
    for address in (page_of(person), reverse("admin:members_user_change", args=[person.pk])):
        text = Page(client.get(address).text).text
        for word in (
            "Zoé Ménard",
            person.email,
            "Kind Alpha",
            "Room Alpha",
            "Event Alpha 1",
            "Open Alpha 1",
            "Past Alpha 1",
            "Note Alpha 1",
            "Space Alpha",
            "Nederlands",
            str(person.user_skills.get().skill),
        ):
            assert word in text, word
    shown = client.get(page_of(person)).context["file"]
    assert (shown.visits.number, shown.balance.left) == (1, 7)
    assert shown.member_since == alpha.membership.since


def test_mailings_of_the_space_are_shown_and_one_is_begun_from_here(sign_in, person, alpha, beta):
    for place in (alpha, beta):
        sent_off(a_draft(place.space, words={"fr": Words(f"Nouvelles {place.name}", "Bonjour")}))
    page = sign_in(alpha.manager).get(page_of(person))
    assert "Nouvelles Alpha" in page.text
    assert "Nouvelles Beta" not in page.text
    (write,) = [act.url for act in page.context["acts"] if "/mailings/mailing/add/" in act.url]
    asked = parse_qs(urlsplit(write).query)
    assert asked == {"people": [str(person.pk)], "states": ["active"], "space": [str(alpha.space.pk)]}
    form = sign_in(alpha.manager).get(write).context["form"]
    assert (form["people"].value(), form["states"].value()) == (str(person.pk), ["active"])


def test_who_is_no_member_here_is_written_to_by_no_mailing(sign_in, person, alpha, beta):
    alpha.membership.delete()
    acts = sign_in(alpha.manager).get(page_of(person)).context["acts"]
    assert not [act for act in acts if "/mailings/" in act.url]


def test_nothing_of_another_space_is_on_the_page(sign_in, person, alpha, beta):
    HomeSpaceFactory(user=person, space=beta.space)
    page = sign_in(alpha.manager).get(page_of(person))
    assert "Alpha" in page.text and "Beta" not in page.text
    shown = page.context["file"]
    assert (shown.visits.number, len(shown.coming), len(shown.notes), len(shown.registrations)) == (1, 1, 1, 1)


def test_the_presence_that_was_noted_is_shown(sign_in, person, alpha):
    event = Event.objects.get(title_fr="Past Alpha 1")
    client = sign_in(alpha.manager)
    (registration,) = Registration.objects.filter(event=event)
    assert not hasattr(client.get(page_of(person)).context["file"].past_registrations[0], "participation")
    mark_attendance(event=event, registrations=[registration], by=alpha.manager)
    assert client.get(page_of(person)).context["file"].past_registrations[0].participation


def test_skills_are_shown_of_those_alone_who_want_to_be_found(sign_in, person, alpha):
    person.is_listed = False
    person.save()
    page = sign_in(alpha.manager).get(page_of(person))
    assert str(person.user_skills.get().skill) not in page.text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_row_and_three(sign_in, person, alpha, rows, django_assert_num_queries):
    for number in range(2, rows + 1):
        alpha.once(number)
    for space in SpaceFactory.create_batch(3, managers=[alpha.manager])[: rows - 1]:
        MembershipFactory(user=person, space=space)
    client = sign_in(alpha.manager)
    client.get(page_of(person))
    with django_assert_num_queries(23):
        client.get(page_of(person))


def test_long_parts_are_cut_and_lead_to_the_lists_of_this_person(sign_in, person, alpha):
    for number in range(2, 9):
        alpha.once(number)
    other = UserFactory()
    BookingFactory(resource=alpha.room, user=other, days=5)
    RegistrationFactory(event=Event.objects.get(title_fr="Event Alpha 1"), user=other)
    MembershipFactory(user=other, space=alpha.space)
    client = sign_in(alpha.manager)
    page = client.get(page_of(person))
    assert len(page.context["file"].coming) == 6
    for name, address in page.context["lists"].items():
        assert address in page.text.replace("&amp;", "&") or name == "memberships"
        listed = client.get(address).context["cl"].queryset
        assert listed and {row.user for row in listed} == {person}, name
    assert notes_of(person) in page.text
    assert len(client.get(notes_of(person)).context["notes"]) == 8


# --- who may open it -------------------------------------------------------------------------------------------------


def test_who_runs_no_space_of_the_person_finds_nothing(sign_in, person, alpha):
    stranger = UserFactory()
    SpaceFactory(managers=[stranger])
    note = StaffNote.objects.get()
    for somebody in (stranger, UserFactory(coordinates=True)):
        client = sign_in(somebody)
        for name, args in [("person", []), ("notes", []), ("note", [note.pk]), ("note_delete", [note.pk])]:
            address = reverse(f"admin:members_user_{name}", args=[person.pk, *args])
            assert client.get(address).status_code == 404, name
            assert client.post(address, {"text": "Le mien", "space": alpha.space.pk}).status_code in {404, 405}, name
    assert StaffNote.objects.get().text == "Note Alpha 1"


def test_the_front_desk_opens_no_person_and_takes_no_list_away(sign_in, person, alpha):
    desk = UserFactory()
    SpaceRoleFactory(space=alpha.space, user=desk, role=Role.FRONT_DESK)
    client = sign_in(desk)
    pages = [page_of(person), notes_of(person), reverse("admin:members_user_change", args=[person.pk])]
    pages += [reverse(f"admin:members_user_{name}") for name in ("changelist", "export_csv", "export_xlsx")]
    assert [client.get(address).status_code for address in pages] == [404] * len(pages)
    assert client.post(notes_of(person), {"text": "Le mien", "space": alpha.space.pk}).status_code == 404
    assert StaffNote.objects.count() == 1


def test_a_superuser_reads_all_and_changes_the_account(sign_in, person, alpha, beta):
    client = sign_in(UserFactory(superuser=True))
    page = client.get(page_of(person))
    assert "Room Alpha" in page.text and "Room Beta" in page.text
    account = reverse("admin:members_user_change", args=[person.pk])
    assert account in page.text
    form = client.get(account)
    assert form.context["adminform"] and page_of(person) in form.text


def test_a_manager_has_no_way_to_change_the_account(sign_in, person, alpha):
    client = sign_in(alpha.manager)
    assert "Modifier le compte" not in client.get(page_of(person)).text
    assert client.post(reverse("admin:members_user_change", args=[person.pk]), {"last_name": "X"}).status_code == 404
    assert client.post(page_of(person)).status_code == 405


# --- what can be done ------------------------------------------------------------------------------------------------


def test_the_form_of_a_booking_is_filled_in(sign_in, person, alpha):
    client = sign_in(alpha.manager)
    (book,) = [act.url for act in client.get(page_of(person)).context["acts"] if "booking" in act.url]
    assert client.get(book).context["form"]["user"].value() == str(person.pk)


def test_a_membership_is_offered_where_there_is_none(sign_in, person, alpha):
    client = sign_in(alpha.manager)

    def offered():
        return [act.url for act in client.get(page_of(person)).context["acts"] if "membership" in act.url]

    assert offered() == []
    SpaceFactory(managers=[alpha.manager])
    (give,) = offered()
    assert client.get(give).context["form"]["user"].value() == str(person.pk)


def test_the_form_of_a_registration_is_filled_in(sign_in, person, alpha):
    client = sign_in(alpha.manager)
    page = client.get(page_of(person))
    event = Event.objects.get(title_fr="Open Alpha 1")
    address = reverse("admin:events_event_register", args=[event.pk])
    (link,) = [link for link in Page(page.text, page_of(person)).internal_links if link.startswith(address)]
    assert parse_qs(urlsplit(link).query)["email"] == [person.email]
    form = Page(client.get(link).text, link).form(address)
    assert (form.fields["name"], form.fields["language"]) == (["Zoé Ménard"], ["nl"])
    client.post(address, form.data())
    assert Registration.objects.get(event=event).user == person


def test_somebody_is_checked_in_from_their_page(sign_in, person, alpha):
    booking = BookingFactory(resource=alpha.room, user=person, days=7)
    now = timezone.now()
    Booking.objects.filter(pk=booking.pk).update(period=period(now, now + timedelta(hours=1)))
    client = sign_in(alpha.manager)
    address = reverse("admin:spaces_booking_check_in", args=[booking.pk])
    form = Page(client.get(page_of(person)).text, page_of(person)).form(address)
    answer = client.post(address, form.data())
    assert answer["Location"].startswith(page_of(person))
    booking.refresh_from_db()
    assert booking.checked_in_at
    assert Visit.objects.filter(participant_number=person.participant_number, day=timezone.localdate()).exists()
    assert address not in client.get(page_of(person)).text


@pytest.mark.parametrize(
    ("state", "steps"),
    [("requested", {"approve", "refuse"}), ("active", {"renew", "end", "pause", "change-kind"}), ("ended", set())],
)
def test_a_membership_leads_to_what_can_be_decided(sign_in, person, alpha, state, steps):
    alpha.membership.state = MembershipState(state)
    alpha.membership.since = None if state == "requested" else timezone.localdate()
    alpha.membership.until = None if state == "requested" else timezone.localdate() + timedelta(days=9)
    alpha.membership.save()
    links = Page(sign_in(alpha.manager).get(page_of(person)).text, page_of(person)).internal_links
    start = f"/admin/spaces/membership/{alpha.membership.pk}/"
    found = {link.removeprefix(start).strip("/") for link in links if link.startswith(start)}
    assert found - {"change"} == steps
