"""The photos and the tour of a space, by keyboard, with and without scripts and WebGL."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from spaces.models import Hotspot, Scene, Space
from tests.e2e.conftest import DESK, PHONE, scripts_or_not
from tests.e2e.test_every_page import EVERYTHING, SETTLED

pytestmark = pytest.mark.django_db(transaction=True)

NO_WEBGL = "HTMLCanvasElement.prototype.getContext = () => null;"
FOCUSED = "document.activeElement.matches(%r)"
VIEWER = "[data-tour-view] canvas"
#: The picture fills the screen of a phone and is as large as it is shown: the original, or the rendition that fits.
SHOWS_IT_WHOLE = "(image) => image.complete && image.width > 300 && image.naturalWidth >= image.width"


@pytest.fixture
def space(site):
    return Space.objects.get(slug="la-ferme")


@pytest.fixture
def scenes(space):
    return list(Scene.objects.filter(space=space))


def faults(page):
    page.evaluate(SETTLED)
    violations = Axe().run(page, options=EVERYTHING).response["violations"]
    return [f"{one['id']} at {node['target']}" for one in violations for node in one["nodes"]]


def whole(page):
    """Return what is wrong with the page as it is shown now, in both themes."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {fault}" for fault in faults(page)]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"scrolls sideways by {wide} pixels"] if wide > 0 else [])


# --- the gallery ---


@pytest.mark.long
@scripts_or_not(daily=True)
def test_a_photo_is_opened_and_closed_by_keyboard(somebody, space, scripts):
    page = somebody(java_script_enabled=scripts)
    page.goto(space.get_absolute_url())
    first, second = page.locator(".gallery .gallery-photo").nth(0), page.locator(".gallery .gallery-photo").nth(1)
    boxes = page.locator(".lightbox")
    second.focus()
    page.keyboard.press("Enter")
    boxes.nth(1).wait_for(state="visible")
    page.wait_for_function(SHOWS_IT_WHOLE, arg=boxes.nth(1).locator("img").element_handle())
    if scripts:
        page.keyboard.press("ArrowRight")
        assert [boxes.nth(n).is_visible() for n in range(4)] == [False, False, True, False]
        page.keyboard.press("ArrowLeft")
        assert boxes.nth(1).is_visible()
    page.keyboard.press("Escape")
    boxes.nth(1).wait_for(state="hidden")
    first.click()
    boxes.nth(0).locator("[popovertargetaction=hide]").click()
    assert [box.is_visible() for box in boxes.all()] == [False] * 4


@pytest.mark.long
def test_an_open_photo_fits_the_screen_and_everybody(somebody, space):
    page = somebody()
    page.goto(space.get_absolute_url())
    page.locator(".gallery .gallery-photo").first.click()
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        box = page.locator(".lightbox:popover-open img").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport["width"]
        assert box["y"] >= 0 and box["y"] + box["height"] <= viewport["height"] - 40
    assert whole(page) == []


# --- the tour ---


@pytest.mark.long
@pytest.mark.parametrize("browser_lacks", ["scripts", pytest.param("WebGL", marks=pytest.mark.long)])
def test_the_tour_is_read_from_scene_to_scene_and_ends_in_a_booking(somebody, space, scenes, browser_lacks):
    page = somebody(java_script_enabled=browser_lacks != "scripts")
    page.add_init_script(NO_WEBGL)
    page.goto(space.get_absolute_url())
    page.locator(f'a[href="{reverse("spaces:tour", args=[space.slug])}"]').click()
    page.wait_for_url(f"**{scenes[0].get_absolute_url()}")
    assert page.locator("[data-tour-start]").is_hidden()
    said = page.locator("[data-tour-status]").inner_text()
    assert ("ne peut pas afficher la vue à 360°" in said) == (browser_lacks == "WebGL")
    page.locator(f'.tour-points a[href="{scenes[1].get_absolute_url()}"]').click()
    page.wait_for_url(f"**{scenes[1].get_absolute_url()}")
    assert page.locator("h1").inner_text() == scenes[1].title
    page.locator(".tour-points a", has_text="réserver").click()
    page.wait_for_url("**/book/?resource=salle-exemple")


