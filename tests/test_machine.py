"""The files of docs/deployment/ in use: units, nginx and Caddy before a real gunicorn with the production settings.

See tests/machine.py for what is replaced in them. One platform runs for the whole module.
"""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import tarfile
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from hacktiv.devstack.processes import wait_until
from tests.http import CSRF
from tests.machine import HOST, PATH, free_port, machine, program, running

pytestmark = pytest.mark.long

#: The words of the pages of docs/deployment/pages/, by language.
AWAY = ("La plateforme ne peut pas répondre", "Het platform kan nu niet antwoorden", "The platform cannot answer")
TOO_LARGE = ("est trop lourd", "is te groot", "is too large")
TOO_MANY = ("Trop d’essais", "Te veel pogingen", "Too many tries")
#: What a browser sends with a form of ours.
FORM_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Cookie": f"csrftoken={CSRF}",
    "Origin": f"https://{HOST}",
}
SECRET = "the signatures of a proof"
#: Seconds: a page that waits for a thread which slow clients hold waits far longer than this, if it comes at all.
QUICK = 5.0
UNITS = ("prepare", "web", "worker", "beat", "backup")


class Answer(NamedTuple):
    status: int
    headers: dict
    body: bytes
    all_headers: list

    @property
    def text(self):
        return self.body.decode()


