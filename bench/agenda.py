"""Measure how many visitors the agenda answers a second, with 50 and with 5 000 events: `python -m bench.agenda`.

Each page is asked for by WSGI, without a network between, in one process and thread, through all that the project puts
around a view. In the same run a bare view, which answers « ok », is asked for in the same way; and once more with
nothing around it at all, to show what the middleware costs. Printed are, for each page, the number of its queries and
the time when it is made, and its rate when it is kept, with its share of the bare view's.
"""

import os
from datetime import timedelta
from statistics import median
from time import perf_counter

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "hacktiv.settings.test"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.asking import asker, rate  # noqa: E402
from events.enums import EventState, Mode  # noqa: E402
from events.models import Event, EventType  # noqa: E402
from hacktiv.common.freshness import refresh  # noqa: E402
from hacktiv.devstack.prepare import compile_catalogues  # noqa: E402
from hacktiv.urls import urlpatterns as project_urls  # noqa: E402
from members.enums import Country  # noqa: E402
from members.models import Organisation  # noqa: E402
from spaces.models import Space  # noqa: E402

SIZES = (50, 5000)
ASKED, ROUNDS = 100, 5
TARGET = 0.5
TOWNS = ("Chimay", "Couvin", "Rocroi", "Fépin", "Charleville-Mézières")
PAGES = {
    "list": "",
    "list, filtered": "?type=type-1&country=BE&mode=onsite",
    "words": "?q=atelier+fepin",
    "month": "?view=month",
    "calendar": "agenda.ics",
    "widget": "widget/space-1/",
}
#: A search by words is not kept for other visitors.
NOT_KEPT = {"words"}

urlpatterns = [path("bare/", lambda request: HttpResponse("ok")), *project_urls]


def seed(count):
    """Make `count` events of two hours over a year, each in one of five spaces."""
    operator = Organisation.objects.create(slug="operator", name="Operator", country=Country.BE)
    spaces = [
        Space.objects.create(
            slug=f"space-{number}",
            name=f"Space {number}",
            operator=operator,
            town=town,
            country=Country.BE if number < 2 else Country.FR,
            nuts="BE32D",
            latitude="50.0",
            longitude="4.3",
        )
        for number, town in enumerate(TOWNS)
    ]
    types = [EventType.objects.create(slug=f"type-{number}", name=f"Type {number}") for number in range(8)]
    first = timezone.now() + timedelta(hours=1)
    events = Event.objects.bulk_create(
        Event(
            slug=f"event-{number}",
            title_fr=f"Atelier {number} à l’aube",
            title_nl=f"Werkplaats {number}",
            title_en=f"Workshop {number}",
            description_fr="Nous nous retrouvons autour d’une table. " * 20,
            type=types[number % 8],
            space=spaces[number % 5],
            mode=Mode.HYBRID if number % 3 == 0 else Mode.ONSITE,
            languages=["fr", "nl"] if number % 2 else ["fr"],
            state=EventState.CANCELLED if number % 20 == 0 else EventState.PUBLISHED,
            starts_at=(start := first + number * timedelta(days=365) / count),
            ends_at=start + timedelta(hours=2),
            earliest=timezone.localdate(start),
            latest=timezone.localdate(start),
            capacity=20,
        )
        for number in range(count)
    )
    venues = Event.venues.through
    venues.objects.bulk_create(venues(event=event, space=event.space) for event in events)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def making(ask):
    """Return (queries, milliseconds) of a page that nobody asked for since the last change."""
    refresh("agenda")
    with CaptureQueriesContext(connection) as captured:
        ask()
        queries = len(captured)  # the next request forgets them
    times = []
    for _ in range(ROUNDS):
        refresh("agenda")
        began = perf_counter()
        ask()
        times.append(perf_counter() - began)
    return queries, median(times) * 1000


def measure(count):
    seed(count)
    bare = asker("/bare/")
    with override_settings(MIDDLEWARE=[]):
        nothing_around = asker("/bare/")
    asks = {name: asker(f"/fr/agenda/{rest}") for name, rest in PAGES.items()}
    rates = {name: [] for name in ("bare", "nothing", *PAGES)}
    for ask in (bare, nothing_around, *asks.values()):
        ask()
    made = {name: making(ask) for name, ask in asks.items()}
    for _ in range(ROUNDS):  # side by side, so that a busy machine slows all of them
        rates["bare"].append(rate(bare, times=ASKED))
        rates["nothing"].append(rate(nothing_around, times=ASKED))
        for name, ask in asks.items():
            if name not in NOT_KEPT:
                rates[name].append(rate(ask, times=ASKED))
    return made, {name: median(found) for name, found in rates.items() if found}


def show(count, made, rates):
    print(f"\n{count} events; a bare view: {rates['bare']:.0f} a second, {rates['nothing']:.0f} with nothing around it")
    print(
        f"{'page':<16}{'queries':>8}{'to make':>10}{'kept':>12}{'share of the bare view':>26}{'of nothing around':>20}"
    )
    for name, (queries, milliseconds) in made.items():
        line = f"{name:<16}{queries:>8}{milliseconds:>7.1f} ms"
        if name in rates:
            shares = rates[name] / rates["bare"], rates[name] / rates["nothing"]
            line += f"{rates[name]:>10.0f}/s{shares[0]:>26.2f}{shares[1]:>20.2f}"
        print(line)


def run():
    """Return {size: (cost of making each page, rates)}."""
    found = {}
    for count in SIZES:
        for model in (Event, EventType, Space, Organisation):
            model.objects.all().delete()
        cache.clear()
        found[count] = measure(count)
        show(count, *found[count])
    return found


def main():
    compile_catalogues(settings.BASE_DIR / "locale")
    settings.SHARED_PAGES_SECONDS = 60
    settings.ROOT_URLCONF = "bench.agenda"
    connection.settings_dict["CONN_MAX_AGE"] = 600
    connection.settings_dict["TEST"]["NAME"] = "bench_agenda"
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        found = run()
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
    queries = [{name: number for name, (number, _time) in made.items()} for made, _rates in found.values()]
    same = all(each == queries[0] for each in queries)
    reached = all(rates["list"] >= TARGET * rates["bare"] for _made, rates in found.values())
    print(f"\nThe same number of queries at all sizes: {'yes' if same else 'NO'}")
    print(f"The list reaches {TARGET:.2f} of a bare view: {'yes' if reached else 'NO'}")
    return 0 if same and reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
