"""Invite an address to a membership, alone or with a list; send again, take back; accept and decline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue, enqueue_all
from hacktiv.outbox.rendering import render
from members.core.operations import keep_account
from members.core.queries import was_theirs
from members.models import Organisation, User

from ...core.operations import check_runs, lock_account, lock_actor
from ...core.queries import Recipient, recipients_of, reply_address, runs
from ...enums import InvitationState, MembershipStep
from ...errors import BookingError
from ...models import Agreement, Invitation, Membership, MembershipKind, Space
from ...models.invitations import VALID_FOR
from ..queries import is_contact, members_among, placed_among
from ..queries.places import free_from
from ..rules import days_agreed, may_go_on_through
from .agreements import check_places, last_moment, lock_agreement, lock_space, within_agreement
from .asking import current_membership, give_to_locked
from .common import check_given, keep_step, tell_person

#: Between two sendings of one invitation: who clicks twice, or does not wait for the mail, sends one.
NOT_AGAIN_WITHIN = timedelta(minutes=10)
#: Sendings of one invitation in all.
MOST_SENDINGS = 5
#: In months, after its last day of validity: so long a row that led to no membership is kept.
KEPT_FOR = 12

INVITATION_MAIL = "spaces.membership_invitation"
ANSWERED_MAIL = "spaces.membership_invitation_answered"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One address to invite, and the offer. Without a first day the membership begins on the day of the answer."""

    email: str
    kind: MembershipKind
    full_name: str = ""
    language: str = settings.LANGUAGE_CODE
    organisation: Organisation | None = None
    first_day: date | None = None
    words: str = ""


class Invited(NamedTuple):
    """The invitations that were sent, and the addresses that were left out: of members, or invited meanwhile. Of a
    contact's list, `placed` says of those with a place until which last day they have it; None without an end."""

    sent: list[Invitation]
    left_out: list[str]
    placed: Mapping[str, date | None] = MappingProxyType({})


class Preview(NamedTuple):
    """The mail of an invitation as its person would read it."""

    subject: str
    text: str


class Acceptance(NamedTuple):
    """The outcome of an acceptance. `is_new`: the membership was given by it; else the person had it already.
    `goes_on`: it is one through the organisation from now on."""

    membership: Membership | None
    is_new: bool
    goes_on: bool = False


@transaction.atomic
def invite(*, space: Space, wish: Wish, by: User | None) -> Invitation:
    """Invite an address to a membership of the space, and mail it.

    Raises BookingError `kind`, `not_offered`, `already_member` (of this space), `already_invited`, `not_yours` unless
    `by` runs the space, and of an organisation `no_agreement` and `no_place`."""
    email = _address(wish.email)
    lock_space(space)
    check_runs(by, space)
    check_given(wish.kind, space)
    if members_among(space, [email]):
        message = _("{address} belongs to a member of {space} already.")
        raise BookingError("already_member", format_lazy(message, address=email, space=space.name))
    if earlier := Invitation.objects.unanswered().filter(space=space, email=email).first():
        day = dates.day(earlier.sent_at)
        message = _("{address} was invited on {day} already. Send that invitation again, or take it back first.")
        raise BookingError("already_invited", format_lazy(message, address=email, day=day))
    agreement = check_place_of(wish.organisation, space, wish.first_day) if wish.organisation else None
    invitation = _invitation(space, wish, by, timezone.now(), agreement)
    invitation.save()
    _send(invitation)
    return invitation


@transaction.atomic
def invite_several(*, space: Space, wishes: Iterable[Wish], by: User | None) -> Invited:
    """Invite the addresses of a list to the space. Those of its members, and those that it has invited already, are
    left out: the same list sent twice, or by two people at once, invites each address once.

    Raises BookingError `kind`, `not_offered`, `not_yours`; then nobody is invited."""
    by_address: dict[str, Wish] = {}
    for wish in wishes:
        by_address.setdefault(_address(wish.email), wish)
    lock_space(space)
    check_runs(by, space)
    for kind in {wish.kind for wish in by_address.values()}:
        check_given(kind, space)
    invited = Invitation.objects.unanswered().filter(space=space, email__in=by_address)
    out = members_among(space, by_address) | set(invited.values_list("email", flat=True))
    now = timezone.now()
    rows = [_invitation(space, wish, by, now) for email, wish in by_address.items() if email not in out]
    sent = Invitation.objects.bulk_create(rows)
    enqueue_all([_mail_of(invitation) for invitation in sent])
    return Invited(sent, [email for email in by_address if email in out])


