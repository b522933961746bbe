"""Welcome a newcomer in three steps: where they work, what they offer and seek, a first event.

Each step can be left, done in any order, and resumed from the person's page until they end the welcome."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.core.queries import registrations_of
from events.errors import EventError
from events.models import Event
from events.registering.operations import register
from hacktiv.site.once import sent_once
from members.profiles import operations as people
from spaces.enums import Right
from spaces.memberships.queries import invitations_of, may, offers_of
from spaces.models import Space

from .. import operations
from ..forms import IntroductionForm
from ..queries.memberships import in_short, own_memberships
from ..queries.welcome import STEPS, suggestions, welcome_of


def _page(request, number, context, status=200):
    welcome = welcome_of(request.user)
    shown = {"welcome": welcome, "current": welcome.steps[number - 1], **context}
    template = ("portal/welcome_where.html", "portal/welcome_skills.html", "portal/welcome_event.html")[number - 1]
    return render(request, template, shown, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request):
    """Ask in the first step where the person works. The form of the page says: nowhere, only the events."""
    if request.method == "POST":
        people.come_for_events_alone(user=request.user)
        return redirect("portal:welcome_event")
    today = timezone.localdate()
    context = {
        "offers": offers_of(Space.objects.published(), request.user, today),
        "invitations": invitations_of(request.user),
        "memberships": in_short(own_memberships(request.user, today)),
    }
    return _page(request, 1, context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def welcome_skills(request):
    """Ask in the second step for a line, skills offered and sought, and the directory. Who goes to another step keeps
    what they have typed: `to` is its number."""
    form = IntroductionForm(request.POST if request.method == "POST" else None, initial=_introduction(request.user))
    if form.is_valid():
        if form.has_changed():
            operations.introduce(user=request.user, **form.cleaned_data)
            messages.success(request, _("Thank you: it is saved. You can change it in your profile at any time."))
        return redirect(_after_skills(request.POST))
    return _page(request, 2, {"form": form}, status=400 if form.errors else 200)


def _after_skills(sent):
    """Return the address to which the pressed button leads: my page, another step, by default the next one."""
    if "later" in sent:
        return "portal:me"
    addresses = {f"{number}": address for number, (address, _title) in enumerate(STEPS, 1)}
    return addresses.get(sent.get("to"), "portal:welcome_event")


def _introduction(user):
    skills = {"offered": [], "sought": []}
    for skill, direction in user.user_skills.values_list("skill", "direction"):
        skills[direction].append(skill)
    return {"headline": user.headline, "is_listed": user.is_listed, **skills}


@login_required
@never_cache
@require_safe
def welcome_event(request):
    """Offer in the third step a first event."""
    now = timezone.now()
    context = {
        "suggestions": suggestions(request.user, now, timezone.localdate(now)),
        "registrations": registrations_of(request.user),
    }
    return _page(request, 3, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def welcome_register(request, slug):
    """Register the person and lead back to the step; to the event's page where something is to be chosen."""
    ahead = Event.objects.upcoming(timezone.now()).open_to(members=may(request.user, Right.EVENTS))
    event = get_object_or_404(ahead, slug=slug)
    if request.method != "POST":
        return redirect("portal:welcome_event")
    if len(event.ways) != 1 or event.questions.exists():
        return redirect(event)
    try:
        registration = register(event=event, user=request.user)
    except EventError as refusal:
        messages.error(request, refusal.message)
    else:
        words = _("You are on the waiting list. As soon as a seat is free, we write to you.")
        if registration.is_confirmed:
            words = _("You are registered. A confirmation is on its way to your mailbox.")
        messages.success(request, words)
    return redirect("portal:welcome_event")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_welcome(request):
    """Welcome the person no more, as they wish."""
    if request.method == "POST":
        people.end_welcome(user=request.user)
        messages.success(request, _("This is your page: your next events and bookings, and all that you can do."))
    return redirect("portal:me")
