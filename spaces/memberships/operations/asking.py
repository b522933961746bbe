"""Ask for a membership, take the request back, or be given one by a manager."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, User

from ...core.operations import check_runs, lock_account
from ...enums import MembershipState, MembershipStep
from ...errors import BookingError
from ...models import Invitation, Membership, MembershipChange, MembershipKind, Space
from .agreements import within_agreement
from .common import check_kind, check_state, give, keep_step, lock_membership, tell_team
from .life import end_past


@transaction.atomic
def ask_membership(*, user: User, space: Space, kind: MembershipKind, words: str = "") -> Membership:
    """Ask the space for a membership of this kind. A kind that nobody approves is given at once, but not to whom the
    team has refused, paused or ended a membership before.

    `words` is what the person writes to the team. A second request while the first is open is that first one.
    Raises BookingError `not_offered`, `already_member`."""
    user = lock_account(user)
    today = timezone.localdate()
    # Locked, so that nobody deletes the kind meanwhile.
    offered = MembershipKind.objects.of(space).offered(today).select_for_update(of=["self"], no_key=True)
    if not (space.is_published and offered.filter(pk=kind.pk).first()):
        message = _("{space} does not offer this kind of membership now. Choose another one.")
        raise BookingError("not_offered", format_lazy(message, space=space.name))
    if asked := Membership.objects.requested().filter(user=user, space=space).select_related("space", "kind").first():
        return asked
    _check_not_a_member(user, space)
    membership = Membership(user=user, space=space, kind=kind, note=words.strip())
    if kind.needs_approval or _was_decided_against(user, space):
        membership.save()
        keep_step(membership, MembershipStep.ASKED, user)
        tell_team(membership, "spaces.membership_to_decide")
        return membership
    return give(membership, since=today, until=kind.end_of(today), by=None)


@transaction.atomic
def give_membership(
    *,
    user: User,
    space: Space,
    kind: MembershipKind,
    since: date,
    until: date | None = None,
    organisation: Organisation | None = None,
    by: User | None,
) -> Membership:
    """Make the person a member of the space, by its manager, through an organisation if one is named. An open request
    of theirs is answered with it.

    Raises BookingError `kind`, `already_member`, `days`, `no_agreement`, `no_place`, `not_yours` unless `by` runs the
    space, `gone`."""
    user = lock_account(user)
    check_runs(by, space)
    return give_to_locked(user=user, space=space, kind=kind, since=since, until=until, organisation=organisation, by=by)


def give_to_locked(
    *,
    user: User,
    space: Space,
    kind: MembershipKind,
    since: date,
    until: date | None,
    organisation: Organisation | None,
    invitation: Invitation | None = None,
    by: User | None,
) -> Membership:
    """Make the person, whose account is locked, a member of the space. The `invitation` that they accept holds their
    place among those of the organisation.

    Raises as `give_membership`, but asks nothing of `by`: an invitation holds though who has sent it runs the space no
    more."""
    _check_not_a_member(user, space)
    asked = Membership.objects.select_for_update(of=["self"]).requested().filter(user=user, space=space).first()
    membership = asked or Membership(user=user, space=space)
    membership.kind, membership.organisation = kind, organisation or membership.organisation
    check_kind(kind, membership)
    until = within_agreement(membership, since, until, besides=invitation)
    return give(membership, since=since, until=until, by=by)


def current_membership(user: User, space: Space, today: date) -> Membership | None:
    """Return the membership of the person at the space that is active or paused, or None. One whose last day is over
    is ended first; the caller has locked the account."""
    current = Membership.objects.current().filter(user=user, space=space).first()
    return None if current is None or end_past(current.pk, today) else current


def _check_not_a_member(user: User, space: Space) -> None:
    if current_membership(user, space, timezone.localdate()):
        message = _("{person} is a member of {space} already.")
        raise BookingError("already_member", format_lazy(message, person=user, space=space.name))


@transaction.atomic
def withdraw_request(*, membership: Membership, by: User) -> Membership:
    """Take an open request back. One that is taken back already stays as it is. Raises BookingError `decided`."""
    membership = lock_membership(membership, by, by_its_person=True)
    if membership.state == MembershipState.WITHDRAWN:
        return membership
    check_state(membership, MembershipState.REQUESTED)
    membership.state = MembershipState.WITHDRAWN
    membership.save(update_fields=["state"])
    keep_step(membership, MembershipStep.WITHDRAWN, by)
    return membership


def _was_decided_against(user: User, space: Space) -> bool:
    """Tell if somebody else has refused, paused or ended a membership of the person at the space."""
    against = (MembershipStep.REFUSED, MembershipStep.PAUSED, MembershipStep.ENDED)
    found = MembershipChange.objects.filter(membership__user=user, membership__space=space, step__in=against)
    return found.exclude(made_by=user).exclude(made_by=None).exists()
