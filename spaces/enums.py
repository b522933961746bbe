from django.db import models
from django.utils.translation import gettext_lazy as _


class Country(models.TextChoices):
    """The two sides of the border."""

    BE = "BE", _("Belgium")
    FR = "FR", _("France")


class Weekday(models.IntegerChoices):
    """As `date.weekday()` counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class ResourceKind(models.TextChoices):
    WORKPLACE = "workplace", _("Workplace")
    MEETING_ROOM = "meeting_room", _("Meeting room")
    OFFICE = "office", _("Private office")
    STUDIO = "studio", _("Photo and video studio")
    LOUNGE = "lounge", _("Lounge")
    FABLAB = "fablab", _("Fablab machine")
    EQUIPMENT = "equipment", _("Equipment on loan")


class TravelMode(models.TextChoices):
    """How one gets from space to space."""

    CAR = "car", _("car")
    TRAIN = "train", _("train")
    BUS = "bus", _("bus")
    BICYCLE = "bicycle", _("bicycle")
    FOOT = "foot", _("foot")


class BookingStatus(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


#: The states in which a booking holds its unit.
LIVE_BOOKINGS = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)


class Emblem(models.TextChoices):
    """A space's emblem in `static/img/emblems/`, and the name of its colour in the style sheet."""

    GREENHOUSE = "greenhouse", _("Greenhouse")
    ROAD = "road", _("Road")
    BOAT = "boat", _("Boat")
    SPROUT = "sprout", _("Sprout")
    BOOK = "book", _("Open book")
    HILLS = "hills", _("Hills")
