"""Keep the pages that all visitors share for a minute, and throw them away as soon as something they show changes.

Each app declares in its `AppConfig.ready` which tables a subject's pages show (`declare`). Every statement that writes
into such a table, whatever sends it, sets another number for the subject when it is committed. A kept page bears the
numbers that stood before it was read from the database: once one of them is another, the page is never shown again, nor
what is being made from the former rows meanwhile.

A page is shared with visitors who have neither a session nor messages, and only where it holds no form's token and sets
no cookie (`shared_page`). A cache that is down costs time, and nothing else.
"""

import gzip
import hashlib
import re
import threading
from collections import defaultdict
from datetime import datetime, timedelta
from functools import wraps
from time import time_ns
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.backends.signals import connection_created
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

#: A visitor with one of these cookies has a page of their own.
PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, "messages"}
KEPT_HEADERS = ("Content-Disposition", "ETag", "Cache-Control")
#: Characters; no page of ours has a longer query.
LONGEST_QUERY = 400
#: Pages, and lists of one catalogue, that a process keeps beside the cache: about ten kilobytes each.
MOST_AT_HAND = 100

#: Statements that read alone are let by at a glance.
_READS = re.compile(r"\s*SELECT\b", re.IGNORECASE)
_WRITTEN = re.compile(
    r'\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|COPY)\s+(?:(?:TABLE|ONLY)\s+)*(?:"?\w+"?\.)?"?(\w+)"?',
    re.IGNORECASE,
)
_subjects: dict[str, set[str]] = defaultdict(set)
_at_hand: dict[str, "Kept"] = {}


class Kept(NamedTuple):
    states: tuple
    until: datetime
    content: bytes  # compressed
    content_type: str
    headers: tuple


class KeptRows(NamedTuple):
    states: tuple
    until: datetime
    rows: Any


# --- what changes what ---


def declare(subject, *models):
    """Have every change of these models' tables throw away the pages of the subject."""
    for model in models:
        _subjects[model._meta.db_table].add(subject)


def watch():
    """Look at what each connection to the database writes, from its first statement on."""
    connection_created.connect(_look_at, dispatch_uid="freshness")


def _look_at(*, connection, **_signal):
    if not any(isinstance(wrapper, _Writes) for wrapper in connection.execute_wrappers):
        connection.execute_wrappers.append(_Writes())


class _Writes:
    """Collect the subjects that one connection wrote to and has not yet told of."""

    def __init__(self):
        self.untold = set()

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        written = () if isinstance(sql, str) and _READS.match(sql) else _WRITTEN.findall(str(sql))
        if changed := set().union(*(_subjects[table] for table in written if table in _subjects)):
            # What a rollback undid waits for no commit any more.
            self.untold = (self.untold if self.is_waiting(context["connection"]) else set()) | changed
            # Once for each statement, as a part of a transaction may be rolled back by itself; the first one tells all.
            context["connection"].on_commit(self.tell)
        return result

    def is_waiting(self, connection):
        return any(function == self.tell for _savepoints, function, _robust in connection.run_on_commit)

    def tell(self):
        told, self.untold = self.untold, set()
        if told:
            refresh(*told)


def _is_writing(subjects):
    """Return whether the present transaction has changed a table of one of the subjects: it may be rolled back."""
    writes = [wrapper for wrapper in connection.execute_wrappers if isinstance(wrapper, _Writes)]
    telling = [each for each in writes if each.is_waiting(connection)]
    return connection.in_atomic_block and any(not each.untold.isdisjoint(subjects) for each in telling)


def refresh(*subjects):
    """Throw away the pages of these subjects at once."""
    if _request.states is not None:
        _request.states = {}
    try:
        cache.set_many({_state_key(subject): time_ns() for subject in subjects}, timeout=None)
    except RedisError as error:
        log.warning("shared_pages_not_refreshed", error=str(error))


def refresh_all():
    """Throw away the pages of all subjects, as after a restore, which writes without this code."""
    refresh(*set().union(*_subjects.values()))


def _state_key(subject):
    return f"fresh:{subject}"


# --- catalogues ---


def catalogue(*subjects, most=MOST_AT_HAND):
    """Keep in the process what a function reads, for each language and its arguments, as long as no table of these
    subjects changes, and as long as a page at most: what many pages show to all alike. What it returns is shared, and
    must not be changed. `most` limits how many of its answers are kept: fewer of large ones, as visitors may ask for
    ever others."""
    state_keys = [_state_key(subject) for subject in subjects]

    def decorate(read):
        kept = {}

        @wraps(read)
        def present_rows(*args):
            if settings.SHARED_PAGES_SECONDS == 0 or _is_writing(subjects):
                return read(*args)
            try:
                states, _found = _states(state_keys)
            except RedisError as error:
                log.warning("catalogue_not_kept", error=str(error))
                return read(*args)
            key = (get_language(), *args)
            found = kept.get(key)  # another thread may empty `kept` at any moment
            if found and found.states == states and timezone.now() < found.until:
                return found.rows
            until = timezone.now() + timedelta(seconds=settings.SHARED_PAGES_SECONDS)
            rows = read(*args)
            if rows is not None:  # there is no end of addresses that name nothing
                if len(kept) >= most:
                    kept.clear()
                kept[key] = KeptRows(states, until, rows)
            return rows

        return present_rows

    return decorate


