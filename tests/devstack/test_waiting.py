"""`make run` on a loaded machine: what is slow is waited for, and said."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hacktiv.devstack.runner import _wait_until_healthy


class _Slow(BaseHTTPRequestHandler):
    """A platform whose beat is not ready before the fifth question."""

    asked = 0

    def do_GET(self):
        type(self).asked += 1
        is_ready = self.asked >= 5
        content = json.dumps({"ok": is_ready, "checks": {"database": True, "beat": is_ready}}).encode()
        self.send_response(200 if is_ready else 503)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def port():
    server = HTTPServer(("127.0.0.1", 0), _Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.long
def test_a_slow_beat_is_waited_for_and_said(port, capsys):
    _wait_until_healthy(port, [], said_every=0.5)
    said = capsys.readouterr().out.splitlines()
    assert said
    assert set(said) == {"Waiting for beat: this machine is slow or busy (Ctrl-C gives up)."}