def previewed(*, space: Space, wish: Wish, by: User | None) -> Preview:
    """Return the mail that would invite the address, without its link; nothing is written. Raises as `invite` does."""
    with transaction.atomic():
        invitation = invite(space=space, wish=wish, by=by)
        mail = render(Message.objects.get(key=_mail_of(invitation).key))
        transaction.set_rollback(True)
    if mail is None:  # It would be out of date by now.
        return Preview("", "")
    return Preview(str(mail.subject), str(mail.body).replace(invitation.token, "…"))


@transaction.atomic
def invite_own_people(
    *,
    agreement: Agreement,
    addresses: Iterable[str],
    language: str,
    first_day: date | None = None,
    words: str = "",
    by: User,
) -> Invited:
    """Invite people of an organisation to its places, by its contact: from `first_day` on, by default the first day
    from which there is a place. Who has such a place or such an open invitation, of whichever
    agreement, is left out: the team renews who is to go on. Whether an address is otherwise known to the space or has
    an account is told by nothing.

    Raises BookingError `not_yours` (`by` is no contact of it at the space), `no_agreement`, `days` (the agreement does
    not hold on that day), `no_place`, `not_offered`; then nobody is invited."""
    organisation, space = agreement.organisation, agreement.space
    lock_actor(by)
    lock_space(space)
    if not is_contact(by, organisation, space):
        raise BookingError("not_yours", _("Only a contact of the organisation invites its people."))
    day = max(agreement.since, timezone.localdate())
    found = lock_agreement(organisation, space, day)
    if found != agreement:
        raise BookingError("no_agreement", _("There is no such agreement any more."))
    check_given(found.kind, space)
    wanted = list(dict.fromkeys(map(_address, addresses)))
    invited = Invitation.objects.open().filter(organisation=organisation, space=space, email__in=wanted)
    placed = {address: one.last_day for address, one in placed_among(organisation, space, wanted).items()}
    out = {*placed, *invited.values_list("email", flat=True)}
    new = [email for email in wanted if email not in out]
    day = _first_day(found, first_day)
    check_places(found, wanted=len(new), since=day)
    now = timezone.now()
    expired = Invitation.objects.in_state(InvitationState.EXPIRED, now).filter(organisation=organisation, space=space)
    expired.filter(email__in=new).update(taken_back_at=now, taken_back_by=by)
    offer: Any = {"kind": found.kind, "language": language, "organisation": organisation, "words": words}
    wishes = [Wish(email=email, first_day=day if day > timezone.localdate() else None, **offer) for email in new]
    rows = [_invitation(space, wish, by, now, found) for wish in wishes]
    sent = Invitation.objects.bulk_create(rows)
    enqueue_all([_mail_of(invitation) for invitation in sent])
    return Invited(sent, [email for email in wanted if email in out], placed)


def _first_day(agreement: Agreement, wished: date | None) -> date:
    """Return the day from which people are invited, today or later: the wished one, else the first with a place, and
    the first of all where none has. Raises BookingError `days`."""
    earliest = max(agreement.since, timezone.localdate())
    if wished is None:
        return free_from(agreement) or earliest
    if not agreement.holds(max(wished, earliest)) or wished < agreement.since:
        words = _("Choose a day of the agreement, {days}.")
        raise BookingError("days", format_lazy(words, days=days_agreed(agreement)))
    return max(wished, earliest)


def check_place_of(
    organisation: Organisation, space: Space, first_day: date | None, *, besides: Invitation | None = None
) -> Agreement | None:
    """Lock and return the agreement of that day; None where the organisation has never had one with the space. The
    invitation `besides` may hold the place already.

    Raises BookingError `no_agreement`, `no_place`."""
    day = max(first_day or date.min, timezone.localdate())
    agreement = lock_agreement(organisation, space, day)
    if agreement:
        check_places(agreement, since=day, besides=besides)
    return agreement


@transaction.atomic
def send_again(*, invitation: Invitation, by: User | None) -> Invitation:
    """Mail an unanswered invitation anew, with another link, valid from now on; the links sent before stop.

    Raises BookingError `answered`, `too_soon`, `too_often`, `not_offered`, `already_member`, `no_agreement`,
    `no_place`, `gone`, and `not_yours` unless `by` runs the space or is a contact of the organisation there."""
    _check_sends(by, invitation)
    invitation = _lock(invitation)
    _check_unanswered(invitation)
    check_given(invitation.kind, invitation.space)
    now = timezone.now()
    # To the contact of an organisation nobody tells who is a member of the space.
    if not invitation.organisation and members_among(invitation.space, [invitation.email]):
        message = _("{address} belongs to a member of {space} already.")
        names = {"address": invitation.email, "space": invitation.space.name}
        raise BookingError("already_member", format_lazy(message, **names))
    if now - invitation.sent_at < NOT_AGAIN_WITHIN:
        raise BookingError("too_soon", _("It was sent a moment ago: the mail may still be on its way."))
    if invitation.sendings >= MOST_SENDINGS:
        message = _("It was sent {number} times: that is enough. Take it back, and ask the person in another way.")
        raise BookingError("too_often", format_lazy(message, number=invitation.sendings))
    agreement = None
    if invitation.organisation:
        place = (invitation.organisation, invitation.space, invitation.first_day)
        agreement = check_place_of(*place, besides=invitation)
    invitation.sendings += 1
    invitation.sent_at, invitation.expires_at = now, _valid_until(now, agreement)
    invitation.save(update_fields=["sendings", "sent_at", "expires_at"])
    _send(invitation)
    return invitation


