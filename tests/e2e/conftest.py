"""A browser before a real server, over the real network and the demo's data."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from redis import Redis

from members.models import User
from tests.demo import demo_database
from tests.serving import web_server
from tests.site import ROLES

#: A page is read at this width without scrolling sideways (WCAG 1.4.10), as at 400 % on a desk.
NARROW = {"width": 320, "height": 568}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def scripts_or_not(*, daily):
    """Run a test with scripts and without: one of the two each day, the other in the long profile."""
    marks = {daily: (), not daily: pytest.mark.long}
    names = {True: "scripts", False: "no-scripts"}
    return pytest.mark.parametrize(
        "scripts", [pytest.param(scripts, id=names[scripts], marks=marks[scripts]) for scripts in (True, False)]
    )


@pytest.fixture(scope="package")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """Run the site. Its data are committed, so each test here finds the data that others left."""
    with (
        django_db_blocker.unblock(),
        demo_database(),
        web_server(mails=tmp_path_factory.mktemp("mails")) as server,
    ):
        yield server


@pytest.fixture
def _django_db_helper(site):
    """Replace the fixture of pytest-django: no transaction and no flush, so the running site keeps its data."""


@pytest.fixture(autouse=True)
def addresses(site, settings):
    """Make the links in mails of the test process lead to the running site."""
    settings.SITE_URL = site.url


class Watch:
    """Collects what a browser complains of, and requests to other servers."""

    def __init__(self, site):
        self.host = urlsplit(site.url).netloc
        self.complaints = []

    def over(self, page):
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self._asked(page, request))
        page.on("response", lambda response: self._answered(page, response))

    def _said(self, message):
        # The browser repeats in words what `_answered` has seen; drawing without a graphics card is slow, and says so.
        told = ("Failed to load resource", "GL Driver Message")
        if message.type in {"error", "warning"} and not any(words in message.text for words in told):
            self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def _asked(self, page, request):
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.host:
            self.complaints.append(f"{page.url} asks {request.url}")

    def _answered(self, page, response):
        if response.status >= 400 and response.request.resource_type != "document":
            self.complaints.append(f"{page.url}: {response.status} for {response.url}")


@pytest.fixture
def somebody(site, new_context):
    """Return `somebody("member", width=…)`: it opens a browser's page, signed in as one of the roles or as a user.

    At the end it fails if the console said anything, the policy refused anything or another server was asked."""
    watch = Watch(site)

    def open_page(who="visitor", *, viewport=PHONE, language="fr", **options):
        context = new_context(base_url=site.url, viewport=viewport, locale=language, reduced_motion="reduce", **options)
        context.set_default_timeout(15_000)
        sign_in(context, site, who)
        page = context.new_page()
        watch.over(page)
        return page

    yield open_page
    assert not watch.complaints, "\n".join(watch.complaints)


def sign_in(context, site, who):
    user = who if isinstance(who, User) else User.objects.filter(email=ROLES[who]).first()
    if user:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])


@pytest.fixture(autouse=True)
def no_counters(site):
    """Forget how often visitors did a thing: that is counted by address, and here all come from one."""
    ours = settings.CACHES["default"]
    with Redis.from_url(ours["LOCATION"]) as redis:
        for key in redis.scan_iter(match=f"{ours['KEY_PREFIX']}:*"):
            redis.delete(key)
