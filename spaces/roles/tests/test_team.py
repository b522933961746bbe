"""Give and end roles as who runs the space: the person is told, and the last manager does not go unnoticed."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.enums import NetworkRoleKind
from members.tests.factories import NetworkRoleFactory, UserFactory
from spaces.core.queries import managers_of
from spaces.enums import Role
from spaces.errors import BookingError
from spaces.models import SpaceRole
from spaces.roles.operations import end_role, give_role
from spaces.tests.factories import MembershipFactory, SpaceFactory, SpaceRoleFactory, make_manager
from tests.pages import Page

pytestmark = pytest.mark.django_db


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def ferme():
    return SpaceFactory(name="La Ferme", managers=[UserFactory(first_name="Nora", last_name="Noir")])


@pytest.fixture
def manager(ferme):
    return managers_of(ferme).get()


@pytest.fixture
def member(ferme):
    return MembershipFactory(space=ferme, user__first_name="Zoé", user__last_name="Zinc").user


@pytest.fixture
def team(client, ferme, manager):
    client.force_login(manager)
    return Team(client, ferme)


class Team:
    def __init__(self, client, space):
        self.client, self.space = client, space
        self.address = reverse("admin:spaces_space_team", args=[space.pk])

    def shown(self):
        return Page(self.client.get(self.address).text)

    def give(self, email, role=Role.FRONT_DESK, since=0, last_day=None):
        days = {"since": f"{in_days(since)}", "last_day": "" if last_day is None else f"{in_days(last_day)}"}
        return self.client.post(self.address, {"email": email, "role": role, **days})

    def end(self, role, on=0, **more):
        address = reverse("admin:spaces_space_role_end", args=[self.space.pk, role.pk])
        return self.client.post(address, {"on": f"{in_days(on)}", **more})


def mails_to(person):
    return Message.objects.filter(to_email=person.email).order_by("pk")


def test_a_manager_gives_a_role_to_a_member_of_the_space(team, member, manager):
    assert team.give(member.email.upper(), last_day=9).url == team.address
    role = SpaceRole.objects.get(user=member)
    assert (role.role, role.since, role.until) == (Role.FRONT_DESK, in_days(0), in_days(10))
    assert role.given_by == manager
    assert "Zoé Zinc" in team.shown().text
    mail = mails_to(member).get(template="spaces.role_news")
    assert "La Ferme" in render(mail).subject


@pytest.mark.parametrize("who", ["stranger", "nobody", "inactive"])
def test_a_manager_learns_nothing_of_an_account_that_is_not_theirs(team, ferme, who):
    stranger = UserFactory()
    inactive = MembershipFactory(space=ferme, user__is_active=False).user
    email = {"stranger": stranger.email, "nobody": "personne@ardenne.example", "inactive": inactive.email}[who]
    answer = team.give(email)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["email"]
    said = answer.context["form"].errors["email"]
    assert said == team.give("autre@ardenne.example").context["form"].errors["email"]
    assert SpaceRole.objects.filter(role=Role.FRONT_DESK).count() == 0


@pytest.mark.parametrize("superuser", [True, False])
def test_who_administers_the_network_gives_any_role_to_any_account(client, ferme, superuser):
    stranger = UserFactory()
    by = UserFactory(superuser=True) if superuser else NetworkRoleFactory(role=NetworkRoleKind.ADMINISTRATOR).user
    client.force_login(by)
    Team(client, ferme).give(stranger.email, Role.MANAGER)
    assert stranger in managers_of(ferme)


@pytest.mark.parametrize("fields", [{"last_day": -1}, {"since": 9000}, {"role": "administrator"}, {"email": "a@b"}])
def test_what_makes_no_sense_is_said_beside_its_field(team, member, fields):
    answer = team.give(**{"email": member.email, **fields})
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {{"role": "role", "email": "email"}.get(*fields, "since")} or set(
        answer.context["form"].errors
    ) == {"last_day"}
    assert not SpaceRole.objects.filter(user=member).exists()


def test_a_role_held_already_is_refused_in_words(team, member, ferme):
    SpaceRoleFactory(user=member, space=ferme, role=Role.FRONT_DESK, since=in_days(5), until=in_days(8))
    answer = team.give(member.email, since=0)
    assert list(answer.context["form"].errors) == ["role"]
    assert team.give(member.email, since=0, last_day=4).status_code == 302
    assert team.give(member.email, since=8).status_code == 302
    assert SpaceRole.objects.filter(user=member).count() == 3


def test_an_end_shuts_the_admin_at_once_and_is_told(client, team, ferme, member, manager):
    role = SpaceRoleFactory(user=member, space=ferme, role=Role.FRONT_DESK)
    assert team.end(role).url == team.address
    role.refresh_from_db()
    assert (role.until, role.ended_by) == (in_days(0), manager)
    assert mails_to(member).filter(template="spaces.role_news").count() == 1
    client.force_login(member)
    assert client.get(reverse("admin:index"), follow=True).status_code == 404


def test_the_last_manager_goes_only_once_that_is_understood(team, ferme, manager):
    role = ferme.roles.get()
    make_manager(ferme, UserFactory(is_active=False))
    first = team.end(role, on=3)
    assert first.status_code == 400
    role.refresh_from_db()
    assert role.until is None
    assert team.end(role, on=3, understood="on").status_code == 302
    role.refresh_from_db()
    assert role.until == in_days(3)


def test_a_manager_who_leaves_after_another_comes_needs_no_question(team, ferme, manager):
    SpaceRoleFactory(space=ferme, since=in_days(3))
    role = ferme.roles.get(user=manager)
    with pytest.raises(BookingError) as refused:
        end_role(role=role, on=in_days(2), by=manager)
    assert refused.value.code == "last_manager"
    end_role(role=role, on=in_days(3), by=manager)


def test_a_day_without_a_manager_later_on_asks_too(ferme, manager):
    """The other one goes in two days: who ends today must know that nobody manages from then on."""
    SpaceRoleFactory(space=ferme, since=in_days(-9), until=in_days(2))
    role = ferme.roles.get(user=manager)
    with pytest.raises(BookingError) as refused:
        end_role(role=role, on=in_days(0), by=manager)
    assert refused.value.code == "last_manager"
    SpaceRoleFactory(space=ferme, since=in_days(2))
    assert end_role(role=role, on=in_days(0), by=manager).until == in_days(0)


def test_no_manager_prolongs_their_own_role(team, ferme, manager):
    MembershipFactory(space=ferme, user=manager)
    ferme.roles.update(until=in_days(5))
    answer = team.give(manager.email, role=Role.MANAGER, since=5)
    assert answer.status_code == 400
    assert "Personne ne s’attribue un rôle" in Page(answer.text).text
    assert ferme.roles.count() == 1
    office = NetworkRoleFactory(role=NetworkRoleKind.ADMINISTRATOR).user
    assert give_role(user=office, space=ferme, role=Role.MANAGER, since=in_days(0), by=office)


def test_the_front_desk_gives_and_ends_nothing(client, ferme, member):
    role = SpaceRoleFactory(space=ferme, role=Role.FRONT_DESK)
    client.force_login(role.user)
    team = Team(client, ferme)
    assert team.give(member.email).status_code == 404
    assert team.end(role).status_code == 404
    assert client.get(team.address).status_code == 404


def test_a_role_of_another_space_is_not_ended_here(team):
    other = SpaceRoleFactory()
    assert team.end(other).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_eight_who_give_one_role_at_once_give_it_once():
    space, user = SpaceFactory(), UserFactory()
    barrier, done = Barrier(8), []

    def give():
        barrier.wait()
        try:
            done.append(give_role(user=user, space=space, role=Role.MANAGER, since=in_days(0), by=None))
        except BookingError as error:
            done.append(error.code)
        finally:
            connections.close_all()

    at_once([give] * 8)
    assert sorted(map(str, done)).count("held") == 7
    assert SpaceRole.objects.count() == 1
    assert Message.objects.filter(template="spaces.role_news").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_end_each_other_leave_one():
    space = SpaceFactory(managers=UserFactory.create_batch(8))
    roles = list(space.roles.all())
    barrier, refused = Barrier(8), []

    def end(role):
        def run():
            barrier.wait()
            try:
                end_role(role=role, on=in_days(0), by=None)
            except BookingError as error:
                refused.append(error.code)
            finally:
                connections.close_all()

        return run

    at_once([end(role) for role in roles])
    assert refused == ["last_manager"]
    assert managers_of(space).count() == 1


def at_once(jobs):
    threads = [Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


# --- choosing among the people of the space ---


def test_a_manager_chooses_somebody_of_the_space(client, team, ferme, member):
    sent = {"person": member.pk, "role": Role.FRONT_DESK, "since": f"{in_days(0)}"}
    assert client.post(team.address, sent).status_code == 302
    assert SpaceRole.objects.get(user=member).role == Role.FRONT_DESK


def test_somebody_of_another_space_is_not_to_be_chosen(client, team):
    other = MembershipFactory().user
    for sent in ({"person": other.pk}, {"person": other.pk, "email": other.email}, {}):
        answer = client.post(team.address, {**sent, "role": Role.FRONT_DESK, "since": f"{in_days(0)}"})
        assert answer.status_code == 400
    assert not SpaceRole.objects.filter(user=other).exists()


def test_a_person_and_the_address_of_another_do_not_go_together(client, team, ferme, member):
    other = MembershipFactory(space=ferme).user
    sent = {"person": member.pk, "email": other.email, "role": Role.FRONT_DESK, "since": f"{in_days(0)}"}
    answer = client.post(team.address, sent)
    assert answer.context["form"].errors.keys() == {"email"}
