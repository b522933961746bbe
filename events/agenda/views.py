"""The agenda as a list and as a month, its feeds, and the widget for a space's own site."""

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

from ..core.queries import cards_hold_until, cards_of, registrations_at
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
    if "to" in request.GET:  # a button of the form leads to another view, with what is chosen
        query = AgendaFilters(request.GET).query_of(request.GET["to"])
        return redirect(f"{request.path}?{query}".rstrip("?"))
    if "" in request.GET.values() or len(request.GET) < sum(len(values) for _name, values in request.GET.lists()):
        return redirect(f"{request.path}?{_tidied(request.GET)}".rstrip("?"))
    filters = AgendaFilters(request.GET)
    context = {"filters": filters, **_addresses(filters)}
    if filters.shows_month:
        return _month(request, context)
    numbers = list(filters.events().values_list("pk", flat=True))  # the filters cost more than to read some hundreds
    page = Paginator(numbers, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = cards_of(page.object_list)
    registrations_at(request.user, page.object_list)
    response = render(request, "events/agenda/agenda.html", {**context, "page_obj": page})
    return _shared(response, filters, request, page.object_list, page=page.number)


def _tidied(query):
    """Return the query string without the empty fields that a form sends, and with one value of each, which counts."""
    return urlencode({name: value for name, value in query.items() if value})


def _month(request, context):
    filters = context["filters"]
    month = months.shown_month(filters.period, filters.narrowed(Event.objects.announced()))
    found = filters.narrowed(Event.objects.visible()).for_cards()
    weeks = months.weeks_of(month, found, lambda day: filters.query(view=None, period=day))
    context |= {
        "month": month,
        "weeks": weeks,
        "next_day": months.next_day(weeks, filters.today),
        "is_empty": not any(day.events for week in weeks for day in week if day.is_in_month),
        "before": _neighbour(filters, month.start - timedelta(days=1)),
        "after": _neighbour(filters, month.end),
    }
    response = render(request, "events/agenda/month.html", context)
    return _shared(response, filters, request, [event for week in weeks for day in week for event in day.events])


def _neighbour(filters, day):
    """Return the month before or after, with its query; None if no event can take place then."""
    period = period_of(f"{day:%Y-%m}", filters.today)
    return period and {"start": period.start, "query": filters.query(view="month", period=f"{day:%Y-%m}", past=None)}


def _addresses(filters):
    """Return the addresses of the other views and of the feeds with these filters."""
    query = f"?{filters.feed_query}" if filters.feed_query else ""
    way = urlencode({name: filters.cleaned_data[name] for name in ("past", "view") if filters.cleaned_data.get(name)})
    return {
        "clear_url": "?".join(filter(None, [reverse("events:agenda"), way])),
        "calendar_address": f"{absolute_url('events:feed_ics')}{query}",
        "atom_address": f"{absolute_url('events:feed_atom')}{query}",
    }


def _shared(response, filters, request, events, *, page=1):
    """Allow the page to be kept until an event on it begins or ends, at most until the end of the day."""
    asked = request.GET.get("page", "1")
    if filters.is_plain(request.META["QUERY_STRING"]) and asked == str(page):
        response.shared_until = cards_hold_until(events, timezone.now())
    return response


@require_safe
@shared_page("agenda")
def feed_ics(request):
    """Answer with the calendar feed of the filtered events; it shows each change and cancellation."""
    filters = AgendaFilters(request.GET)
    entries = feeds.calendar_entries(filters.narrowed(Event.objects.visible()))
    content = ics_feed(feeds.name_of(filters.in_words), entries)
    response = HttpResponse(content, content_type=f"{content_type('PUBLISH')}; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="agenda.ics"'
    return _feed(request, response, filters)


@require_safe
@shared_page("agenda")
def feed_atom(request):
    """Answer with the news feed of the filtered events, the latest change first."""
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
    patch_cache_control(response, no_cache=True)  # readers ask again with the ETag each time
    if filters.is_plain(request.META["QUERY_STRING"]):
        response.shared_until = timezone.now() + FEED_REFRESH
    return get_conditional_response(request, etag=response["ETag"], response=response)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@shared_page("agenda")
def widget(request, slug):
    """Show the next events of a space. This is the only page that may stand in a frame on another site.

    It sets no cookie and is the same for everybody; its links open the platform."""
    space = get_object_or_404(Space.objects.published(), slug=slug)
    events = list(Event.objects.announced().of_space(space).for_cards()[:EVENTS_OF_A_WIDGET])
    response = render(request, "events/agenda/widget.html", {"space": space, "events": events})
    if not request.META["QUERY_STRING"]:
        response.shared_until = cards_hold_until(events, timezone.now())
    return response
