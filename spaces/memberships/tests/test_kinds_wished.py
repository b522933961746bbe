"""Members ask for another kind of membership of the same space, and the team decides."""

from functools import partial

import pytest
from django.urls import reverse

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.enums import MembershipState, MembershipStep
from spaces.errors import BookingError
from spaces.memberships.operations import (
    change_kind,
    end_membership,
    pause_membership,
    refuse_kind,
    take_back_wish,
    wish_kind,
)
from spaces.models import MembershipChange, MembershipKind
from spaces.tests.factories import MembershipFactory, MembershipKindFactory, SpaceFactory

from .deciding import day
from .test_invitations_at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def space():
    return SpaceFactory(name="La Ferme", managers=[UserFactory(email="gestion@ardenne.example")])


@pytest.fixture
def member(space):
    return MembershipFactory(space=space)


@pytest.fixture
def other():
    return MembershipKindFactory(name="Sédentaire")


def mailed(template):
    return list(Message.objects.filter(template=template).values_list("to_email", flat=True))


def steps(membership):
    return list(MembershipChange.objects.filter(membership=membership).order_by("pk").values_list("step", flat=True))


def code_of(call):
    with pytest.raises(BookingError) as refusal:
        call()
    return refusal.value.code


def test_a_wish_changes_nothing_and_is_told_to_the_team_once(member, other):
    for _twice in range(2):
        wish_kind(membership=member, kind=other, by=member.user, words=" Plus souvent ")
    member.refresh_from_db()
    assert (member.wished_kind, member.kind == other, member.state) == (other, False, MembershipState.ACTIVE)
    assert mailed("spaces.membership_other_kind") == ["gestion@ardenne.example"]
    assert member.changes.get().reason == "Plus souvent"


def test_the_change_answers_the_wish(member, other):
    wish_kind(membership=member, kind=other, by=member.user)
    change_kind(membership=member, kind=other, by=None)
    member.refresh_from_db()
    assert (member.kind, member.wished_kind) == (other, None)
    assert mailed("spaces.membership_news") == [member.user.email]


def test_a_refusal_needs_a_word_and_is_told(member, other):
    wish_kind(membership=member, kind=other, by=member.user)
    assert code_of(partial(refuse_kind, membership=member, by=None, reason=" ")) == "reason_needed"
    refuse_kind(membership=member, by=None, reason="Complet")
    member.refresh_from_db()
    assert member.wished_kind is None
    assert steps(member) == [MembershipStep.KIND_WISHED, MembershipStep.KIND_REFUSED]
    assert mailed("spaces.membership_news") == [member.user.email]
    assert code_of(partial(refuse_kind, membership=member, by=None, reason="Complet")) == "no_wish"


def test_the_person_takes_their_wish_back(member, other):
    wish_kind(membership=member, kind=other, by=member.user)
    for _twice in range(2):
        take_back_wish(membership=member, by=member.user)
    assert steps(member) == [MembershipStep.KIND_WISHED, MembershipStep.WISH_TAKEN_BACK]


def test_what_is_not_offered_is_not_asked_for(member, other):
    elsewhere = MembershipKindFactory(space=SpaceFactory())
    past = MembershipKindFactory(ends_on=day(-1))
    closed = MembershipKindFactory(may_be_asked=False)
    for kind in (elsewhere, past, closed):
        assert code_of(partial(wish_kind, membership=member, kind=kind, by=member.user)) == "not_offered"
    assert code_of(partial(wish_kind, membership=member, kind=member.kind, by=member.user)) == "same_kind"


@pytest.mark.parametrize("end", ["paused", "over", "ended", "end set"])
def test_what_is_not_active_asks_for_no_other_kind(member, other, end):
    if end == "paused":
        pause_membership(membership=member, by=None)
    elif end == "over":
        type(member).objects.update(until=day(0))
    else:
        end_membership(membership=member, by=None, on=day(0 if end == "ended" else 9))
    code = "end_decided" if end == "end set" else "decided"
    assert code_of(partial(wish_kind, membership=member, kind=other, by=member.user)) == code


