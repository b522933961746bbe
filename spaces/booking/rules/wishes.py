"""Rules of a booking that is wished. Each is one predicate over a `Wish`, with its own code and its own message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import cast

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...allowances.rules import Allowance, allowances_of
from ...enums import BookedBy, StartInterval
from ...errors import BookingError
from ...memberships.rules import STRANGER, Access, Held, Standing, why_not_yet
from ...models import Booking, OpeningHours, Resource, Space
from ...places.rules import changes_hands_in, duration, holiday_of, opening_of
from ...timing.hours import Stretch, begins_on, instant, is_within, local_day

#: After the beginning: a person who arrives at five past may still book from the full hour.
GRACE = timedelta(minutes=15)


@dataclass(frozen=True)
class Wish:
    """A booking that a person would like to make, or a manager for them (`by_manager`).

    `access` says who may book, `standing` what the person is in the network; both with their words where they refuse.
    `open_bookings` counts the bookings that the person has of this resource, without one that moves. Equipment that
    travels is taken over at `place`, whose `hours` count; `travels_from` is where it stands until then, if it must be
    brought first. `people` come, and take `unit_count` units.

    `booked` is what counts of the person's bookings in the space, without one that moves, where their membership
    includes only so much a month. A manager goes beyond it (`goes_beyond`) and says why.
    """

    resource: Resource
    start: datetime
    end: datetime
    now: datetime
    hours: list[OpeningHours] = field(default_factory=list)
    by_manager: bool = False
    access: Access = field(default_factory=Access)
    standing: Standing = STRANGER
    open_bookings: int = 0
    place: Space | None = None
    travels_from: Space | None = None
    people: int = 1
    unit_count: int = 1
    booked: tuple[Stretch, ...] = ()
    goes_beyond: bool = False

    def __post_init__(self) -> None:
        for name in ("start", "end", "now"):
            object.__setattr__(self, name, instant(getattr(self, name)))

    @cached_property
    def day(self) -> date:
        return local_day(self.start)

    @property
    def space(self) -> Space:
        """Return the space to which the person goes."""
        return self.place or self.resource.space

    @property
    def is_loan(self) -> bool:
        return self.resource.travels

    @property
    def holiday(self) -> Promise | None:
        """Return the public holiday of the day; of a loan, also that of the day on which it is brought back."""
        return holiday_of(self.space, self.day) or (
            holiday_of(self.space, local_day(self.end)) if self.is_loan else None
        )

    @cached_property
    def stretches(self) -> list[Stretch]:
        """Return when the space is open on the first day."""
        return opening_of(self.space, self.hours, self.day)

    @property
    def allowances(self) -> list[Allowance]:
        """Return what the person's membership includes in the months of the booking, if it includes only so much."""
        if self.is_loan:
            return []
        return allowances_of(self.standing, self.space.pk, self.access, self.start, self.end, self.booked)

    @property
    def minutes(self) -> float:
        return (self.end - self.start).total_seconds() / 60


def ends_after_it_begins(wish: Wish) -> bool:
    return wish.end > wish.start


def is_bookable(wish: Wish) -> bool:
    return wish.resource.is_bookable and wish.resource.space.is_published


def hours_are_known(wish: Wish) -> bool:
    return bool(wish.hours)


def is_not_in_the_past(wish: Wish) -> bool:
    """Tell if the booking may still begin then; a manager may enter one that is going on now."""
    return wish.end > wish.now if wish.by_manager else wish.start >= wish.now - GRACE


def is_announced_in_time(wish: Wish) -> bool:
    notice = timedelta(minutes=wish.resource.min_notice_minutes)
    return wish.by_manager or not notice or wish.start >= wish.now + notice


def names_its_place(wish: Wish) -> bool:
    """Tell if a loan names a published space, and any other booking none."""
    return wish.place.is_published if wish.is_loan and wish.place else wish.is_loan == (wish.place is not None)


def is_announced_before_the_journey(wish: Wish) -> bool:
    """Tell if there is enough time to arrange the transport. Managers arrange it themselves."""
    notice = timedelta(hours=wish.resource.transfer_notice_hours)
    return wish.by_manager or wish.travels_from is None or wish.start >= wish.now + notice


def is_for_this_person(wish: Wish) -> bool:
    return wish.by_manager or wish.standing.may_book(wish.access, wish.day)


def is_no_public_holiday(wish: Wish) -> bool:
    return wish.holiday is None


def is_within_opening_hours(wish: Wish) -> bool:
    """Tell if the space is open all that time; for a loan, when it is taken over and when it is brought back."""
    if not wish.is_loan:
        return is_within(wish.stretches, wish.start, wish.end)
    return changes_hands_in(wish.space, wish.hours, wish.start, wish.end)


def begins_on_the_interval(wish: Wish) -> bool:
    """Tell if it begins a whole number of intervals after the opening, in real time also when the clocks change."""
    return wish.by_manager or begins_on(wish.stretches, wish.start, wish.resource.start_interval_minutes)


