"""Answer `/healthz` on a socket of its own, so that no other request delays it.

The threads that make pages may all be waiting: for a row, for Redis, for a slow visitor. One more thread in each
process of the web server serves this socket, and nothing else.
"""

import socket
import threading
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import structlog

log = structlog.get_logger(__name__)

PATH = "/healthz"
#: An idle visitor keeps the thread no longer than this.
SECONDS_TO_ASK = 5


def bind(address):
    """Open the socket `host:port`, for the processes that are forked from this one to share."""
    host, _, port = address.rpartition(":")
    return socket.create_server(
        (host.strip("[]"), int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET
    )


def serve_health(listening, application):
    """Answer on the socket `listening` in a thread of this process, by the platform's WSGI `application`."""

    def health_alone(environ, start_response):
        if environ["PATH_INFO"] == PATH:
            return application(environ, start_response)
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [f"Only {PATH} is answered here.\n".encode()]

    server = _Server(listening)
    server.set_app(health_alone)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()


class _Handler(WSGIRequestHandler):
    timeout = SECONDS_TO_ASK

    def log_message(self, format, *args):
        """Log nothing: it is asked every few seconds, and the check logs what it finds wrong."""


class _Server(WSGIServer):
    """A WSGI server on a socket that is open already, and that other processes accept from too."""

    def __init__(self, listening):
        super().__init__(listening.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        # Two processes see one visitor come; the one that finds nobody left must not wait for the next.
        listening.setblocking(False)
        self.server_name, self.server_port = listening.getsockname()[:2]
        self.setup_environ()

    def get_request(self):
        visitor, address = super().get_request()
        visitor.setblocking(True)
        return visitor, address

    def handle_error(self, request, client_address):
        log.warning("health_not_answered", exc_info=True)