@pytest.mark.long
def test_the_view_loads_on_demand_and_is_walked_by_keyboard(somebody, scenes):
    page = somebody(viewport=DESK)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(scenes[0].get_absolute_url())
    start = page.locator("[data-tour-start]")
    start.wait_for(state="visible")
    assert not [url for url in asked if "photo-sphere-viewer" in url or "headset" in url]
    assert page.locator("[data-tour-headset]").is_hidden(), "there is no headset here"
    start.focus()
    page.keyboard.press("Enter")
    page.locator(VIEWER).wait_for(state="visible")
    page.locator("[data-tour-controls]").wait_for(state="visible")
    assert page.evaluate(FOCUSED % "[data-tour-view]")
    assert whole(page) == []

    # The arrows turn the view: what lies ahead moves to the left.
    ahead = Hotspot.objects.get(scene=scenes[0], yaw=0)
    point = page.locator(".tour-overlay > li", has_text=ahead.label)
    before = point.bounding_box()["x"]
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "(before) => document.querySelector('.tour-overlay > li:nth-child(2)').getBoundingClientRect().x < before",
        arg=before,
    )

    # Tab reaches a point behind the visitor, and turns the view to it.
    way = page.locator(f'.tour-overlay a[href="{scenes[1].get_absolute_url()}"]')
    assert "is-away" in way.locator("..").get_attribute("class")
    page.keyboard.press("Tab")
    assert way.evaluate("(link) => link === document.activeElement")
    page.locator(".tour-overlay > li:first-child:not(.is-away)").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{scenes[1].get_absolute_url()}")
    page.get_by_role("status").filter(has_text=scenes[1].title).wait_for()
    assert page.locator("h1").inner_text() == scenes[1].title
    assert page.locator(".tour-overlay > li").count() == 3
    language = page.locator('.language-short a[hreflang="nl"]').get_attribute("href")
    assert language == scenes[1].get_absolute_url().replace("/fr/", "/nl/")

    # A text opens beside its point; Escape leaves the view; Back leads to the first scene.
    text = page.locator(".tour-overlay button")
    text.focus()
    page.keyboard.press("Enter")
    assert page.locator(".tour-overlay .tour-text").is_visible()
    assert text.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    page.locator(VIEWER).wait_for(state="detached")
    assert page.evaluate(FOCUSED % "[data-tour-start]")
    page.go_back()
    page.locator("h1", has_text=scenes[0].title).wait_for()


@pytest.mark.long
def test_a_view_that_does_not_load_leaves_the_visit_in_words(somebody, scenes):
    page = somebody()
    page.route("**/photo-sphere-viewer/viewer*.js", lambda route: route.abort())
    page.goto(scenes[0].get_absolute_url())
    page.locator("[data-tour-start]").click()
    page.get_by_role("status").filter(has_text="n’a pas pu être chargée").wait_for()
    assert page.locator(".tour-picture img").is_visible()
    assert page.evaluate(FOCUSED % "[data-tour-start]"), "to try again"
    page.locator(f'.tour-points a[href="{scenes[1].get_absolute_url()}"]').click()
    page.wait_for_url(f"**{scenes[1].get_absolute_url()}")


@pytest.mark.long
def test_the_view_fits_a_phone(somebody, scenes):
    page = somebody()
    page.goto(scenes[0].get_absolute_url())
    page.locator("[data-tour-start]").click()
    controls = page.locator("[data-tour-controls]")
    controls.wait_for(state="visible")
    tops = {round(button.bounding_box()["y"]) for button in controls.locator("button").all()}
    assert len(tops) == 1
    assert whole(page) == []


# --- making one ---


@pytest.mark.long
def test_a_point_is_placed_by_a_click_in_the_picture(somebody, scenes):
    page = somebody("manager", viewport=DESK)
    page.goto(reverse("admin:spaces_scene_change", args=[scenes[0].pk]))
    page.locator('[name="hotspots-1-label_fr"]').focus()
    plan = page.locator("[data-scene-plan]")
    box = plan.bounding_box()
    plan.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.25})
    yaw, pitch = (float(page.input_value(f'[name="hotspots-1-{name}"]')) for name in ("yaw", "pitch"))
    assert (abs(yaw - 90) < 1, abs(pitch - 45) < 1) == (True, True)
    assert page.input_value('[name="hotspots-0-yaw"]') == "105.0"
    assert page.locator(".scene-point").count() == 3
    assert faults(page) == []
