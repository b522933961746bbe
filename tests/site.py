"""Walk through the site as each of the four kinds of people, over the real network and the demo's data."""

from collections import Counter, deque
from urllib.parse import urlsplit

from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language

from hacktiv import demo
from hacktiv.common.languages import CODES
from members.models import User
from tests.pages import Page

ROLES = {"visitor": None, "member": demo.MEMBER, "manager": demo.MANAGER, "coordinator": demo.COORDINATOR}
LANGUAGES = CODES
# Signing out would end the walk.
NEVER_FOLLOWED = {"account_logout", "admin:logout"}


def load_all():
    """Load the network, and the demo on top of it."""
    call_command("load_network", verbosity=0)
    call_command("load_demo", verbosity=0)


def signed_in(role):
    client = Client(raise_request_exception=False)
    if email := ROLES[role]:
        client.force_login(User.objects.get(email=email))
    return client


def view_of(url):
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return None


def starts(role):
    names = ["portal:home", "account_login"] if role == "visitor" else ["portal:home", "portal:me"]
    return [reverse(name) for name in names] + ([reverse("admin:index")] if role in {"manager", "coordinator"} else [])


def walk(role, *, each):
    """Yield each page that links lead to, at most `each` of one view: address, answer, Page or None, place of the link.

    The language is the one that is active; links that switch to another one are not followed. The admin speaks the
    language of the account, French here, so it is walked through in French only.
    """
    client = signed_in(role)
    others = tuple(f"/{code}/" for code in LANGUAGES if code != get_language())
    if get_language() != "fr":
        others += ("/admin/",)
    waiting = deque((url, "") for url in starts(role))
    seen, visited = set(), Counter()
    while waiting:
        url, found_on = waiting.popleft()
        url = url.removeprefix("http://testserver")
        view = view_of(url)
        if url in seen or url.startswith(others) or view in NEVER_FOLLOWED or visited[view] >= each:
            continue
        seen.add(url)
        visited[view] += 1
        answer = client.get(url)
        page = None
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            page = Page(answer.text, url)
            waiting.extend((link, url) for link in page.internal_links)
        elif answer.status_code in {301, 302}:
            waiting.append((answer.headers["Location"], url))
        yield url, answer, page, found_on
