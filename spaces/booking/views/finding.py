"""List the spaces, search free places in all of them, and show the rooms of one hour by hour."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hacktiv.common.dates import next_minute
from hacktiv.common.freshness import shared_page

from ...memberships.rules import LOOKING
from ...places import queries as places_queries
from ...places.towns import names_of_towns
from ...timing.hours import local_day
from ..forms import DayChoiceForm, SearchForm
from ..queries import nearest, search, timeline
from ..queries.persons import person_of
from ..queries.whereabouts import suggested_places
from .common import space_or_404

#: Number of a page of results: nobody turns so many pages.
FURTHEST_PAGE = 500


@shared_page("spaces")
def spaces(request):
    """Show the spaces on both sides of the border, and if they are open now."""
    now = timezone.now()
    found = places_queries.spaces_with_state(now)
    response = render(request, "spaces/booking/list.html", {"spaces": found, "search_form": SearchForm()})
    if not request.META["QUERY_STRING"]:
        response.shared_until = places_queries.states_hold_until(found, now)
    return response


@never_cache
@require_safe
@shared_page("spaces", "free_places")
def find(request):
    """Show what is free in all spaces for a number of people, on a day or in its week. A search in words leads to the
    address with the same wish in fields."""
    now = timezone.now()
    by_week = request.GET.get("view") == "week"
    form = SearchForm(request.GET)
    if heard := form.heard(now):
        return redirect(f"{request.path}?{heard}")
    context = {"form": form, "by_week": by_week, "places": suggested_places()}
    if not form.is_valid():
        return render(request, "spaces/booking/search.html", context, status=400)
    person = person_of(request.user)
    context["stranger"] = request.user.is_authenticated and not person.standing.belongs
    if context["stranger"]:
        person = replace(person, standing=LOOKING)
    elif request.user.is_authenticated:
        context["opens_no_booking"] = not person.standing.books_as_a_member(form.cleaned_data["day"])
    there = form.whereabouts(person.home(form.cleaned_data["day"]))
    wanted = form.wanted(there)
    context["visitor"] = not request.user.is_authenticated
    context |= {"there": there, "chips": form.chips(), "unoffered": form.unoffered(), "remark": form.remark()}
    find_page = search.by_week if by_week else search.by_day
    page = find_page(wanted, page=_page_number(request), person=person)
    context |= {"wanted": wanted, "page_obj": page, "on_map": search.on_map(page.spaces, context["places"])}
    query = {name: request.GET.getlist(name) for name in (*form.fields, "heard") if name in request.GET}
    context |= {
        "day_query": urlencode(query, doseq=True),
        "week_query": urlencode({**query, "view": "week"}, doseq=True),
    }
    if not page.spaces and page.number == 1:
        in_the_way = nearest.features_in_the_way(wanted, find_page, person=person)
        context["without"] = form.chips_of_features(in_the_way)
        context["too_large"] = nearest.too_large(wanted) if by_week else ""
    if by_week:
        context["days"] = search.week_days(wanted.day)
    elif not page.spaces and page.number == 1:
        context["instead"] = nearest.alternatives(wanted, person=person)
        search.describe(context["instead"].times)
        if opening := context["instead"].opening:
            context["opening_query"] = form.query_at(opening)
    response = render(request, "spaces/booking/search.html", context)
    if _is_plain(request, form, context["places"]):
        response.shared_until = next_minute(now)  # rules of notice count in minutes
    return response


def _is_plain(request, form, places):
    """Return whether the address is one that the form sends or a link of the page writes, with choices that the form
    offers, so that a bounded number of pages is kept."""
    offered = {"", *names_of_towns().values(), *(space.name for space in places), *(space.town for space in places)}
    chosen = {name: request.GET.getlist(name) for name in form.fields if name in request.GET}
    addresses = [urlencode(chosen, doseq=True)]
    if request.GET.get("view") == "week":  # the form sends it first, a link has it last
        week = {"view": "week"}
        addresses = [urlencode({**week, **chosen}, doseq=True), urlencode({**chosen, **week}, doseq=True)]
    return (
        request.META["QUERY_STRING"] in addresses
        and all(len(values) == len(set(values)) for values in chosen.values())
        and all(len(values) == 1 for name, values in chosen.items() if name != "features")
        and form.data.get("where", "") in offered
        and not form.data.get("q")
        and all(form.cleaned_data[name].minute in {0, 30} for name in ("start", "end"))
    )


@never_cache
@require_safe
def rooms(request, slug):
    """Show the rooms of the space hour by hour on a day or in a week, with no names but the person's own."""
    now = timezone.now()
    space = space_or_404(slug, now)
    state = places_queries.state_now(space, now)
    form = DayChoiceForm({"day": f"{local_day(state.changes_at or now):%Y-%m-%d}", **request.GET.dict()})
    context = {"space": space, "state": state, "form": form, "by_week": request.GET.get("view") == "week"}
    if not form.is_valid():
        return render(request, "spaces/booking/timeline.html", context, status=400)
    day = form.cleaned_data["day"]
    days = search.week_days(day) if context["by_week"] else [day]
    context |= {"day": day, "days": timeline.timeline(space, days, user=request.user, now=now)}
    context["rows_of_week"] = [row.resource for row in context["days"][0].rows]
    step = timedelta(days=len(days))
    context |= {"before": day - step if days[0] > timezone.localdate() else None, "after": day + step}
    return render(request, "spaces/booking/timeline.html", context)


def _page_number(request):
    number = request.GET.get("page", "")
    return min(int(number), FURTHEST_PAGE) if number.isdecimal() and len(number) < 6 and int(number) else 1
