"""Pages for managers about their rooms: a day with names, the use month by month, the bookings as a file."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from hacktiv.common import dates
from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.spreadsheets import CONTENT_TYPES, csv_bytes, written, xlsx_bytes
from members.enums import Country

from ...core.scoping import DESK
from ...enums import BookingStatus
from ...models import Occupancy
from ...places.rules import YEARS_OF_USE
from ...timing.hours import day_bounds
from ...timing.periods import period
from ..queries.own import with_home_spaces
from ..queries.search import week_days
from ..queries.timeline import timeline, week
from ..queries.usage import MONTHS, months_until, use_of
from .forms import ExportForm, TimelineForm


@require_safe
def timeline_page(request, space, *, admin):
    """Show the people in each room hour by hour, or with `view=week` day by day."""
    form = TimelineForm({"day": f"{timezone.localdate():%Y-%m-%d}", **request.GET.dict()})
    by_week = request.GET.get("view") == "week"
    title = _("%(space)s, day by day") if by_week else _("%(space)s, hour by hour")
    context = admin.page_context(request, title=title % {"space": space}, space=space, form=form, by_week=by_week)
    if not form.is_valid():
        return TemplateResponse(request, "admin/spaces/space/timeline.html", context, status=HTTPStatus.BAD_REQUEST)
    day = form.cleaned_data["day"]
    step = timedelta(days=7 if by_week else 1)
    context |= {"day": day, "before": day - step, "after": day + step, "today": timezone.localdate()}
    if by_week:
        days = week_days(day)
        context |= {"days": days, "rows": week(space, days)}
        return TemplateResponse(request, "admin/spaces/space/week.html", context)
    (context["shown"],) = timeline(space, [day], named=True)
    return TemplateResponse(request, "admin/spaces/space/timeline.html", context)


@require_safe
def usage_page(request, *, admin):
    """Show the hours used of the hours open, month by month, of the rooms that the manager runs."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    last = _month(request.GET.get("until", ""))
    months = months_until(last)
    resources = admin.get_queryset(request).rooted().order_by("space__order", "space__name", "order", "pk")
    context = admin.page_context(
        request,
        title=_("Use of the rooms, month by month"),
        months=months,
        uses=use_of(resources, months),
        before=(months[0] - timedelta(days=1)),
        after=months_until((last + timedelta(days=31 * MONTHS)).replace(day=1))[-1] if last < _month("") else None,
    )
    return TemplateResponse(request, "admin/spaces/resource/usage.html", context)


def _month(text):
    """Return the month of a text like « 2026-11 »; the present one for other texts and beyond `YEARS_OF_USE`."""
    today = timezone.localdate()
    try:
        month = datetime.strptime(f"{text}-01", "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return today.replace(day=1)
    return month if abs(month.year - today.year) < YEARS_OF_USE else today.replace(day=1)


@require_safe
def export_page(request, *, admin):
    """Export the bookings of some days as a file; managers get those of the spaces that they run."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    asked = request.GET if "format" in request.GET else None
    last_month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    form = ExportForm(asked, initial={"first_day": last_month, "last_day": timezone.localdate()})
    if not form.is_valid():
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        context = admin.page_context(request, title=_("Take the bookings away"), form=form)
        return TemplateResponse(request, "admin/spaces/booking/export.html", context, status=status)
    wish = form.cleaned_data
    bounds = period(day_bounds(wish["first_day"]).start, day_bounds(wish["last_day"]).end)
    bookings = admin.get_queryset(request).filter(period__overlap=bounds)
    held = Occupancy.objects.filter(booking=OuterRef("pk")).order_by("pk")
    bookings = (
        with_home_spaces(bookings)
        .select_related("resource__space", "place", "user")
        .annotate(
            held_numbers=ArraySubquery(held.values("unit__number")), held_names=ArraySubquery(held.values("unit__name"))
        )
    )
    bookings = bookings.order_by("period", "pk")
    return _file(wish, [_row(booking, admin) for booking in bookings])


def _file(wish, rows):
    if wish["format"] == "csv":
        content = csv_bytes([head(), *(map(written, row) for row in rows)])
    else:
        content = xlsx_bytes(_("Bookings"), head(), rows)
    response = HttpResponse(content, content_type=CONTENT_TYPES[wish["format"]])
    name = f"reservations-{wish['first_day']:%Y-%m-%d}-{wish['last_day']:%Y-%m-%d}.{wish['format']}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _row(booking, admin):
    start, end = dates.local(booking.start), dates.local(booking.end)
    hours = (booking.end - booking.start).total_seconds() / 3600
    return [
        booking.resource.space.name,
        booking.resource.name,
        _units(booking),
        start,
        end,
        round(hours, 2),
        admin.person(booking),
        booking.person_email,
        admin.state(booking),
        booking.purpose,
        booking.reason,
        dates.local(booking.created_at),
        str(booking.reference),
        booking.place.name if booking.place else "",
        _presence(booking),
        dates.local(booking.checked_in_at) if booking.checked_in_at else "",
        booking.home_space or "",
        Country(booking.home_country).label if booking.home_country else "",
        booking.unit_count,
        round(hours * booking.unit_count, 2),
        booking.people or "",
    ]


def _units(booking):
    """Write the units that the booking holds, as they write themselves."""
    units = zip(booking.held_names, booking.held_numbers, strict=True)
    return ", ".join(name or f"{booking.resource.name} {number}" for name, number in units) or "–"


def _presence(booking):
    """Return whether the person was there; blank where nobody noted it."""
    if booking.checked_in_at:
        return _("Yes")
    return _("No") if booking.status == BookingStatus.NO_SHOW else ""


def head():
    return [
        _("Space"),
        _("Resource"),
        pgettext("one unit", "Place"),
        _("Beginning"),
        _("End"),
        _("Hours"),
        _("Person"),
        _("E-mail address"),
        _("Status"),
        _("What for?"),
        _("Reason"),
        _("Made at"),
        _("Reference"),
        _("Place of the loan"),
        _("Presence"),
        _("Checked in at"),
        _("Home space"),
        _("Country of the home space"),
        _("Number of places"),
        _("Hours of all places"),
        pgettext("how many come", "People"),
    ]


PAGES_OF_SPACE = [Page("timeline", timeline_page, gettext_lazy("Hour by hour"), Group.DAY, opens_to=(DESK,))]
PAGES_OF_RESOURCE = [Page("usage", usage_page, of_one=False)]
PAGES_OF_BOOKING = [Page("export", export_page, of_one=False)]
