"""Asking for a page as a server does, by WSGI, without a network between: shared by the benchmarks."""

import io
from time import perf_counter

from django.core.handlers.wsgi import WSGIHandler


def asker(address, *, cookie="", language="fr"):
    """Return a function that asks for the address and takes all of the answer; any status but 200 is an error."""
    handler = WSGIHandler()
    where, _, query = address.partition("?")

    def ask():
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": where,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "HTTP_ACCEPT_LANGUAGE": language,
            "HTTP_COOKIE": cookie,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
        }
        statuses = []
        answer = handler(environ, lambda status, headers: statuses.append(status))
        content = b"".join(answer)
        answer.close()
        assert statuses == ["200 OK"], (address, statuses)
        return content

    return ask


def rate(ask, *, times):
    """How often a second the page is answered."""
    began = perf_counter()
    for _ in range(times):
        ask()
    return times / (perf_counter() - began)
