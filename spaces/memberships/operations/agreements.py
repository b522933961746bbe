"""Make and change the agreements of organisations with a space, and keep their people within the places.

Locks, in this order: accounts, the space, its invitations, the organisation. Whoever gives its places, or agrees on
them, locks the organisation: one transaction at a time counts them, also before there is any agreement."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hacktiv.common import dates
from hacktiv.common.days import overlap
from members.enums import AffiliationRole
from members.models import Affiliation, Organisation, User
from members.organisations.operations import affiliate, end_affiliation

from ...core.operations import check_runs, lock_account
from ...errors import BookingError
from ...models import Agreement, Invitation, Membership, MembershipKind, Space
from ...timing.hours import day_bounds
from ..queries import named_at
from ..queries.places import invited_through, next_free, places_used, what_ends_with
from ..rules import days_agreed
from .common import check_given


@transaction.atomic
def make_agreement(
    *,
    organisation: Organisation,
    space: Space,
    kind: MembershipKind,
    places: int,
    since: date,
    until: date | None = None,
    by: User | None,
) -> Agreement:
    """Give the organisation so many places at the space, from `since` to the day before `until`. Its people who are
    members through it already, on these days, take places too.

    Raises BookingError `days`, `held` where they have an agreement on some of these days, `kind`, `not_offered`,
    `no_place` where more of its people are members there on these days, `not_yours` unless `by` runs the space."""
    check_runs(by, space)
    lock_space(space)
    lock_organisation(organisation)
    _check_days(since, until)
    check_given(kind, space)
    others = Agreement.objects.with_days().filter(organisation=organisation, space=space)
    if others.filter(overlap(since, until)).exists():
        words = _("{organisation} has an agreement with {space} on these days already.")
        raise BookingError("held", format_lazy(words, organisation=organisation, space=space))
    made = Agreement(organisation=organisation, space=space, kind=kind, places=places, since=since, until=until)
    check_places(made, wanted=0)
    made.made_by = by
    made.save()
    return made


@transaction.atomic
def change_agreement(
    *,
    agreement: Agreement,
    places: int,
    until: date | None,
    by: User | None,
    fewer_from: date | None = None,
    leaving: Collection[int] | None = None,
) -> Agreement:
    """Change the number of places, and the first day without the agreement. Open invitations that have no place any
    more are taken back, the latest first; the others can be answered until it ends. Of fewer places none is given from
    now on; those who are `leaving` (primary keys of memberships, by default the latest) keep theirs until the day
    `fewer_from`.

    The memberships that end with it (`what_ends_with`) are ended by the caller afterwards, each with what it opened.
    Raises BookingError `over`, `days`, `held`, `no_place` where more would have to leave, `not_yours` unless `by` runs
    the space."""
    check_runs(by, agreement.space)
    lock_space(agreement.space)
    _lock_invitations(agreement)
    lock_organisation(agreement.organisation)
    agreement = Agreement.objects.select_related("organisation", "space", "kind").get(pk=agreement.pk)
    check_change(agreement, until)
    lost = what_ends_with(agreement, places=places, until=until, fewer_from=fewer_from, leaving=leaving)
    if lost.too_many:
        raise BookingError("no_place", more_leave(lost.too_many))
    agreement.places, agreement.until = places, until
    agreement.save(update_fields=["places", "until"])
    for invitation in lost.invitations:
        invitation.taken_back_at, invitation.taken_back_by = timezone.now(), by
        invitation.save(update_fields=["taken_back_at", "taken_back_by"])
    if last := last_moment(agreement):
        invited_through(agreement).filter(expires_at__gt=last).update(expires_at=last)
    return agreement


def more_leave(number: int) -> Promise:
    """Say that so many people more would have to leave."""
    words = ngettext_lazy("Tick {number} more person who leaves.", "Tick {number} more people who leave.", number)
    return format_lazy(words, number=number)


def check_change(agreement: Agreement, until: date | None) -> None:
    """Raise BookingError `over`, `days` or `held` where the agreement cannot end on that day."""
    today = timezone.localdate()
    if agreement.until and agreement.until <= today:
        raise BookingError("over", _("This agreement is over: make another one."))
    if until and until < today:
        raise BookingError("days", _("An agreement ends today or later: what has been stays as it was."))
    if agreement.is_to_come and until and until < agreement.since:
        words = _("The agreement begins on {day}: it ends after that day, or is cancelled before it begins.")
        raise BookingError("days", format_lazy(words, day=dates.day(agreement.since)))
    _check_days(agreement.since, until, may_be_empty=True)
    later = Agreement.objects.with_days().filter(organisation=agreement.organisation_id, space=agreement.space_id)
    later = later.filter(since__gt=agreement.since)
    if (later.filter(since__lt=until) if until else later).exists():
        raise BookingError("held", _("Another agreement begins before that day."))


@transaction.atomic
def name_person(
    *,
    agreement: Agreement,
    user: User,
    role: AffiliationRole,
    since: date,
    until: date | None = None,
    by: User | None,
) -> Affiliation:
    """Note that somebody belongs to the organisation of an agreement, as its contact at the space or as one of its
    people.

    Raises BookingError `not_yours` unless `by` runs the space, `gone`; MemberError as `affiliate` does."""
    lock_account(user)
    check_runs(by, agreement.space)
    return affiliate(
        user=user,
        organisation=agreement.organisation,
        role=role,
        since=since,
        until=until,
        space=agreement.space,
        by=by,
    )


@transaction.atomic
def end_person(*, agreement: Agreement, affiliation: Affiliation, on: date, by: User | None) -> Affiliation:
    """Note that somebody whom the space has named belongs to the organisation of an agreement no more.

    Raises BookingError `not_yours` unless `by` runs the space and it has named them, `gone`; MemberError as
    `end_affiliation` does."""
    lock_account(affiliation.user)
    check_runs(by, agreement.space)
    if affiliation not in named_at(agreement):
        raise BookingError("not_yours", _("Another space has named them, or the network."))
    return end_affiliation(affiliation=affiliation, on=on, by=by)


def within_agreement(
    membership: Membership, since: date, until: date | None, *, besides: Invitation | None = None
) -> date | None:
    """Return the first day without the membership, which ends with the agreement of its organisation at the latest.
    Where the organisation has never had one with the space, the manager gives what they like.

    The invitation `besides` holds the place that is taken now. Call it under the lock of the account; it locks the
    organisation. Raises BookingError `no_agreement`, `no_place`."""
    if membership.organisation is None:
        return until
    agreement = lock_agreement(membership.organisation, membership.space, since)
    if agreement is None:
        return until
    ends = min(until or date.max, agreement.until) if agreement.until else until
    check_places(agreement, since=since, until=ends, besides=besides, but=membership)
    return ends


def check_renewal(membership: Membership, ended_on: date, until: date | None) -> None:
    """Raise BookingError `no_agreement` or `days` where the agreement of the organisation does not last as long,
    `no_place` where no place is left on one of the days."""
    if membership.organisation is None:
        return
    agreement = lock_agreement(membership.organisation, membership.space, ended_on)
    if agreement is None:
        return
    if agreement.until and (until is None or until > agreement.until):
        words = _("The agreement with {organisation} lasts until {day}: renew it first.")
        names = {"organisation": agreement.organisation, "day": dates.day(agreement.last_day)}
        raise BookingError("days", format_lazy(words, **names))
    check_places_from(membership, ended_on, until)


def check_places_from(membership: Membership, ended_on: date, until: date | None) -> None:
    """Raise BookingError `no_place` where on a day from `ended_on` to the day before `until` the agreement of the
    organisation has no place for the membership, which is to last so long. Call it under the lock of the account; it
    locks the organisation."""
    if membership.organisation is None:
        return
    lock_organisation(membership.organisation)
    later = Agreement.objects.with_days().filter(organisation=membership.organisation, space=membership.space)
    later = later.filter(overlap(ended_on, until)).select_related("organisation", "space")
    for agreement in later.order_by("since", "pk"):
        check_places(agreement, since=ended_on, until=until, but=membership)


def lock_agreement(organisation: Organisation, space: Space, on: date) -> Agreement | None:
    """Lock the organisation, and return its agreement of that day; None where it has never had one with the space.

    Raises BookingError `no_agreement` where it has one, but none on that day."""
    lock_organisation(organisation)
    found = Agreement.objects.filter(organisation=organisation, space=space)
    if held := found.held(on).select_related("organisation", "space", "kind").first():
        return held
    if found.exists():
        words = _("{organisation} has no agreement with {space} on {day}.")
        names = {"organisation": organisation, "space": space, "day": dates.day(on)}
        raise BookingError("no_agreement", format_lazy(words, **names))
    return None


def lock_organisation(organisation: Organisation) -> None:
    """Lock the organisation: one transaction at a time counts its places, and agrees on them."""
    list(Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk))


def check_places(
    agreement: Agreement,
    *,
    wanted: int = 1,
    since: date | None = None,
    until: date | None = None,
    besides: Invitation | None = None,
    but: Membership | None = None,
) -> None:
    """Raise BookingError `no_place` where fewer places than wanted are left on one of the days of the agreement from
    `since` to the day before `until` (default: all that are not over). Call it under the lock of the organisation."""
    left = agreement.places - places_used(agreement, since=since, until=until, besides=besides, but=but)
    if wanted <= left:
        return
    words = _("Places of {organisation} at {space} {days}: {places}. Left: {left}.")
    names = {"organisation": agreement.organisation, "places": agreement.places, "space": agreement.space}
    said: list[Promise] = [format_lazy(words, **names, days=days_agreed(agreement), left=max(left, 0))]
    if wanted > 1:
        beyond = wanted - max(left, 0)
        too_many = ngettext_lazy("One person is too many.", "{number} people are too many.", beyond)
        said.append(format_lazy(too_many, number=beyond))
    if wanted and (found := next_free(agreement, since=since, wanted=max(left, 0) + 1, besides=besides, but=but)):
        day, free = found
        words = ngettext_lazy("From {day} on: {left} place left.", "From {day} on: {left} places left.", free)
        said.append(format_lazy(words, day=dates.day(day), left=free))
    raise BookingError("no_place", format_lazy(" ".join(["{}"] * len(said)), *said))


def last_moment(agreement: Agreement | None) -> datetime | None:
    """Return until when an invitation to a place of the agreement can be answered: the end of its last day."""
    if agreement is None or agreement.until is None:
        return None
    return day_bounds(agreement.last_day)[1] - timedelta(microseconds=1)


def lock_space(space: Space) -> None:
    """Lock the space: one transaction at a time looks whom it has invited, and invites."""
    Space.objects.select_for_update(no_key=True).get(pk=space.pk)


def _lock_invitations(agreement: Agreement) -> None:
    found = Invitation.objects.unanswered().filter(organisation=agreement.organisation, space=agreement.space)
    list(found.select_for_update(of=["self"]).order_by("pk"))


def _check_days(since: date, until: date | None, *, may_be_empty: bool = False) -> None:
    """Raise BookingError `days` unless they are in order; one that never began may be left without a day."""
    if until and until < since + timedelta(days=0 if may_be_empty else 1):
        raise BookingError("days", _("It ends after it begins."))
