"""What a booking must satisfy. Each rule is one predicate over a `Wish`, with its own code and its own words.

Nothing here reads the database: the operation hands over what it has read under its lock.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..enums import BookingStatus, StartInterval
from ..errors import BookingError
from ..models import OpeningHours, Resource, Space
from ..places.rules import changes_hands_in, duration, holiday_of, opening_of
from ..timing.hours import begins_on, instant, is_within, local_day

#: Who arrives at five past may still book from the full hour.
GRACE = timedelta(minutes=15)


#: How long before the beginning one may check in.
CHECK_IN_EARLY = timedelta(minutes=15)


#: Nearer than this, a place that comes free is not booked for who waits: they may have made other plans.
BOOKED_AHEAD = timedelta(hours=1)


#: Who is told of a free place hears of it so long before the next in line.
TURN = timedelta(minutes=10)


#: How long after the end of a booking a wrong check-in, or a wrong no-show, is put right.
CORRECTED_WITHIN = timedelta(days=7)


#: A member waits for so many places at most.
MOST_WAITS = 20


@dataclass(frozen=True)
class Wish:
    """A booking that somebody would like: `by_manager` when a manager enters it for somebody.

    `open_to` are the spaces whose members may book (none: all), `home` is the person's on that day. `open_bookings` are
    those that the person has of this resource already, apart from one that moves. Equipment that travels is taken over
    at `place`, whose `hours` count; `travels_from` is where it stands until then, if it must be brought first.
    """

    resource: Resource
    start: datetime
    end: datetime
    now: datetime
    hours: list[OpeningHours] = field(default_factory=list)
    by_manager: bool = False
    open_to: list[Space] = field(default_factory=list)
    home: Space | None = None
    open_bookings: int = 0
    place: Space | None = None
    travels_from: Space | None = None

    def __post_init__(self):
        for name in ("start", "end", "now"):
            object.__setattr__(self, name, instant(getattr(self, name)))

    @property
    def day(self):
        return local_day(self.start)

    @property
    def space(self):
        """Where one goes for it."""
        return self.place or self.resource.space

    @property
    def is_loan(self):
        return self.resource.travels

    @property
    def holiday(self):
        """Of a loan, also that of the day on which it is brought back."""
        return holiday_of(self.space, self.day) or (
            holiday_of(self.space, local_day(self.end)) if self.is_loan else None
        )

    @property
    def stretches(self):
        """When the space is open on the day on which it begins."""
        return opening_of(self.space, self.hours, self.day)

    @property
    def minutes(self):
        return (self.end - self.start).total_seconds() / 60


def is_for(open_to, home):
    """Whether somebody at home in `home` (or nowhere: None) may book what is open to these spaces, or to all."""
    return not open_to or home in open_to


def listed(spaces):
    return ", ".join(space.name for space in spaces)


def ends_after_it_begins(wish):
    return wish.end > wish.start


def is_bookable(wish):
    return wish.resource.is_bookable and wish.resource.space.is_published


def hours_are_known(wish):
    return bool(wish.hours)


def is_not_in_the_past(wish):
    """A manager may still enter what is going on now."""
    return wish.end > wish.now if wish.by_manager else wish.start >= wish.now - GRACE


def is_announced_in_time(wish):
    notice = timedelta(minutes=wish.resource.min_notice_minutes)
    return wish.by_manager or not notice or wish.start >= wish.now + notice


def names_its_place(wish):
    """What travels is taken over at a space that members see, and nothing else is."""
    return wish.place.is_published if wish.is_loan and wish.place else wish.is_loan == (wish.place is not None)


def is_announced_before_the_journey(wish):
    """Whether there is the time to arrange that it is brought. A manager arranges it himself."""
    notice = timedelta(hours=wish.resource.transfer_notice_hours)
    return wish.by_manager or wish.travels_from is None or wish.start >= wish.now + notice


def is_for_this_person(wish):
    return wish.by_manager or is_for(wish.open_to, wish.home)


def is_no_public_holiday(wish):
    return wish.holiday is None


def is_within_opening_hours(wish):
    """All of it inside one stretch of one day. Of a loan, when it is taken over and when it is brought back."""
    if not wish.is_loan:
        return is_within(wish.stretches, wish.start, wish.end)
    return changes_hands_in(wish.space, wish.hours, wish.start, wish.end)


def begins_on_the_interval(wish):
    """Counted from the opening by what lasts, not by what the clocks show: an interval is as long on every day."""
    return wish.by_manager or begins_on(wish.stretches, wish.start, wish.resource.start_interval_minutes)


def leaves_room_under_the_cap(wish):
    cap = wish.resource.max_open_bookings
    return wish.by_manager or cap is None or wish.open_bookings < cap


def is_long_enough(wish):
    return wish.by_manager or wish.minutes >= wish.resource.min_minutes


def is_short_enough(wish):
    return wish.by_manager or wish.minutes <= wish.resource.max_minutes


def is_near_enough(wish):
    last = local_day(wish.now) + timedelta(days=wish.resource.max_days_ahead)
    return wish.by_manager or local_day(wish.start) <= last


RULES = (
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
    (
        is_for_this_person,
        "not_for_you",
        lambda wish: format_lazy(
            _("{resource} is kept for the members of {spaces}."),
            resource=wish.resource.name,
            spaces=listed(wish.open_to),
        ),
    ),
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
        is_announced_before_the_journey,
        "too_soon_to_travel",
        lambda wish: format_lazy(
            _(
                "{resource} stands at {standing} then: to have it brought to {place}, book at least {duration} ahead. "
                "Or take it over at {standing}."
            ),
            resource=wish.resource.name,
            standing=wish.travels_from.name,
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
)


#: What can be said of a day before an hour is chosen.
OF_THE_DAY = (is_near_enough, is_for_this_person, is_no_public_holiday)


def refusal_of_day(wish):
    """The BookingError that would refuse whatever hour of the day of the wish, or None."""
    for holds, code, message in RULES:
        if holds in OF_THE_DAY and not holds(wish):
            return BookingError(code, message(wish))
    return None


def check(wish):
    """Raise BookingError for the first rule that the wish breaks."""
    for holds, code, message in RULES:
        if not holds(wish):
            raise BookingError(code, message(wish))


#: For whomever it is, nobody is there.
OF_THE_SPACE = {"hours_unknown", "public_holiday", "outside_hours"}


def broken(wish):
    """The codes of all the rules that the wish breaks."""
    return [code for holds, code, _message in RULES if not holds(wish)]


def is_allowed(wish):
    """Whether the wish breaks no rule."""
    return all(holds(wish) for holds, _code, _message in RULES)


def can_be_cancelled(booking, now, *, by_manager=False):
    """Cancelled, or moved: by a member until the resource's deadline, by a manager until the booking ends."""
    return booking.is_live and now < (booking.period.upper if by_manager else cancelled_until(booking))


