"""A manager's view of his rooms: a day with who is where, their use month by month, the bookings as a file."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hacktiv.common import dates
from hacktiv.common.spreadsheets import CONTENT_TYPES, csv_bytes, xlsx_bytes

from ...timing.hours import day_bounds
from ...timing.periods import period
from ..queries.search import week_days
from ..queries.timeline import timeline, week
from ..queries.usage import MONTHS, months_until, use_of
from .forms import ExportForm, TimelineForm


class _OwnPage:
    """Mixed into an admin class: one address more, before Django's own."""

    own_page = own_name = ""

    def get_urls(self):
        view = self.admin_site.admin_view(require_safe(self.own_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_{self.own_name}"
        return [path(self.own_page, view, name=name), *super().get_urls()]

    def show(self, request, template, status=200, **context):
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context, status=status)


class SpaceTimeline(_OwnPage):
    """Mixed into the space's admin class: who is in which room, hour by hour."""

    change_form_template = "admin/spaces/space/change_form.html"
    own_page, own_name = "<int:space_id>/timeline/", "timeline"

    def own_view(self, request, space_id):
        space = self.get_queryset(request).filter(pk=space_id).first()
        if space is None or not self.has_view_permission(request, space):
            raise Http404
        form = TimelineForm({"day": f"{timezone.localdate():%Y-%m-%d}", **request.GET.dict()})
        by_week = request.GET.get("view") == "week"
        title = _("%(space)s, day by day") if by_week else _("%(space)s, hour by hour")
        context = {"space": space, "form": form, "by_week": by_week, "title": title % {"space": space}}
        if not form.is_valid():
            return self.show(request, "admin/spaces/space/timeline.html", 400, **context)
        day = form.cleaned_data["day"]
        step = timedelta(days=7 if by_week else 1)
        context |= {"day": day, "before": day - step, "after": day + step, "today": timezone.localdate()}
        if by_week:
            days = week_days(day)
            return self.show(request, "admin/spaces/space/week.html", **context, days=days, rows=week(space, days))
        (shown,) = timeline(space, [day], named=True)
        return self.show(request, "admin/spaces/space/timeline.html", **context, shown=shown)


class ResourceUsage(_OwnPage):
    """Mixed into the resource's admin class: hours used of hours open, month by month."""

    change_list_template = "admin/spaces/resource/change_list.html"
    own_page, own_name = "usage/", "usage"

    def own_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        last = _month(request.GET.get("until", ""))
        months = months_until(last)
        resources = self.get_queryset(request).rooted().order_by("space__order", "space__name", "order", "pk")
        return self.show(
            request,
            "admin/spaces/resource/usage.html",
            title=_("Use of the rooms, month by month"),
            months=months,
            uses=use_of(resources, months),
            before=(months[0] - timedelta(days=1)),
            after=months_until((last + timedelta(days=31 * MONTHS)).replace(day=1))[-1] if last < _month("") else None,
        )


def _month(text):
    """The month that « 2026-11 » names, within reach; else the present one."""
    today = timezone.localdate()
    try:
        month = datetime.strptime(f"{text}-01", "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return today.replace(day=1)
    return month if abs(month.year - today.year) <= 20 else today.replace(day=1)


class BookingExport(_OwnPage):
    """Mixed into the booking's admin class: the bookings of some days as a file, of whoever runs the spaces his own."""

    change_list_template = "admin/spaces/booking/change_list.html"
    own_page, own_name = "export/", "export"

    def own_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET if "format" in request.GET else None
        last_month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
        form = ExportForm(asked, initial={"first_day": last_month, "last_day": timezone.localdate()})
        if not form.is_valid():
            status = 400 if form.errors else 200
            title = _("Take the bookings away")
            return self.show(request, "admin/spaces/booking/export.html", status, title=title, form=form)
        wish = form.cleaned_data
        bounds = period(day_bounds(wish["first_day"]).start, day_bounds(wish["last_day"]).end)
        bookings = self.get_queryset(request).filter(period__overlap=bounds)
        bookings = bookings.select_related("resource__space", "place", "user", "occupancy__unit__resource").order_by(
            "period", "pk"
        )
        return self._file(wish, [self._row(booking) for booking in bookings])

    def _file(self, wish, rows):
        if wish["format"] == "csv":
            content = csv_bytes([head(), *([_written(cell) for cell in row] for row in rows)])
        else:
            content = xlsx_bytes(_("Bookings"), head(), rows)
        response = HttpResponse(content, content_type=CONTENT_TYPES[wish["format"]])
        name = f"reservations-{wish['first_day']:%Y-%m-%d}-{wish['last_day']:%Y-%m-%d}.{wish['format']}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response

    def _row(self, booking):
        start, end = dates.local(booking.start), dates.local(booking.end)
        return [
            booking.resource.space.name,
            booking.resource.name,
            str(self.unit(booking)),
            start,
            end,
            round((booking.end - booking.start).total_seconds() / 3600, 2),
            self.person(booking),
            booking.person_email,
            booking.get_status_display(),
            booking.purpose,
            booking.reason,
            dates.local(booking.created_at),
            str(booking.reference),
            booking.place.name if booking.place else "",
        ]


def head():
    return [
        _("Space"),
        _("Resource"),
        _("Place"),
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
    ]


def _written(cell):
    """As CSV has it: local days and hours that every spreadsheet reads, numbers as they are."""
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else str(cell)
