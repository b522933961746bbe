"""The tour in a headset: an emulator of WebXR plays the device, all the rest is real."""

from io import BytesIO
from math import cos, radians, sin
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from spaces.models import Hotspot, Scene

pytestmark = pytest.mark.django_db(transaction=True)

EMULATOR = (Path(__file__).parent / "vendor" / "iwer" / "iwer.min.js").read_text()
PUT_ON = """
window.headset = new IWER.XRDevice(IWER.metaQuest3);
headset.installRuntime({ forceInstall: true });
"""
WITHOUT_CONTROLLERS = "for (const one of Object.values(headset.controllers)) one.connected = false;"
REFUSED = "navigator.xr.requestSession = () => Promise.reject(new DOMException('Refused', 'NotAllowedError'));"
AIM = """([thing, x, y, z, w]) => {
  const held = thing === "head" ? headset : headset.controllers.right;
  held.position.set(0, 1.6, 0);
  held.quaternion.set(x, y, z, w);
}"""
FRAME = """() => new Promise((done) => {
  const session = headset.activeSession;
  if (!session) return done();
  session.addEventListener("end", () => done());
  session.requestAnimationFrame(() => session.requestAnimationFrame(() => done()));
})"""
LEAVE = (0, -40)
SMALL = {"width": 480, "height": 360}  # Drawn without a graphics card, at each frame.


@pytest.fixture
def scenes(site):
    return list(Scene.objects.filter(space__slug="la-ferme"))


@pytest.fixture
def visitor(somebody, scenes):
    """Return `visitor(script)`: it opens the first scene in a browser with a headset."""

    def stand(script=""):
        page = somebody(viewport=SMALL)
        page.add_init_script(EMULATOR + PUT_ON + script)
        page.goto(scenes[0].get_absolute_url())
        page.locator("[data-tour-headset]").wait_for(state="visible")
        return page

    return stand


def aim(page, thing, yaw, pitch):
    """Turn the head or the right controller to so many degrees across and up."""
    across, up = radians(-yaw) / 2, radians(pitch) / 2
    page.evaluate(
        AIM, [thing, cos(across) * sin(up), sin(across) * cos(up), -sin(across) * sin(up), cos(across) * cos(up)]
    )
    page.evaluate(FRAME)


def press(page, yaw, pitch):
    aim(page, "controller", yaw, pitch)
    for value in (1, 0):
        page.evaluate("(value) => headset.controllers.right.updateButtonValue('trigger', value)", value)
        page.evaluate(FRAME)


def seen_from(scene, point):
    """Return where a point lies for a person who has arrived and looks straight on."""
    return float(point.yaw - scene.start_yaw), float(point.pitch)


def is_drawn(page):
    """Tell if the headset shows a picture: many colours, not one ground."""
    shown = Image.open(BytesIO(page.screenshot())).convert("RGB")
    return len(shown.getcolors(shown.width * shown.height)) > 500


def here(page, scene):
    """Wait until the visitor stands in this scene."""
    page.get_by_role("status", include_hidden=True).filter(has_text=scene.title).wait_for(state="attached")
    page.wait_for_url(f"**{scene.get_absolute_url()}")


@pytest.mark.long
def test_a_headset_walks_through_scenes_and_returns_with_a_room_to_book(visitor, scenes):
    page = visitor()
    way = Hotspot.objects.get(scene=scenes[0], to_scene=scenes[1])
    room = Hotspot.objects.get(scene=scenes[1], resource__isnull=False)
    page.locator("[data-tour-headset]").click()
    here(page, scenes[0])
    assert is_drawn(page)

    press(page, *seen_from(scenes[0], way))
    here(page, scenes[1])
    assert page.locator("h1").inner_text() == scenes[1].title
    press(page, *seen_from(scenes[1], room))
    press(page, *LEAVE)
    kept = page.locator("[data-tour-kept] a")
    kept.wait_for(state="visible")
    assert page.evaluate("!headset.activeSession")
    assert (kept.count(), kept.inner_text()) == (1, room.label)
    assert kept.evaluate("(link) => link === document.activeElement")
    assert page.locator("canvas").count() == 0
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('spaces:book', args=['la-ferme'])}?resource={room.resource.slug}")


@pytest.mark.long
def test_without_a_controller_a_look_that_stays_chooses(visitor, scenes):
    page = visitor(WITHOUT_CONTROLLERS)
    way = Hotspot.objects.get(scene=scenes[0], to_scene=scenes[1])
    page.locator("[data-tour-headset]").click()
    here(page, scenes[0])
    aim(page, "head", *seen_from(scenes[0], way))
    here(page, scenes[1])
    assert page.evaluate("Boolean(headset.activeSession)")


@pytest.mark.long
def test_a_headset_that_is_refused_leaves_the_visit_in_words(visitor, scenes):
    page = visitor(REFUSED)
    button = page.locator("[data-tour-headset]")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="n’a pas pu s’ouvrir").wait_for()
    assert button.evaluate("(one) => one === document.activeElement")
    page.locator(f'.tour-points a[href="{scenes[1].get_absolute_url()}"]').click()
    page.wait_for_url(f"**{scenes[1].get_absolute_url()}")