def cancelled_until(booking):
    """Until when the member may cancel. A request is withdrawn until it begins."""
    notice = booking.resource.cancel_until_minutes if booking.status == BookingStatus.CONFIRMED else 0
    return booking.period.lower - timedelta(minutes=notice)


def can_be_decided(booking, now):
    return booking.status == BookingStatus.REQUESTED and now < booking.period.upper


def can_be_checked_in(booking, now):
    """Equipment is handed over instead."""
    start, end = booking.period.lower, booking.period.upper
    return (
        booking.place_id is None and booking.status == BookingStatus.CONFIRMED and start - CHECK_IN_EARLY <= now < end
    )


def can_be_corrected(booking, now):
    """Whether a check-in or a no-show noted by mistake may still be put right. Equipment is brought back instead."""
    return booking.place_id is None and now < booking.period.upper + CORRECTED_WITHIN


def kept_until(resource, start, now):
    """Until when a place confirmed at `now` is kept without check-in; None: to the end. Equipment is, too."""
    if resource.release_after_minutes is None or resource.travels:
        return None
    return max(start, now) + timedelta(minutes=resource.release_after_minutes)


def is_missed(booking, now):
    """Whether the place is given to others. What was not announced with the booking is not done to it."""
    return (
        booking.status == BookingStatus.CONFIRMED
        and booking.checked_in_at is None
        and booking.resource.release_after_minutes is not None
        and booking.release_at is not None
        and booking.release_at <= now
    )


def is_booked_ahead(wait, now):
    """Whether a place that comes free now is booked for who waits, rather than told of."""
    return wait.period.lower >= now + BOOKED_AHEAD