def test_an_end_drops_the_wish(member, other):
    wish_kind(membership=member, kind=other, by=member.user)
    end_membership(membership=member, by=member.user, on=day(9))
    member.refresh_from_db()
    assert member.wished_kind is None


def test_a_kind_that_is_deleted_is_wished_for_no_more(member, other):
    wish_kind(membership=member, kind=other, by=member.user)
    MembershipKind.objects.filter(pk=other.pk).delete()
    member.refresh_from_db()
    assert member.wished_kind is None


@pytest.mark.django_db(transaction=True)
def test_eight_wishes_and_two_decisions_at_once_leave_one_outcome(member, other):
    assert at_once(*[partial(wish_kind, membership=member, kind=other, by=member.user)] * 8) == ["ok"] * 8
    assert len(mailed("spaces.membership_other_kind")) == 1
    answers = at_once(
        partial(change_kind, membership=member, kind=other, by=None),
        partial(refuse_kind, membership=member, by=None, reason="Complet"),
    )
    member.refresh_from_db()
    assert member.wished_kind is None
    assert answers[0] == "ok"
    assert answers[1] in {"ok", "no_wish"}


# --- the pages ---


def test_a_member_asks_on_their_page_and_takes_it_back(client, member, other):
    client.force_login(member.user)
    page = f"/fr/memberships/{member.pk}/kind/"
    assert page in client.get("/fr/memberships/").text
    shown = client.get(page)
    assert shown.context["kinds"] == [other]
    assert client.post(page, {"kind": member.kind_id}).status_code == 400
    assert client.post(page, {"kind": other.pk, "note": "Plus souvent"})["Location"] == "/fr/memberships/"
    assert "Sédentaire" in client.get("/fr/memberships/").text
    client.post(f"{page}keep/")
    member.refresh_from_db()
    assert member.wished_kind is None


def test_nobody_asks_for_another_person(client, member, other):
    client.force_login(UserFactory())
    for page in ("kind/", "kind/keep/"):
        assert client.post(f"/fr/memberships/{member.pk}/{page}", {"kind": other.pk}).status_code == 404


def test_the_manager_sees_the_wish_and_what_each_kind_opens(client, space, member, other):
    wish_kind(membership=member, kind=other, by=member.user, words="Je viens le mardi désormais")
    client.force_login(space.roles.get().user)
    pages = [reverse(f"admin:spaces_membership_{step}", args=[member.pk]) for step in ("change_kind", "refuse_kind")]
    for start in ("/admin/", f"/admin/spaces/membership/{member.pk}/change/"):
        for page in pages:
            assert page in client.get(start).text, start
    for page in ("/admin/", f"/admin/members/user/{member.user_id}/person/", *pages):
        assert "Je viens le mardi désormais" in client.get(page).text, page
    other.included = 4
    other.save()
    shown = client.get(pages[0])
    [(_kind, now, _), (_other, then, _)] = shown.context["kinds"]
    assert "4" not in "".join(map(str, now))
    assert "4" in str(then[-1])
    assert "4 jours par mois" in shown.context["form"]["kind"].as_widget()
    assert [kind for kind, _opens, _is_present in shown.context["kinds"]] == [member.kind, other]
    assert shown.context["form"]["kind"].value() == other.pk
    assert client.get("/admin/spaces/membership/?end=kind").context["cl"].result_count == 1
    client.post(pages[1], {"reason": "Complet"})
    member.refresh_from_db()
    assert member.wished_kind is None


def test_a_manager_elsewhere_refuses_nothing(client, member, other):
    wish_kind(membership=member, kind=other, by=member.user)
    stranger = UserFactory()
    SpaceFactory(managers=[stranger])
    client.force_login(stranger)
    assert client.get(reverse("admin:spaces_membership_refuse_kind", args=[member.pk])).status_code == 404
