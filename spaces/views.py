"""The list of spaces, the form that reaches one, and a member's bookings."""

from datetime import timedelta
from urllib.parse import urlencode

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from hacktiv.common import dates
from hacktiv.common.ratelimit import limit

from . import operations, queries, search, timeline
from .enums import BookingStatus
from .forms import (
    BookingForm,
    CancelForm,
    CancelSeriesForm,
    CheckInForm,
    ContactForm,
    DayChoiceForm,
    DayForm,
    ExtendForm,
    MoveDayForm,
    MoveForm,
    SearchForm,
    SeriesForm,
)
from .hours import local_day
from .mails import calendar_file, series_calendar_file
from .models import Booking, Resource, Series, Space, Wait
from .persons import person_of
from .rules import BookingError, can_be_cancelled, can_be_checked_in, cancelled_until, limits_of

MESSAGES_AN_HOUR = "5/h"
BOOKINGS_AN_HOUR = "60/h"
#: Beyond it nobody leafs.
FURTHEST_PAGE = 500
#: Refusals after which another time helps.
OFFER_INSTEAD = {"taken", "closed", "public_holiday", "outside_hours", "off_grid", "in_the_past", "too_soon"}


def spaces(request):
    """The spaces on both sides of the border, and which are open now."""
    context = {"spaces": queries.spaces_with_state(), "search_form": SearchForm()}
    return render(request, "spaces/list.html", context)


# --- finding a place ---


@never_cache
@require_safe
def find(request):
    """What is free for so many people all that time, over all spaces: a day, or the week around it."""
    by_week = request.GET.get("view") == "week"
    form = SearchForm(request.GET)
    context = {"form": form, "by_week": by_week, "places": search.suggested_places()}
    if not form.is_valid():
        return render(request, "spaces/search.html", context, status=400)
    wanted, person = form.wanted(), person_of(request.user)
    find_page = search.by_week if by_week else search.by_day
    page = find_page(wanted, page=_page_number(request), person=person)
    context |= {"wanted": wanted, "page_obj": page, "on_map": search.on_map(page.spaces, context["places"])}
    query = {name: request.GET.getlist(name) for name in form.fields if name in request.GET}
    context |= {
        "day_query": urlencode(query, doseq=True),
        "week_query": urlencode({**query, "view": "week"}, doseq=True),
    }
    if by_week:
        context["days"] = search.week_days(wanted.day)
    elif not page.spaces and page.number == 1:
        context["instead"] = search.alternatives(wanted, person=person)
    return render(request, "spaces/search.html", context)


@never_cache
@require_safe
def rooms(request, slug):
    """The space's rooms hour by hour, a day or a week: free or not, and one's own bookings; nobody else's name."""
    now = timezone.now()
    space = get_object_or_404(queries.with_opening(Space.objects.published(), now), slug=slug)
    state = queries.state_now(space, now)
    form = DayChoiceForm({"day": f"{local_day(state.changes_at or now):%Y-%m-%d}", **request.GET.dict()})
    context = {"space": space, "state": state, "form": form, "by_week": request.GET.get("view") == "week"}
    if not form.is_valid():
        return render(request, "spaces/timeline.html", context, status=400)
    day = form.cleaned_data["day"]
    days = search.week_days(day) if context["by_week"] else [day]
    context |= {"day": day, "days": timeline.timeline(space, days, user=request.user, now=now)}
    context["rows_of_week"] = [row.resource for row in context["days"][0].rows]
    step = timedelta(days=len(days))
    context |= {"before": day - step if days[0] > timezone.localdate() else None, "after": day + step}
    return render(request, "spaces/timeline.html", context)


def _page_number(request):
    number = request.GET.get("page", "")
    return min(int(number), FURTHEST_PAGE) if number.isdecimal() and len(number) < 6 and int(number) else 1


# --- writing to a space ---


def contact(request, slug):
    """Write to those who run the space, without seeing their address."""
    space = get_object_or_404(Space.objects.published(), slug=slug)
    form = ContactForm(request.POST or None, initial=_sender(request.user))
    if request.method == "POST" and form.is_valid():
        limit(request, "contact-space", MESSAGES_AN_HOUR)
        if not form.is_from_a_robot:
            fields = {name: form.cleaned_data[name] for name in ("name", "email", "text")}
            operations.send_message(space=space, **fields)
        messages.success(request, _("Your message is on its way to %(space)s.") % {"space": space})
        return redirect(space)
    return render(request, "spaces/contact.html", {"space": space, "form": form}, status=400 if form.errors else 200)


