"""The spaces, what is free in all of them, the form that reaches one, and the visit from afar."""

from datetime import timedelta
from urllib.parse import urlencode

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hacktiv.common.ratelimit import limit

from .. import operations, queries, search, timeline
from ..forms import (
    ContactForm,
    DayChoiceForm,
    SearchForm,
)
from ..hours import local_day
from ..models import Space
from ..persons import person_of

MESSAGES_AN_HOUR = "5/h"
#: Beyond it nobody leafs.
FURTHEST_PAGE = 500


def spaces(request):
    """The spaces on both sides of the border, and which are open now."""
    context = {"spaces": queries.spaces_with_state(), "search_form": SearchForm()}
    return render(request, "spaces/list.html", context)


@never_cache
@require_safe
def network_map(request):
    """Both sides of the border on one sheet, with what is open at this moment: to look at, to print, to hang up."""
    now = timezone.now()
    return render(request, "spaces/map.html", {"spaces": queries.spaces_with_state(now), "now": now})


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
        search.describe(*context["instead"].times, *context["instead"].spaces)
    search.describe(*page.spaces)
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