class Proxy(NamedTuple):
    """A proxy that runs: its name, its ports, and how to trust its certificate."""

    name: str
    http: int
    https: int
    context: ssl.SSLContext

    def connect(self, source="127.0.0.1"):
        """Open a connection as a browser does for https://www.example.org/. Any 127.x.y.z is an address of its own."""
        plain = socket.create_connection(("127.0.0.1", self.https), timeout=30, source_address=(source, 0))
        return self.context.wrap_socket(plain, server_hostname=HOST)

    def ask(self, path, method="GET", body=None, headers=None, source="127.0.0.1"):
        connection = HTTPConnection(HOST)
        connection.sock = self.connect(source)
        with closing(connection):
            with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
                connection.request(method, path, body, {"Host": HOST, **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read(), response.getheaders())

    def post(self, path, fields, source="127.0.0.1", **headers):
        form = {"csrfmiddlewaretoken": CSRF, **fields}
        return self.ask(path, "POST", urlencode(form), {**FORM_HEADERS, **headers}, source)


@contextmanager
def nginx(made):
    """Run Debian's nginx with the given file and a certificate of our own."""
    ports = {"80": free_port(), "443": free_port()}
    folder = made.path(f"/etc/letsencrypt/live/{HOST}")
    folder.mkdir(parents=True, exist_ok=True)
    certificate = folder / "fullchain.pem"
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", folder / "privkey.pem"]
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-days", "2", "-out", certificate]
    subprocess.run([program("openssl"), "req", "-x509", *new_key, *names], check=True, capture_output=True)
    site = made.path("/nginx-site.conf")
    text = re.sub(r"^ *listen \[::\].*\n", "", made.given("nginx.conf"), flags=re.MULTILINE)
    text = text.replace("/var/log/nginx/error.log", str(made.path("/nginx.log")))
    site.write_text(re.sub(r"listen (80|443)\b", lambda found: f"listen 127.0.0.1:{ports[found[1]]}", text))
    state = made.path("/nginx")
    state.mkdir(exist_ok=True)
    main = made.path("/nginx.conf")
    places = "".join(
        f"{name}_temp_path {state}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # What Debian's own nginx.conf says around a site.
    main.write_text(
        f"user root;\nworker_processes auto;\npid {state}/pid;\nerror_log {made.path('/nginx.log')};\n"
        "events { worker_connections 768; }\n"
        f"http {{\nsendfile on;\ninclude /etc/nginx/mime.types;\ndefault_type application/octet-stream;\n"
        f"access_log off;\ngzip on;\n{places}include {site};\n}}\n"
    )
    command = [program("nginx"), "-c", str(main), "-e", str(made.path("/nginx.log"))]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with running([*command, "-g", "daemon off;"], stop=signal.SIGQUIT):
        yield Proxy("nginx", ports["80"], ports["443"], trusting(certificate))


@contextmanager
def caddy(made):
    """Run Debian's Caddy with the given file and certificates of its own making."""
    http, https = free_port(), free_port()
    site = made.path("/Caddyfile")
    site.write_text(made.given("Caddyfile"))
    state = made.path("/caddy")
    options = f"local_certs\nskip_install_trust\nadmin off\nhttp_port {http}\nhttps_port {https}"
    environment = {"PATH": PATH, "HOME": str(state), "XDG_DATA_HOME": str(state), "CADDY_OPTIONS": options}
    command = [program("caddy"), "run", "--config", str(site), "--adapter", "caddyfile"]
    root = state / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    with made.path("/caddy.log").open("ab") as log, running(command, env=environment, stdout=log, stderr=log):
        assert wait_until(root.exists, seconds=20), made.logs()
        yield Proxy("caddy", http, https, trusting(root))


def trusting(certificate):
    context = ssl.create_default_context(cafile=str(certificate))
    context.set_alpn_protocols(["http/1.1"])
    return context


def is_up(proxy):
    with suppress(OSError):
        return proxy.ask("/healthz").status == 200
    return False


@pytest.fixture(scope="module")
def made():
    """The machine with web, worker and beat."""
    with machine() as made:
        for name in ("web", "worker", "beat"):
            made.start(name)
        made.wait_until_healthy()
        (made.media / "pictures").mkdir(exist_ok=True)
        (made.media / "pictures" / "church.jpg").write_bytes(b"\xff\xd8\xff a picture")
        (made.media / "pictures" / "page.html").write_text("<script>alert(1)</script>")
        (made.private / "proofs").mkdir(exist_ok=True)
        (made.private / "proofs" / "sheet.pdf").write_text(SECRET)
        yield made


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def proxy(made, request):
    with request.param(made) as proxy:
        assert wait_until(lambda: is_up(proxy), seconds=30, pause=0.2), made.logs()
        yield proxy


def assert_says(answer, status, words):
    assert answer.status == status
    for language, sentence in zip(("fr", "nl", "en"), words, strict=True):
        assert f'lang="{language}"' in answer.text
        assert sentence in answer.text


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_right_and_closed_enough(made, name):
    folder = made.path("/units")
    folder.mkdir(exist_ok=True)
    for other in UNITS:
        (folder / f"hacktiv-{other}.service").write_text(made.unit(other).text)
    timer = "hacktiv-backup.timer"
    (folder / timer).write_text(made.given(f"systemd/{timer}"))
    analyze = program("systemd-analyze", package="systemd")
    units = [f"hacktiv-{name}.service", *([timer] if name == "backup" else [])]
    verified = subprocess.run([analyze, "verify", *units], cwd=folder, capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    # 50 of 100 is the end of what it calls « OK ».
    security = [analyze, "security", "--offline=true", "--threshold=50", f"./hacktiv-{name}.service"]
    exposed = subprocess.run(security, cwd=folder, capture_output=True, text=True)
    assert exposed.returncode == 0, exposed.stdout[-300:]


def test_units_make_a_healthy_platform(made):
    assert made.health() == 200
    assert made.manage("showmigrations", "--plan").count("[ ]") == 0


def test_the_nightly_backup_holds_everything_and_those_of_two_weeks_ago_go(made):
    folder = made.path("/var/backups/hacktiv")
    old = folder / "2020-01-01-021500.tar"
    old.touch()
    os.utime(old, (0, 0))
    made.run_once("backup")
    [saved] = folder.iterdir()
    with tarfile.open(saved) as tar:
        assert {"manifest.json", "database.dump"} <= set(tar.getnames())


def test_processes_end_by_themselves_within_their_time(made):
    """They end after the work at hand, and not by the kill that comes after `TimeoutStopSec`."""
    for name in ("web", "worker", "beat"):
        assert made.stop(name) == 0
        made.start(name)
    made.wait_until_healthy()


def test_tls_answers_in_http_2_and_the_open_port_leads_to_it(proxy):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    plain = socket.create_connection(("127.0.0.1", proxy.https))
    with plain, context.wrap_socket(plain, server_hostname=HOST) as connection:
        assert connection.selected_alpn_protocol() == "h2"
        assert connection.version() == "TLSv1.3"
    with closing(HTTPConnection("127.0.0.1", proxy.http)) as asking:
        asking.request("GET", "/fr/agenda/?page=2", headers={"Host": HOST})
        answer = asking.getresponse()
        assert answer.status in (301, 308)
        address = re.sub(r":\d+/", "/", answer.headers["Location"])
        assert address == f"https://{HOST}/fr/agenda/?page=2"


def test_pages_health_and_admin_answer_with_the_headers_of_the_platform_once(proxy):
    for path, status in (("/fr/", 200), ("/nl/agenda/", 200), ("/admin/login/", 302), ("/fr/no-such-page/", 404)):
        answer = proxy.ask(path)
        assert answer.status == status, path
        names = [name.lower() for name, _value in answer.all_headers]
        once = ("strict-transport-security", "x-content-type-options", "referrer-policy")
        assert [names.count(name) for name in once] == [1, 1, 1], path
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
        assert "Server" not in answer.headers or answer.headers["Server"] in ("nginx", "gunicorn")
    assert json.loads(proxy.ask("/healthz").text)["ok"] is True


def test_static_files_come_from_the_proxy_compressed_and_for_ever(proxy, made):
    sheet = re.search(r'href="(/static/css/site\.[0-9a-f]{12}\.css)"', proxy.ask("/fr/").text)[1]
    answer = proxy.ask(sheet, headers={"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "immutable" not in proxy.ask("/static/css/site.css").headers["Cache-Control"]
    missing = proxy.ask("/static/css/none.css")
    assert missing.status == 404
    assert "immutable" not in missing.headers.get("Cache-Control", "")


def test_media_are_served_and_never_as_a_page(proxy):
    picture = proxy.ask("/media/pictures/church.jpg")
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/jpeg")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    page = proxy.ask("/media/pictures/page.html")
    assert (page.status, page.headers["Content-Type"]) == (200, "application/octet-stream")
    for path in ("/media/pictures/none.jpg", "/media/pictures/", "/media/"):
        assert proxy.ask(path).status == 404, path


def test_private_files_and_the_code_are_out_of_reach(proxy, made):
    ways = [
        "/private/proofs/sheet.pdf",
        "/media/private/proofs/sheet.pdf",
        "/media/../../../var/lib/hacktiv/private/proofs/sheet.pdf",
        "/media/%2e%2e/%2e%2e/%2e%2e/var/lib/hacktiv/private/proofs/sheet.pdf",
        "/media/..%2f..%2f..%2fvar/lib/hacktiv/private/proofs/sheet.pdf",
        "/media../private/proofs/sheet.pdf",
        f"/media/{made.private}/proofs/sheet.pdf",
        f"//{made.private}/proofs/sheet.pdf",
        "/static/../manage.py",
        "/static../manage.py",
        "/static/..%2fmanage.py",
        "/static/..\\manage.py",
        "/static/%2e%2e/hacktiv/settings/prod.py",
        "/hacktiv-pages/away.html",
        "/hacktiv-pages/../systemd/hacktiv-web.service",
    ]
    for path in ways:
        answer = proxy.ask(path)
        assert answer.status in (301, 302, 308, 400, 404), path
        assert SECRET not in answer.text, path
        assert "DJANGO_SETTINGS_MODULE" not in answer.text, path


def test_a_body_too_large_is_refused_in_words_except_where_files_are_sent(proxy):
    body = b"x" * 3_000_000
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    refused = proxy.ask("/fr/accounts/login/", "POST", body, form)
    assert_says(refused, 413, TOO_LARGE)
    pieces = (body[start : start + 100_000] for start in range(0, len(body), 100_000))
    # Without a length announced, Caddy cuts the body, of which the platform reads nothing then: no token, so 403.
    assert proxy.ask("/fr/accounts/login/", "POST", pieces, form).status == {"nginx": 413, "caddy": 403}[proxy.name]
    for path in ("/admin/spaces/space/1/change/", "/fr/spaces/practice/share/", "/fr/reporting/a/b/evidence/"):
        # It reaches the platform, which asks for its form's token.
        answer = proxy.ask(path, "POST", body, form)
        assert answer.status == 403, (path, answer.status)
        assert_says(proxy.ask(path, "POST", None, {**form, "Content-Length": "110000000"}), 413, TOO_LARGE)


def test_a_stranger_cannot_choose_an_address(proxy):
    """Ten wrong passwords a minute are an address's share; eleven made-up addresses are still one."""
    address = "127.0.1.1" if proxy.name == "nginx" else "127.0.2.1"
    other = address[:-1] + "2"

    def try_once(number, source):
        fields = {"login": f"{proxy.name}-{number}-{source}@ardenne.example", "password": "wrong-password"}
        forged = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        return proxy.post("/fr/accounts/login/", fields, source, **forged)

    answers = [try_once(number, address) for number in range(11)]
    assert "Trop d’essais" not in answers[0].text
    assert "Trop d’essais" in answers[-1].text
    assert "Trop d’essais" not in try_once(99, other).text
    # Nor the scheme, nor the host on which links are built.
    assert proxy.ask("/fr/", headers={"X-Forwarded-Proto": "http"}).status == 200
    assert "evil.example" not in proxy.ask("/fr/", headers={"X-Forwarded-Host": "evil.example"}).text


@pytest.mark.parametrize("proxy", [nginx], ids=["nginx"], indirect=True)
def test_a_program_that_tries_to_sign_in_is_stopped(proxy):
    answers = [proxy.ask("/fr/accounts/login/", "POST", b"", source="127.0.3.1") for _try in range(30)]
    assert {answer.status for answer in answers} == {403, 429}
    assert_says(answers[-1], 429, TOO_MANY)
    assert answers[-1].headers["Retry-After"] == "60"
    assert proxy.ask("/fr/accounts/login/", source="127.0.3.1").status == 200
    assert proxy.ask("/fr/accounts/login/", "POST", b"", source="127.0.3.2").status == 403


def test_pages_answer_while_clients_idle_and_send_slowly(proxy):
    """200 idle connections, 20 slow headers, 20 slow bodies: a page comes as quickly as ever."""
    with ExitStack() as stack:
        open_one = lambda: stack.enter_context(proxy.connect("127.0.4.1"))  # noqa: E731
        _idle = [open_one() for _number in range(200)]
        slow = [open_one() for _number in range(40)]
        headers = "".join(f"{name}: {value}\r\n" for name, value in FORM_HEADERS.items())
        for number, connection in enumerate(slow):
            start = f"GET /fr/ HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: "
            if number % 2:
                # The platform reads a form to its end: a proxy that passes on what has come holds a thread by it.
                path = "/fr/accounts/login/"
                start = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{headers}Content-Length: 100000\r\n\r\nlogin="
                start += "x" * 10_000
            connection.sendall(start.encode())
        until = time.monotonic() + 12
        slowest = 0.0
        asked = 0
        while time.monotonic() < until:
            for connection in slow:
                with suppress(OSError):
                    connection.sendall(b"x")
            for path in ("/fr/", "/fr/agenda/", "/fr/accounts/login/"):
                asked_at = time.monotonic()
                assert proxy.ask(path, source="127.0.4.2").status == 200
                slowest = max(slowest, time.monotonic() - asked_at)
                asked += 1
            time.sleep(0.5)
        assert asked > 20
        assert slowest < QUICK


def test_while_the_platform_is_away_the_proxy_says_so_and_it_comes_back(proxy, made):
    made.stop("web")
    for path in ("/fr/", "/nl/agenda/", "/healthz", "/admin/", "/static/css/none.css"):
        answer = proxy.ask(path)
        assert_says(answer, 503, AWAY)
        assert answer.headers["Retry-After"] == "30"
        assert answer.headers["Cache-Control"] == "no-store"
    assert_says(proxy.post("/fr/accounts/login/", {"login": "a@ardenne.example", "password": "x"}), 503, AWAY)
    assert proxy.ask("/media/pictures/church.jpg").status == 200
    assert proxy.ask("/fr/agenda/secret-link/", source="127.0.5.1").status == 503
    made.start("web")
    made.wait_until_healthy()
    assert proxy.ask("/fr/").status == 200
    assert proxy.ask("/fr/agenda/secret-link/", source="127.0.5.1").status == 404
    logged = made.path(f"/{proxy.name}.log").read_text()
    assert "secret-link" not in logged
    assert "127.0.5.1" not in logged