def _sender(user):
    return {"name": user.get_full_name(), "email": user.email} if user.is_authenticated else {}


# --- the virtual tour ---


def tour(request, slug):
    """To its entrance."""
    space = get_object_or_404(Space.objects.published(), slug=slug)
    entrance = space.scenes.first()
    if entrance is None:
        raise Http404
    entrance.space = space
    return redirect(entrance)


@csp_update({"img-src": ["blob:"]})  # As the viewer draws what it has fetched.
def scene(request, slug, pk):
    """One scene, in a picture and in words; the viewer of 360° comes on top where a browser can show it."""
    space = get_object_or_404(queries.with_opening(Space.objects.published(), timezone.now()), slug=slug)
    found = queries.scene_of(space, pk)
    if found is None:
        raise Http404
    scene, points, scenes = found
    context = {"space": space, "scene": scene, "points": points, "scenes": scenes}
    context["takes_bookings"] = bool(space.opening_hours.all())
    return render(request, "spaces/scene.html", context)


# --- booking ---


@never_cache
def book(request, slug, *, send=None):
    """What is free on a day, for everybody to see. Booking needs an account; the choice survives the sign-in.
    `send` does what is asked for: book, unless it is told otherwise."""
    space = get_object_or_404(queries.with_opening(Space.objects.published(), timezone.now()), slug=slug)
    resources = queries.bookable_in(space)
    for_me = queries.for_member(resources, request.user, timezone.localdate())
    sent = _with_defaults(request.POST if request.method == "POST" else request.GET, space, for_me or resources)
    offered = [resource for resource in resources if resource in for_me or resource.slug == sent["resource"]]
    day_form = DayForm(sent, resources=resources, offered=offered, auto_id="choice_%s")
    if not queries.can_be_booked(space, resources):
        return _booking_page(request, space, None)
    if not day_form.is_valid():
        return _booking_page(request, space, day_form, status=400)
    resource, day = day_form.cleaned_data["resource"], day_form.cleaned_data["day"]
    resource.space = space
    plan = queries.free_slots(resource, day)
    if request.method == "POST":
        return (send or _make_booking)(request, day_form, plan)
    form = BookingForm(initial=_first_choice(sent, plan), resources=resources, plan=plan)
    return _booking_page(request, space, day_form, plan=plan, form=form)


def _make_booking(request, day_form, plan):
    if not request.user.is_authenticated:
        return redirect_to_login(_with_choice(request, plan.resource.space))
    resource, space = plan.resource, plan.resource.space
    form = BookingForm(day_form.data, resources=day_form.fields["resource"].queryset, plan=plan)
    if not form.is_valid():
        return _booking_page(request, space, day_form, plan=plan, form=form, status=400)
    limit(request, "book", BOOKINGS_AN_HOUR)
    start, end = form.stretch()
    purpose = form.cleaned_data["purpose"]
    try:
        booking = operations.book(
            resource=resource, start=start, end=end, user=request.user, by=request.user, purpose=purpose
        )
    except BookingError as error:
        form.add_error(None, error.message)
        instead = {"mine": error.in_the_way[0] if error.code == "already_yours" else None}
        instead["can_wait"] = error.code == "taken"
        if error.code in OFFER_INSTEAD:
            instead["offers"] = queries.next_free(resource, start, end)
        plan = queries.free_slots(resource, plan.day)
        return _booking_page(request, space, day_form, plan=plan, form=form, status=409, **instead)
    if booking.status == BookingStatus.REQUESTED:
        text = _("Your request is with the team: the place is held for you, and the answer comes by mail.")
        messages.success(request, text)
    else:
        messages.success(request, _("Your booking is made: a confirmation is on its way to your mailbox."))
    return redirect(booking)


def _with_choice(request, space):
    """The booking page's address with what was chosen."""
    kept = {name: request.POST.get(name, "")[:40] for name in ("resource", "day", "start", "end")}
    return f"{reverse('spaces:book', args=[space.slug])}?{urlencode(kept)}"


