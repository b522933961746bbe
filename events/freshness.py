"""Keep the pages that all visitors share, and throw them away when an event changes.

A page is made once and kept for a minute. It is kept with a state number, which is read before the page is made. Each
commit that changes an event, a type, a space or a travel time sets another number (`refresh`). A page with an older
number is never shown again; this also holds for a page that was being made during the change.

A page is shared with visitors who have neither a session nor messages, and only if it holds no token of a form and
sets no cookie (`shared_page`). When the cache is down, the pages are slower, and nothing else changes.
"""

import gzip
import hashlib
from functools import wraps
from time import time_ns
from typing import NamedTuple

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

#: The cache key of the state number.
STATE = "events:state"
#: A request with one of these cookies gets a page of its own.
PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, "messages"}
#: The headers that are kept with a page, beside its content type.
KEPT_HEADERS = ("Content-Disposition", "ETag", "Cache-Control")
#: In characters, of a query string; the site itself writes no longer one.
LONGEST_ADDRESS = 400


class Kept(NamedTuple):
    """A page in the cache."""

    state: int
    content: bytes  # compressed
    content_type: str
    headers: tuple


def watch():
    """Call `refresh` after each change of a row that the kept pages show."""
    for model in ("events.Event", "events.EventType", "spaces.Space", "spaces.TravelTime"):
        post_save.connect(refresh, sender=model, dispatch_uid=f"refresh:{model}")
        post_delete.connect(refresh, sender=model, dispatch_uid=f"refresh:{model}")
    m2m_changed.connect(refresh, sender="events.Event_venues", dispatch_uid="refresh:venues")


def refresh(**_signal):
    """Throw away the kept pages once the present transaction is committed."""
    transaction.on_commit(_set_state)


def _set_state():
    try:
        cache.set(STATE, time_ns(), timeout=None)
    except RedisError as error:
        log.warning("shared_pages_not_refreshed", error=str(error))


def shared_page(view):
    """Answer a visitor without a session from the kept pages; keep the view's answer if there is none.

    The view sets `response.shared_until`, an aware moment: its answer holds until then. Without it nothing is kept."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        if not _is_shared(request):
            return view(request, *args, **kwargs)
        address = request.get_full_path()
        key = f"events:page:{hashlib.sha256(address.encode()).hexdigest()}"
        state, kept = _look(key)
        if kept and kept.state == state:
            return _response_of(kept, request)
        response = view(request, *args, **kwargs)
        seconds = _seconds_of(request, response)
        if state and seconds > 0:
            headers = tuple((name, response[name]) for name in KEPT_HEADERS if name in response)
            content = gzip.compress(response.content, compresslevel=6, mtime=0)
            _keep(key, Kept(state, content, response["Content-Type"], headers), seconds)
        return response

    return answer


def _is_shared(request):
    return (
        settings.SHARED_PAGES_SECONDS > 0
        and request.method in {"GET", "HEAD"}
        and PERSONAL_COOKIES.isdisjoint(request.COOKIES)
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_ADDRESS
    )


def _seconds_of(request, response):
    """Return for how many seconds the answer may be shown to others; 0 for a personal answer."""
    until = getattr(response, "shared_until", None)
    is_personal = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or request.user.is_authenticated
    if until is None or response.status_code != 200 or is_personal or request._messages.added_new:
        return 0
    return min(settings.SHARED_PAGES_SECONDS, (until - timezone.now()).total_seconds())


def _look(key):
    """Return the present state number and the page kept under the key, or None; (None, None) if the cache is down."""
    try:
        found = cache.get_many([STATE, key])
        if STATE not in found:
            cache.add(STATE, time_ns(), timeout=None)
            found[STATE] = cache.get(STATE)
    except RedisError as error:
        log.warning("shared_pages_not_read", error=str(error))
        return None, None
    return found[STATE], found.get(key)


def _keep(key, kept, seconds):
    try:
        cache.set(key, kept, timeout=max(1, int(seconds)))
    except RedisError as error:
        log.warning("shared_page_not_kept", error=str(error))


def _response_of(kept, request):
    is_compressed = "gzip" in request.headers.get("Accept-Encoding", "")
    content = kept.content if is_compressed else gzip.decompress(kept.content)
    response = HttpResponse(content, content_type=kept.content_type, headers=dict(kept.headers))
    if is_compressed:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    if "ETag" in response:
        return get_conditional_response(request, etag=response["ETag"], response=response)
    return response
