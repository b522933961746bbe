"""Bookings, closures and holds. All of them take units in one table: Occupancy."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common import dates
from hacktiv.erasures.models import Erasable

from ..enums import LIVE_BOOKINGS, BookedBy, BookingState, BookingStatus, Presence
from .guests import ForSomebody
from .resources import Resource, Unit
from .spaces import Space


def is_left_unanswered(now):
    """Return the filter for the requests that nobody answered before they were over."""
    return Q(status=BookingStatus.REQUESTED, period__endswith__lte=now)


def counts_a_month(now):
    """Return the filter for what counts for the days or hours a month that a membership includes: what holds a place
    that is for members. What was cancelled, refused, given to others or never answered does not count, nor do loans of
    equipment."""
    is_live = Q(status__in=LIVE_BOOKINGS) & ~is_left_unanswered(now)
    return is_live & Q(place=None) & ~Q(resource__booked_by=BookedBy.ANYONE)


class BookingQuerySet(models.QuerySet):
    def live(self):
        """Keep the bookings that hold their unit."""
        return self.filter(status__in=LIVE_BOOKINGS)

    def upcoming(self, now=None):
        return self.filter(period__endswith__gt=now or timezone.now())

    def in_state(self, state, now=None):
        """Keep the bookings in this state at `now`. The database applies the rule of `Booking.state_at`."""
        now = now or timezone.now()
        over = Q(period__endswith__lte=now)
        confirmed = Q(status=BookingStatus.CONFIRMED)
        asked = {
            BookingState.REQUESTED: Q(status=BookingStatus.REQUESTED) & ~over,
            BookingState.UNANSWERED: Q(status=BookingStatus.REQUESTED) & over,
            BookingState.CONFIRMED: confirmed & ~over & Q(checked_in_at=None),
            BookingState.CHECKED_IN: confirmed & ~over & Q(checked_in_at__isnull=False),
            BookingState.DONE: confirmed & over,
        }
        return self.filter(asked.get(state) or Q(status=state))


class Booking(ForSomebody, Erasable):
    """A person books a unit of a resource, or for a group several, for the half-open period [start, end)."""

    reference = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("resource")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("member"),
    )
    place = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="loans",
        verbose_name=_("taken over at"),
        help_text=_("Of equipment that travels; it is brought back there too."),
    )
    period = DateTimeRangeField(_("period"))
    status = models.CharField(_("status"), max_length=10, choices=BookingStatus)
    people = models.PositiveSmallIntegerField(
        _("people"), null=True, blank=True, help_text=_("How many come. Empty: not asked.")
    )
    unit_count = models.PositiveSmallIntegerField(
        _("places"), default=1, help_text=_("How many units of the resource it holds: one for each of a group.")
    )
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text=_("Why it was refused or cancelled."))
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    cancelled_at = models.DateTimeField(_("moment of cancellation"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cancelled by"),
    )
    # Two accounts of one person had booked for one time before they were merged: both bookings stay.
    stands_beside = models.BooleanField(_("beside another booking"), default=False, db_default=False, editable=False)
    checked_in_at = models.DateTimeField(_("checked in at"), null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked in by"),
    )
    release_at = models.DateTimeField(
        _("kept until"),
        null=True,
        blank=True,
        help_text=_("Without check-in, the place is given to others from then on."),
    )
    released_at = models.DateTimeField(_("given to others at"), null=True, blank=True)
    sequence = models.PositiveSmallIntegerField(_("calendar sequence"), default=0, editable=False)
    is_example = models.BooleanField(_("example"), default=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["period", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="spaces_booking_period_whole",
                violation_error_message=_("A booking ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(reason=""),
                name="spaces_booking_refused_with_reason",
                violation_error_message=_("A refusal gives its reason."),
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
                name="spaces_booking_cancelled_at_a_moment",
                violation_error_message=_(
                    "What is cancelled has the moment of its cancellation, and nothing else has."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status="no_show") | Q(checked_in_at__isnull=True),
                name="spaces_booking_no_show_without_check_in",
                violation_error_message=_("Who has checked in did show up."),
            ),
            models.CheckConstraint(
                condition=Q(status="no_show") | Q(released_at__isnull=True),
                name="spaces_booking_released_is_no_show",
                violation_error_message=_("Only the place of somebody who did not come is given to others."),
            ),
            models.CheckConstraint(
                condition=Q(unit_count__gt=0) & (Q(people=None) | Q(people__gt=0)),
                name="spaces_booking_for_somebody",
                violation_error_message=_("A booking is for one person at least."),
            ),
            ExclusionConstraint(
                name="spaces_booking_one_per_person",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("resource", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=LIVE_BOOKINGS, user__isnull=False, stands_beside=False),
                violation_error_message=_("This person already has a booking there at that time."),
            ),
        ]
        indexes = [
            GistIndex(fields=["period"], name="spaces_booking_period"),
            models.Index(fields=["resource", "status"], name="spaces_booking_status"),
            models.Index(fields=["guest_email"], name="spaces_booking_guest", condition=~Q(guest_email="")),
            models.Index(
                fields=["release_at"],
                name="spaces_booking_to_release",
                condition=Q(status="confirmed", checked_in_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.resource}, {dates.span(self.period.lower, self.period.upper)}"

    def get_absolute_url(self):
        return reverse("spaces:booking", args=[self.reference])

    @property
    def start(self):
        return self.period.lower

    @property
    def end(self):
        return self.period.upper

    @property
    def space(self):
        """Return the space where the person goes: for a loan the place of hand-over, else the space of the resource."""
        return self.place or self.resource.space

    @property
    def units(self):
        """Return the units that it holds, none once it is over for good. Prefetch `occupancies__unit`."""
        return [row.unit for row in sorted(self.occupancies.all(), key=lambda row: row.pk)]

    @property
    def unit_labels(self):
        """Return the names of the units that it holds, or their numbers where they have none, in a row."""
        return ", ".join(unit.label for unit in self.units)

    @property
    def unit_names(self):
        """Return `unit_labels` if one of the units has a name; empty where all are alike."""
        return self.unit_labels if any(unit.name for unit in self.units) else ""

    @property
    def occupancy(self):
        """Return the first row by which it holds its units, or None."""
        return min(self.occupancies.all(), key=lambda row: row.pk, default=None)

    @property
    def is_live(self):
        return self.status in LIVE_BOOKINGS

    @property
    def is_over(self):
        return self.period.upper <= timezone.now()

    @property
    def was_noted_afterwards(self):
        """Return True if the presence was noted once the booking was over: that hour is not when the person came."""
        return bool(self.checked_in_at) and self.checked_in_at >= self.period.upper

    def state_at(self, now):
        """Return the state at `now`. Once over, a confirmed booking is done, and an open request stays unanswered."""
        is_over = self.period.upper <= now
        if self.status == BookingStatus.REQUESTED and is_over:
            return BookingState.UNANSWERED
        if self.status == BookingStatus.CONFIRMED and is_over:
            return BookingState.DONE
        if self.status == BookingStatus.CONFIRMED and self.checked_in_at:
            return BookingState.CHECKED_IN
        return BookingState(self.status)

    @property
    def state(self):
        return self.state_at(timezone.now())

    @property
    def was_cancelled_by_the_person(self):
        """Return True if they did. A guest who cancels by their link leaves no account behind."""
        return self.status == BookingStatus.CANCELLED and self.cancelled_by_id == self.user_id


class Correction(models.Model):
    """Keep on record a check-in or a no-show that was noted by mistake and corrected, with its author."""

    booking = models.ForeignKey(
        Booking, on_delete=models.CASCADE, related_name="corrections", verbose_name=_("booking")
    )
    of = models.CharField(_("noted by mistake"), max_length=10, choices=Presence)
    noted_at = models.DateTimeField(_("noted at"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("noted by"),
    )
    made_at = models.DateTimeField(_("put right at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("put right by"),
    )

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["made_at", "pk"]

    def __str__(self):
        return f"{self.get_of_display()}, {dates.span(self.booking.start, self.booking.end)}"


class ClosureQuerySet(models.QuerySet):
    def upcoming(self, now=None):
        return self.filter(period__endswith__gt=now or timezone.now())


class Closure(models.Model):
    """Close a space, or one of its resources, for a period. Occupancy takes its units."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="closures", verbose_name=_("space"))
    resource = models.ForeignKey(
        Resource,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="closures",
        verbose_name=_("resource"),
        help_text=_("Empty: the whole space."),
    )
    period = DateTimeRangeField(_("period"))
    reason = models.CharField(_("reason"), max_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    is_example = models.BooleanField(_("example"), default=False)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["period", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="spaces_closure_period_whole",
                violation_error_message=_("A closure ends after it begins."),
            )
        ]

    def __str__(self):
        return f"{self.resource or self.space} – {self.reason}"