def _booking_page(request, space, day_form, *, status=200, plan=None, **context):
    now = timezone.now()
    context = {"space": space, "state": queries.state_now(space, now), "day_form": day_form, "plan": plan, **context}
    if plan:
        context["refusal"] = queries.refusal_for(plan.resource, request.user, plan.day, now)
        context["limits"] = limits_of(plan.resource)
    if plan and request.user.is_authenticated:
        context["balance"] = queries.pass_balance(request.user, plan.day)
    return render(request, "spaces/book.html", context, status=status)


def _with_defaults(sent, space, resources):
    """What was sent, completed by the first resource and the next day on which the space opens."""
    sent = sent.copy()
    if "resource" not in sent:
        sent["resource"] = next((resource.slug for resource in resources), "")
    if "day" not in sent:
        state = queries.state_now(space, timezone.now())
        sent["day"] = f"{local_day(state.changes_at or timezone.now()):%Y-%m-%d}"
    return sent


def _first_choice(sent, plan):
    """The hours in the address, or the first free ones."""
    initial = {"resource": plan.resource.slug, "day": f"{plan.day:%Y-%m-%d}"}
    first = plan.first_free()
    start, end = sent.get("start", ""), sent.get("end", "")
    if not start and first:
        start, end = f"{timezone.localtime(first.start):%H:%M}", f"{timezone.localtime(first.end):%H:%M}"
    return {**initial, "start": start, "end": end}


# --- a booking ---


def _own_booking(request, reference):
    """The booking, for the person it is for and for the managers of its space; for anybody else there is none."""
    bookings = Booking.objects.select_related(
        "resource__space__operator", "user", "occupancy__unit", "occurrence__series__resource__space"
    )
    booking = get_object_or_404(bookings, reference=reference)
    if booking.user != request.user and not queries.runs(request.user, booking.resource.space):
        raise Http404
    return booking


@login_required
@never_cache
@require_GET
def booking(request, reference):
    booking = _own_booking(request, reference)
    return render(
        request,
        "spaces/booking.html",
        {
            "booking": booking,
            "space": booking.resource.space,
            "is_mine": booking.user == request.user,
            "can_be_cancelled": can_be_cancelled(booking, timezone.now(), by_manager=booking.user != request.user),
            "cancelled_until": cancelled_until(booking),
            "can_check_in": not booking.checked_in_at and can_be_checked_in(booking, timezone.now()),
        },
    )


@login_required
@never_cache
def booking_cancel(request, reference):
    """Ask once more, then cancel."""
    booking = _own_booking(request, reference)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.cancel_booking(
                booking=booking,
                by=request.user,
                reason=form.cleaned_data["reason"],
                as_manager=booking.user != request.user,
            )
        except BookingError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The booking is cancelled."))
        return redirect(booking)
    context = {"booking": booking, "space": booking.resource.space, "form": form}
    return render(request, "spaces/booking_cancel.html", context, status=400 if form.errors else 200)


@login_required
@require_GET
def booking_ics(request, reference):
    return _ics(calendar_file(_own_booking(request, reference)), "reservation.ics")


def _ics(content, name):
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@never_cache
def booking_move(request, reference):
    """The same booking at another time: choose the day, then the hours."""
    booking = _own_booking(request, reference)
    resource, as_manager = booking.resource, booking.user != request.user
    if not can_be_cancelled(booking, timezone.now(), by_manager=as_manager):
        messages.error(request, _("This booking can no longer be changed."))
        return redirect(booking)
    resources = Resource.objects.filter(pk=resource.pk)
    sent = _with_own_time(request.POST if request.method == "POST" else request.GET, booking)
    day_form = MoveDayForm(sent, resources=resources, auto_id="choice_%s")
    page = {"booking": booking, "space": resource.space, "day_form": day_form}
    if not day_form.is_valid():
        return render(request, "spaces/move.html", page, status=400)
    plan = queries.free_slots(resource, day_form.cleaned_data["day"], besides=booking)
    if request.method == "POST":
        form = MoveForm(sent, resources=resources, plan=plan, booking=booking)
        return _move(request, booking, {**page, "plan": plan, "form": form})
    form = MoveForm(initial=sent.dict(), resources=resources, plan=plan, booking=booking)
    return render(request, "spaces/move.html", {**page, "plan": plan, "form": form})


