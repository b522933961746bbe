"""Lock a membership, begin its days, keep its history, and tell people of it."""

from datetime import date
from typing import Any, cast

from django.db.models import F
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from hacktiv.common.days import overlap
from hacktiv.outbox.operations import enqueue
from members.models import User

from ...core.operations import check_runs, lock_account, lock_actor
from ...core.queries import home_space, recipients_of
from ...enums import HELD_MEMBERSHIPS, MembershipState, MembershipStep
from ...errors import BookingError
from ...models import HomeSpace, Membership, MembershipChange, MembershipKind, Space
from ..queries import is_contact
from .homes import set_home_space


def lock_membership(
    membership: Membership, by: User | None, *, by_its_person: bool = False, by_its_contact: bool = False
) -> Membership:
    """Lock the membership, after its person and who acts, and return it as it is now. `by` runs the space, or is the
    person themselves or a contact of their organisation there for what these may do; None is the platform itself.

    Raises BookingError `not_yours`, `gone`."""
    lock_account(membership.user)
    lock_actor(by)
    is_own = by_its_person and by is not None and by.pk == membership.user_id
    organisation = membership.organisation if by_its_contact else None
    if not (is_own or (organisation and is_contact(by, organisation, membership.space))):
        check_runs(by, membership.space)
    found = Membership.objects.select_for_update(of=["self"]).select_related("user", "space", "kind")
    return found.get(pk=membership.pk)


def check_given(kind: MembershipKind, space: Space) -> None:
    """Raise BookingError `kind` for a kind of another space, `not_offered` for one that is offered no more."""
    if not kind.is_of(space):
        raise BookingError("kind", _("This kind of membership belongs to another space."))
    if not MembershipKind.objects.given(timezone.localdate()).filter(pk=kind.pk).exists():
        message = _("“{kind}” is offered no more. Ask the space what it offers now.")
        raise BookingError("not_offered", format_lazy(message, kind=kind.name))


def check_state(membership: Membership, *states: MembershipState) -> None:
    """Raise BookingError `decided` unless the membership is in one of these states."""
    if membership.state not in states:
        message = _("It is decided already: the membership of {person} is now “{state}”.")
        raise BookingError(
            "decided", format_lazy(message, person=membership.user, state=membership.get_state_display())
        )


def check_kind(kind: MembershipKind, membership: Membership) -> None:
    """Raise BookingError `kind` for a kind of another space."""
    if not kind.is_of(membership.space):
        raise BookingError("kind", _("This kind of membership belongs to another space."))


def give(membership: Membership, *, since: date, until: date | None, by: User | None) -> Membership:
    """Make the membership active on these days, mail the person, and make the space their home where they have none.

    Raises BookingError `days` where they are not in order or lie on those of an earlier membership at the space."""
    _check_days(membership, since, until)
    membership.state, membership.since, membership.until = MembershipState.ACTIVE, since, until
    membership.decided_at, membership.decided_by = timezone.now(), by
    membership.save()
    _settle_home(membership)
    tell_person(keep_step(membership, MembershipStep.GIVEN, by))
    return membership


def _check_days(membership: Membership, since: date, until: date | None) -> None:
    if until and until <= since:
        raise BookingError("days", _("A membership ends after it begins."))
    if until and until <= timezone.localdate():
        raise BookingError("days", _("The last day is over already."))
    earlier = Membership.objects.filter(user=membership.user, space=membership.space, state__in=HELD_MEMBERSHIPS)
    earlier = earlier.exclude(pk=membership.pk).exclude(until=F("since"))  # ended before its first day
    if last := earlier.filter(overlap(since, until)).order_by("-since").first():
        message = _("{person} is a member of {space} on these days already: from {since}.")
        names = {"person": membership.user, "space": membership.space.name, "since": dates.day(last.since)}
        raise BookingError("days", format_lazy(message, **names))


def _settle_home(membership: Membership) -> None:
    begins = max(cast(date, membership.since), timezone.localdate())
    if home_space(membership.user, begins) is None:
        set_home_space(user=membership.user, space=membership.space, on=begins)


def leave_home(membership: Membership, on: date) -> None:
    """End the home at the space of the membership on that day. The home is then at another space of which the person is
    a member, the one they have been a member of for longest; without any, nowhere."""
    homes = HomeSpace.objects.filter(user=membership.user, space=membership.space)
    homes.filter(since__gte=on).delete()
    if not homes.current(on).update(until=on):
        return
    others = Membership.objects.current_on(on).filter(user=membership.user).exclude(pk=membership.pk)
    if other := others.select_related("space").order_by("since", "pk").first():
        set_home_space(user=membership.user, space=other.space, on=on)


def keep_home(membership: Membership, ended_on: date) -> None:
    """Take back that the home at the space of the membership ends on that day, as the membership goes on."""
    homes = HomeSpace.objects.filter(user=membership.user)
    if homes.filter(space=membership.space, until=ended_on).exists() and not homes.filter(since__gt=ended_on).exists():
        set_home_space(user=membership.user, space=membership.space, on=ended_on)


def keep_step(membership: Membership, step: MembershipStep, by: User | None, reason: str = "") -> MembershipChange:
    """Keep in the history what was done, by whom, and what the membership is now."""
    return MembershipChange.objects.create(
        membership=membership,
        step=step,
        made_by=by,
        kind=membership.kind,
        since=membership.since,
        until=membership.until,
        reason=reason,
    )


def tell_person(change: MembershipChange, **more: Any) -> None:
    """Mail the person what was decided, once, with what the change itself does not hold."""
    mail_to(change.membership.user, f"spaces.membership_news:{change.pk}", change=change.pk, **more)


def mail_to(person: User, key: str, **context: Any) -> None:
    """Mail an account, once for each key; the kind of mail stands before its first colon."""
    enqueue(
        key=key,
        template=key.partition(":")[0],
        to_email=person.email,
        to_name=str(person),
        language=person.language,
        context=context,
    )


def tell_team(membership: Membership, template: str, number: int = 0, **context: Any) -> None:
    """Mail those who run the space, once for each `number`."""
    for person in recipients_of(membership.space):
        enqueue(
            key=f"{template}:{membership.pk}:{number}:{person.email}",
            template=template,
            to_email=person.email,
            to_name=person.name,
            language=person.language,
            context={"membership": membership.pk, **context},
        )
