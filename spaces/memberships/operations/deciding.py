"""Answer a request for a membership."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, User

from ...enums import MembershipState, MembershipStep
from ...errors import BookingError
from ...models import Membership, MembershipKind
from .agreements import within_agreement
from .common import check_kind, check_state, give, keep_step, lock_membership, tell_person


@transaction.atomic
def approve_membership(
    *,
    membership: Membership,
    by: User | None,
    since: date,
    until: date | None = None,
    kind: MembershipKind | None = None,
    organisation: Organisation | None = None,
) -> Membership:
    """Give what was asked for, or another kind, from `since` to the day before `until`, through an organisation if one
    is named, and mail the person.

    Raises BookingError `decided`, `kind`, `days`, `gone`, `no_agreement`, `no_place`."""
    membership = lock_membership(membership, by)
    check_state(membership, MembershipState.REQUESTED)
    membership.kind, membership.organisation = kind or membership.kind, organisation or membership.organisation
    check_kind(membership.kind, membership)
    until = within_agreement(membership, since, until)
    return give(membership, since=since, until=until, by=by)


@transaction.atomic
def refuse_membership(*, membership: Membership, by: User | None, reason: str) -> Membership:
    """Refuse a request with a word, which the person reads. Raises BookingError `reason_needed`, `decided`, `gone`."""
    if not reason.strip():
        raise BookingError("reason_needed", _("Tell the person why."))
    membership = lock_membership(membership, by)
    check_state(membership, MembershipState.REQUESTED)
    membership.state, membership.reason = MembershipState.REFUSED, reason.strip()
    membership.decided_at, membership.decided_by = timezone.now(), by
    membership.save()
    tell_person(keep_step(membership, MembershipStep.REFUSED, by, membership.reason))
    return membership
