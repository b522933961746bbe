"""Pages that all visitors share are made once, kept for a minute, and thrown away as soon as an event changes.

Every kept page bears the number that stood for the state of the events before it was read from the database. Whatever
changes an event, a type, a space or a travel time sets another number when it is committed (`refresh`): what was kept
under the former one is never shown again, nor what is being made from the former rows meanwhile.

A page is shared with who has neither a session nor messages, and only where it holds no form's token and sets no cookie
(`shared_page`). A cache that is down costs time, and nothing else.
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

STATE = "events:state"
#: What a visitor would have brought with them for a page to be theirs alone.
PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, "messages"}
KEPT_HEADERS = ("Content-Disposition", "ETag", "Cache-Control")
#: No page of ours has a longer address.
LONGEST_ADDRESS = 400


class Kept(NamedTuple):
    state: int
    content: bytes  # compressed
    content_type: str
    headers: tuple


def watch():
    """Have each change of a row that these pages show refresh them."""
    for model in ("events.Event", "events.EventType", "spaces.Space", "spaces.TravelTime"):
        post_save.connect(refresh, sender=model, dispatch_uid=f"refresh:{model}")
        post_delete.connect(refresh, sender=model, dispatch_uid=f"refresh:{model}")
    m2m_changed.connect(refresh, sender="events.Event_venues", dispatch_uid="refresh:venues")


def refresh(**_signal):
    """Throw away what is kept, as soon as the present transaction is committed."""
    transaction.on_commit(_set_state)


def _set_state():
    try:
        cache.set(STATE, time_ns(), timeout=None)
    except RedisError as error:
        log.warning("shared_pages_not_refreshed", error=str(error))


def shared_page(view):
    """Answer from what is kept, where the visitor is nobody in particular.

    A view says by `response.shared_until`, an aware moment, how long its answer holds; without it nothing is kept."""

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
    """For how long the answer may be shown to others: 0 for one that is not for others."""
    until = getattr(response, "shared_until", None)
    is_personal = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or request.user.is_authenticated
    if until is None or response.status_code != 200 or is_personal or request._messages.added_new:
        return 0
    return min(settings.SHARED_PAGES_SECONDS, (until - timezone.now()).total_seconds())


def _look(key):
    """The number of the present state, and what is kept under the key, or None; (None, None) without a cache."""
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