def leaves_room_under_the_cap(wish: Wish) -> bool:
    cap = wish.resource.max_open_bookings
    return wish.by_manager or cap is None or wish.open_bookings < cap


def exceeded(wish: Wish) -> Allowance | None:
    """Return what the person's membership includes in the first month in which it does not include the booking."""
    return next((one for one in wish.allowances if not one.allows(wish.start, wish.end)), None)


def stays_within_the_month(wish: Wish) -> bool:
    return wish.goes_beyond or exceeded(wish) is None


def is_long_enough(wish: Wish) -> bool:
    return wish.by_manager or wish.minutes >= wish.resource.min_minutes


def is_short_enough(wish: Wish) -> bool:
    return wish.by_manager or wish.minutes <= wish.resource.max_minutes


def seats_them_all(wish: Wish) -> bool:
    """Tell if the units have seats for so many people; where the seats are unknown, they have."""
    return wish.by_manager or has_seats_for(wish.resource, wish.people, wish.unit_count)


def has_seats_for(resource: Resource, people: int, unit_count: int = 1) -> bool:
    """Tell if so many units of the resource have seats for these people; where the seats are unknown, they have."""
    return resource.seats is None or people <= resource.seats * unit_count


def is_near_enough(wish: Wish) -> bool:
    """Tell if it begins and ends within the days ahead that the resource allows; a loan may last for days."""
    last = local_day(wish.now) + timedelta(days=wish.resource.max_days_ahead)
    return wish.by_manager or max(local_day(wish.start), local_day(wish.end)) <= last


def would_open(wish: Wish) -> Held | None:
    """Return a membership of the person that would open the resource, but not on that day or not now."""
    return wish.standing.would_book(wish.access, wish.day, today=local_day(wish.now))


def of_another_kind(wish: Wish) -> Held | None:
    """Return the person's membership of that day whose kind does not open the resource: at the space, or at any where
    all members may book."""
    is_for_all = wish.access.booked_by == BookedBy.MEMBERS
    return wish.standing.held_at(None if is_for_all else wish.space.pk, wish.day)


def why_not_for_them(wish: Wish) -> Promise:
    """Say what stands in the way of a person who may not book the resource."""
    if held := would_open(wish):
        return why_not_yet(held, wish.day, RENEW_TO_BOOK)
    if held := of_another_kind(wish):
        words = _("Your membership of {space} does not open {resource}: its team can give it another kind.")
        return format_lazy(words, space=held.name, resource=wish.resource.name)
    return needed_for(wish.resource, wish.access)


#: Said of a membership that ends before the day.
RENEW_TO_BOOK = _("Your membership of {space} ends on {day}: to book after that day, renew it.")

#: Why a resource is refused to a person, by who may book it.
REFUSED_TO_OTHERS = {
    BookedBy.MEMBERS: _("{resource} is for the network’s members. Ask a space for a membership first."),
    BookedBy.SPACES: _("{resource} is kept for the members of {spaces}."),
    BookedBy.KINDS: _("{resource} is kept for these memberships: {kinds}."),
}


def needed_for(resource: Resource, access: Access) -> Promise:
    """Say which membership it takes to book the resource, which is not for everybody."""
    names = ", ".join(access.names)
    return format_lazy(REFUSED_TO_OTHERS[access.booked_by], resource=resource.name, spaces=names, kinds=names)


