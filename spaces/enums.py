from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: A refusal must give its reason, by a constraint: this stands for one that is erased.
ERASED = "–"


class Weekday(models.IntegerChoices):
    """Count the days as `date.weekday()` does, from Monday 0."""

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


class StartInterval(models.IntegerChoices):
    """Minutes between two possible beginnings of a booking, counted from the opening."""

    QUARTER = 15, _("every quarter of an hour")
    HALF_HOUR = 30, _("every half hour")
    HOUR = 60, _("every hour")
    HOUR_AND_A_HALF = 90, _("every hour and a half")
    TWO_HOURS = 120, _("every two hours")
    FOUR_HOURS = 240, _("every four hours")


class TravelMode(models.TextChoices):
    """The means of transport from space to space."""

    CAR = "car", _("car")
    TRAIN = "train", _("train")
    BUS = "bus", _("bus")
    BICYCLE = "bicycle", _("bicycle")
    FOOT = "foot", _("foot")


class Role(models.TextChoices):
    """The role of a person in a space."""

    MANAGER = "manager", pgettext_lazy("role", "Manager of the space")
    FRONT_DESK = "front_desk", pgettext_lazy("role", "Front desk")


class MembershipState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("membership", "Requested")
    ACTIVE = "active", pgettext_lazy("membership", "Active")
    PAUSED = "paused", pgettext_lazy("membership", "Paused")
    ENDED = "ended", pgettext_lazy("membership", "Ended")
    REFUSED = "refused", pgettext_lazy("membership", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("membership", "Withdrawn")


#: A person has one membership in one of these states for each space.
CURRENT_MEMBERSHIPS = (MembershipState.ACTIVE, MembershipState.PAUSED)
#: A membership in one of these states is not over.
OPEN_MEMBERSHIPS = (MembershipState.REQUESTED, *CURRENT_MEMBERSHIPS)
#: A membership in one of these states was given: it has days.
HELD_MEMBERSHIPS = (*CURRENT_MEMBERSHIPS, MembershipState.ENDED)


class MembershipStep(models.TextChoices):
    """The steps in the life of a membership."""

    ASKED = "asked", _("Asked for")
    WITHDRAWN = "withdrawn", _("Request withdrawn")
    GIVEN = "given", _("Given")
    REFUSED = "refused", pgettext_lazy("membership", "Refused")
    PAUSED = "paused", pgettext_lazy("membership", "Paused")
    RESUMED = "resumed", _("Resumed")
    CHANGED = "changed", _("Kind changed")
    KIND_WISHED = "kind_wish", _("Another kind wished for")
    KIND_REFUSED = "kind_kept", _("Another kind refused")
    WISH_TAKEN_BACK = "wish_back", _("Wish for another kind taken back")
    RENEWED = "renewed", _("Renewed")
    ENDED = "ended", pgettext_lazy("membership", "Ended")
    KEPT = "kept", _("End taken back")
    CARRIED = "carried", _("Carried over from the home space")


class InvitationState(models.TextChoices):
    """The state of an invitation at a moment. It follows from its row and the clock."""

    OPEN = "open", pgettext_lazy("invitation", "Open")
    EXPIRED = "expired", pgettext_lazy("invitation", "Expired")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")
    DECLINED = "declined", pgettext_lazy("invitation", "Declined")
    TAKEN_BACK = "taken_back", pgettext_lazy("invitation", "Taken back")


class Right(models.TextChoices):
    """The rights that a membership opens, besides the resources that can be booked."""

    DIRECTORY = "directory", _("the members' directory")
    EVENTS = "events", _("the events for members")


class MonthUnit(models.TextChoices):
    """In what a kind of membership counts what it includes a month."""

    DAYS = "days", _("days")
    HOURS = "hours", _("hours")


class BookedBy(models.TextChoices):
    """The people who may book a resource. Each needs an account."""

    ANYONE = "anyone", _("Anybody with an account")
    MEMBERS = "members", _("The network's members")
    SPACES = "spaces", _("The members of some spaces")
    KINDS = "kinds", _("The members of some kinds")


class BookingStatus(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("No-show")


class BookingState(models.TextChoices):
    """The state of a booking at a moment. It follows from the stored status and the clock."""

    REQUESTED = "requested", _("Requested")
    UNANSWERED = "unanswered", _("Never answered")
    CONFIRMED = "confirmed", _("Confirmed")
    CHECKED_IN = "checked_in", _("Checked in")
    DONE = "done", _("Done")
    NO_SHOW = "no_show", _("No-show")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


class Presence(models.TextChoices):
    """The note on whether the person came."""

    CHECK_IN = "check_in", _("Check-in")
    NO_SHOW = "no_show", _("No-show")


#: A booking in one of these states holds its unit.
LIVE_BOOKINGS = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)


class HandoverKind(models.TextChoices):
    """The ways in which a piece of equipment changes hands."""

    BROUGHT = "brought", _("Brought to the space")
    LENT = "lent", _("Handed over")
    RETURNED = "returned", _("Returned")


class Pattern(models.TextChoices):
    """The rhythm of a recurring booking. `recurrence.rule` writes it in the notation of RFC 5545."""

    WEEKLY = "weekly", _("Every week")
    FORTNIGHTLY = "fortnightly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month, on the same weekday")
    WORKDAYS = "workdays", _("Monday to Friday")


