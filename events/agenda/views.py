"""Finding events: the agenda as a list and as a month, its feeds, and what a space shows of it on its own site."""

import hashlib
from datetime import timedelta
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from hacktiv.common.calendar import FEED_REFRESH, content_type, ics_feed
from hacktiv.common.freshness import shared_page
from hacktiv.outbox.registry import absolute_url
from spaces.models import Space

from ..core.queries import cards_hold_until, registrations_at
from ..models import Event
from . import files as feeds
from .forms import AgendaFilters
from .queries import months
from .queries.search import period_of

EVENTS_PER_PAGE = 12
EVENTS_OF_A_WIDGET = 5


@require_safe
@shared_page("agenda")
def agenda(request):
    if "" in request.GET.values():  # a form sends what was left empty too
        return redirect(f"{request.path}?{_without_the_empty(request.GET)}".rstrip("?"))
    filters = AgendaFilters(request.GET)
    context = {"filters": filters, **_addresses(filters)}
    if filters.shows_month:
        return _month(request, context)
    page = Paginator(filters.events().for_cards(), EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    registrations_at(request.user, page.object_list)
    response = render(request, "events/agenda/agenda.html", {**context, "page_obj": page})
    return _shared(response, filters, request, page.object_list, page=page.number)


def _without_the_empty(query):
    kept = query.copy()
    for name in query:
        kept.setlist(name, [value for value in query.getlist(name) if value])
    return kept.urlencode()


def _month(request, context):
    filters = context["filters"]
    month = months.shown_month(filters.period)
    found = filters.narrowed(Event.objects.visible()).for_cards()
    weeks = months.weeks_of(month, found, lambda day: filters.query(view=None, period=day))
    context |= {
        "month": month,
        "weeks": weeks,
        "is_empty": not any(day.events for week in weeks for day in week if day.is_in_month),
        "before": _neighbour(filters, month.start - timedelta(days=1)),
        "after": _neighbour(filters, month.end),
    }
    response = render(request, "events/agenda/month.html", context)
    return _shared(response, filters, request, [event for week in weeks for day in week for event in day.events])


def _neighbour(filters, day):
    """The month before or after, with its address; None where no event can be."""
    period = period_of(f"{day:%Y-%m}", filters.today)
    return period and {"start": period.start, "query": filters.query(view="month", period=f"{day:%Y-%m}", past=None)}


def _addresses(filters):
    """The addresses of the other views, and those at which a calendar or a reader follows what these filters let
    through."""
    query = f"?{filters.feed_query}" if filters.feed_query else ""
    way = urlencode({name: filters.cleaned_data[name] for name in ("past", "view") if filters.cleaned_data.get(name)})
    return {
        "upcoming_query": filters.query(view=None, past=None, period=filters.coming_period),
        "past_query": filters.query(view=None, past="1", period=None),
        "clear_url": "?".join(filter(None, [reverse("events:agenda"), way])),
        "calendar_address": f"{absolute_url('events:feed_ics')}{query}",
        "atom_address": f"{absolute_url('events:feed_atom')}{query}",
    }


def _shared(response, filters, request, events, *, page=1):
    """Let the page be kept for all, until something on it begins or ends, or the day does."""
    asked = request.GET.get("page", "1")
    if filters.is_plain(request.META["QUERY_STRING"]) and asked == str(page):
        response.shared_until = cards_hold_until(events, timezone.now())
    return response


@require_safe
@shared_page("agenda")
def feed_ics(request):
    """The calendar of what the filters let through: a program that follows it sees each change and cancellation."""
    filters = AgendaFilters(request.GET)
    entries = feeds.calendar_entries(filters.narrowed(Event.objects.visible()))
    content = ics_feed(feeds.name_of(filters.in_words), entries)
    response = HttpResponse(content, content_type=f"{content_type('PUBLISH')}; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="agenda.ics"'
    return _feed(request, response, filters)


@require_safe
@shared_page("agenda")
def feed_atom(request):
    """What is new in the agenda, as far as the filters let it through, the latest change first."""
    filters = AgendaFilters(request.GET)
    query = f"?{filters.feed_query}" if filters.feed_query else ""
    feed = feeds.atom(
        filters.narrowed(Event.objects.announced()),
        title=feeds.name_of(filters.in_words),
        language=get_language(),
        link=f"{absolute_url('events:agenda')}{query}",
        feed_url=f"{absolute_url('events:feed_atom')}{query}",
    )
    return _feed(request, HttpResponse(feed, content_type="application/atom+xml; charset=utf-8"), filters)


def _feed(request, response, filters):
    response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()}"'
    patch_cache_control(response, no_cache=True)  # asked again each time, which costs nothing while nothing changed
    if filters.is_plain(request.META["QUERY_STRING"]):
        response.shared_until = timezone.now() + FEED_REFRESH
    return get_conditional_response(request, etag=response["ETag"], response=response)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@shared_page("agenda")
def widget(request, slug):
    """The next events of a space, to stand in a frame on any site: the one page of ours that may. It sets no cookie,
    knows nobody, and its links open the platform."""
    space = get_object_or_404(Space.objects.published(), slug=slug)
    events = list(Event.objects.announced().of_space(space).for_cards()[:EVENTS_OF_A_WIDGET])
    response = render(request, "events/agenda/widget.html", {"space": space, "events": events})
    if not request.META["QUERY_STRING"]:
        response.shared_until = cards_hold_until(events, timezone.now())
    return response
