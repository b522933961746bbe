"""The pages for what goes wrong before or beside a view. They need no database, no cache and no form's token."""

import sys

import redis.exceptions
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string
from django.views.defaults import server_error

#: What the drivers raise where a server is away or starting, or where a row is held, or a statement lasts, too long.
UNAVAILABLE = (OperationalError, InterfaceError, redis.exceptions.ConnectionError, redis.exceptions.TimeoutError)
#: A restart of PostgreSQL or Redis takes about so long.
RETRY_SECONDS = 30


def bad_request(_request, exception):
    """Answer 400 without reading the form, which may be what cannot be read."""
    return HttpResponseBadRequest(render_to_string("400.html"))


def failed(request):
    """Answer 503 where the database or the cache could not do its part now, else 500.

    Django calls this while it handles the exception, wherever that was raised: in a view, a template, a middleware."""
    if not isinstance(sys.exception(), UNAVAILABLE):
        return server_error(request)
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": RETRY_SECONDS})
