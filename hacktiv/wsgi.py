"""The WSGI application that gunicorn serves."""

import os
import re
from contextlib import suppress

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from .database_patience import wait_at_most

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hacktiv.settings.prod")
# A held row must not keep all threads: they are free again before the health check of docker-compose.yml gives up.
os.environ.setdefault("DATABASE_LOCK_TIMEOUT", "4s")
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "20s")
# Longer than both, for a server that stands still and keeps neither.
os.environ.setdefault("DATABASE_PATIENCE", "21")
# An order is left with the broker after each write; the next sweep does the work where it took none.
os.environ.setdefault("BROKER_TIMEOUT", "2")

#: Python calls these encodings too, but they turn no bytes into text: Django fails in them before any page is asked.
NO_TEXT = re.compile(
    r";\s*charset\s*=\s*[\"']?(base.?64|bz2|hex|quopri|quoted.?printable|rot.?13|uu|zip|zlib)[^;]*", re.IGNORECASE
)

#: So many bytes of an unread body are read at a time.
PIECE = 65_536

_platform = get_wsgi_application()
if settings.DATABASE_PATIENCE:
    wait_at_most(settings.DATABASE_PATIENCE)


def application(environ, start_response):
    """Answer a request, in UTF-8 where it names an encoding of no text, and read what came with it to the end."""
    if kind := environ.get("CONTENT_TYPE"):
        environ["CONTENT_TYPE"] = NO_TEXT.sub("", kind)
    answer = _platform(environ, start_response)
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return answer
    return _and_then_read_the_rest(answer, environ["wsgi.input"])


def _and_then_read_the_rest(answer, body):
    """Yield an answer, and then read what the platform left of a request's body.

    A connection that is closed with unread bytes is reset, and the proxy, still sending, never sees the answer.
    """
    try:
        yield from answer
    finally:
        answer.close()
        with suppress(OSError):  # the other side has gone
            while body.read(PIECE):
                pass