def _with_own_time(sent, booking):
    """What was sent, completed by the booking's own day and hours."""
    start, end = timezone.localtime(booking.start), timezone.localtime(booking.end)
    sent = sent.copy()
    sent["resource"] = booking.resource.slug
    for name, own in (("day", f"{start:%Y-%m-%d}"), ("start", f"{start:%H:%M}"), ("end", f"{end:%H:%M}")):
        if name not in sent:
            sent[name] = own
    return sent


def _move(request, booking, page):
    form = page["form"]
    if not form.is_valid():
        return render(request, "spaces/move.html", page, status=400)
    limit(request, "book", BOOKINGS_AN_HOUR)
    start, end = form.stretch()
    as_manager = booking.user != request.user
    try:
        moved = operations.move_booking(booking=booking, start=start, end=end, by=request.user, as_manager=as_manager)
    except BookingError as error:
        form.add_error(None, error.message)
        if error.code in OFFER_INSTEAD:
            page["offers"] = queries.next_free(booking.resource, start, end, besides=booking)
        return render(request, "spaces/move.html", page, status=409)
    if moved.status == BookingStatus.REQUESTED:
        messages.success(request, _("The new time is with the team: the place is held, and the answer comes by mail."))
    else:
        messages.success(request, _("The booking is moved: the new time is on its way by mail."))
    return redirect(moved)


# --- at the door ---


@login_required
@never_cache
def door(request, token):
    """Where the code beside a door leads: the person's bookings there today, and the button that says « I am here »."""
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
    today = [(booking, not booking.checked_in_at and can_be_checked_in(booking, now)) for booking in bookings]
    context = {"resource": resource, "space": resource.space, "today": today}
    return render(request, "spaces/door.html", context, status=400 if request.method == "POST" else 200)


# --- waiting ---


@require_POST
def wait_join(request, slug):
    """Wait for what the booking page could not give."""
    return book(request, slug, send=_join_the_line)


def _join_the_line(request, day_form, plan):
    resource, space = plan.resource, plan.resource.space
    if not request.user.is_authenticated:
        return redirect_to_login(_with_choice(request, space))
    form = BookingForm(day_form.data, resources=day_form.fields["resource"].queryset, plan=plan)
    if not form.is_valid():
        return _booking_page(request, space, day_form, plan=plan, form=form, status=400)
    limit(request, "book", BOOKINGS_AN_HOUR)
    start, end = form.stretch()
    purpose = form.cleaned_data["purpose"]
    try:
        wait = operations.wait_for(resource=resource, start=start, end=end, user=request.user, purpose=purpose)
    except BookingError as error:
        form.add_error(None, error.message)
        mine = error.in_the_way[0] if error.code == "already_yours" else None
        return _booking_page(request, space, day_form, plan=plan, form=form, mine=mine, status=409)
    messages.success(request, _("You are in line: you are told as soon as a place is yours."))
    return redirect(wait)


@login_required
@never_cache
@require_GET
def wait(request, reference):
    """A place in line, or the booking that came of it."""
    found = get_object_or_404(Wait.objects.select_related("booking"), reference=reference, user=request.user)
    if found.booking:
        return redirect(found.booking)
    mine = get_object_or_404(queries.waits_of(request.user, timezone.now()), pk=found.pk)
    return render(request, "spaces/wait.html", {"wait": mine, "space": mine.resource.space})


@login_required
@require_POST
def wait_leave(request, reference):
    found = get_object_or_404(Wait, reference=reference, user=request.user)
    try:
        operations.leave_wait(wait=found)
    except BookingError as error:
        messages.error(request, error.message)
        return redirect(found)
    messages.success(request, _("You are no longer in line."))
    return redirect("portal:me")


# --- recurring bookings ---


@login_required
@never_cache
def repeat(request, slug):
    """Ask for the same hours again and again. The choice of a booking page comes along in the address."""
    space = get_object_or_404(queries.with_opening(Space.objects.published(), timezone.now()), slug=slug)
    resources = space.resources.filter(is_bookable=True)
    if not queries.can_be_booked(space, resources):
        return redirect("spaces:book", slug)
    if request.method == "POST":
        return _make_series(request, space, resources)
    form = SeriesForm(initial=_with_defaults(request.GET, space, resources).dict(), resources=resources)
    return render(request, "spaces/repeat.html", {"space": space, "form": form})


