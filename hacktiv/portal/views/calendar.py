"""Answer at the address of a private calendar, and change or close that address."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hacktiv.common.calendar import FEED_REFRESH, content_type, ics_feed
from hacktiv.site.once import sent_once
from members.feeds.operations import renew_calendar_feed, stop_calendar_feed
from members.feeds.queries import feed_by_token

from ..queries.calendar import entries_of


@require_safe
def calendar_feed(request, token):
    """Answer with the calendar of the person whose address it is, in their language, without any session.

    404 for an address that was changed, closed or never given. The same content keeps its ETag: asking again costs
    little.
    """
    feed = feed_by_token(token)
    if feed is None:
        raise Http404
    with translation.override(feed.user.language):
        content = ics_feed(_("My Hacktiv’Ardenne"), entries_of(feed.user, timezone.now()))
    response = HttpResponse(content, content_type=f"{content_type('PUBLISH')}; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="hacktivardenne.ics"'
    response["Content-Language"] = feed.user.language
    response["X-Robots-Tag"] = "noindex"
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response["ETag"] = etag
    # For this reader alone, and no longer than a booking may stay unseen.
    patch_cache_control(response, private=True, max_age=int(FEED_REFRESH.total_seconds()) // 4)
    return get_conditional_response(request, etag=etag, response=response)


@login_required
@require_POST
@sent_once
def renew_calendar(request):
    renew_calendar_feed(user=request.user)
    messages.success(request, _("Here is your private calendar address. An earlier one no longer works."))
    return redirect("portal:me")


@login_required
@require_POST
def stop_calendar(request):
    stop_calendar_feed(user=request.user)
    messages.success(request, _("Your private calendar address is closed: it opens nothing any more."))
    return redirect("portal:me")
