"""Measure how long every page takes beside an empty one, for the same person: `python -m bench.pages`.

It makes a database of its own beside the tests' and loads the real network and the demo into it. Each page is asked
for by WSGI, without a network between, and made anew each time: a word in its address keeps it from being kept. What is
kept beneath the pages, as the choices of filters and the cards, is there as in use; the last column says how many
queries the page asks right after a change, when it is not. In turn with the page the shell is asked for, a page without
content for the same person. What counts is the ratio of the two, each at
its quickest, so that a busy machine disturbs neither. Then the pages that all visitors share are asked for while they
are kept, beside a bare view that answers « ok » behind the same middleware. Writes the tables into bench/pages.md; ends
with 1 when a target is missed.
"""

import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "hacktiv.settings.test"
django.setup()

from django.conf import settings  # noqa: E402
from django.conf.urls.i18n import i18n_patterns  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import path, reverse  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from bench.asking import asker, rate  # noqa: E402
from events.enums import RegistrationStatus  # noqa: E402
from events.models import Event, Registration  # noqa: E402
from hacktiv import demo  # noqa: E402
from hacktiv.common.freshness import refresh  # noqa: E402
from hacktiv.devstack.prepare import compile_catalogues  # noqa: E402
from hacktiv.urls import urlpatterns as project_urls  # noqa: E402
from members.models import User  # noqa: E402
from spaces.models import Booking, Scene, Space  # noqa: E402

ROUNDS, KEPT_ROUNDS, ASKED = 25, 5, 100
REPORT = Path(__file__).with_suffix(".md")
PEOPLE = {"visitor": None, "member": demo.MEMBER, "manager": demo.MANAGER}
#: How many times the shell a page may take, how many queries it may ask, for each kind of page.
VISITOR, MEMBER, MEMBER_RICH, MY_PAGE, MANAGER = (8, 6), (4, 10), (5, 10), (5, 15), (4, None)
#: Of the rate of the bare view, what a kept agenda reaches at least.
KEPT = 0.5
#: What no page of ours says in its address: such an answer is for nobody else.
NOT_KEPT = "made=anew"
NEVER_KEPT = {"a bare view", "privacy", "equipment", "contact", "sign in", "sign up", "new password"}
SUBJECTS = ("agenda", "events", "spaces", "free_places", "passes", "skills")
MIDDAY = "start=09%3A00&end=12%3A00&people=2"


def shell(request):
    return HttpResponse(engines["django"].from_string('{% extends "base.html" %}').render({}, request))


def admin_shell(request):
    template = engines["django"].from_string('{% extends "admin/base_site.html" %}')
    return HttpResponse(template.render(admin.site.each_context(request), request))


urlpatterns = [
    path("bare/", lambda request: HttpResponse("ok")),
    path("admin/shell/", admin.site.admin_view(admin_shell)),
    *i18n_patterns(path("shell/", shell)),
    *project_urls,
]


class Page(NamedTuple):
    person: str
    name: str
    address: str
    target: tuple
    shell: str = "/fr/shell/"


class Cost(NamedTuple):
    page: Page
    milliseconds: float
    shell: float
    queries: int
    queries_after_change: int

    @property
    def ratio(self):
        return self.milliseconds / self.shell

    @property
    def holds(self):
        times, queries = self.page.target
        return self.ratio <= times and (queries is None or self.queries <= queries)


