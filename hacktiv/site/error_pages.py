"""The pages for what goes wrong before or beside a view. They need no database, no cache and no form's token."""

import errno
import sys

import redis.exceptions
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string
from django.views.defaults import server_error
from psycopg2.errors import DiskFull

#: What the drivers raise where a server is away or starting, or where a row is held, or a statement lasts, too long.
UNAVAILABLE = (
    OperationalError,
    InterfaceError,
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    redis.exceptions.ResponseError,  # it is full, or writes to a full disk
)
#: What the system answers where a disk, or the share of one user, is full.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
#: A restart of PostgreSQL or Redis takes about so long.
RETRY_SECONDS = 30


def bad_request(_request, exception):
    """Answer 400 without reading the form, which may be what cannot be read."""
    return HttpResponseBadRequest(render_to_string("400.html"))


def failed(request):
    """Answer 503 where the database, the cache or the disk could not do its part now, else 500.

    Django calls this while it handles the exception, wherever that was raised: in a view, a template, a middleware."""
    exception = sys.exception()
    no_room = _tells_of_no_room(exception)
    if not no_room and not isinstance(exception, UNAVAILABLE):
        return server_error(request)
    page = render_to_string("503.html", {"no_room": no_room})
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_SECONDS})


def _tells_of_no_room(exception):
    if isinstance(exception, OSError):
        return exception.errno in NO_ROOM
    return isinstance(exception.__cause__, DiskFull)