#: (predicate, code, message), in the order in which they are checked: the first broken rule is the refusal.
RULES: tuple[tuple[Callable[[Wish], bool], str, Callable[[Wish], Promise]], ...] = (
    (ends_after_it_begins, "not_in_order", lambda wish: _("The end comes after the beginning.")),
    (
        is_bookable,
        "not_bookable",
        lambda wish: format_lazy(_("{resource} cannot be booked online."), resource=wish.resource.name),
    ),
    (names_its_place, "no_place", lambda wish: _("Say at which space it is taken over.")),
    (
        hours_are_known,
        "hours_unknown",
        lambda wish: format_lazy(
            _("{space} has not published its opening hours yet, so nothing can be booked there."),
            space=wish.space.name,
        ),
    ),
    (is_not_in_the_past, "in_the_past", lambda wish: _("This time has passed. Choose a later one.")),
    (
        is_near_enough,
        "too_far",
        lambda wish: format_lazy(
            _("{resource} can be booked up to {days} days ahead."),
            resource=wish.resource.name,
            days=wish.resource.max_days_ahead,
        ),
    ),
    (
        is_announced_in_time,
        "too_soon",
        lambda wish: format_lazy(
            _("{resource} is booked at least {duration} ahead. Choose a later time."),
            resource=wish.resource.name,
            duration=duration(wish.resource.min_notice_minutes),
        ),
    ),
    (is_for_this_person, "not_for_you", why_not_for_them),
    (
        is_no_public_holiday,
        "public_holiday",
        lambda wish: format_lazy(
            _("{space} is closed on that day: {holiday}. Choose another one."),
            space=wish.space.name,
            holiday=wish.holiday,
        ),
    ),
    (
        is_within_opening_hours,
        "outside_hours",
        lambda wish: format_lazy(
            _("{space} must be open when it is taken over and when it is brought back.")
            if wish.is_loan
            else _("{space} is not open all that time."),
            space=wish.space.name,
        ),
    ),
    (
        begins_on_the_interval,
        "off_grid",
        lambda wish: format_lazy(
            _("Here a booking begins {interval}, counted from the opening. Choose one of the hours offered."),
            interval=StartInterval(wish.resource.start_interval_minutes).label,
        ),
    ),
    (
        is_long_enough,
        "too_short",
        lambda wish: format_lazy(
            _("The shortest booking here is {duration}."), duration=duration(wish.resource.min_minutes)
        ),
    ),
    (
        is_short_enough,
        "too_long",
        lambda wish: format_lazy(
            _("The longest booking here is {duration}."), duration=duration(wish.resource.max_minutes)
        ),
    ),
    (
        seats_them_all,
        "too_many_people",
        lambda wish: format_lazy(
            ngettext_lazy(
                "{resource} is for {count} person. Choose another room.",
                "{resource} is for {count} people at most. Choose another room.",
                wish.resource.seats or 0,
            ),
            count=wish.resource.seats,
            resource=wish.resource.name,
        ),
    ),
    (
        is_announced_before_the_journey,
        "too_soon_to_travel",
        lambda wish: format_lazy(
            _(
                "{resource} stands at {standing} then: to have it brought to {place}, book at least {duration} ahead. "
                "Or take it over at {standing}."
            ),
            resource=wish.resource.name,
            standing=cast(Space, wish.travels_from).name,
            place=wish.space.name,
            duration=duration(wish.resource.transfer_notice_hours * 60),
        ),
    ),
    (
        leaves_room_under_the_cap,
        "too_many_open",
        lambda wish: format_lazy(
            ngettext_lazy(
                "A member may have {count} open booking of {resource}. Yours comes first: "
                "cancel it, or come back once it is over.",
                "A member may have {count} open bookings of {resource}. Yours come first: "
                "cancel one, or come back once one is over.",
                wish.resource.max_open_bookings,
            ),
            count=wish.resource.max_open_bookings,
            resource=wish.resource.name,
        ),
    ),
    (
        stays_within_the_month,
        "month_used_up",
        lambda wish: cast(Allowance, exceeded(wish)).refusal(by_manager=wish.by_manager),
    ),
)


#: Predicates that can be checked for a day before an hour is chosen.
OF_THE_DAY = (is_near_enough, is_for_this_person, is_no_public_holiday)


def refusal_of_day(wish: Wish) -> BookingError | None:
    """Return the BookingError that refuses every hour of the day of the wish, or None."""
    return refusal_of(wish, OF_THE_DAY)


def refusal_of_people(
    booking: Booking, *, access: Access | None = None, standing: Standing = STRANGER, by_manager: bool = False
) -> BookingError | None:
    """Return the BookingError that refuses so many people in the booking, or more of them to who may not book it any
    more, whatever its time, or None."""
    wish = Wish(
        booking.resource,
        booking.period.lower,
        booking.period.upper,
        now=booking.period.lower,
        by_manager=by_manager,
        access=access or Access(),
        standing=standing,
        people=booking.people or 1,
        unit_count=booking.unit_count,
    )
    return refusal_of(wish, (is_for_this_person, seats_them_all))


def refusal_of(wish: Wish, predicates: tuple[Callable[[Wish], bool], ...] = ()) -> BookingError | None:
    """Return the BookingError for the first rule that the wish breaks, or None; with `predicates`, of these rules."""
    for holds, code, message in RULES:
        if (not predicates or holds in predicates) and not holds(wish):
            held = (would_open(wish) or of_another_kind(wish)) if code == "not_for_you" else None
            return BookingError(code, message(wish), [held] if held else [])
    return None


def check(wish: Wish) -> None:
    """Raise BookingError for the first rule that the wish breaks."""
    if error := refusal_of(wish):
        raise error


#: Codes of the rules about the space, not about the person: nobody can book then.
OF_THE_SPACE = {"hours_unknown", "public_holiday", "outside_hours"}

#: Codes of refusals after which other times are offered.
OFFER_INSTEAD = {
    "taken",
    "closed",
    "public_holiday",
    "outside_hours",
    "off_grid",
    "in_the_past",
    "too_soon",
    "already_yours",
}


def broken(wish: Wish) -> list[str]:
    """Return the codes of all the rules that the wish breaks."""
    return [code for holds, code, _message in RULES if not holds(wish)]


def is_allowed(wish: Wish) -> bool:
    """Tell if the wish breaks no rule."""
    return all(holds(wish) for holds, _code, _message in RULES)
