"""Pause, resume, renew and end a membership, and take an end back."""

from datetime import date, timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from members.models import User

from ...enums import CURRENT_MEMBERSHIPS, MembershipState, MembershipStep
from ...errors import BookingError
from ...models import Membership
from ...models.memberships import LONGEST_MEMBERSHIP
from ..queries import ended_by_their_members
from ..queries.places import beyond_agreements
from ..rules import may_go_on_alone
from .agreements import check_places_from, check_renewal, lock_organisation
from .common import (
    check_state,
    keep_home,
    keep_step,
    leave_home,
    lock_membership,
    tell_person,
    tell_team,
)

#: From today: an end that lies further away is a typing error.
FURTHEST_END = timedelta(days=LONGEST_MEMBERSHIP * 31)


@transaction.atomic
def pause_membership(*, membership: Membership, by: User | None, reason: str = "") -> Membership:
    """Take the rights of a membership until it is resumed. Raises BookingError `decided`, `not_yours`, `gone`."""
    membership = lock_membership(membership, by)
    check_state(membership, MembershipState.ACTIVE)
    membership.state, membership.reason = MembershipState.PAUSED, reason.strip()
    membership.save(update_fields=["state", "reason"])
    tell_person(keep_step(membership, MembershipStep.PAUSED, by, membership.reason))
    return membership


@transaction.atomic
def resume_membership(*, membership: Membership, by: User | None) -> Membership:
    """Give the rights of a paused membership back. Raises BookingError `decided`, `not_yours`, `gone`."""
    membership = lock_membership(membership, by)
    check_state(membership, MembershipState.PAUSED)
    membership.state, membership.reason = MembershipState.ACTIVE, ""
    membership.save(update_fields=["state", "reason"])
    tell_person(keep_step(membership, MembershipStep.RESUMED, by))
    return membership


@transaction.atomic
def wish_renewal(*, membership: Membership, by: User) -> Membership:
    """Ask the team to renew a membership that ends soon; one of a kind that nobody approves is renewed at once, unless
    the person has it through an organisation. Where others have ended it, the wish is to go on in the person's own
    name after its last day.

    Raises BookingError `decided`, `no_end`, `end_decided`, `too_early`, `gone`."""
    membership = lock_membership(membership, by, by_its_person=True)
    check_state(membership, MembershipState.ACTIVE)
    ends = _check_ends(membership)
    is_final = membership.end_is_decided
    if is_final and not may_go_on_alone(membership, ended_by_person=bool(ended_by_their_members([membership]))):
        raise BookingError("end_decided", _("Its end is decided: ask for a new membership after it."))
    if membership.renewal_wished_at:
        return membership
    if not is_final and not membership.ends_soon(timezone.localdate()):
        message = _("It lasts until {day}: it can be renewed in its last month.")
        raise BookingError("too_early", format_lazy(message, day=dates.day(membership.last_day)))
    if not (is_final or membership.kind.needs_approval or membership.organisation) and membership.kind.lasts_months:
        return _renew(membership, by, membership.renewed_end())
    membership.renewal_wished_at = timezone.now()
    membership.save(update_fields=["renewal_wished_at"])
    # Who has asked to renew it before its end was decided is told of anew.
    tell_team(membership, "spaces.membership_to_renew", -ends.toordinal() if is_final else ends.toordinal())
    return membership


def _check_ends(membership: Membership) -> date:
    if membership.until is None:
        raise BookingError("no_end", _("This membership has no end: there is nothing to renew."))
    return membership.until


@transaction.atomic
def renew_membership(*, membership: Membership, by: User | None, until: date | None) -> Membership:
    """Move the end of a membership to a later day; None takes it away. Where its person wishes to go on in their own
    name, it is no more one of the organisation, whose place is free then. Raises BookingError `decided`, `no_end`,
    `days`, `no_place`, `no_agreement`, `not_yours`, `gone`."""
    membership = lock_membership(membership, by)
    check_state(membership, *CURRENT_MEMBERSHIPS)
    if until and until <= _check_ends(membership):
        message = _("A renewal ends later than the membership does now: after {day}.")
        raise BookingError("days", format_lazy(message, day=dates.day(membership.last_day)))
    return _renew(membership, by, until)