# --- single values ---


def kept_value(key, *subjects, seconds, read):
    """Return what `read` returns, kept in the cache under the key for so many seconds, and as long as no table of these
    subjects changes. Without the cache it is read each time."""
    if _is_writing(subjects):
        return read()
    state_keys = [_state_key(subject) for subject in subjects]
    try:
        states, found = _states(state_keys, [key])
    except RedisError as error:
        log.warning("value_not_kept", key=key, error=str(error))
        return read()
    if key in found and found[key][0] == states:
        return found[key][1]
    value = read()
    try:
        cache.set(key, (states, value), timeout=seconds)
    except RedisError as error:
        log.warning("value_not_kept", key=key, error=str(error))
    return value


# --- pages ---


def shared_page(*subjects):
    """Answer from what is kept, where the visitor is nobody in particular.

    A view says by `response.shared_until`, an aware moment, how long its answer holds; without it nothing is kept."""
    state_keys = [_state_key(subject) for subject in subjects]

    def decorate(view):
        @wraps(view)
        def answer(request, *args, **kwargs):
            if not _is_shared(request):
                return view(request, *args, **kwargs)
            # Without the host, which visitors may write in many ways: no page shows it.
            key = f"page:{hashlib.sha256(request.get_full_path().encode()).hexdigest()}"
            states, kept = _find(state_keys, key)
            if kept:
                return _response_of(kept, request)
            response = view(request, *args, **kwargs)
            until = _shared_until(request, response)
            if states and until:
                headers = tuple((name, response[name]) for name in KEPT_HEADERS if name in response)
                content = gzip.compress(response.content, compresslevel=6, mtime=0)
                _keep(key, Kept(states, until, content, response["Content-Type"], headers))
            return response

        answer.subjects = subjects
        return answer

    return decorate


def _is_shared(request):
    return (
        settings.SHARED_PAGES_SECONDS > 0
        and request.method in {"GET", "HEAD"}
        and PERSONAL_COOKIES.isdisjoint(request.COOKIES)
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def _shared_until(request, response):
    """Return until when the answer may be shown to others; None for one that is not for others."""
    until = getattr(response, "shared_until", None)
    is_personal = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or request.user.is_authenticated
    if until is None or response.status_code != 200 or is_personal or request._messages.added_new:
        return None
    now = timezone.now()
    return min(until, now + timedelta(seconds=settings.SHARED_PAGES_SECONDS)) if until > now else None


def _find(state_keys, key):
    """The numbers of the present states, and the page that is kept under the key and still holds, or None; (None, None)
    without a cache."""
    at_hand = _at_hand.get(key)
    try:
        states, found = _states(state_keys, [] if at_hand else [key])
        kept = at_hand or found.get(key)
        if at_hand and not _holds(at_hand, states):
            kept = cache.get(key)  # another process may have made it anew
    except RedisError as error:
        log.warning("shared_pages_not_read", error=str(error))
        return None, None
    if kept and _holds(kept, states):
        _take_to_hand(key, kept)
        return states, kept
    _at_hand.pop(key, None)
    return states, None


class _Request(threading.local):
    """The numbers of the states that the request of this thread has read: what it shows is as it was then. None outside
    a request."""

    states: dict[str, int] | None = None


_request = _Request()


def _begin(**_signal):
    _request.states = {}


def _end(**_signal):
    _request.states = None


request_started.connect(_begin, dispatch_uid="common.freshness.begin")
request_finished.connect(_end, dispatch_uid="common.freshness.end")


def _states(state_keys, more=()):
    """The numbers of the present states, which are set where there are none, and what stands under `more` keys. A
    request asks once for each."""
    known = {} if _request.states is None else _request.states
    found = {name: known[name] for name in state_keys if name in known}
    if asked := [*(name for name in state_keys if name not in found), *more]:
        found |= cache.get_many(asked)
    for missing in [name for name in state_keys if name not in found]:
        cache.add(missing, time_ns(), timeout=None)
        found[missing] = cache.get(missing)
    known |= {name: found[name] for name in state_keys}
    return tuple(found[name] for name in state_keys), found


def _holds(kept, states):
    return kept.states == states and timezone.now() < kept.until


def _take_to_hand(key, kept):
    if len(_at_hand) >= MOST_AT_HAND and key not in _at_hand:
        _at_hand.clear()
    _at_hand[key] = kept


def _keep(key, kept):
    try:
        cache.set(key, kept, timeout=max(1, int((kept.until - timezone.now()).total_seconds())))
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
