"""Choose and book a place, and wait for one that is taken."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hacktiv.common.ratelimit import limit
from hacktiv.site.once import sent_once

from ...enums import BookingStatus
from ...errors import BookingError
from ...models import Wait
from ...passes import queries as passes_queries
from ...places import queries as places_queries
from ...places.rules import limits_of
from ...timing.hours import local_day
from .. import operations, queries
from ..forms import BookingForm, DayForm

#: For each person: writes of bookings, waits and series together.
BOOKINGS_AN_HOUR = "60/h"
#: Codes of refusals after which other times are offered.
OFFER_INSTEAD = {
    "taken",
    "closed",
    "public_holiday",
    "outside_hours",
    "off_grid",
    "in_the_past",
    "too_soon",
    "already_yours",
}


def space_or_404(slug, now):
    """Return the published space, with all that `state_now` reads."""
    space = places_queries.published_space(slug, now)
    if space is None:
        raise Http404
    return space


@never_cache
def book(request, slug, *, send=None):
    """Show everybody what is free on a day, and book it for members; the choice is kept while a visitor signs in.

    `send` handles a POST request instead of `_make_booking`.
    """
    space = space_or_404(slug, timezone.now())
    resources = queries.rooms_in(space)
    wanted = request.GET.get("resource")
    if wanted and wanted not in {resource.slug for resource in resources}:
        for lent in space.resources.filter(travels=True):
            if lent.slug == wanted:
                return redirect("spaces:lend", lent.pk)
    for_me = queries.for_member(resources, request.user, timezone.localdate())
    sent = with_defaults(request.POST if request.method == "POST" else request.GET, space, for_me or resources)
    offered = [resource for resource in resources if resource in for_me or resource.slug == sent["resource"]]
    day_form = DayForm(sent, resources=resources, offered=offered, auto_id="choice_%s")
    if not queries.can_be_booked(space, resources):
        return _booking_page(request, space, None)
    if not day_form.is_valid():
        return _booking_page(request, space, day_form, status=400)
    resource, day = day_form.cleaned_data["resource"], day_form.cleaned_data["day"]
    plan = queries.free_slots(resource, day)
    if request.method == "POST":
        return (send or _make_booking)(request, day_form, plan)
    form = BookingForm(initial=_first_choice(sent, plan), resources=resources, plan=plan)
    return _booking_page(request, space, day_form, plan=plan, form=form)


def _make_booking(request, day_form, plan):
    if "look" in request.POST:
        # Book nothing: show the units as they are at these hours, and keep what was typed.
        form = BookingForm(initial=request.POST.dict(), resources=day_form.resources, plan=plan)
        return _booking_page(request, plan.resource.space, day_form, plan=plan, form=form)
    if not request.user.is_authenticated:
        return redirect_to_login(_with_choice(request, plan.resource.space))
    resource, space = plan.resource, plan.resource.space
    form = BookingForm(day_form.data, resources=day_form.resources, plan=plan)
    if not form.is_valid():
        return _booking_page(request, space, day_form, plan=plan, form=form, status=400)
    limit(request, "book", BOOKINGS_AN_HOUR)
    start, end = form.stretch()
    asked = operations.BookingRequest(
        resource=resource,
        start=start,
        end=end,
        user=request.user,
        purpose=form.cleaned_data["purpose"],
        unit=form.cleaned_data.get("unit"),
    )
    try:
        booking = operations.book(asked=asked, by=request.user)
    except BookingError as error:
        return _refused(request, day_form, form, plan, error)
    if booking.status == BookingStatus.REQUESTED:
        text = _("Your request is with the team: the place is held for you, and the answer comes by mail.")
        messages.success(request, text)
    else:
        messages.success(request, _("Your booking is made: a confirmation is on its way to your mailbox."))
    return redirect(booking)


def _refused(request, day_form, form, plan, error):
    """Show the form again with the reason of the refusal, other times, and what is free now."""
    resource = plan.resource
    form.add_error("unit" if error.code == "unit_taken" else None, error.message)
    instead = {"mine": error.in_the_way[0] if error.code == "already_yours" else None}
    instead["can_wait"] = error.code == "taken"
    if error.code in OFFER_INSTEAD:
        instead["offers"] = queries.next_free(resource, *form.stretch(), user=request.user)
    plan = queries.free_slots(resource, plan.day)
    form.show_units_of(plan)
    return _booking_page(request, resource.space, day_form, plan=plan, form=form, status=409, **instead)


def _with_choice(request, space):
    """Return the address of the booking page with the choice."""
    kept = {name: request.POST.get(name, "")[:40] for name in ("resource", "day", "start", "end", "unit")}
    return f"{reverse('spaces:book', args=[space.slug])}?{urlencode(kept)}"


def _booking_page(request, space, day_form, *, status=200, plan=None, **context):
    now = timezone.now()
    context = {
        "space": space,
        "state": places_queries.state_now(space, now),
        "day_form": day_form,
        "plan": plan,
        **context,
    }
    if plan:
        user = request.user
        passes = None
        if user.is_authenticated:
            passes = passes_queries.pass_book(user, plan.day, schemes=passes_queries.shown_schemes())
        context["refusal"] = queries.refusal_for(plan.resource, passes, plan.day, now)
        context["balance"] = passes.balance(plan.day) if passes else None
        context["limits"] = limits_of(plan.resource)
        context["photos"] = list(plan.resource.photos.all())
    return render(request, "spaces/booking/book.html", context, status=status)


def with_defaults(sent, space, resources):
    """Return what was sent, completed by the first resource and the next day on which the space opens."""
    sent = sent.copy()
    if "resource" not in sent:
        sent["resource"] = next((resource.slug for resource in resources), "")
    if "day" not in sent:
        state = places_queries.state_now(space, timezone.now())
        sent["day"] = f"{local_day(state.changes_at or timezone.now()):%Y-%m-%d}"
    return sent


def _first_choice(sent, plan):
    """Return the choice in the address, or the first free hours."""
    initial = {"resource": plan.resource.slug, "day": f"{plan.day:%Y-%m-%d}"}
    first = plan.first_free()
    start, end = sent.get("start", ""), sent.get("end", "")
    if not start and first:
        start, end = f"{timezone.localtime(first.start):%H:%M}", f"{timezone.localtime(first.end):%H:%M}"
    return {**initial, "start": start, "end": end, "unit": sent.get("unit", "")}


@require_POST
def wait_join(request, slug):
    """Put the person on the waiting list for the time that the booking page refused."""
    return book(request, slug, send=_join_the_line)


def _join_the_line(request, day_form, plan):
    resource, space = plan.resource, plan.resource.space
    if not request.user.is_authenticated:
        return redirect_to_login(_with_choice(request, space))
    form = BookingForm(day_form.data, resources=day_form.resources, plan=plan)
    if not form.is_valid():
        return _booking_page(request, space, day_form, plan=plan, form=form, status=400)
    limit(request, "book", BOOKINGS_AN_HOUR)
    start, end = form.stretch()
    purpose = form.cleaned_data["purpose"]
    try:
        wait = operations.wait_for(resource=resource, start=start, end=end, user=request.user, purpose=purpose)
    except BookingError as error:
        return _refused(request, day_form, form, plan, error)
    messages.success(request, _("You are in line: you are told as soon as a place is yours."))
    return redirect(wait)


@login_required
@never_cache
@require_GET
def wait(request, reference):
    """Show the person's place in the line, or redirect to the booking that came of it."""
    found = get_object_or_404(Wait.objects.select_related("booking"), reference=reference, user=request.user)
    if found.booking:
        return redirect(found.booking)
    mine = get_object_or_404(queries.waits_of(request.user, timezone.now()), pk=found.pk)
    return render(request, "spaces/booking/wait.html", {"wait": mine, "space": mine.resource.space})


@login_required
@require_POST
@sent_once
def wait_leave(request, reference):
    found = get_object_or_404(Wait, reference=reference, user=request.user)
    try:
        operations.leave_wait(wait=found)
    except BookingError as error:
        messages.error(request, error.message)
        return redirect(found)
    messages.success(request, _("You are no longer in line."))
    return redirect("portal:me")
