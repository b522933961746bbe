"""Gather the mails of bookings, waits and series when they leave. A mail that is out of date is not sent."""

from datetime import datetime
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.calendar import CANCEL, REQUEST, content_type
from hacktiv.outbox.registry import Mail, absolute_url, register

from ..enums import BookingStatus
from ..models import Booking, Occurrence, Series, Wait
from ..passes.queries import gives_day_back
from ..timing.hours import local_day
from .files import calendar_file, series_attachments
from .queries.closures import closures_over


def _booking(context):
    """Return the booking, or None if it has changed since the mail was queued."""
    found = Booking.objects.select_related("resource__space", "place", "user").prefetch_related("occupancies__unit")
    return found.filter(pk=context["booking"], sequence=context["sequence"]).first()


def _is_noted(row):
    """Return True if the team booked for an address, which nobody has confirmed."""
    return row.user is None and bool(row.guest_email)


def _mail(booking, method=None, **more):
    url = (
        absolute_url("spaces:booking", booking.reference)
        if booking.person_email
        else absolute_url("portal:space", booking.space.slug)
    )
    attachments = []
    if method:
        attachments = [("reservation.ics", calendar_file(booking, method=method), content_type(method))]
    return Mail(
        context={
            "booking": booking,
            "resource": booking.resource,
            "space": booking.space,
            "url": url,
            "noted": _is_noted(booking),
            **more,
        },
        attachments=attachments,
    )


@register("spaces.booking_requested", label=_("Booking requested"))
def booking_requested(context):
    """Attach nothing: a first request is not in the calendar yet."""
    booking = _booking(context)
    return booking and _mail(booking)


@register("spaces.booking_changed", label=_("Booking changed"))
def booking_changed(context):
    """Tell what has changed, and what it was. A change that waits for the team replaces the entry too."""
    booking = _booking(context)
    return booking and _mail(booking, REQUEST, former=_former(booking, context["former"]))


def _former(booking, former):
    """Return what the mail says of the booking as it was: only what is other now."""
    start, end = (datetime.fromisoformat(former[name]) for name in ("start", "end"))
    place = booking.place.name if booking.place else ""
    return {
        "hours": (start, end) if (start, end) != (booking.start, booking.end) else None,
        "place": former["place"] if former["place"] != place else "",
        "people": former["people"] if former["people"] != (booking.people or 1) else None,
        "unit_count": former["unit_count"],
        "units": former["units"] if former["units"] != booking.unit_names else "",
    }


@register("spaces.booking_confirmed", label=_("Booking confirmed"))
def booking_confirmed(context):
    booking = _booking(context)
    return booking and _mail(booking, REQUEST)


@register("spaces.booking_refused", label=_("Booking refused"))
def booking_refused(context):
    """Attach a cancellation unless it is a first request, which is in no calendar."""
    booking = _booking(context)
    return booking and _mail(booking, CANCEL if booking.sequence > 1 else None, day_back=gives_day_back(booking))


@register("spaces.booking_cancelled", label=_("Booking cancelled"))
def booking_cancelled(context):
    """Attach a cancellation, which calendars ignore for a booking that they do not know."""
    booking = _booking(context)
    more = {"day_back": booking and gives_day_back(booking), "lost_with": context.get("lost_with", "")}
    return booking and _mail(booking, CANCEL, **more)


@register("spaces.booking_released", label=_("Place given to others"))
def booking_released(context):
    booking = _booking(context)
    return booking and _mail(booking, CANCEL)


@register("spaces.wait_booked", label=_("Place for who waited: booked"))
def wait_booked(context):
    """Tell of a place that came free and is booked, or requested where a manager decides."""
    booking = _booking(context)
    return booking and _mail(booking, REQUEST if booking.status == BookingStatus.CONFIRMED else None)


@register("spaces.wait_closed", label=_("For who waited: closed"))
def wait_closed(context):
    """Tell a person in line that what they wait for is closed; None once they wait no more, or it is open again."""
    wait = Wait.objects.live().select_related("resource__space", "user").filter(pk=context["wait"]).first()
    closure = wait and closures_over(wait.resource, wait.period).filter(pk=context["closure"]).first()
    if not closure:
        return None
    url = absolute_url("spaces:wait", wait.reference)
    resource = wait.resource
    return Mail(
        context={"booking": wait, "resource": resource, "space": resource.space, "closure": closure, "url": url}
    )


@register("spaces.wait_told", label=_("Place for who waited: free"))
def wait_told(context):
    wait = Wait.objects.live().select_related("resource__space", "user").filter(pk=context["wait"]).first()
    if wait is None:
        return None
    resource = wait.resource
    choice = urlencode({"resource": resource.slug, "day": f"{local_day(wait.start):%Y-%m-%d}"})
    url = f"{absolute_url('spaces:book', resource.space.slug)}?{choice}"
    return Mail(context={"booking": wait, "resource": resource, "space": resource.space, "url": url})


@register("spaces.booking_to_decide", label=_("To the team: request to decide"))
def booking_to_decide(context):
    booking = _booking(context)
    if booking is None or booking.status != BookingStatus.REQUESTED:
        return None
    mail = _mail(booking)
    mail.context["url"] = absolute_url("admin:spaces_booking_change", booking.pk)
    return mail


def _series(context):
    """Return the series with its days, or (None, []) if it has changed since the mail was queued."""
    found = Series.objects.select_related("resource__space", "user")
    series = found.filter(pk=context["series"], sequence=context["sequence"]).first()
    if series is None:
        return None, []
    days = Occurrence.objects.filter(series=series).select_related("booking__resource__space", "booking__user")
    return series, list(days.prefetch_related("booking__occupancies__unit"))


def _series_mail(series, occurrences):
    context = {"series": series, "resource": series.resource, "space": series.resource.space}
    context["noted"] = _is_noted(series)
    context["waits"] = any(row.booking and row.booking.status == BookingStatus.REQUESTED for row in occurrences)
    address = (
        ("spaces:series", series.reference) if series.person_email else ("portal:space", series.resource.space.slug)
    )
    context["url"] = absolute_url(*address)
    attachments = series_attachments(occurrences, now=timezone.now())
    return Mail(context={**context, "occurrences": occurrences}, attachments=attachments)


@register("spaces.series_booked", label=_("Series booked"))
def series_booked(context):
    series, occurrences = _series(context)
    return series and _series_mail(series, occurrences)


@register("spaces.series_cancelled", label=_("Series cancelled"))
def series_cancelled(context):
    series, occurrences = _series(context)
    return series and _series_mail(series, occurrences)


@register("spaces.series_to_decide", label=_("To the team: series to decide"))
def series_to_decide(context):
    series, occurrences = _series(context)
    waiting = [row for row in occurrences if row.booking and row.booking.status == BookingStatus.REQUESTED]
    if not waiting:
        return None
    mail = _series_mail(series, waiting)
    mail.context["url"] = absolute_url("admin:spaces_series_change", series.pk)
    mail.attachments.clear()
    return mail
