"""A manager fills in the long forms of a space and an event: one section and one language at a time."""

import pytest
from django.urls import reverse

from events.enums import EventState
from events.models import Event
from members.models import Organisation
from spaces.models import Space
from tests.e2e.conftest import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)

#: In CSS pixels. With all its sections open the form of a space is 7464 high, that of an event 5018.
LOW_ENOUGH = 2100


def height(page):
    return page.evaluate("document.documentElement.scrollHeight")


def forget_boxes_of_other_tests(page):
    """Take from the page the boxes of spaces and operators that other tests have left, whose number is theirs."""
    left = {
        "venues": list(Space.objects.filter(slug__startswith="space-").values_list("pk", flat=True)),
        "organisers": list(Organisation.objects.filter(slug__startswith="organisation-").values_list("pk", flat=True)),
    }
    page.evaluate(
        """(left) => Object.entries(left).forEach(([name, keys]) => keys.forEach((key) => {
            const label = document.querySelector(`label:has([name=${name}][value="${key}"])`);
            (label?.parentElement.children.length === 1 ? label.parentElement : label)?.remove();
        }))""",
        left,
    )


def shown_sections(page):
    sections = page.locator(".form-section").all()
    return [section.get_attribute("id") for section in sections if section.is_visible()]


@pytest.fixture
def form_of_a_space(site):
    return reverse("admin:spaces_space_change", args=[Space.objects.get(slug="la-ferme").pk])


@pytest.mark.long
def test_a_space_is_edited_by_section_and_by_language(somebody, form_of_a_space):
    page = somebody("manager", viewport=DESK)
    page.goto(form_of_a_space)
    assert (shown_sections(page), height(page) < LOW_ENOUGH) == (["section-0"], True)
    for prefix in ("photos", "team"):
        page.locator(f".form-tabs [href='#section-{prefix}']").click()
        assert (shown_sections(page), height(page) < LOW_ENOUGH) == ([f"section-{prefix}"], True)
        table = page.locator(f"#section-{prefix} .tabular")
        assert table.evaluate("box => box.scrollWidth <= box.clientWidth"), f"{prefix} are cut off"
    page.keyboard.press("Home")
    assert shown_sections(page) == ["section-0"]

    dutch = page.locator(".form-tabs-languages [data-language=nl]")
    assert page.locator("[name=tagline_fr]").is_visible()
    dutch.click()
    assert [page.locator(f"[name=tagline_{code}]").is_visible() for code in ("fr", "nl", "en")] == [False, True, False]
    lacking = dutch.locator("[data-count]")
    before = int(lacking.text_content() or 0)
    page.locator("[name=tagline_nl]").fill("")
    assert (lacking.is_visible(), lacking.text_content()) == (True, str(before + 1))
    page.reload()
    assert page.locator("[name=tagline_nl]").is_visible(), "the language is remembered"

    # What must be mended is in a language and a section that are not shown.
    page.locator("[name=description_nl]").evaluate("field => { field.value = 'een bel: \\x07'; }")
    page.locator(".form-tabs-languages [data-language=en]").click()
    page.locator(".form-tabs [href='#section-team']").click()
    with page.expect_navigation():
        page.locator("[name=_continue]").click()
    assert page.locator(".field-description_nl .errorlist").is_visible()
    assert page.locator(".form-tabs [href='#section-0'] .form-tabs-wrong").is_visible()


#: As in a browser that is told to keep nothing, for the language alone: Django's own script reads the theme there.
KEEPS_NOTHING = """
for (const name of ["getItem", "setItem"]) {
  const own = Storage.prototype[name];
  Storage.prototype[name] = function (key, ...value) {
    if (key === "form-language") throw new DOMException("Nothing is kept", "SecurityError");
    return own.call(this, key, ...value);
  };
}
"""


@pytest.mark.long
def test_a_browser_that_keeps_nothing_shows_one_language_at_a_time(somebody, form_of_a_space):
    page = somebody("manager", viewport=DESK)
    page.add_init_script(KEEPS_NOTHING)
    page.goto(form_of_a_space)
    assert [page.locator(f"[name=tagline_{code}]").is_visible() for code in ("fr", "nl", "en")] == [True, False, False]
    page.locator(".form-tabs-languages [data-language=nl]").click()
    assert page.locator("[name=tagline_nl]").is_visible()


@pytest.mark.long
def test_a_language_counts_what_lacks_in_all_sections(somebody, form_of_a_space):
    page = somebody("manager", viewport=DESK)
    page.goto(form_of_a_space)
    english = page.locator(".form-tabs-languages [data-language=en]")
    english.click()

    def counts():
        places = [english, *page.locator(".form-tabs-sections a").all()]
        return [int(place.locator("[data-count]").text_content()) for place in places]

    total, *by_section = counts()
    assert total == sum(by_section)
    page.locator("[name=tagline_en]").fill("")
    assert counts() == [total + 1, by_section[0] + 1, *by_section[1:]]
    page.locator(".form-tabs [href='#section-team']").click()
    page.locator("#team-group .add-row a").click()
    row = page.locator("#team-group tr.dynamic-team").last
    number = row.get_attribute("id").removeprefix("team-")
    page.evaluate(f"document.querySelector('[name=team-{number}-role_fr]').value = 'Accueil'")
    row.locator(f"[name=team-{number}-name]").fill("Zoé")
    assert counts()[0] == total + 2
    row.locator(".inline-deletelink").click()
    assert counts()[0] == total + 1


@pytest.mark.long
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_every_section_of_an_event_opens_alone_and_within_the_page(somebody, viewport):
    page = somebody("manager", viewport=viewport)
    event = Event.objects.filter(space__slug="la-ferme", state=EventState.PUBLISHED).earliest("starts_at")
    page.goto(reverse("admin:events_event_change", args=[event.pk]))
    forget_boxes_of_other_tests(page)
    for tab in page.locator(".form-tabs-sections a").all():
        tab.click()
        assert shown_sections(page) == [tab.get_attribute("href").removeprefix("#")]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if viewport == DESK:
            assert height(page) < LOW_ENOUGH


@pytest.mark.long
def test_a_section_stays_open_while_one_saves_and_goes_on(somebody, form_of_a_space):
    page = somebody("manager", viewport=DESK)
    page.goto(f"{form_of_a_space}#section-team")
    assert shown_sections(page) == ["section-team"]
    changed = f"{Space.objects.get(slug='la-ferme').tagline_fr} Bis"
    page.evaluate("text => { document.querySelector('[name=tagline_fr]').value = text; }", changed)
    with page.expect_navigation():
        page.locator("[name=_continue]").click()
    assert page.locator(".messagelist .success").is_visible()
    assert Space.objects.get(slug="la-ferme").tagline_fr == changed
    assert shown_sections(page) == ["section-team"]


@pytest.mark.long
def test_without_scripts_all_is_open_and_the_sections_are_linked(somebody, form_of_a_space):
    page = somebody("manager", viewport=DESK, java_script_enabled=False)
    page.goto(form_of_a_space)
    links = [link.get_attribute("href") for link in page.locator(".form-tabs-sections a").all()]
    assert [f"#{name}" for name in shown_sections(page)] == links
    assert all(page.locator(f"[name=tagline_{code}]").is_visible() for code in ("fr", "nl", "en"))
    assert not page.locator(".form-tabs-languages").is_visible()