@transaction.atomic
def take_back(*, invitation: Invitation, by: User | None) -> Invitation:
    """Make an invitation void; taken back already, it stays as it is. Raises BookingError `answered`,
    `not_yours`, `gone`."""
    _check_sends(by, invitation)
    invitation = _lock(invitation)
    if invitation.taken_back_at:
        return invitation
    _check_unanswered(invitation)
    invitation.taken_back_at, invitation.taken_back_by = timezone.now(), by
    invitation.save(update_fields=["taken_back_at", "taken_back_by"])
    return invitation


@transaction.atomic
def accept(*, invitation: Invitation, user: User, goes_on: bool = False) -> Acceptance:
    """Give the person the membership that they are invited to. An open request of theirs at the space is approved by
    it. Who is a member there already keeps what they have, and the place of the organisation is free again; with
    `goes_on`, which they choose, their membership becomes one of the organisation, of the kind of the invitation.
    Accepted by the same person again, it stays as it is.

    Raises BookingError `wrong_account` unless the invited address was theirs, `answered`, `expired`,
    `not_offered`, `kind`, `days`, `gone`, and with `goes_on` also `not_through_it`."""
    user = _lock_people(user, invitation)
    invitation = _lock(invitation)
    check_addressee(invitation, user)
    if invitation.accepted_at and (invitation.membership is None or invitation.membership.user_id == user.pk):
        return Acceptance(invitation.membership, is_new=False)
    check_open(invitation)
    today = timezone.localdate()
    membership = current_membership(user, invitation.space, today)
    if is_new := membership is None:
        check_given(invitation.kind, invitation.space)
        since = invitation.begins_on(today)
        membership = give_to_locked(
            user=user,
            space=invitation.space,
            kind=invitation.kind,
            since=since,
            until=invitation.kind.end_of(since),
            organisation=invitation.organisation,
            invitation=invitation,
            by=invitation.made_by,
        )
    elif goes_on:
        membership = _go_on_through(invitation, membership, user, today)
    invitation.membership, invitation.accepted_at = membership, timezone.now()
    invitation.save(update_fields=["membership", "accepted_at"])
    _tell_who_invited(invitation, changes_nothing=not (is_new or goes_on))
    return Acceptance(membership, is_new, goes_on=goes_on and not is_new)


def _go_on_through(invitation: Invitation, found: Membership, user: User, today: date) -> Membership:
    """Make the person's membership one of the organisation from now on, of the kind of the invitation, whose place it
    takes. It lasts as long as one that begins today, and an end that was set to it falls."""
    membership = Membership.objects.select_for_update(of=["self"]).select_related("user", "space").get(pk=found.pk)
    check_given(invitation.kind, invitation.space)
    if not may_go_on_through(invitation, membership, today):
        words = _("Your membership cannot go on through this organisation now: ask the team of the space.")
        raise BookingError("not_through_it", words)
    membership.kind, membership.organisation = invitation.kind, invitation.organisation
    since = max(membership.since or today, today)
    membership.until = within_agreement(membership, since, invitation.kind.end_of(since), besides=invitation)
    if membership.until and membership.until <= since:
        raise BookingError("days", _("A membership ends after it begins."))
    membership.end_is_decided, membership.renewal_wished_at, membership.wished_kind = False, None, None
    membership.save()
    tell_person(keep_step(membership, MembershipStep.CHANGED, user))
    return membership


@transaction.atomic
def decline(*, invitation: Invitation, user: User | None, words: str = "") -> Invitation:
    """Decline an invitation, with a word to the team. `user` is None for a visitor who has its link. Declined already,
    it stays as it is.

    Raises BookingError `wrong_account`, `answered`, `expired`, `gone`."""
    if user:
        user = lock_account(user)
    invitation = _lock(invitation)
    if user:
        check_addressee(invitation, user)
    if invitation.declined_at:
        return invitation
    check_open(invitation)
    invitation.declined_at, invitation.answer = timezone.now(), words.strip()
    invitation.save(update_fields=["declined_at", "answer"])
    _tell_who_invited(invitation)
    return invitation


