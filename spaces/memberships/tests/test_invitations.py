"""Test invitations: made, sent again, taken back, accepted, declined, forgotten; by whom, once, and at once."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from hacktiv.outbox.rendering import render
from members.tests.factories import UserFactory
from spaces.core.queries import home_space
from spaces.enums import InvitationState, MembershipState, MembershipStep
from spaces.memberships.operations import (
    Wish,
    accept,
    ask_membership,
    decline,
    forget_invitations,
    invite_several,
    send_again,
    take_back,
)
from spaces.memberships.queries import invitation_by_token, invitations_of
from spaces.memberships.tests.inviting import (
    ADDRESS,
    expire,
    invited,
    long_ago,
    mailed,
    refused,
    space_with_manager,
    zoe,
)
from spaces.models import Invitation, Membership, SpaceRole
from spaces.tasks import forget_invitations as nightly
from spaces.tests.factories import MembershipFactory, MembershipKindFactory, SpaceFactory, make_manager, manager_of
from tests.pages import LEAKS

pytestmark = pytest.mark.django_db
TRANSACTIONAL = pytest.mark.django_db(transaction=True)

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def space():
    return space_with_manager(name="La Ferme")


# --- inviting ---


def test_an_invitation_is_one_row_and_one_mail_in_its_language(space):
    invitation = invited(space, email="  Zoe@Ardenne.example ", language="nl", full_name=" Zoé ", words=" Welkom ")
    assert (invitation.email, invitation.full_name, invitation.words) == (ADDRESS, "Zoé", "Welkom")
    assert invitation.state == InvitationState.OPEN
    assert invitation.expires_at - invitation.sent_at == timedelta(days=30)
    message = Message.objects.get(template="spaces.membership_invitation")
    assert (message.to_email, message.language, message.to_name) == (ADDRESS, "nl", "")


def test_an_address_is_invited_once_by_a_space_and_again_by_another(space):
    invitation = invited(space)
    assert refused(invited, space, email="ZOE@ardenne.example") == "already_invited"
    expire(invitation)
    assert refused(invited, space) == "already_invited"
    invited(SpaceFactory())
    take_back(invitation=invitation, by=None)
    invited(space)
    assert Invitation.objects.count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.update(taken_back_at=None)


def test_a_member_of_the_space_is_not_invited_but_one_of_another_space_is(space):
    elsewhere = MembershipFactory(user=zoe())
    invited(space)
    Invitation.objects.all().delete()
    MembershipFactory(user=elsewhere.user, space=space)
    assert refused(invited, space) == "already_member"


def test_an_account_and_no_account_are_invited_alike(space):
    zoe(language="en")
    rows = [invited(space), invited(space, email="nobody@ardenne.example")]
    told = [
        [
            getattr(row, field.name)
            for field in Invitation._meta.fields
            if field.name in {"language", "sendings", "membership"}
        ]
        for row in rows
    ]
    assert told[0] == told[1]
    assert set(Message.objects.values_list("language", flat=True)) == {"fr"}


@pytest.mark.parametrize(("facts", "code"), [({"ends_on": "yesterday"}, "not_offered"), ({"space": "other"}, "kind")])
def test_a_kind_that_managers_may_not_give_is_refused(space, today, facts, code):
    facts = {
        name: {"yesterday": today - timedelta(days=1)}.get(value) or SpaceFactory() for name, value in facts.items()
    }
    kind = MembershipKindFactory(**facts)
    assert refused(invited, space, kind=kind) == code
    wishes = [Wish(email=ADDRESS, kind=kind)]
    assert refused(invite_several, space=space, wishes=wishes, by=None) == code
    assert not Message.objects.exists()


def test_a_list_leaves_out_members_doubles_and_who_is_invited(space):
    kind = MembershipKindFactory()
    MembershipFactory(user__email="membre@ardenne.example", space=space)
    invited(space, email="deja@ardenne.example")
    names = ("a", "deja", "A", "membre", "b")
    wishes = [Wish(email=f"{name}@ardenne.example", kind=kind) for name in names]
    done = invite_several(space=space, wishes=wishes, by=None)
    assert [row.email for row in done.sent] == ["a@ardenne.example", "b@ardenne.example"]
    assert done.left_out == ["deja@ardenne.example", "membre@ardenne.example"]
    again = invite_several(space=space, wishes=wishes, by=None)
    assert (again.sent, len(again.left_out)) == ([], 4)
    assert len(mailed("spaces.membership_invitation")) == 3


@pytest.mark.parametrize("people", [1, 120])
def test_a_long_list_costs_as_few_statements_as_a_short_one(space, people, django_assert_num_queries):
    kind = MembershipKindFactory()
    wishes = [Wish(email=f"p{number}@ardenne.example", kind=kind) for number in range(people)]
    with django_assert_num_queries(8):
        assert len(invite_several(space=space, wishes=wishes, by=None).sent) == people


# --- sending again, taking back ---


def test_to_who_became_a_member_meanwhile_it_is_not_sent_again(space):
    invitation = invited(space)
    long_ago(invitation)
    MembershipFactory(space=space, user=zoe())
    assert refused(send_again, invitation=invitation, by=None) == "already_member"
    assert len(mailed("spaces.membership_invitation")) == 1


def test_sent_again_it_holds_from_then_on_and_the_first_link_stops(space):
    invitation = invited(space)
    first = invitation.token
    assert refused(send_again, invitation=invitation, by=None) == "too_soon"
    expire(invitation)
    sent = send_again(invitation=invitation, by=None)
    assert (sent.state, sent.sendings) == (InvitationState.OPEN, 2)
    assert invitation_by_token(first) == (sent, False)
    assert invitation_by_token(sent.token) == (sent, True)
    assert mailed("spaces.membership_invitation") == [ADDRESS, ADDRESS]


def test_the_mail_of_an_earlier_sending_does_not_leave_late(space, mailoutbox):
    invitation = invited(space)
    long_ago(invitation)
    send_again(invitation=invitation, by=None)
    send_due()
    assert len(mailoutbox) == 1


def test_nobody_is_written_to_without_end(space):
    invitation = invited(space)
    for _time in range(4):
        long_ago(invitation)
        send_again(invitation=invitation, by=None)
    long_ago(invitation)
    assert refused(send_again, invitation=invitation, by=None) == "too_often"


def test_taken_back_it_stays_so_and_no_mail_of_it_leaves(space, mailoutbox):
    invitation = invited(space)
    taken = take_back(invitation=invitation, by=None)
    assert take_back(invitation=invitation, by=manager_of(space)).taken_back_by is None
    send_due()
    assert mailoutbox == []
    assert taken.state == InvitationState.TAKEN_BACK
    assert refused(accept, invitation=invitation, user=zoe()) == "answered"
    assert refused(send_again, invitation=invitation, by=None) == "answered"


# --- accepting ---


def test_accepted_it_is_a_membership_with_a_home_a_history_and_two_mails(space, today):
    manager, user = manager_of(space), zoe()
    kind = MembershipKindFactory(lasts_months=12)
    accepted = accept(invitation=invited(space, by=manager, kind=kind), user=user)
    membership, invitation = Membership.objects.get(), Invitation.objects.get()
    assert (accepted.membership, accepted.is_new) == (membership, True)
    assert (membership.user, membership.kind, membership.since) == (user, kind, today)
    assert (membership.until, membership.decided_by) == (today + relativedelta(months=12), manager)
    assert list(membership.changes.values_list("step", flat=True)) == [MembershipStep.GIVEN]
    assert (invitation.state, invitation.membership) == (InvitationState.ACCEPTED, membership)
    assert home_space(user, today) == space
    assert mailed("spaces.membership_news") == [ADDRESS]
    assert mailed("spaces.membership_invitation_answered") == [manager.email]


@pytest.mark.parametrize("away", [-3, 5])
def test_it_begins_on_its_first_day_and_never_before_the_answer(space, today, away):
    invitation = invited(space, first_day=today + timedelta(days=away))
    assert accept(invitation=invitation, user=zoe()).membership.since == today + timedelta(days=max(away, 0))


def test_used_twice_it_gives_once(space):
    invitation, user = invited(space), zoe()
    first = accept(invitation=invitation, user=user)
    again = accept(invitation=invitation, user=user)
    assert (again.membership, again.is_new) == (first.membership, False)
    assert len(mailed("spaces.membership_invitation_answered")) == len(mailed("spaces.membership_news")) == 1


def test_another_account_cannot_use_it(space):
    invitation, stranger = invited(space), UserFactory()
    assert refused(accept, invitation=invitation, user=stranger) == "wrong_account"
    assert refused(decline, invitation=invitation, user=stranger) == "wrong_account"
    accept(invitation=invitation, user=zoe())
    assert refused(accept, invitation=invitation, user=stranger) == "wrong_account"
    assert Membership.objects.count() == 1


def test_who_got_the_address_after_its_use_cannot_use_it_again(space):
    invitation, user = invited(space), zoe()
    accept(invitation=invitation, user=user)
    EmailAddress.objects.filter(user=user).update(email="zoe@autre.example")
    user.email = "zoe@autre.example"
    user.save()
    assert refused(accept, invitation=invitation, user=zoe()) == "answered"


@pytest.mark.parametrize("verified", [True, False])
def test_only_a_confirmed_address_of_the_account_counts(space, verified):
    user = UserFactory()
    EmailAddress.objects.create(user=user, email="Zoe@Ardenne.example", verified=verified)
    invitation = invited(space)
    assert (invitations_of(user) == [invitation]) is verified
    if verified:
        assert accept(invitation=invitation, user=user).is_new
    else:
        assert refused(accept, invitation=invitation, user=user) == "wrong_account"


def test_after_its_end_it_is_refused(space):
    invitation, user = invited(space), zoe()
    expire(invitation)
    assert refused(accept, invitation=invitation, user=user) == "expired"
    assert refused(decline, invitation=invitation, user=user) == "expired"
    assert invitations_of(user) == []


def test_a_kind_offered_no_more_is_refused_and_the_invitation_stays_open(space, today):
    invitation = invited(space)
    kind = invitation.kind
    kind.ends_on = today - timedelta(days=1)
    kind.save()
    assert refused(accept, invitation=invitation, user=zoe()) == "not_offered"
    assert Invitation.objects.get().state == InvitationState.OPEN


def test_an_open_request_is_approved_by_it(space):
    user, kind = zoe(), MembershipKindFactory()
    asked = ask_membership(user=user, space=space, kind=MembershipKindFactory(), words="Je viens le jeudi")
    accepted = accept(invitation=invited(space, kind=kind), user=user)
    assert (accepted.membership, accepted.membership.kind) == (asked, kind)
    assert (accepted.membership.state, accepted.membership.note) == (MembershipState.ACTIVE, "Je viens le jeudi")


@pytest.mark.parametrize("state", [MembershipState.ACTIVE, MembershipState.PAUSED])
def test_who_has_become_a_member_keeps_what_they_have(space, state):
    invitation, user = invited(space), zoe()
    own = MembershipFactory(user=user, space=space, state=state)
    accepted = accept(invitation=invitation, user=user)
    assert (accepted.membership, accepted.is_new) == (own, False)
    own.refresh_from_db()
    assert own.state == state
    assert Invitation.objects.get().membership == own


def test_a_membership_whose_days_are_over_is_in_nobodys_way(space, today):
    invitation, user = invited(space), zoe()
    MembershipFactory(user=user, space=space, until=today)
    assert accept(invitation=invitation, user=user).is_new


def test_the_space_has_invited_whoever_runs_it_meanwhile(space):
    manager = manager_of(space)
    invitation = invited(space, by=manager)
    SpaceRole.objects.filter(space=space).update(until=timezone.localdate())
    make_manager(space, UserFactory(email="suite@ardenne.example"))
    assert accept(invitation=invitation, user=zoe()).is_new
    assert mailed("spaces.membership_invitation_answered") == ["suite@ardenne.example"]


def test_who_invited_and_erased_their_account_leaves_the_invitation(space):
    author = manager_of(space)
    invitation = invited(space, by=author)
    author.delete()
    assert accept(invitation=invitation, user=zoe()).is_new


# --- declining ---


@pytest.mark.parametrize("signed_in", [True, False])
def test_declined_once_with_a_word_the_team_is_told_once(space, signed_in):
    manager, user = manager_of(space), zoe() if signed_in else None
    invitation = invited(space, by=manager)
    decline(invitation=invitation, user=user, words=" Pas cette année ")
    decline(invitation=invitation, user=user, words="Autre chose")
    invitation.refresh_from_db()
    assert (invitation.state, invitation.answer) == (InvitationState.DECLINED, "Pas cette année")
    assert mailed("spaces.membership_invitation_answered") == [manager.email]
    assert refused(accept, invitation=invitation, user=user or zoe()) == "answered"


# --- states, links, the night ---


def test_the_row_and_the_query_tell_the_same_state(space):
    rows = {state: invited(space, email=f"{state}@ardenne.example") for state in InvitationState}
    expire(rows[InvitationState.EXPIRED])
    accept(invitation=rows[InvitationState.ACCEPTED], user=UserFactory(email="accepted@ardenne.example"))
    decline(invitation=rows[InvitationState.DECLINED], user=None)
    take_back(invitation=rows[InvitationState.TAKEN_BACK], by=None)
    for state, row in rows.items():
        row.refresh_from_db()
        assert row.state == state
        assert list(Invitation.objects.in_state(state)) == [row]
    assert list(Invitation.objects.open()) == [rows[InvitationState.OPEN]]


@pytest.mark.parametrize("token", ["", "1", "1-1", "1-1~", "1-1~abc", "~", "x~y", "1-1~a~b"])
def test_a_forged_link_leads_nowhere(space, token):
    invited(space)
    assert invitation_by_token(token) == (None, False)


def test_a_year_after_its_end_what_led_to_nothing_is_forgotten(space, today):
    kept, gone = invited(space), invited(space, email="autre@ardenne.example")
    accepted = invited(space, email="membre@ardenne.example")
    accept(invitation=accepted, user=UserFactory(email="membre@ardenne.example"))
    end = timezone.now() - relativedelta(months=12)
    for row, expires_at in ((kept, end + timedelta(hours=1)), (gone, end), (accepted, end - timedelta(days=400))):
        long_ago(row, sent_at=expires_at - timedelta(days=30), expires_at=expires_at)
    assert forget_invitations(timezone.now()) == 1
    nightly()
    assert set(Invitation.objects.all()) == {kept, accepted}


# --- mails ---


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("more", [{}, {"first_day": True, "lasts_months": 12, "words": "À jeudi !"}])
def test_the_mail_says_who_invites_to_what_until_when(language, more, today):
    space = SpaceFactory(name="L’Étape", town="Couvin")
    months = more.pop("lasts_months", None)
    kind = MembershipKindFactory(name="Nomade", lasts_months=months)
    if more.pop("first_day", False):
        more = {**more, "first_day": today + timedelta(days=9)}
    invitation = invited(space, language=language, kind=kind, full_name="Zorglub", **more)
    mail = render(Message.objects.get())
    for part in (mail.body, mail.alternatives[0][0]):
        assert not LEAKS.search(part)
        assert all(
            said in part for said in ("L’Étape", "Nomade", f"/{language}/memberships/invitations/{invitation.token}/")
        )
        assert "Zorglub" not in part
        assert more.get("words", "Nomade") in part
    assert "\n\n\n" not in mail.body
    assert "L’Étape" in mail.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_who_invited_reads_the_answer(language, answer):
    space = SpaceFactory(name="L’Étape", managers=[UserFactory(language=language)])
    invitation = invited(space, kind=MembershipKindFactory(name="Nomade"), full_name="Zoé")
    if answer == "accept":
        accept(invitation=invitation, user=zoe())
    else:
        decline(invitation=invitation, user=None, words="Pas cette année")
    mail = render(Message.objects.get(template="spaces.membership_invitation_answered"))
    for part in (mail.subject, mail.body, mail.alternatives[0][0]):
        assert not LEAKS.search(part)
        assert "Zoé" in part
        assert "L’Étape" in part
    assert ("Pas cette année" in mail.body) is (answer == "decline")
    assert "\n\n\n" not in mail.body


def test_the_secret_stands_in_no_row(space):
    token = invited(space).token
    with connection.cursor() as cursor:
        for table in ("spaces_invitation", "outbox_message"):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608 - our own names
            assert not any(re.escape(token.partition("~")[2]) in row for (row,) in cursor.fetchall())