def public_pages():
    """Return (name, address) of each page that anybody may open."""
    space = Space.objects.get(slug="la-ferme")
    day = timezone.localdate() + timezone.timedelta(days=3)
    scene = Scene.objects.filter(space=space).first()
    event = Event.objects.upcoming().filter(audience="public").first()
    past = Event.objects.past().exclude(starts_at=None).first()
    search = reverse("spaces:search")
    agenda = reverse("events:agenda")
    return {
        "home": reverse("portal:home"),
        "spaces": reverse("spaces:list"),
        "map": reverse("spaces:map"),
        "search": f"{search}?day={day}&{MIDDAY}",
        "search, a week": f"{search}?day={day}&{MIDDAY}&view=week",
        "a space": space.get_absolute_url(),
        "timeline": reverse("spaces:timeline", args=[space.slug]),
        "timeline, a week": f"{reverse('spaces:timeline', args=[space.slug])}?view=week",
        "booking form": reverse("spaces:book", args=[space.slug]),
        "equipment": reverse("spaces:equipment"),
        "contact": reverse("spaces:contact", args=[space.slug]),
        "tour": scene.get_absolute_url(),
        "agenda": agenda,
        "agenda, filtered": f"{agenda}?country=BE&mode=onsite",
        "agenda, words": f"{agenda}?q=atelier",
        "agenda, past": f"{agenda}?past=1",
        "agenda, month": f"{agenda}?view=month",
        "an event": event.get_absolute_url(),
        "a past event": past.get_absolute_url(),
        "widget": reverse("events:widget", args=[space.slug]),
        "training": reverse("training:list"),
        "privacy": reverse("portal:privacy"),
    }


def visitor_pages():
    return {
        **public_pages(),
        "sign in": reverse("account_login"),
        "sign up": reverse("account_signup"),
        "new password": reverse("account_reset_password"),
    }


def member_pages(member):
    booking = Booking.objects.filter(user=member).live().upcoming(timezone.now()).first()
    registration = Registration.objects.filter(user=member, status=RegistrationStatus.CONFIRMED).first()
    shared = Registration.objects.filter(user=member, ride__isnull=False).first() or registration
    other = User.objects.filter(is_listed=True).exclude(pk=member.pk).first()
    return {
        **public_pages(),
        "my page": reverse("portal:me"),
        "directory": reverse("portal:directory"),
        "a member": reverse("portal:member", args=[other.pk]),
        "profile": reverse("members:profile"),
        "skills": reverse("members:skills"),
        "my booking": booking.get_absolute_url(),
        "my registration": reverse("events:registration", args=[registration.token]),
        "shared travel": reverse("events:travel", args=[shared.token]),
        "repeat": reverse("spaces:repeat", args=["la-ferme"]),
        "propose": reverse("events:rota"),
        "leaving": reverse("portal:delete_account"),
    }


def manager_pages(manager):
    """Return the manager's first page, and each list that they may open."""
    request = type("Request", (), {"user": manager, "GET": {}})()
    with translation.override("en"):
        lists = {
            f"list: {model._meta.verbose_name_plural}": reverse(
                f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            )
            for model, model_admin in admin.site._registry.items()
            if model_admin.has_view_permission(request)
        }
    return {"the day": reverse("admin:index"), **lists}


def all_pages():
    member, manager = (User.objects.get(email=PEOPLE[name]) for name in ("member", "manager"))
    targets = {"my page": MY_PAGE, "search": MEMBER_RICH, "search, a week": MEMBER_RICH}
    return [
        *(Page("visitor", name, address, VISITOR) for name, address in visitor_pages().items()),
        *(Page("member", *page, targets.get(page[0], MEMBER)) for page in member_pages(member).items()),
        *(Page("manager", *page, MANAGER, "/admin/shell/") for page in manager_pages(manager).items()),
        Page("manager", "exchanges", reverse("portal:exchanges"), MANAGER),
        Page("manager", "visits", reverse("portal:exchange_visits"), MANAGER),
    ]


def cookie_of(person):
    """Return the session's cookie of who is signed in; none of a visitor."""
    client = Client()
    if email := PEOPLE[person]:
        client.force_login(User.objects.get(email=email))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def queries_of(ask):
    with CaptureQueriesContext(connection) as captured:
        ask()
        return len(captured)  # the next request forgets them


