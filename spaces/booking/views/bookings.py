"""Show, change and cancel a booking, and check in."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hacktiv.common.admin_pages import told_by_mail
from members.models import User
from members.profiles.queries import shows_presence

from ...core.admin_pages import say_if_not_told
from ...enums import BookingStatus
from ...errors import BookingError
from ...models import Booking, Resource
from ...passes.queries import gives_day_back, pass_book, shown_schemes
from ...timing.hours import local_day
from .. import operations, queries
from ..files import calendar_file
from ..forms import CancelForm, ChangeForm, CheckInForm, ManagersChangeForm, is_a_look, settled, with_day_of_offer
from ..rules import can_be_cancelled, can_be_checked_in, can_check_in_oneself, cancelled_until
from .common import carry_out, for_somebody, outlook_of, reason_shown
from .own import own_booking

#: The fields of the form that say when.
OF_THE_TIME = {"day", "start", "end"}


@never_cache
@require_GET
@own_booking
def booking(request, booking, is_mine, by):
    now, is_out = timezone.now(), operations.is_out(booking)
    context = {
        "booking": booking,
        "space": booking.space,
        "is_mine": is_mine,
        "is_out": is_out,
        "can_be_cancelled": not is_out and can_be_cancelled(booking, now, by_manager=not is_mine),
        "cancelled_until": cancelled_until(booking),
        "can_check_in": not booking.checked_in_at and can_be_checked_in(booking, now),
        "can_be_taken_over": booking.can_be_taken_over_by(request.user),
        "balance": _balance_of(booking) if is_mine else None,
        "missed_until": queries.missed_until(booking, now) if is_mine else None,
        "shows_presence": shows_presence(request.user) if is_mine and _is_here_today(request, booking, now) else None,
    }
    return render(request, "spaces/booking/booking.html", context)


def _is_here_today(request, booking, now):
    """Return whether the person who reads the page comes to the space today, or is there."""
    comes = booking.user == request.user and booking.is_live and not booking.place
    return comes and local_day(booking.start) == local_day(now)


def _balance_of(booking):
    """Return the balance of which the booking has taken a day, or None: at home, or with no pass."""
    if not (booking.user and booking.is_live) or booking.place:
        return None
    day = local_day(booking.start)
    balance = pass_book(booking.user, day, schemes=shown_schemes()).balance(day)
    return balance if balance and balance.counts(booking.space) else None


@never_cache
@require_POST
@own_booking
def booking_take_over(request, booking, is_mine, by):
    """Put a booking that the team made for the person's address into their account."""
    if not booking.is_for(request.user):
        raise Http404
    try:
        operations.take_over(booking=booking, user=request.user)
    except BookingError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("It is yours now, like the bookings that you make yourself."))
    return redirect(booking)


@never_cache
@own_booking
def booking_cancel(request, booking, is_mine, by):
    """Ask for confirmation, then cancel the booking."""
    form = CancelForm(request.POST or None)
    day_back = booking.is_live and gives_day_back(booking)
    if request.method == "POST" and form.is_valid():
        try:
            operations.cancel_booking(
                booking=booking,
                by=by,
                reason=form.cleaned_data["reason"],
                as_manager=not is_mine,
            )
        except BookingError as error:
            messages.error(request, error.message)
        else:
            done = _("The booking is cancelled, and the day of the pass comes back.")
            messages.success(request, done if day_back else _("The booking is cancelled."))
            say_if_not_told(request, booking)
        return redirect(booking)
    context = {"booking": booking, "space": booking.space, "form": form, "day_back": day_back}
    return render(request, "spaces/booking/booking_cancel.html", context, status=400 if form.errors else 200)


@require_GET
@own_booking
def booking_ics(request, booking, is_mine, by):
    return calendar_response(calendar_file(booking), "reservation.ics")


def calendar_response(content, name):
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@never_cache
@own_booking
def booking_change(request, booking, is_mine, by):
    """Change the booking: choose the day, then the hours, how many come and what for."""
    resource = booking.resource
    if not can_be_cancelled(booking, timezone.now(), by_manager=not is_mine):
        messages.error(request, _("This booking can no longer be changed."))
        return redirect(booking)
    if booking.place:
        return redirect("spaces:loan_move", booking.reference)
    is_sent = request.method == "POST"
    is_look = is_sent and is_a_look(request.POST)
    sent = with_day_of_offer(request.POST if is_sent else request.GET).dict()
    sent = {**_as_it_is(booking), **_touched(sent), "resource": resource.slug}
    resources = Resource.objects.filter(pk=resource.pk).select_related("space", "plan")
    page = ChangePage(request, booking, by, as_manager=not is_mine)
    day_form = page.form_class(sent, resources=resources, booking=booking)
    if not day_form.has_day:
        return page.drawn(day_form, status=200 if is_look else 400)
    wish = {"besides": booking, "wanted": day_form.units_wanted(), "by_manager": page.as_manager}
    plan = queries.free_slots(resource, day_form.cleaned_data["day"], **wish)
    if is_sent and not is_look:
        return carry_out(request, day_form.on(plan, sent), page.change, page.drawn)
    form = day_form.on(plan, initial=sent)
    is_other_day = "day" in request.GET and "start" not in request.GET
    if "pick" in sent or ((is_look or is_other_day) and not form.keeps_its_time):
        form = day_form.on(plan, initial=settled(sent, plan))
    return page.drawn(form)