class Hold(models.Model):
    """Take units for something of another app, named by `key` (an event). That app moves and releases the hold."""

    key = models.CharField(_("key"), max_length=80, unique=True)
    label = models.CharField(_("label"), max_length=200)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="holds", verbose_name=_("resource"))
    period = DateTimeRangeField(_("period"))

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["period", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="spaces_hold_period_whole",
                violation_error_message=_("A hold ends after it begins."),
            )
        ]

    def __str__(self):
        return self.label


class Occupancy(models.Model):
    """Take one unit for a period, for a booking, a closure or a hold: nobody else can have it then.

    The period is the holder's own, plus the time to prepare and to clear up. Closures may overlap each other (a room
    under repair in a week of holidays); nothing else may overlap. For equipment that travels, `place` says where it is
    taken over, and between two places lies the time of a journey.
    """

    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="occupancies",
        verbose_name=pgettext_lazy("one of a resource", "unit"),
    )
    period = DateTimeRangeField(_("period"))
    booking = models.ForeignKey(
        Booking, on_delete=models.CASCADE, null=True, blank=True, related_name="occupancies", verbose_name=_("booking")
    )
    closure = models.ForeignKey(
        Closure, on_delete=models.CASCADE, null=True, blank=True, related_name="occupancies", verbose_name=_("closure")
    )
    hold = models.ForeignKey(
        Hold, on_delete=models.CASCADE, null=True, blank=True, related_name="occupancies", verbose_name=_("hold")
    )
    place = models.ForeignKey(
        Space, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    reach = DateTimeRangeField(_("period with a journey after it"), null=True, blank=True)

    class Meta:
        verbose_name = _("occupancy")
        verbose_name_plural = _("occupancies")
        constraints = [
            ExclusionConstraint(
                name="spaces_occupancy_one_holder",
                expressions=[("unit", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(closure__isnull=True),
                violation_error_message=_("This place is already taken at that time."),
            ),
            ExclusionConstraint(
                name="spaces_occupancy_none_while_closed",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                    (
                        Case(
                            When(closure__isnull=True, then=Value(0)),
                            default=Value(1),
                            output_field=models.IntegerField(),
                        ),
                        RangeOperators.NOT_EQUAL,
                    ),
                ],
                violation_error_message=_("This place is closed at that time."),
            ),
            # Two periods, each lengthened by the journey, overlap where less than a journey lies between them.
            ExclusionConstraint(
                name="spaces_occupancy_time_to_travel",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("reach", RangeOperators.OVERLAPS),
                    ("place", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(place__isnull=False),
                violation_error_message=_("There is no time to bring it from one space to the other."),
            ),
            models.CheckConstraint(
                condition=Q(place=None, reach=None) | Q(place__isnull=False, reach__isnull=False, closure=None),
                name="spaces_occupancy_place_with_its_reach",
                violation_error_message=_("What is taken over at a space keeps the time of a journey."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(booking__isnull=False, closure__isnull=True, hold__isnull=True)
                    | Q(booking__isnull=True, closure__isnull=False, hold__isnull=True)
                    | Q(booking__isnull=True, closure__isnull=True, hold__isnull=False)
                ),
                name="spaces_occupancy_one_reason",
                violation_error_message=_("An occupancy has exactly one holder."),
            ),
        ]

    def __str__(self):
        return f"{self.unit}, {dates.span(self.period.lower, self.period.upper)}"
