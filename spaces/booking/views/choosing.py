"""Choose and book a place, and wait for one that is taken."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hacktiv.site.once import sent_once

from ...enums import BookingStatus
from ...errors import BookingError
from ...models import Wait
from ...places import queries as places_queries
from ...places.rules import limits_of
from .. import operations, queries
from ..forms import BookingForm, settled
from .common import Choice, carry_out, outlook_of, space_or_404


@never_cache
def book(request, slug, *, send=None):
    """Show everybody what is free on a day, and book it for members; the choice is kept while a visitor signs in.

    `send` handles a POST request instead of `_make_booking`.
    """
    space = space_or_404(slug, timezone.now())
    choice = Choice.of(request, space)
    wanted = request.GET.get("resource")
    if wanted and wanted not in {resource.slug for resource in choice.resources}:
        for lent in space.resources.filter(travels=True):
            if lent.slug == wanted:
                return redirect("spaces:lend", lent.pk)
    kept_back = len(choice.resources) - len(choice.offered)
    drawn = partial(_booking_page, request, space, person=choice.person, kept_back=kept_back)
    if not queries.can_be_booked(space, choice.resources):
        return drawn()
    day_form = BookingForm(choice.sent, resources=choice.resources, offered=choice.offered)
    if not day_form.is_valid():
        return drawn(day_form, status=200 if choice.is_look else 400)
    asked = day_form.cleaned_data
    plan = queries.free_slots(asked["resource"], asked["day"], wanted=day_form.units_wanted())
    if choice.is_to_do:
        if not request.user.is_authenticated:
            return redirect_to_login(_with_choice(request, space))
        return carry_out(request, day_form.on(plan, choice.sent), partial(send or _make_booking, request), drawn)
    is_chosen = not choice.is_look and choice.sent.get("start")
    initial = choice.sent if is_chosen else settled(choice.sent, plan)
    return drawn(day_form.on(plan, initial=initial.dict()))


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


def _with_choice(request, space):
    """Return the address of the booking page with the choice."""
    kept = {name: request.POST.get(name, "")[:40] for name in BookingForm.chosen}
    return f"{reverse('spaces:book', args=[space.slug])}?{urlencode(kept)}"


def _booking_page(request, space, form=None, *, person, status=200, error=None, **context):
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
        if error:  # it may tell of what the person has booked meanwhile
            person = queries.person_of(request.user, now=now)
        context["refusal"] = queries.refusal_for(plan.resource, person, plan.day, now)
        context["needed"] = queries.needed_by_visitors(plan.resource, request.user)
        context["limits"] = limits_of(plan.resource)
        context["photos"] = list(plan.resource.photos.all())
        context["mine"] = error.in_the_way[0] if error and error.code == "already_yours" else None
        context |= outlook_of(form, person, error)
    return render(request, "spaces/booking/book.html", context, status=status)


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
        people=form.cleaned_data["people"],
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
