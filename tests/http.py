"""Ask a running server for pages: one visitor, or many at one moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

# Any 32 letters and figures are a token that Django accepts, as long as cookie and form agree.
CSRF = "c" * 32


class Answer(NamedTuple):
    status: int
    headers: dict
    text: str

    @property
    def location(self):
        return self.headers.get("Location", "")


def session_of(user):
    """Make a session in which the user is signed in, as `login` leaves it; return its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


class Visitor:
    """A person who asks a running server for pages, signed in where `user` is given."""

    def __init__(self, server, user=None, language="fr"):
        self.host = urlsplit(server.url).netloc
        self.headers = {"Accept-Language": language, "Host": self.host}
        self.cookies = {settings.CSRF_COOKIE_NAME: CSRF}
        if user:
            self.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)

    def connect(self):
        connection = HTTPConnection(self.host, timeout=300)
        connection.connect()
        return connection

    def get(self, path, connection=None):
        return self._ask("GET", path, None, connection)

    def post(self, path, data=None, connection=None):
        """Send fields; a value is a text, a list of texts, or an open file."""
        data = {"csrfmiddlewaretoken": CSRF, **(data or {})}
        if any(hasattr(value, "read") for value in data.values()):
            return self._ask("POST", path, encode_multipart(BOUNDARY, data), connection, MULTIPART_CONTENT)
        return self._ask("POST", path, urlencode(data, doseq=True), connection)

    def _ask(self, method, path, body, connection, content_type="application/x-www-form-urlencoded"):
        connection = connection or self.connect()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**self.headers, "Cookie": cookies}
        if body is not None:
            headers["Content-Type"] = content_type
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read().decode())
        finally:
            connection.close()


def all_at_once(visitors, ask):
    """Connect all visitors, let them go at one moment, and return what `ask(visitor, connection)` answered to each."""
    barrier = threading.Barrier(len(visitors))

    def one(visitor):
        connection = visitor.connect()
        barrier.wait(timeout=60)
        return ask(visitor, connection)

    with ThreadPoolExecutor(len(visitors)) as pool:
        return list(pool.map(one, visitors))