def _make_series(request, space, resources):
    form, series = SeriesForm(request.POST, resources=resources), None
    if form.is_valid():
        limit(request, "book", BOOKINGS_AN_HOUR)
        series = _or_refusal(form, operations.book_series, **form.wish(), user=request.user, by=request.user)
    if series is None:
        return render(request, "spaces/repeat.html", {"space": space, "form": form}, status=_fault(form))
    messages.success(request, _("This is booked: one mail is on its way with all the days."))
    return redirect(series)


def _or_refusal(form, operation, **wish):
    """What the operation answers, or None once its refusal stands in the form."""
    try:
        return operation(**wish)
    except BookingError as error:
        form.add_error(None, error.message)
        return None


def _fault(form):
    """400 for what was typed wrong, 409 for what the operation refused, 200 for nothing sent."""
    if not form.errors:
        return 200
    return 409 if set(form.errors) == {NON_FIELD_ERRORS} else 400


def _own_series(request, reference):
    """The series, for the member it is for and for the managers of its space; for anybody else there is none."""
    found = get_object_or_404(Series.objects.select_related("resource__space", "user"), reference=reference)
    if found.user != request.user and not queries.runs(request.user, found.resource.space):
        raise Http404
    return found


@login_required
@never_cache
@require_GET
def series(request, reference):
    return _series_page(request, _own_series(request, reference), ExtendForm())


def _series_page(request, series, extend_form):
    occurrences = queries.occurrences_of(series)
    context = {
        "series": series,
        "space": series.resource.space,
        "occurrences": occurrences,
        "is_mine": series.user == request.user,
        "can_be_cancelled": bool(_days_left(occurrences)),
        "today": timezone.localdate(),
        "extend_form": extend_form,
    }
    return render(request, "spaces/series.html", context, status=_fault(extend_form))


def _days_left(occurrences):
    """The days on which the series still holds its place and may be cancelled."""
    now = timezone.now()
    return [row.day for row in occurrences if row.booking and can_be_cancelled(row.booking, now)]


@login_required
@require_POST
def series_extend(request, reference):
    series = _own_series(request, reference)
    form, extended = ExtendForm(request.POST), None
    if form.is_valid():
        limit(request, "book", BOOKINGS_AN_HOUR)
        until = form.cleaned_data["until"]
        extended = _or_refusal(form, operations.extend_series, series=series, until=until, by=request.user)
    if extended is None:
        return _series_page(request, series, form)
    messages.success(request, _("It goes on to %(day)s.") % {"day": dates.day(extended.until)})
    return redirect(series)


@login_required
@require_POST
def series_retry(request, reference, pk):
    """Try once more to book a day that was refused."""
    series = _own_series(request, reference)
    occurrence = get_object_or_404(series.occurrences, pk=pk)
    occurrence.series = series
    limit(request, "book", BOOKINGS_AN_HOUR)
    try:
        operations.retry_occurrence(occurrence=occurrence, by=request.user)
    except BookingError as error:
        messages.error(request, f"{dates.day(occurrence.day)} – {error.message}")
    else:
        messages.success(request, _("Booked: %(booking)s.") % {"booking": dates.day(occurrence.day)})
    return redirect(series)


@login_required
@never_cache
def series_cancel(request, reference):
    """Give back every day from one on."""
    series = _own_series(request, reference)
    days = _days_left(queries.occurrences_of(series))
    form = CancelSeriesForm(request.POST or None, days=days, initial={"day": days[0] if days else None})
    if request.method == "POST" and form.is_valid():
        wish = {"from_day": form.cleaned_data["day"], "reason": form.cleaned_data["reason"], "by": request.user}
        if _or_refusal(form, operations.cancel_series, series=series, **wish):
            messages.success(request, _("These days are given back."))
            return redirect(series)
    if not days:
        messages.error(request, _("Nothing of it is left to cancel from that day on."))
        return redirect(series)
    context = {"series": series, "space": series.resource.space, "form": form}
    return render(request, "spaces/series_cancel.html", context, status=_fault(form))


@login_required
@require_GET
def series_ics(request, reference):
    series = _own_series(request, reference)
    return _ics(series_calendar_file(queries.occurrences_of(series)), "reservations.ics")
