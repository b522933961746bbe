"""Answer a request for a membership."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...enums import MembershipState, MembershipStep
from ...errors import BookingError
from ...models import Membership, MembershipKind
from .common import begin, check_kind, check_state, lock_membership, note, settle_home, tell_person


@transaction.atomic
def approve_membership(
    *,
    membership: Membership,
    by: User | None,
    since: date,
    until: date | None = None,
    kind: MembershipKind | None = None,
) -> Membership:
    """Give what was asked for, or another kind, from `since` to the day before `until`, and mail the person.

    Raises BookingError `decided`, `kind`, `days`, `gone`."""
    membership = lock_membership(membership)
    check_state(membership, MembershipState.REQUESTED)
    membership.kind = kind or membership.kind
    check_kind(membership.kind, membership)
    begin(membership, since=since, until=until)
    membership.decided_at, membership.decided_by = timezone.now(), by
    membership.save()
    settle_home(membership)
    tell_person(note(membership, MembershipStep.GIVEN, by))
    return membership


@transaction.atomic
def refuse_membership(*, membership: Membership, by: User | None, reason: str) -> Membership:
    """Refuse a request with a word, which the person reads. Raises BookingError `reason_needed`, `decided`, `gone`."""
    if not reason.strip():
        raise BookingError("reason_needed", _("Tell the person why."))
    membership = lock_membership(membership)
    check_state(membership, MembershipState.REQUESTED)
    membership.state, membership.reason = MembershipState.REFUSED, reason.strip()
    membership.decided_at, membership.decided_by = timezone.now(), by
    membership.save()
    tell_person(note(membership, MembershipStep.REFUSED, by, membership.reason))
    return membership
