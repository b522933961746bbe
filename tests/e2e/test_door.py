"""The phone at the door: a ticket before its camera, and a network that goes away and comes back."""

from datetime import timedelta

import pytest
import segno
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from events.core.files.tickets import ticket_address
from events.models import Participation
from events.tests.factories import EventFactory, GuestRegistrationFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

from .conftest import PHONE, sign_in
from .test_every_page import EVERYTHING, SETTLED

pytestmark = pytest.mark.django_db(transaction=True)

WIDTH, HEIGHT = 640, 480
MODULE = 8
OFFLINE_PEOPLE = 20


@pytest.fixture
def manager(site):
    return UserFactory(is_staff=True)


@pytest.fixture
def event(manager):
    return EventFactory(space=SpaceFactory(managers=[manager]), starts_at=timezone.now() + timedelta(minutes=20))


def door_of(event):
    return reverse("admin:events_event_door", args=[event.pk])


def film(address, path):
    """Write a film of one picture, the code on white, for the fake camera of Chromium."""
    code = segno.make(address, error="m", micro=False)
    rows = [[255 * (1 - dark) for dark in row] for row in code.matrix_iter(scale=MODULE, border=4)]
    top, left = (HEIGHT - len(rows)) // 2, (WIDTH - len(rows)) // 2
    assert top >= 0
    blank = bytes([255]) * WIDTH
    side = bytes([255]) * left
    picture = [blank] * top + [(side + bytes(row)).ljust(WIDTH, b"\xff") for row in rows]
    luminance = b"".join(picture + [blank] * (HEIGHT - len(picture)))
    colours = bytes([128]) * (WIDTH * HEIGHT // 2)
    frame = b"FRAME\n" + luminance + colours
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 3)
    return path


@pytest.mark.long
def test_the_camera_scans_a_real_ticket(site, event, manager, launch_browser, browser_type_launch_args, tmp_path):
    registration = GuestRegistrationFactory(event=event, name="Zoé Ménard")
    recording = film(ticket_address(registration), tmp_path / "ticket.y4m")
    flags = [
        *browser_type_launch_args["args"],
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={recording}",
    ]
    browser = launch_browser(args=flags)
    try:
        context = browser.new_context(base_url=site.url, viewport=PHONE, locale="fr", permissions=["camera"])
        sign_in(context, site, manager)
        page = context.new_page()
        page.goto(door_of(event))
        page.locator("[data-scan-start]").click()
        expect(page.locator("[data-said-here][data-mood=present]")).to_contain_text("Zoé Ménard", timeout=20_000)
        expect(page.locator("[data-present]")).to_have_text("1")
        # The ticket is still before the camera, but it is not noted again.
        page.wait_for_timeout(1000)
        assert [row.registration for row in event.participations.all()] == [registration]
        page.locator("[data-scan-stop]").click()
        expect(page.locator("[data-camera]")).to_be_hidden()
    finally:
        browser.close()


@pytest.mark.long
def test_twenty_check_ins_made_offline_are_sent_once(event, manager, somebody):
    people = [GuestRegistrationFactory(event=event, name=f"Personne {n:02}") for n in range(OFFLINE_PEOPLE - 1)]
    page = somebody(manager)
    page.goto(door_of(event))
    tries = []

    def network(route):
        """Let the first check-in reach the server but not its answer back; then nothing passes for a while."""
        tries.append(route)
        if len(tries) == 1:
            route.fetch()
        if is_down:
            route.abort()
        else:
            route.continue_()

    is_down = True
    page.route("**/door/check-in/", network)
    page.locator(f"[data-person='{people[0].pk}'] [data-check-in-form] button").click()
    expect(page.locator("[data-queue-count]")).to_have_text("1")
    page.context.set_offline(True)
    for person in people[1:]:
        page.locator(f"[data-person='{person.pk}'] [data-check-in-form] button").click()
    page.fill("#id_name", "Passante Inconnue")
    page.locator("[data-check-in-form] [name=name]").press("Enter")
    expect(page.locator("[data-queue-count]")).to_have_text(str(OFFLINE_PEOPLE))
    assert Participation.objects.filter(event=event).count() == 1
    is_down = False
    page.context.set_offline(False)
    expect(page.locator("[data-present]")).to_have_text(str(OFFLINE_PEOPLE), timeout=30_000)
    expect(page.locator("[data-queue]")).to_be_hidden()
    expect(page.locator("[data-state=present]")).to_have_count(OFFLINE_PEOPLE)
    names = sorted(str(row.registration.person_name) for row in event.participations.select_related("registration"))
    assert names == ["Passante Inconnue", *(f"Personne {n:02}" for n in range(OFFLINE_PEOPLE - 1))]
    page.reload()
    expect(page.locator("[data-present]")).to_have_text(str(OFFLINE_PEOPLE))


def test_who_came_without_registering_is_taken_back_without_a_reload(event, manager, somebody):
    page = somebody(manager)
    page.goto(door_of(event))
    page.fill("#id_name", "Éva Passante")
    page.locator("#id_name").press("Enter")
    row = page.locator("[data-person]", has_text="Éva Passante")
    expect(row).to_have_attribute("data-state", "present")
    expect(page.locator("[data-empty]")).to_have_count(0)
    row.get_by_role("button", name="Annuler : Éva Passante").click()
    expect(page.locator("[data-present]")).to_have_text("0")
    assert not event.participations.exists()
    row.get_by_role("button", name="Présent·e : Éva Passante").click()
    expect(page.locator("[data-present]")).to_have_text("1")
    assert event.participations.count() == 1


@pytest.mark.long
def test_names_are_found_while_typing_without_accents(event, manager, somebody):
    for name in ("Élodie Lefèvre", "Jan Claes"):
        GuestRegistrationFactory(event=event, name=name)
    page = somebody(manager)
    page.goto(door_of(event))
    page.fill("#door-q", "lefe")
    expect(page.locator("[data-person]:visible")).to_have_count(1)
    expect(page.locator("[data-person]:visible")).to_contain_text("Élodie Lefèvre")
    page.fill("#door-q", "personne")
    expect(page.locator("[data-nobody]")).to_be_visible()
    page.fill("#door-q", "")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(SETTLED)
        violations = Axe().run(page, options=EVERYTHING).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations] == []
