"""Shared travel to an event and back: offered cars, wishes for a seat, and seats."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.enums import Country

from ..enums import Direction, SeatState
from .events import Event
from .registrations import Registration

#: For passengers, in each car.
MOST_SEATS = 8
#: In kilometres, one way.
LONGEST_WAY = 500


class RideQuerySet(models.QuerySet):
    def shared(self):
        """Return the rides with a passenger: the statistics count them."""
        return self.filter(seats_taken__gt=0)


class Ride(models.Model):
    """Seats in a car that a registered person offers, on the way there, back, or both.

    A week after the event only the figures for the statistics remain: the event, both sides, people and kilometres."""

    #: The seat of the person who reads the board, set by `board_of`.
    own_seat: "RideSeat | None"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rides", verbose_name=_("event"))
    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, null=True, blank=True, related_name="ride", verbose_name=_("driver")
    )
    direction = models.CharField(_("way"), max_length=5, choices=Direction)
    town = models.CharField(_("town"), max_length=80, blank=True)
    meeting_point = models.CharField(_("meeting point"), max_length=200, blank=True)
    leaves_at = models.TimeField(_("leaves at"), null=True, blank=True)
    to_confirm = models.BooleanField(
        _("time to be confirmed"), default=False, help_text=_("The event moved: the driver says the time again.")
    )
    seats = models.PositiveSmallIntegerField(
        _("seats"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )
    seats_taken = models.PositiveSmallIntegerField(_("passengers"), default=0, editable=False)
    kilometres = models.PositiveSmallIntegerField(
        _("kilometres, one way"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WAY)]
    )
    from_side = models.CharField(_("from"), max_length=2, choices=Country)
    to_side = models.CharField(_("to"), max_length=2, choices=Country, blank=True)
    offered_at = models.DateTimeField(_("offered at"), default=timezone.now)

    objects = RideQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared ride")
        verbose_name_plural = _("shared rides")
        ordering = ["event", "offered_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seats__gte=1, seats__lte=MOST_SEATS),
                name="events_ride_seats_of_a_car",
                violation_error_message=_("A car has one to eight seats to offer."),
            ),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("seats")),
                name="events_ride_within_seats",
                violation_error_message=_("There are more passengers than seats."),
            ),
            models.CheckConstraint(
                condition=Q(kilometres__gte=1, kilometres__lte=LONGEST_WAY),
                name="events_ride_kilometres_of_a_day",
                violation_error_message=_("The way is between 1 and 500 kilometres long."),
            ),
            models.CheckConstraint(
                condition=Q(registration=None) | Q(leaves_at__isnull=False) & ~Q(town=""),
                name="events_ride_says_whence_and_when",
                violation_error_message=_("An offer says from where and when."),
            ),
        ]

    def __str__(self):
        return f"{self.town or self.get_from_side_display()} – {self.event}"

    @property
    def seats_left(self):
        return self.seats - self.seats_taken

    @property
    def crosses(self):
        """Return whether the ride crosses the border."""
        return bool(self.to_side) and self.from_side != self.to_side

    @property
    def people(self):
        return 1 + self.seats_taken

    @property
    def passenger_kilometres(self):
        """Return the kilometres of all passengers together, without the driver's."""
        return self.seats_taken * self.kilometres * (2 if self.direction == Direction.BOTH else 1)


class RideWish(models.Model):
    """A registered person's wish for a seat in a car."""

    #: The seat that the reader of the board proposed to this person, and whether the way crosses the border. Both are
    #: set by `board_of`.
    own_seat: "RideSeat | None"
    crosses: bool

    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, related_name="ride_wish", verbose_name=_("registration")
    )
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="ride_wishes", verbose_name=_("event"))
    direction = models.CharField(_("way"), max_length=5, choices=Direction)
    town = models.CharField(_("town"), max_length=80)
    side = models.CharField(_("from"), max_length=2, choices=Country)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)

    class Meta:
        verbose_name = _("wish for a ride")
        verbose_name_plural = _("wishes for a ride")
        ordering = ["event", "asked_at", "pk"]

    def __str__(self):
        return f"{self.town} – {self.event}"


class RideSeat(models.Model):
    """A seat in a car, asked for by the passenger or proposed by the driver; the other says yes or no.

    When a passenger's data are erased, the row stays without a name, so that the number of people is right."""

    ride = models.ForeignKey(Ride, on_delete=models.CASCADE, related_name="places", verbose_name=_("shared ride"))
    registration = models.ForeignKey(
        Registration,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ride_seats",
        verbose_name=_("passenger"),
    )
    from_driver = models.BooleanField(_("proposed by the driver"), default=False)
    there = models.BooleanField(_("way there"))
    back = models.BooleanField(_("way back"))
    state = models.CharField(_("state"), max_length=8, choices=SeatState, default=SeatState.ASKED)
    message = models.CharField(_("message"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)

    class Meta:
        verbose_name = _("seat in a car")
        verbose_name_plural = _("seats in a car")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ride", "registration"],
                name="events_rideseat_once_a_car",
                violation_error_message=_("This person was asked already."),
            ),
            *(
                models.UniqueConstraint(
                    fields=["registration"],
                    condition=Q(state=SeatState.ACCEPTED, **{leg: True}),
                    name=f"events_rideseat_one_{leg}",
                    violation_error_message=_("This person has a seat for this way already."),
                )
                for leg in ("there", "back")
            ),
        ]

    def __str__(self):
        passenger = self.registration or _("Person erased")
        return f"{passenger} – {self.ride}"

    @property
    def is_asked(self):
        return self.state == SeatState.ASKED

    @property
    def is_accepted(self):
        return self.state == SeatState.ACCEPTED