def _as_it_is(booking):
    """Return the fields of the form as the booking is."""
    start, end = timezone.localtime(booking.start), timezone.localtime(booking.end)
    hours = {"day": f"{start:%Y-%m-%d}", "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
    return {**hours, "people": str(booking.people or 1), "purpose": booking.purpose}


def _touched(sent):
    """Return what was sent without the fields that are as the page showed the booking (`was`): these stay as it is now,
    which somebody else may have changed since. Day and hours are one time: who touches one of them means all three."""
    was = dict(parse_qsl(sent.get("was", ""), keep_blank_values=True))
    touched = {name for name, value in sent.items() if value != was.get(name)}
    if touched & {*OF_THE_TIME, "pick"}:
        touched |= sent.keys() & OF_THE_TIME
    return {name: value for name, value in sent.items() if name in touched}


@dataclass(frozen=True)
class ChangePage:
    """The page on which a booking is changed, by its person or `as_manager`."""

    request: HttpRequest
    booking: Booking
    by: User | None
    as_manager: bool

    @property
    def form_class(self):
        return ManagersChangeForm if self.as_manager else ChangeForm

    @property
    def back_url(self):
        """Return the address of the booking, where this person reads it."""
        if self.as_manager:
            return reverse("admin:spaces_booking_change", args=[self.booking.pk])
        return self.booking.get_absolute_url()

    def change(self, form):
        """Change the booking to what the form says, and return the address of the booking."""
        start, end = form.stretch()
        asked = form.cleaned_data
        wish = {"start": start, "end": end, "people": asked["people"], "purpose": asked["purpose"]}
        wish |= {"unit": asked.get("unit"), "by": self.by, "as_manager": self.as_manager}
        wish["beyond"] = asked.get("beyond", "")
        self._say_what_is_done(operations.change_booking(booking=self.booking, **wish))
        return self.back_url

    def _goes_beyond(self, form):
        return (
            self.as_manager
            and bool(reason_shown(form))
            and queries.may_go_beyond(self.request.user, self.booking.resource)
        )

    def _say_what_is_done(self, changed):
        is_told = changed.sequence != self.booking.sequence
        if not is_told and changed.purpose == self.booking.purpose:
            messages.info(self.request, _("You have changed nothing: the booking stays as it is."))
        elif not is_told:
            messages.success(self.request, _("The booking is changed."))
        elif self.as_manager:
            told = [told_by_mail(1)] if changed.person_email else []
            messages.success(self.request, " ".join([_("The booking is changed."), *told]))
            say_if_not_told(self.request, changed)
        elif changed.status == BookingStatus.REQUESTED:
            text = _("Your change is with the team: the place is held for you, and the answer comes by mail.")
            messages.success(self.request, text)
        else:
            messages.success(self.request, _("The booking is changed: a mail is on its way with what is new."))

    def drawn(self, form, *, status=200, error=None, **context):
        plan = form.plan
        context |= {"booking": self.booking, "space": self.booking.resource.space, "form": form, "plan": plan}
        context |= {"error": error, "action": self.request.path, "back_url": self.back_url}
        context["was"] = urlencode(_as_it_is(self.booking))
        if plan:
            wish = {"moved": self.booking, "by_manager": self.as_manager, "goes_beyond": self._goes_beyond(form)}
            person = queries.person_of(self.booking.user, **wish)
            context |= outlook_of(form, person, error, moved=self.booking)
            if self.as_manager:
                context |= for_somebody(self.request, form, context["outlook"])
        return render(self.request, "spaces/booking/change.html", context, status=status)


@login_required
@never_cache
def door(request, token):
    """Show the person's bookings of today behind this door, with the button « I am here ». The door code leads here."""
    resource = get_object_or_404(Resource.objects.select_related("space"), door_token=token)
    now = timezone.now()
    bookings = queries.bookings_today(request.user, resource, now)
    form = CheckInForm(request.POST or None, bookings=bookings)
    if request.method == "POST" and form.is_valid():
        try:
            operations.check_in(booking=form.cleaned_data["booking"], by=request.user)
        except BookingError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("You are checked in. Welcome!"))
        return redirect("spaces:door", token=token)
    today = [
        (booking, can_check_in_oneself(booking, request.user, now), queries.missed_until(booking, now))
        for booking in bookings
    ]
    context = {"resource": resource, "space": resource.space, "today": today}
    context["shows_presence"] = shows_presence(request.user)
    return render(request, "spaces/booking/door.html", context, status=400 if request.method == "POST" else 200)
