"""The page on which a manager books for somebody: a member of their spaces, or a guest on the phone."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from hacktiv.common import dates
from hacktiv.common.admin_pages import say_who_is_not_told

from ...models import Booking, Resource
from ...models.resources import WHO_MAY_BOOK
from ...timing.hours import NOON, at_local
from .. import operations, queries
from ..forms import ONCE, PhoneBookingForm, is_a_look, settled, with_day_of_offer
from ..views.common import (
    Choice,
    carry_out,
    first_open,
    for_somebody,
    outlook_of,
    outlook_of_series,
    reason_shown,
)
from ..views.recurring import USUAL_LENGTH
from .arrivals import named


@never_cache
def phone_page(request, *, admin):
    """Show what is free in the manager's rooms on a day, and book it for somebody, once or again and again.

    The address may carry the choice, as the timeline does: resource, day, hours, unit.
    """
    if not admin.has_add_permission(request):
        raise PermissionDenied
    return PhonePage(request, admin).answer()


@dataclass
class PhonePage:
    """One request for the page, whose `admin` knows the rooms and the people in the manager's scope."""

    request: HttpRequest
    admin: Any

    def answer(self):
        choice = self._choice()
        if not choice.resources:
            return self.drawn(None)
        people = self.admin.admin_site._registry[Booking._meta.get_field("user").remote_field.model]
        asked = PhoneBookingForm(
            choice.sent,
            resources=choice.resources,
            offered=choice.offered,
            people=people.choices(self.request),
            admin_site=self.admin.admin_site,
        )
        if not asked.has_day:
            if choice.is_to_do:
                return self.drawn(asked)
            return self.drawn(asked.with_errors_of_the_day(), status=200 if choice.is_look else 400)
        resource = asked.cleaned_data["resource"]
        day = first_open(resource.space, asked.days()) or asked.cleaned_data["day"]
        plan = queries.free_slots(resource, day, wanted=asked.units_wanted(), by_manager=True)
        drawn = partial(self.drawn, asked=asked)
        if choice.is_to_do:
            return carry_out(self.request, asked.on(plan, choice.sent), self.book, drawn, rate=None)
        has_hours = choice.sent.get("start") and not choice.is_look
        sent = choice.sent if has_hours else settled(choice.sent, plan)
        initial = {**sent.dict(), "skip": sent.getlist("skip")}
        return drawn(asked.on(plan, initial=initial), status=200)

    def _choice(self):
        """Return what was sent, completed by the first room, the next day on which it opens, and a last day."""
        registry = self.admin.admin_site._registry
        rooms = Resource.objects.rooted().select_related("space", "plan")
        rooms = rooms.prefetch_related("space__opening_hours", *WHO_MAY_BOOK).order_by("space__order", "order", "pk")
        rooms = list(registry[Resource].in_scope(self.request, rooms, "choose"))
        is_sent = self.request.method == "POST"
        sent = with_day_of_offer(self.request.POST if is_sent else self.request.GET).copy()
        offered = [room for room in rooms if room.is_bookable and room.space.is_published]
        sent.setdefault("pattern", ONCE)
        if "resource" not in sent and rooms:
            sent["resource"] = str((offered or rooms)[0].pk)
        if "day" not in sent:
            room = next((room for room in rooms if str(room.pk) == sent.get("resource")), None)
            sent["day"] = f"{_next_open(room):%Y-%m-%d}"
        offered = [room for room in rooms if room in offered or str(room.pk) == sent.get("resource")]
        is_look = not is_sent or is_a_look(sent)
        if is_look:
            _complete_last_day(sent)
        return Choice(rooms, offered, sent, is_look and is_sent, not is_look)

    def book(self, form):
        """Book what the form says, once or as a series, and return the address of what came of it."""
        by = self.request.user
        if form.recurs:
            asked = operations.SeriesRequest(**form.series_wish())
            series = operations.book_series(asked=asked, by=by, as_manager=True, beyond=form.cleaned_data["beyond"])
            self._say_it_is_booked(_days_had(series), series, series.person_name)
            return reverse("admin:spaces_series_change", args=[series.pk])
        asked = operations.BookingRequest(**form.wish())
        booking = operations.book(asked=asked, by=by, as_manager=True, beyond=form.cleaned_data["beyond"])
        self._say_it_is_booked(dates.span(booking.start, booking.end), booking, named(booking))
        return reverse("admin:spaces_booking_change", args=[booking.pk])

    def _say_it_is_booked(self, what, made, who):
        messages.success(self.request, _("Booked: %(booking)s.") % {"booking": what})
        say_who_is_not_told(self.request, [] if made.person_email else [who])

    def drawn(self, form, *, asked=None, status=400, error=None, **context):
        """Draw the page; without a day to show (`form.plan`), the form alone."""
        plan = form and form.plan
        context |= self.admin.page_context(self.request, title=_("Book for somebody"))
        context |= {"form": form, "plan": plan, "error": error, "action": self.request.path}
        context["media"] = form.media if form else ""
        if plan:
            context |= self._outlook(form, asked, error)
        elif form is None:
            status = 200
        template = "admin/spaces/booking/phone.html"
        return TemplateResponse(self.request, template, context, status=status)

    def _outlook(self, form, asked, error):
        """Return what the page says beside the button."""
        plan, asked_for = form.plan, form.asked_for(form.plan.resource)
        user, whose = None, Q(pk__in=[])
        if asked_for:
            user, guest = operations.whom(asked_for)
            whose = operations.is_of(Booking(user=user, **guest))
        goes_beyond = bool(reason_shown(form)) and queries.may_go_beyond(self.request.user, plan.resource)
        person = queries.person_of(user, by_manager=True, goes_beyond=goes_beyond)
        said = {"space": plan.resource.space, "asked_for": asked_for}
        if not plan.slots:
            said["refusal"] = _refusal_of_day(plan, person)
        if form.recurs:
            said |= for_somebody(self.request, form, None) | outlook_of_series(form, asked, person, whose=whose)
            if said.get("outlook") and said["outlook"].beyond_the_month:
                said["asks_why"] = queries.may_go_beyond(self.request.user, plan.resource)
            return said
        said |= outlook_of(form, person, error)
        return said | for_somebody(self.request, form, said["outlook"])


def _days_had(series):
    """Return a series in words, with how many of its days are booked where others could not be had."""
    days = queries.occurrences_of(series)
    booked = sum(bool(row.booking) for row in days)
    if booked == len(days):
        return series.in_words
    words = ngettext("%(series)s, %(booked)s day of %(all)s", "%(series)s, %(booked)s days of %(all)s", booked)
    return words % {"series": series.in_words, "booked": booked, "all": len(days)}


def _next_open(room):
    """Return today, or the next day on which the room can still be booked."""
    today = timezone.localdate()
    if room is None:
        return today
    plan = queries.free_slots(room, today, by_manager=True)
    return today if plan.starts_ahead else plan.next_day or today


def _complete_last_day(sent):
    """Give a series a last day, where it has none that comes after its first one."""
    if sent["pattern"] != ONCE and sent.get("until", "") < sent["day"]:
        with suppress(ValueError, OverflowError):
            sent["until"] = f"{date.fromisoformat(sent['day']) + USUAL_LENGTH:%Y-%m-%d}"


def _refusal_of_day(plan, person):
    """Return why nothing at all can be booked on the day; None where the space is closed as every week."""
    noon = at_local(plan.day, NOON)
    refusal = person.refusal(plan.resource, noon, noon + timedelta(hours=1))
    return refusal if refusal and refusal.code != "outside_hours" else None
