"""Administrators of the network set up what is common, and give the roles in the network; they change no account."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState
from events.tests.factories import EventFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.core.rules import administers
from members.enums import NetworkRoleKind
from members.models import NetworkRole
from members.tests.factories import NetworkRoleFactory, UserFactory
from spaces.core.queries import recipients_of
from spaces.enums import Right
from spaces.memberships.queries import may, standing_of
from spaces.tests.factories import BookingFactory, MembershipKindFactory, ResourceFactory, SpaceFactory
from tests.pages import Page
from training.tests.factories import SessionFactory

pytestmark = pytest.mark.django_db

COMMON = (
    *("members_organisation", "spaces_service", "spaces_feature", "spaces_passscheme", "spaces_membershipkind"),
    *("events_eventtype", "training_programme", "members_skill", "members_skillcategory", "members_networkrole"),
)


@pytest.fixture
def administrator():
    return NetworkRoleFactory(role=NetworkRoleKind.ADMINISTRATOR, user__first_name="Ada").user


@pytest.fixture
def office(client, administrator):
    client.force_login(administrator)
    return client


def status(client, name, *args):
    return client.get(reverse(f"admin:{name}", args=args), follow=True).status_code


def wish(person, role=NetworkRoleKind.COORDINATOR):
    return {"email": person.email, "role": role, "since": f"{timezone.localdate()}", "last_day": ""}


@pytest.mark.parametrize("table", COMMON)
def test_who_administers_the_network_sets_up_what_is_common(office, table):
    assert status(office, f"{table}_changelist") == 200
    assert status(office, f"{table}_add") == 200


@pytest.mark.parametrize("table", COMMON)
def test_the_coordinator_reads_what_is_common_and_adds_nothing(client, table):
    client.force_login(UserFactory(coordinates=True))
    assert status(client, f"{table}_changelist") == 200
    assert status(client, f"{table}_add") == 404


def test_an_administrator_runs_every_space_and_the_networks_events(office, administrator):
    space, event = SpaceFactory(), EventFactory(space=None)
    assert status(office, "spaces_space_team", space.pk) == 200
    assert status(office, "spaces_space_add") == 200
    assert status(office, "events_event_change", event.pk) == 200
    assert status(office, "reporting_project_changelist") == 200
    assert [one.email for one in recipients_of(space)] == [administrator.email]
    assert may(administrator, Right.DIRECTORY)
    assert standing_of(administrator).administers


def test_an_administrator_changes_no_account_and_no_outgoing_mail(office):
    superuser = UserFactory(superuser=True)
    assert status(office, "members_user_change", superuser.pk) == 200
    page = Page(office.get(reverse("admin:members_user_change", args=[superuser.pk])).text)
    of_accounts = [form for form in page.forms if form.method == "post" and "/members/user/" in form.path]
    assert {form.path.rpartition("/members/user/")[2].partition("/")[2] for form in of_accounts} <= {"notes/"}
    assert (
        office.post(reverse("admin:members_user_change", args=[superuser.pk]), {"is_superuser": ""}).status_code == 404
    )
    for name, *args in (
        ("members_user_add",),
        ("auth_user_password_change", superuser.pk),
        ("members_user_second_factor", superuser.pk),
        ("members_user_history", superuser.pk),
        ("outbox_message_changelist",),
        ("auth_group_changelist",),
    ):
        assert status(office, name, *args) == 404, name


def test_an_administrator_gives_a_role_in_the_network_and_ends_it(office, administrator):
    person = UserFactory()
    assert office.post(reverse("admin:members_networkrole_add"), wish(person)).status_code == 302
    role = NetworkRole.objects.get(user=person)
    assert (role.role, role.until, role.given_by) == (NetworkRoleKind.COORDINATOR, None, administrator)
    given = Message.objects.get(to_email=person.email, template="members.role_news")
    assert render(given).subject
    end = reverse("admin:members_networkrole_end", args=[role.pk])
    assert office.post(end, {"on": f"{timezone.localdate()}"}).status_code == 302
    role.refresh_from_db()
    assert (role.until, role.ended_by) == (timezone.localdate(), administrator)
    assert render(given) is None
    assert Message.objects.filter(to_email=person.email, template="members.role_news").count() == 2


@pytest.mark.parametrize("who", ["nobody", "inactive", "held"])
def test_a_role_in_the_network_is_refused_in_words(office, who):
    person = UserFactory(is_active=who != "inactive", coordinates=who == "held")
    data = wish(person) | ({"email": "personne@ardenne.example"} if who == "nobody" else {})
    answer = office.post(reverse("admin:members_networkrole_add"), data)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["role" if who == "held" else "email"]


@pytest.mark.parametrize("who", ["coordinator", "manager"])
def test_nobody_else_gives_or_ends_a_role_in_the_network(client, who):
    held = NetworkRoleFactory(role=NetworkRoleKind.ADMINISTRATOR)
    user = UserFactory(coordinates=who == "coordinator")
    SpaceFactory(managers=[user] if who == "manager" else [])
    client.force_login(user)
    assert client.post(reverse("admin:members_networkrole_add"), wish(user, "administrator")).status_code == 404
    end = reverse("admin:members_networkrole_end", args=[held.pk])
    assert client.post(end, {"on": f"{timezone.localdate()}"}).status_code == 404
    held.refresh_from_db()
    assert held.until is None
    assert not administers(type(user).objects.get(pk=user.pk))


def test_a_role_given_for_later_opens_nothing_yet(client, office):
    person = UserFactory()
    day = timezone.localdate() + timedelta(days=2)
    office.post(reverse("admin:members_networkrole_add"), wish(person, "administrator") | {"since": f"{day}"})
    client.force_login(person)
    assert status(client, "index") == 404


@pytest.mark.parametrize("who", ["administrator", "manager"])
def test_kinds_of_the_network_are_changed_by_its_administrators_alone(client, administrator, who):
    manager = UserFactory()
    SpaceFactory(managers=[manager])
    kind = MembershipKindFactory()
    client.force_login(administrator if who == "administrator" else manager)
    answer = client.get(reverse("admin:spaces_membershipkind_change", args=[kind.pk]))
    assert answer.status_code == 200
    assert answer.context["has_change_permission"] is (who == "administrator")


def test_staff_with_a_role_in_the_network_make_a_second_factor_first(office, settings):
    settings.STAFF_SECOND_FACTOR = True
    assert office.get(reverse("admin:index")).url == reverse("mfa_index")


# --- who may do what ---


def test_the_page_says_what_the_classes_decide(office):
    page = office.get(reverse("admin:who_may_what"))
    rows = {str(row.name): row.cells for _name, found in page.context["groups"] for row in found}
    assert [str(column.role) for column in page.context["columns"]] == [
        *("administrator", "coordinator", "facilitator", "trainer", "manager", "front_desk")
    ]
    both, all_four = ["lit", "ajoute"], ["lit", "ajoute", "modifie", "supprime"]
    told = {name: [[str(act) for act in cell.acts] for cell in cells] for name, cells in rows.items()}
    assert told["Réservations"] == [both, [], [], [], both, both]
    assert told["Formules d’adhésion"] == [all_four, ["lit"], [], [], all_four, []]
    assert told["Événements"] == [["lit", "ajoute", "modifie"]] * 3 + [[], ["lit", "ajoute", "modifie"], []]


@pytest.mark.parametrize("who", ["desk", "coordinator", "nobody"])
def test_all_staff_read_who_may_do_what(client, who):
    user = UserFactory(coordinates=who == "coordinator")
    if who == "desk":
        SpaceFactory().roles.create(user=user, role="front_desk", since=timezone.localdate())
    client.force_login(user)
    assert status(client, "who_may_what") == (404 if who == "nobody" else 200)


def test_the_page_of_roles_asks_the_database_nothing_for_them(office, django_assert_num_queries):
    """Three queries are those of every page: the session, the person, and what they may do."""
    with django_assert_num_queries(3):
        assert office.get(reverse("admin:who_may_what")).status_code == 200


# --- facilitators and trainers ---


def with_role(client, role):
    client.force_login(NetworkRoleFactory(role=role).user)


def test_a_facilitator_runs_the_events_of_all_spaces(client):
    with_role(client, NetworkRoleKind.FACILITATOR)
    event = EventFactory(draft=True)
    ResourceFactory(space=event.space)
    assert status(client, "index") == 200
    assert client.get(reverse("admin:events_event_changelist")).context["cl"].result_count == 1
    for name in ("change", "registrations", "publish", "move", "messages", "register", "room"):
        assert status(client, f"events_event_{name}", event.pk) == 200, name
    assert client.post(reverse("admin:events_event_publish", args=[event.pk])).status_code == 302
    event.refresh_from_db()
    assert event.state == EventState.PUBLISHED
    space = reverse("admin:events_event_add") + f"?type={event.type.pk}"
    assert str(event.space) in client.get(space).text


def test_a_facilitator_reads_no_other_data_of_people(client):
    with_role(client, NetworkRoleKind.FACILITATOR)
    booking = BookingFactory()
    for name, *args in (
        ("members_user_changelist",),
        ("members_user_change", booking.user.pk),
        ("spaces_booking_changelist",),
        ("spaces_booking_change", booking.pk),
        ("spaces_membership_changelist",),
        ("spaces_space_change", booking.space.pk),
        ("spaces_space_team", booking.space.pk),
        ("events_eventoutcome_changelist",),
        ("events_topicproposal_changelist",),
        ("reporting_project_changelist",),
        ("training_coaching_changelist",),
    ):
        assert status(client, name, *args) == 404, name
    found = {"app_label": "spaces", "model_name": "booking", "field_name": "user", "term": "a"}
    assert client.get(reverse("admin:autocomplete"), found).status_code == 404
    assert client.get(reverse("portal:exchanges")).status_code == 404


def test_a_trainer_looks_after_sessions_and_reads_courses(client):
    with_role(client, NetworkRoleKind.TRAINER)
    session = SessionFactory()
    assert status(client, "training_session_change", session.pk) == 200
    assert status(client, "training_coaching_add") == 200
    assert status(client, "training_programme_changelist") == 200
    assert status(client, "training_programme_add") == 404
    assert status(client, "events_event_changelist") == 404
    assert status(client, "members_user_changelist") == 404