def cost_of(page, cookie, rounds=ROUNDS):
    anew = (
        f"{page.address}{'&' if '?' in page.address else '?'}{NOT_KEPT}" if page.person != "manager" else page.address
    )
    ask, ask_shell = asker(anew, cookie=cookie), asker(page.shell, cookie=cookie)
    ask(), ask_shell()
    queries = queries_of(ask)
    refresh(*SUBJECTS)
    after_change = queries_of(ask)
    times, shells = [], []
    for _ in range(rounds):
        for asked, found in ((ask_shell, shells), (ask, times)):
            began = perf_counter()
            asked()
            found.append((perf_counter() - began) * 1000)
    return Cost(page, min(times), min(shells), queries, after_change)


def shares_of_kept_pages():
    """Return (name, share of the bare view's rate) of each page of visitors that is kept."""
    asks = {"a bare view": asker("/bare/"), **{name: asker(address) for name, address in visitor_pages().items()}}
    cache.clear()
    for ask in asks.values():
        ask()
    kept = []
    for name, ask in asks.items():
        if name not in NEVER_KEPT and not queries_of(ask):
            kept.append(name)
    rates = {name: [] for name in ("a bare view", *kept)}
    for _ in range(KEPT_ROUNDS):
        for name, found in rates.items():
            found.append(rate(asks[name], times=ASKED))
    rates = {name: median(found) for name, found in rates.items()}
    return [(name, found / rates["a bare view"]) for name, found in rates.items()]


def run(words):
    """Return the costs of the pages in whose name one of the words stands, or of all, and the shares of those kept."""
    costs = []
    cookies = {person: cookie_of(person) for person in PEOPLE}
    for page in all_pages():
        if words and not any(word in page.name for word in words):
            continue
        costs.append(cost_of(page, cookies[page.person]))
        print(line_of(costs[-1]), file=sys.stderr)
    return costs, shares_of_kept_pages()


HEAD = (
    "| person | page | ms | shell, ms | times the shell | at most | queries | at most | after a change | |\n"
    "|---|---|--:|--:|--:|--:|--:|--:|--:|---|"
)


def line_of(cost):
    times, queries = cost.page.target
    return (
        f"| {cost.page.person} | {cost.page.name} | {cost.milliseconds:.1f} | {cost.shell:.1f} | {cost.ratio:.1f} | "
        f"{times} | {cost.queries} | {queries or ''} | {cost.queries_after_change} | {'' if cost.holds else 'MISSED'} |"
    )


def report_of(costs, shares):
    missed = [f"{cost.page.name} ({cost.page.person})" for cost in costs if not cost.holds]
    missed += [f"{name} (kept)" for name, share in shares if name == "agenda" and share < KEPT]
    kept = "\n".join(f"| {name} | {share:.2f} |" for name, share in shares)
    return missed, (
        "# Pages beside an empty one\n\n"
        "Written by `python -m bench.pages`, over the real network and the demo's data. The shell is a page without\n"
        "content for the same person; for the manager's lists, one of the admin. Each page is made anew.\n\n"
        f"{HEAD}\n" + "\n".join(map(line_of, costs)) + "\n\n"
        "## Pages that all visitors share, while they are kept\n\n"
        f"| page | share of a bare view's rate |\n|---|--:|\n{kept}\n\n"
        f"Targets missed: {', '.join(missed) or 'none'}.\n"
    )


def main(words):
    compile_catalogues(settings.BASE_DIR / "locale")
    settings.ROOT_URLCONF = "bench.pages"
    settings.SHARED_PAGES_SECONDS = 60
    connection.settings_dict["CONN_MAX_AGE"] = 600
    connection.settings_dict["TEST"]["NAME"] = "bench_pages"
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        call_command("load_network", verbosity=0)
        call_command("load_demo", stdout=sys.stderr)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        with translation.override("fr"):
            costs, shares = run(words)
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
    missed, report = report_of(costs, shares)
    if not words:
        REPORT.write_text(report, encoding="utf-8")
    print(report)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
