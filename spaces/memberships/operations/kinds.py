"""Change the kind of a membership; wish for another kind, take the wish back, and refuse it."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...enums import CURRENT_MEMBERSHIPS, MembershipState, MembershipStep
from ...errors import BookingError
from ...models import Membership, MembershipKind
from .common import check_kind, check_state, keep_step, lock_membership, tell_person, tell_team


@transaction.atomic
def change_kind(
    *, membership: Membership, kind: MembershipKind, by: User | None, until: date | None = None
) -> Membership:
    """Make it a membership of another kind from now on; its days stay, but one without an end ends on `until`. A wish
    for another kind is answered by it.

    Raises BookingError `decided`, `kind`, `days`, `gone`."""
    membership = lock_membership(membership, by)
    check_state(membership, *CURRENT_MEMBERSHIPS)
    check_kind(kind, membership)
    if membership.kind == kind:
        return membership
    if until and until <= timezone.localdate():
        raise BookingError("days", _("The last day is over already."))
    membership.kind, membership.until, membership.wished_kind = kind, membership.until or until, None
    membership.save(update_fields=["kind", "until", "wished_kind"])
    tell_person(keep_step(membership, MembershipStep.CHANGED, by))
    return membership


@transaction.atomic
def wish_kind(*, membership: Membership, kind: MembershipKind, by: User, words: str = "") -> Membership:
    """Ask the team to make it a membership of another kind that the space offers now. A second wish for the same kind
    is the first one; one for another kind takes its place.

    Raises BookingError `decided`, `end_decided`, `not_offered`, `same_kind`, `gone`."""
    membership = lock_membership(membership, by, by_its_person=True)
    check_state(membership, MembershipState.ACTIVE)
    today = timezone.localdate()
    if membership.until and membership.until <= today:
        raise BookingError("decided", _("This membership is over: ask for a new one."))
    if membership.end_is_decided:
        raise BookingError("end_decided", _("Its end is decided: ask for a new membership after it."))
    if kind == membership.kind:
        raise BookingError("same_kind", _("Your membership is of this kind already."))
    # Locked, so that nobody deletes the kind meanwhile.
    offered = MembershipKind.objects.of(membership.space).offered(today).select_for_update(of=["self"], no_key=True)
    if not offered.filter(pk=kind.pk).first():
        message = _("{space} does not offer this kind of membership now. Choose another one.")
        raise BookingError("not_offered", format_lazy(message, space=membership.space.name))
    if membership.wished_kind == kind:
        return membership
    membership.wished_kind = kind
    membership.save(update_fields=["wished_kind"])
    change = keep_step(membership, MembershipStep.KIND_WISHED, by, words.strip())
    tell_team(membership, "spaces.membership_other_kind", change.pk, change=change.pk)
    return membership


@transaction.atomic
def take_back_wish(*, membership: Membership, by: User) -> Membership:
    """Take back the wish for another kind; does nothing without one. Raises BookingError `gone`."""
    membership = lock_membership(membership, by, by_its_person=True)
    if membership.wished_kind:
        membership.wished_kind = None
        membership.save(update_fields=["wished_kind"])
        keep_step(membership, MembershipStep.WISH_TAKEN_BACK, by)
    return membership


@transaction.atomic
def refuse_kind(*, membership: Membership, by: User | None, reason: str) -> Membership:
    """Refuse the wish for another kind with a word: the membership stays as it is, and the person is told.

    Raises BookingError `no_wish`, `reason_needed`, `gone`."""
    membership = lock_membership(membership, by)
    if membership.wished_kind is None:
        raise BookingError("no_wish", _("It is decided already: nobody wishes for another kind."))
    if not reason.strip():
        raise BookingError("reason_needed", _("Say why: the person reads it in their mail."))
    membership.wished_kind = None
    membership.save(update_fields=["wished_kind"])
    tell_person(keep_step(membership, MembershipStep.KIND_REFUSED, by, reason.strip()))
    return membership
