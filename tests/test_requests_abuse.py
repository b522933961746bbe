"""Requests that no browser sends are no error."""

import socket
import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.http import CSRF

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/fr/accounts/login/", "/fr/spaces/", "/fr/agenda/", "/healthz", "/admin/"])
@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
def test_a_method_that_a_page_does_not_know_is_no_error(client, path, method):
    assert getattr(client, method)(path).status_code in {200, 302, 400, 403, 404, 405}


def test_headers_that_nobody_sends_are_no_error(client):
    for headers in (
        {"Accept-Language": "x" * 5000},
        {"Accept-Language": "fr;q=nan, *;q=\x00"},
        {"Host": "evil.example:99999"},
        {"Cookie": "sessionid=\x00; csrftoken=" + "x" * 3000},
        {"Referer": "not an address"},
        {"X-Forwarded-For": "not an address, 1.2.3.4"},
        {"HX-Request": "true", "HX-Current-URL": "\x00"},
        {"X-Request-ID": "x" * 5000},
    ):
        assert client.get("/fr/accounts/login/", headers=headers).status_code in {200, 400}, headers


@pytest.mark.parametrize(("charset", "status"), [("utf-7", 400), ("latin-1", 400), ("x", 200), ("utf-8", 200)])
def test_a_form_in_an_encoding_that_is_not_read_is_refused_in_words(charset, status):
    visitor = Client(enforce_csrf_checks=True)
    visitor.cookies["csrftoken"] = CSRF
    form = f"csrfmiddlewaretoken={CSRF}&login=a&password=b".encode()
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = visitor.generic("POST", "/fr/accounts/login/", form, content_type=kind)
    assert answer.status_code == status
    if status == 400:
        assert "est illisible" in answer.content.decode()


@pytest.mark.parametrize("path", ["a" * 300, "\N{MATHEMATICAL BOLD CAPITAL M}" * 90, "a/" * 2500])
def test_no_name_is_too_long_for_a_missing_picture(client, path):
    assert client.get(f"/media/pictures/{path}").status_code == 404


@pytest.mark.long
@pytest.mark.serving
@pytest.mark.django_db(transaction=True)
def test_an_encoding_of_no_text_is_read_as_if_none_were_named(served):
    for charset in ("base64", "BASE64", "bz2", '"hex"', "quopri", "quoted-printable", "rot13", "uu", "zlib", "zip"):
        with closing(HTTPConnection(urlsplit(served.url).netloc, timeout=10)) as connection:
            kind = {"Content-Type": f"text/html; charset={charset}"}
            connection.request("GET", "/fr/accounts/login/?next=/fr/", headers=kind)
            assert connection.getresponse().status == 200, charset


@pytest.mark.long
@pytest.mark.serving
@pytest.mark.django_db(transaction=True)
def test_an_answer_given_before_the_body_came_reaches_a_proxy_that_goes_on_sending_it(served):
    size = 3_000_000
    kind = "application/x-www-form-urlencoded"
    head = f"POST /fr/accounts/login/ HTTP/1.1\r\nHost: {urlsplit(served.url).netloc}\r\nConnection: close\r\n"
    with socket.create_connection(("127.0.0.1", urlsplit(served.url).port), timeout=10) as proxy:
        proxy.sendall(f"{head}Content-Type: {kind}\r\nContent-Length: {size}\r\n\r\n".encode())
        answer = proxy.recv(50)
        assert answer.startswith(b"HTTP/1.1 403 ")
        for _piece in range(size // 30_000):
            proxy.sendall(b"x" * 30_000)
            time.sleep(0.001)
        while piece := proxy.recv(65_536):
            answer += piece
    assert b"</html>" in answer