@transaction.atomic
def forget_invitations(now: datetime | None = None) -> int:
    """Delete the invitations that led to no membership and whose validity ended a year ago; return their number."""
    before = (now or timezone.now()) - relativedelta(months=KEPT_FOR)
    led_to_nothing = Invitation.objects.filter(Q(membership=None), expires_at__lte=before)
    return led_to_nothing.delete()[0]


def check_addressee(invitation: Invitation, user: User) -> None:
    """Raise BookingError `wrong_account` unless the address was the person's, confirmed, when it was invited."""
    if not was_theirs(user, invitation.email, at=invitation.made_at):
        message = _("This invitation is for another address than those of your account.")
        raise BookingError("wrong_account", message)


def check_open(invitation: Invitation) -> None:
    """Raise BookingError `answered` or `expired` unless the invitation can be answered."""
    _check_unanswered(invitation)
    if not invitation.is_open:
        message = _("This invitation was valid until {day}. Ask the space to send it again.")
        raise BookingError("expired", format_lazy(message, day=dates.day(invitation.expires_at)))


def _check_sends(by: User | None, invitation: Invitation) -> None:
    lock_actor(by)
    if not (invitation.organisation and is_contact(by, invitation.organisation, invitation.space)):
        check_runs(by, invitation.space)


def _check_unanswered(invitation: Invitation) -> None:
    if not invitation.is_unanswered:
        message = _("Nothing is done: this invitation is “{state}”.")
        raise BookingError("answered", format_lazy(message, state=invitation.state.label))


def _address(email: str) -> str:
    return email.strip().lower()


def _lock_people(user: User, invitation: Invitation) -> User:
    """Lock the account of the person, and of who invited them, before the invitation. Return the person as they are
    now. Raises BookingError `gone`."""
    user = lock_account(user)
    if invitation.made_by:
        keep_account(invitation.made_by)
    return user


def _lock(invitation: Invitation) -> Invitation:
    """Lock the invitation, after the account where there is one, and return it as it is now. Raises BookingError
    `gone`."""
    found = Invitation.objects.select_for_update(of=["self"]).select_related(
        "space", "kind", "organisation", "made_by", "membership"
    )
    try:
        return found.get(pk=invitation.pk)
    except Invitation.DoesNotExist:
        raise BookingError("gone", _("This invitation was deleted.")) from None


def _valid_until(now: datetime, agreement: Agreement | None) -> datetime:
    """Return until when an invitation that is sent now can be answered: to a place of an agreement, until its end."""
    last = last_moment(agreement)
    return min(now + VALID_FOR, last) if last else now + VALID_FOR


def _invitation(
    space: Space, wish: Wish, by: User | None, now: datetime, agreement: Agreement | None = None
) -> Invitation:
    return Invitation(
        space=space,
        kind=wish.kind,
        organisation=wish.organisation,
        email=_address(wish.email),
        full_name=wish.full_name.strip(),
        language=wish.language,
        first_day=wish.first_day,
        words=wish.words.strip(),
        made_by=by,
        made_at=now,
        sent_at=now,
        expires_at=_valid_until(now, agreement),
    )


def _mail_of(invitation: Invitation) -> Message:
    """Return the mail of the latest sending, without the name that the team typed (docs/privacy.md, names)."""
    return Message(
        key=f"{INVITATION_MAIL}:{invitation.pk}:{invitation.sendings}",
        template=INVITATION_MAIL,
        to_email=invitation.email,
        reply_to=reply_address(invitation.space, invitation.made_by),
        language=invitation.language,
        context={"invitation": invitation.pk, "sending": invitation.sendings},
        due_at=invitation.sent_at,
        expires_at=invitation.expires_at,
    )


def _send(invitation: Invitation) -> None:
    enqueue_all([_mail_of(invitation)])


def _tell_who_invited(invitation: Invitation, *, changes_nothing: bool = False) -> None:
    """Mail who made the invitation, once, a contact of the organisation too; the team where they are it no more.
    `changes_nothing`: the person was a member already, and stays what they were."""
    author = invitation.made_by
    people = recipients_of(invitation.space)
    is_of_contact = bool(invitation.organisation and is_contact(author, invitation.organisation, invitation.space))
    if author and author.is_active and (is_of_contact or runs(author, invitation.space)):
        people = [Recipient(author.email, str(author), author.language)]
    for person in people:
        enqueue(
            key=f"{ANSWERED_MAIL}:{invitation.pk}:{person.email}",
            template=ANSWERED_MAIL,
            to_email=person.email,
            to_name=person.name,
            language=person.language,
            context={"invitation": invitation.pk, "to_contact": is_of_contact, "changes_nothing": changes_nothing},
        )
