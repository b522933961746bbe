"""A manager prepares events in a browser: ten Fridays from the first page to the agenda."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from events.models import Event
from events.tests.factories import EventFactory, EventTypeFactory, RegistrationFactory
from members.tests.factories import UserFactory
from spaces.booking.operations import close
from spaces.tests.factories import SpaceFactory
from spaces.timing.hours import at_local

from .conftest import DESK, scripts_or_not

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAYS = 10


class Controls:
    """Counts the controls that a person uses: each field filled in, each button and link pressed."""

    def __init__(self, page):
        self.page = page
        self.count = 0

    def click(self, role, name):
        self.count += 1
        self.page.get_by_role(role, name=name, exact=True).click()

    def fill(self, selector, value):
        self.count += 1
        field = self.page.locator(selector)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def next_friday():
    day = timezone.localdate() + timedelta(days=8)
    return day + timedelta(days=(4 - day.weekday()) % 7)


@pytest.mark.long
@scripts_or_not(daily=True)
def test_a_manager_makes_previews_and_publishes_ten_fridays(somebody, scripts):
    manager = UserFactory(is_staff=True)
    space = SpaceFactory(managers=[manager])
    kind = EventTypeFactory(default_minutes=60)
    first = next_friday()
    closed = first + timedelta(weeks=2)
    start, end = at_local(closed, time(0)), at_local(closed + timedelta(days=1), time(0))
    close(space=space, start=start, end=end, reason="Inventaire", by=None)
    page = somebody(manager, viewport=DESK, java_script_enabled=scripts)
    page.goto(reverse("admin:index"))
    does = Controls(page)
    does.click("link", "Nouvel événement")
    does.fill("#id_type", str(kind.pk))
    does.fill("#id_starts_at", f"{first}T12:00")
    does.click("button", "Continuer")
    does.fill("#id_title_fr", "Midi du vendredi")
    does.click("button", "Enregistrer et répéter")
    expect(page.locator(f"#day-{closed}")).not_to_be_checked()
    expect(page.locator(f"#clashes-{closed}")).to_contain_text("Inventaire")
    if scripts:
        does.fill("#id_count", str(FRIDAYS))
    does.click("button", "Créer et publier les jours cochés")
    expect(page.get_by_role("status").first).to_be_visible()
    found = list(Event.objects.filter(type=kind).order_by("starts_at"))
    days = [event.earliest for event in found]
    assert len(days) == FRIDAYS and {day.weekday() for day in days} == {4}
    assert closed not in days and {event.state for event in found} == {"published"}
    assert does.count == (8 if scripts else 7)


@pytest.mark.long
def test_an_event_that_begins_later_ends_later(somebody):
    manager = UserFactory(is_staff=True)
    event = EventFactory(space=SpaceFactory(managers=[manager]), starts_at=at_local(next_friday(), time(12)))
    page = somebody(manager, viewport=DESK)
    page.goto(reverse("admin:events_event_move", args=[event.pk]))
    length = event.ends_at - event.starts_at
    later = event.starts_at + timedelta(days=7, hours=2)
    page.locator("#id_starts_at").fill(f"{timezone.localtime(later):%Y-%m-%dT%H:%M}")
    page.locator("#id_reason").fill("Neige")
    expect(page.locator("#id_ends_at")).to_have_value(f"{timezone.localtime(later + length):%Y-%m-%dT%H:%M}")


@pytest.mark.long
def test_the_days_follow_the_choice_before_anything_can_be_sent(somebody):
    manager = UserFactory(is_staff=True)
    kind = EventTypeFactory()
    start = at_local(next_friday(), time(12))
    event = Event.objects.create(
        slug=f"suite-{kind.pk}",
        type=kind,
        title_fr="Suite",
        space=SpaceFactory(managers=[manager]),
        starts_at=start,
        ends_at=start + timedelta(hours=1),
    )
    page = somebody(manager, viewport=DESK)
    page.goto(reverse("admin:events_event_repeat", args=[event.pk]))
    page.locator("#id_count").fill("3")
    page.get_by_role("button", name="Créer des brouillons").click()
    expect(page.get_by_role("status").first).to_be_visible()
    assert Event.objects.filter(type=kind).count() == 3


@pytest.mark.long
def test_events_go_online_after_a_recap_and_are_taken_back(somebody):
    manager = UserFactory(is_staff=True)
    space = SpaceFactory(managers=[manager])
    near, far = (EventFactory(space=space, starts_at=timezone.now() + timedelta(days=days)) for days in (5, 40))
    RegistrationFactory(event=near)
    page = somebody(manager, viewport=DESK)
    page.goto(reverse("admin:events_event_border"))
    expect(page.locator(f"#id_take-{near.pk}")).not_to_be_checked()
    page.locator("#id_first").fill(f"{near.earliest}")
    page.locator("#id_last").fill(f"{near.earliest}")
    page.get_by_role("button", name="Montrer ces jours").click()
    expect(page.locator(f"#id_take-{near.pk}")).to_be_checked()
    expect(page.locator(f"#id_take-{far.pk}")).to_have_count(0)
    page.locator("#id_reason").fill("Frontière fermée")
    page.locator("#id_common_link").fill("https://visio.example/")
    page.get_by_role("button", name="Voir ce qui sera fait").click()
    recap = page.get_by_role("status")
    expect(recap).to_contain_text("1 personne sera prévenue par e-mail.")
    page.get_by_role("button", name="Modifier ce choix").click()
    expect(page.locator("#id_reason")).to_have_value("Frontière fermée")
    assert mode_of(near) == "onsite"
    page.get_by_role("button", name="Voir ce qui sera fait").click()
    page.get_by_role("button", name="Les passer en ligne et prévenir tout le monde").click()
    expect(page.get_by_role("heading", name="Passés en ligne depuis moins d’une heure")).to_be_visible()
    assert mode_of(near) == "online"
    page.get_by_label(near.title_fr).check()
    page.locator(".switch-back").get_by_role("button", name="Voir ce qui sera fait").click()
    assert mode_of(near) == "online"
    page.get_by_role("button", name="Les tenir sur place et prévenir tout le monde").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert mode_of(near) == "onsite"


def mode_of(event):
    return Event.objects.values_list("mode", flat=True).get(pk=event.pk)