def _renew(membership: Membership, by: User | None, until: date | None) -> Membership:
    ended_on = _check_ends(membership)
    if in_own_name := membership.wishes_own_name:
        membership.organisation = None
    check_renewal(membership, ended_on, until)
    membership.until, membership.renewal_wished_at, membership.end_is_decided = until, None, False
    membership.reason = ""
    membership.save(update_fields=["until", "renewal_wished_at", "end_is_decided", "reason", "organisation"])
    keep_home(membership, ended_on)
    tell_person(keep_step(membership, MembershipStep.RENEWED, by), in_own_name=in_own_name)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: User | None, on: date, reason: str = "") -> Membership:
    """End a membership: `on` is the first day without it, today or later, and not after an end that it has.

    Its home ends with it. Ended for the same day again, it stays as it is. Raises BookingError `decided`, `days`,
    `gone`."""
    membership = lock_membership(membership, by, by_its_person=True, by_its_contact=True)
    check_state(membership, *CURRENT_MEMBERSHIPS)
    if membership.end_is_decided and membership.until == on:
        return membership
    today = timezone.localdate()
    if on < today:
        raise BookingError("days", _("A membership ends today or later: what has been stays as it was."))
    if on > today + FURTHEST_END:
        raise BookingError("days", _("Check the year."))
    if membership.until and on > membership.until:
        raise BookingError("days", _("It ends before that day already."))
    membership.reason = reason.strip()
    membership.end_is_decided, membership.renewal_wished_at = True, None
    since, wished = cast(date, membership.since), membership.wished_kind_id
    _stop(membership, max(on, since), at_once=on <= today or on <= since)
    change = keep_step(membership, MembershipStep.ENDED, by, membership.reason)
    tell_person(change, wished=wished)
    if by and by.pk == membership.user_id:
        tell_team(membership, "spaces.membership_left", change.pk, change=change.pk)
    return membership


@transaction.atomic
def end_beyond_agreement(*, membership: Membership) -> Membership:
    """End a membership that lasts beyond the agreement of its organisation, or has no place of it.

    Raises BookingError `within` where it does no more, `gone`."""
    membership = lock_membership(membership, None)
    if membership.organisation:
        lock_organisation(membership.organisation)
        ends = {one.pk: on for one, on in beyond_agreements(membership.organisation, membership.space)}
        if on := ends.get(membership.pk):
            return end_membership(membership=membership, on=on, by=None)
    raise BookingError("within", _("This membership is within the agreement."))


@transaction.atomic
def take_back_end(*, membership: Membership, by: User) -> Membership:
    """Take back the end that the person has set to their membership, before it comes: the one before it holds again.

    What was cancelled for it stays so. Raises BookingError `not_ended`, `decided`, `gone`, and `no_place` where its
    place in a later agreement of the organisation is taken."""
    membership = lock_membership(membership, by, by_its_person=True)
    check_state(membership, *CURRENT_MEMBERSHIPS)
    ended_on = cast(date, membership.until)
    own = {"step": MembershipStep.ENDED, "made_by": membership.user}
    before = membership.changes.exclude(**own).order_by("made_at", "pk").last()
    if not ended_by_their_members([membership]) or ended_on <= timezone.localdate() or before is None:
        raise BookingError("not_ended", _("The team has decided the end of this membership: only the team changes it."))
    check_places_from(membership, ended_on, before.until)
    membership.until, membership.reason = before.until, ""
    membership.end_is_decided = before.step == MembershipStep.ENDED
    membership.save(update_fields=["until", "reason", "end_is_decided"])
    keep_home(membership, ended_on)
    change = keep_step(membership, MembershipStep.KEPT, by)
    tell_person(change)
    tell_team(membership, "spaces.membership_stays", change.pk)
    return membership


def _stop(membership: Membership, until: date, *, at_once: bool) -> None:
    membership.until, membership.wished_kind = until, None
    if at_once:
        membership.state = MembershipState.ENDED
    membership.save(update_fields=["until", "state", "reason", "end_is_decided", "renewal_wished_at", "wished_kind"])
    leave_home(membership, until)


def end_past_memberships(today: date | None = None) -> int:
    """End the memberships whose last day is over, and return their number. One already ended is left alone."""
    today = today or timezone.localdate()
    past = Membership.objects.current().filter(until__lte=today).values_list("pk", flat=True)
    return sum(end_past(pk, today) for pk in list(past))


@transaction.atomic
def end_past(pk: int, today: date) -> bool:
    """End the membership with this key if its last day is over; return True if it was."""
    try:
        membership = lock_membership(Membership.objects.select_related("user").get(pk=pk), None)
    except (Membership.DoesNotExist, BookingError):  # The account was erased meanwhile.
        return False
    if membership.state not in CURRENT_MEMBERSHIPS or membership.until is None or membership.until > today:
        return False
    wished = membership.wished_kind_id
    _stop(membership, membership.until, at_once=True)
    if not membership.end_is_decided:  # Else it was told when it was decided.
        tell_person(keep_step(membership, MembershipStep.ENDED, None), wished=wished)
    return True
