"""Choose and book a place, and wait for one that is taken."""

from http import HTTPStatus
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
from ...places import queries as places_queries
from ...places.rules import limits_of
from ...timing.hours import local_day
from .. import operations, queries
from ..forms import BookingForm, is_a_look, settled

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
    is_sent = request.method == "POST"
    sent = with_defaults(request.POST if is_sent else request.GET, space, for_me or resources)
    offered = [resource for resource in resources if resource in for_me or resource.slug == sent["resource"]]
    day_form = BookingForm(sent, resources=resources, offered=offered)
    if not queries.can_be_booked(space, resources):
        return _booking_page(request, space)
    if not day_form.is_valid():
        return _booking_page(request, space, day_form, status=200 if is_sent and is_a_look(sent) else 400)
    asked = day_form.cleaned_data
    plan = queries.free_slots(asked["resource"], asked["day"], wanted=day_form.units_wanted())
    if is_sent and not is_a_look(sent):
        return _carry_out(request, day_form.on(plan, sent), send or _make_booking)
    initial = settled(sent, plan) if is_sent else _first_choice(sent, plan)
    return _booking_page(request, space, day_form.on(plan, initial=initial.dict()))


def _carry_out(request, form, send):
    """Call `send` for what the form asks, unless the page summed up another choice: then sum it up anew."""
    space = form.plan.resource.space
    if not request.user.is_authenticated:
        return redirect_to_login(_with_choice(request, space))
    if not form.is_as_seen():
        return _booking_page(request, space, form, is_changed=True, status=HTTPStatus.CONFLICT)
    if not form.is_valid():
        return _booking_page(request, space, form, status=400)
    limit(request, "book", BOOKINGS_AN_HOUR)
    try:
        made = send(request, form)
    except BookingError as error:
        return _refused(request, form, error)
    return redirect(made)


def _make_booking(request, form):
    start, end = form.stretch()
    asked = operations.BookingRequest(
        resource=form.plan.resource,
        start=start,
        end=end,
        user=request.user,
        people=form.cleaned_data["people"],
        unit_count=form.plan.wanted,
        purpose=form.cleaned_data["purpose"],
        unit=form.cleaned_data.get("unit"),
    )
    booking = operations.book(asked=asked, by=request.user)
    if booking.status == BookingStatus.REQUESTED:
        text = _("Your request is with the team: the place is held for you, and the answer comes by mail.")
        messages.success(request, text)
    else:
        messages.success(request, _("Your booking is made: a confirmation is on its way to your mailbox."))
    return booking


def _refused(request, form, error):
    """Show the form again with the reason of the refusal, other times, and what is free now."""
    plan = form.plan
    form = form.refused(error, queries.free_slots(plan.resource, plan.day, wanted=plan.wanted))
    mine = error.in_the_way[0] if error.code == "already_yours" else None
    return _booking_page(request, plan.resource.space, form, status=409, error=error, mine=mine)


def _with_choice(request, space):
    """Return the address of the booking page with the choice."""
    kept = {name: request.POST.get(name, "")[:40] for name in BookingForm.chosen}
    return f"{reverse('spaces:book', args=[space.slug])}?{urlencode(kept)}"


def _booking_page(request, space, form=None, *, status=200, error=None, **context):
    now, plan = timezone.now(), form and form.plan
    context = {
        "space": space,
        "state": places_queries.state_now(space, now),
        "plan": plan,
        "form": form,
        "action": reverse("spaces:book", args=[space.slug]),
        **context,
    }
    if plan:
        person = queries.person_of(request.user, now=now)
        context["refusal"] = queries.refusal_for(plan.resource, person.passes, plan.day, now)
        context["limits"] = limits_of(plan.resource)
        context["photos"] = list(plan.resource.photos.all())
        context |= outlook_of(form, person, error)
    return render(request, "spaces/booking/book.html", context, status=status)


def outlook_of(form, person, error=None, *, moved=None):
    """Return what the page says of the hours in the form: the outlook, and other times where these are refused.

    `error` is the refusal of the operation, if it was asked.
    """
    shown = form.hours_shown()
    if shown is None:
        return {"outlook": None}
    plan = form.plan
    found = queries.outlook(plan, *shown, person, people=form.people_shown(), besides=moved)
    code = error.code if error else found.refusal and found.refusal.code
    said = {"outlook": found, "can_wait": code == "taken" and not moved and plan.wanted == 1}
    if code in OFFER_INSTEAD:
        user = person.user if person.user.is_authenticated else None
        wish = {"user": user, "now": person.now, "besides": moved, "wanted": plan.wanted}
        said["offers"] = queries.next_free(plan.resource, *shown, **wish)
    return said


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
    """Return what is in the address, with the first free hours where it names none."""
    return sent if sent.get("start") else settled(sent, plan)


@require_POST
def wait_join(request, slug):
    """Put the person on the waiting list for the time that the booking page refused."""
    return book(request, slug, send=_join_the_line)


def _join_the_line(request, form):
    start, end = form.stretch()
    wait = operations.wait_for(
        resource=form.plan.resource,
        start=start,
        end=end,
        user=request.user,
        purpose=form.cleaned_data["purpose"],
    )
    messages.success(request, _("You are in line: you are told as soon as a place is yours."))
    return wait


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