class Refusal(models.TextChoices):
    """Short reasons why a day of a recurring booking is refused. The values are the codes of the errors of booking."""

    ALREADY_YOURS = "already_yours", _("You already have a booking then")
    CLOSED = "closed", _("Closed then")
    HOURS_UNKNOWN = "hours_unknown", _("Opening hours not published yet")
    IN_THE_PAST = "in_the_past", _("Already past")
    MONTH_USED_UP = "month_used_up", _("No day or hour left that month")
    NO_PLACE = "no_place", _("Lent from day to day, not in a series")
    NOT_BOOKABLE = "not_bookable", _("Not offered for booking")
    NOT_FOR_YOU = "not_for_you", _("For members who have the right to it")
    NOT_IN_ORDER = "not_in_order", _("Ends before it begins")
    OFF_GRID = "off_grid", _("Begins at other hours")
    OUTSIDE_HOURS = "outside_hours", _("Outside the opening hours")
    PASS_USED_UP = "pass_used_up", _("No day left on your pass")
    PUBLIC_HOLIDAY = "public_holiday", _("Public holiday")
    TAKEN = "taken", _("Already taken")
    TOO_FAR = "too_far", _("Too far ahead for now")
    TOO_LONG = "too_long", _("Too long")
    TOO_MANY_PEOPLE = "too_many_people", _("For fewer people")
    TOO_MANY_OPEN = "too_many_open", _("You have as many bookings as you may")
    TOO_SHORT = "too_short", _("Too short")
    TOO_SOON = "too_soon", _("Too soon")
    TOO_SOON_TO_TRAVEL = "too_soon_to_travel", _("Too soon to be brought")


class Topic(models.TextChoices):
    """The topic of a document that managers share."""

    WELCOME = "welcome", _("Welcoming people")
    EVENTS = "events", _("Events and training")
    COMMUNICATION = "communication", _("Communication")
    RUNNING = "running", _("Running a space")
    BORDER = "border", _("Across the border")
    OTHER = "other", _("Something else")


class NoticeKind(models.TextChoices):
    OFFER = "offer", _("Offer")
    REQUEST = "request", _("Request")


class Emblem(models.TextChoices):
    """A space's emblem in `static/img/emblems/`, and the name of its colour in the style sheet."""

    GREENHOUSE = "greenhouse", _("Greenhouse")
    ROAD = "road", _("Road")
    BOAT = "boat", _("Boat")
    SPROUT = "sprout", _("Sprout")
    BOOK = "book", _("Open book")
    HILLS = "hills", _("Hills")
