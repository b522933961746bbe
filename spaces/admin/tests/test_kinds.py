"""Managers make and change the kinds of membership of their spaces, and say by them who may book a resource."""

from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from members.tests.factories import UserFactory
from spaces.enums import BookedBy, MembershipState
from spaces.memberships.tests.deciding import day, said
from spaces.models import Membership, MembershipKind
from spaces.tests.factories import (
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(first_name="Maugis")


@pytest.fixture
def ferme(manager):
    return SpaceFactory(name="La Ferme", with_hours=True, managers=[manager])


@pytest.fixture
def desk(client, manager, ferme):
    client.force_login(manager)
    return client


@pytest.fixture
def yearly(ferme):
    return MembershipKindFactory(space=ferme, name="Annuelle", lasts_months=12)


@pytest.fixture
def member(ferme, yearly):
    return MembershipFactory(space=ferme, kind=yearly, until=day(20), user__first_name="Oriande")


# --- kinds -----------------------------------------------------------------------------------------------------------

KINDS = "/admin/spaces/membershipkind/"


def kind_page(kind, name="change"):
    return reverse(f"admin:spaces_membershipkind_{name}", args=[kind.pk])


def test_a_manager_makes_and_changes_kinds_of_their_space(desk, ferme):
    add = f"{KINDS}add/"
    form = Page(desk.get(add).text, add).form(add)
    assert form.fields["space"] == [str(ferme.pk)]
    texts = {"name_fr": "Nomade", "name_nl": "Nomade", "name_en": "Nomad", "slug": "nomade", "lasts_months": "3"}
    assert desk.post(add, form.data(**texts, space="")).context["adminform"].form.errors.keys() == {"space"}
    desk.post(add, form.data(**texts))
    kind = MembershipKind.objects.get(slug="nomade")
    assert (kind.space, kind.name_en, kind.lasts_months) == (ferme, "Nomad", 3)
    page = kind_page(kind)
    desk.post(page, Page(desk.get(page).text, page).form(page).data(prices_fr="30 € par mois"))
    kind.refresh_from_db()
    assert kind.prices_fr == "30 € par mois"


def test_a_kind_takes_no_right_from_those_who_have_it(desk, ferme):
    kind = MembershipKindFactory(space=ferme)
    page = kind_page(kind)
    fields = Page(desk.get(page).text, page).form(page)
    membership = MembershipFactory(kind=kind, space=ferme)
    errors = desk.post(page, fields.data(opens_events=None)).context["adminform"].form.errors
    assert errors.keys() == {"opens_events"}
    Membership.objects.filter(pk=membership.pk).update(state=MembershipState.ENDED, until=day(0))
    desk.post(page, fields.data(opens_events=None))
    kind.refresh_from_db()
    assert not kind.opens_events


def test_a_manager_lets_nobody_into_the_network_unasked(desk, ferme):
    """A kind that nobody approves opens the directory and the rooms of all spaces: the network decides of it."""
    add = f"{KINDS}add/"
    form = Page(desk.get(add).text, add).form(add)
    assert "needs_approval" not in form.fields
    desk.post(add, {**form.data(name_fr="Libre", slug="libre"), "needs_approval": ""})
    assert MembershipKind.objects.get(slug="libre").needs_approval


def test_kinds_of_the_network_are_changed_by_superusers_alone(desk, client):
    kind = MembershipKindFactory(name="Réseau")
    assert "Réseau" in desk.get(KINDS).text
    assert "_save" not in desk.get(kind_page(kind)).text
    assert desk.post(kind_page(kind), {"name_fr": "Autre"}).status_code == 404
    assert desk.post(kind_page(kind, "delete"), {"post": "yes"}).status_code == 404
    chief = Client()
    chief.force_login(UserFactory(superuser=True))
    page = kind_page(kind)
    chief.post(page, Page(chief.get(page).text, page).form(page).data(name_fr="Autre"))
    kind.refresh_from_db()
    assert kind.name_fr == "Autre"


def test_what_an_empty_space_means_is_told_only_where_it_is_empty(desk, ferme, yearly):
    hint = str(MembershipKind._meta.get_field("space").help_text)
    of_network = MembershipKindFactory()
    assert [hint in desk.get(kind_page(kind)).text for kind in (yearly, of_network)] == [False, True]


def test_a_kind_that_is_used_is_not_deleted(desk, ferme, member, yearly):
    of_a_room = MembershipKindFactory(space=ferme)
    ResourceFactory(space=ferme).open_to_kinds.add(of_a_room)
    for kind in (yearly, of_a_room):
        for send in (desk.get, partial(desk.post, data={"post": "yes"})):
            answer = send(kind_page(kind, "delete"), follow=True)
            assert answer.redirect_chain == [(kind_page(kind), 302)]
            assert kind.name in said(answer)[0]
    unused = MembershipKindFactory(space=ferme)
    desk.post(kind_page(unused, "delete"), {"post": "yes"})
    assert set(MembershipKind.objects.all()) == {yearly, of_a_room}


# --- who may book a resource -----------------------------------------------------------------------------------------


def test_a_resource_says_who_may_book_it(desk, manager, ferme, yearly):
    MembershipKindFactory(space=SpaceFactory(managers=[manager]))
    room = ResourceFactory(space=ferme)
    foreign = MembershipKindFactory(space=SpaceFactory())
    page = reverse("admin:spaces_resource_change", args=[room.pk])
    form = Page(desk.get(page).text, page).form(page)
    assert set(form.choices["open_to_kinds"]) == {str(yearly.pk)}

    def errors(**wish):
        answer = desk.post(page, form.data(**wish))
        return set(answer.context["adminform"].form.errors) if answer.status_code == 200 else set()

    assert errors(booked_by="spaces") == {"open_to"}
    assert errors(booked_by="kinds") == {"open_to_kinds"}
    assert errors(booked_by="kinds", open_to_kinds=str(foreign.pk)) == {"open_to_kinds"}
    assert errors(booked_by="kinds", open_to_kinds=str(yearly.pk)) == set()
    room.refresh_from_db()
    assert (room.booked_by, list(room.open_to_kinds.all())) == (BookedBy.KINDS, [yearly])


def test_a_new_resource_takes_kinds_of_its_own_space(desk, manager, ferme, yearly):
    other = SpaceFactory(managers=[manager])
    add = reverse("admin:spaces_resource_add")
    form = Page(desk.get(add).text, add).form(add)
    wish = {"name_fr": "Serre", "slug": "serre", "kind": "studio", "booked_by": "kinds"}
    answer = desk.post(add, form.data(**wish, space=str(other.pk), open_to_kinds=str(yearly.pk)))
    assert set(answer.context["adminform"].form.errors) == {"open_to_kinds"}
