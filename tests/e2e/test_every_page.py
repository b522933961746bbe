"""Each page in a browser: whole on a phone and on a desk, in light and dark, and usable by everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation

from events.enums import EventState
from events.models import Event, Registration
from hacktiv import demo
from hacktiv.mailings.models import Mailing
from members.models import User
from reporting.enums import PartnerRole
from reporting.models import Classification, CountedAction, Partner
from spaces.models import Booking, Invitation, Membership, Resource, Scene, Series, Space
from tests.e2e.conftest import DESK, NARROW, PHONE
from tests.half_years import pages_of_half_years
from tests.one_person import addresses_about, administrator
from tests.site import LANGUAGES, ROLES, view_of, walk

pytestmark = pytest.mark.django_db(transaction=True)

AXE = Axe()
# Without preloading: axe would fetch style sheets once more, and put them into the page against its policy.
EVERYTHING = {"resultTypes": ["violations"], "preload": False}
ONLY_COLOURS = {**EVERYTHING, "runOnly": ["color-contrast", "link-in-text-block"]}
DOORS = Resource.objects.filter(door_token__isnull=False)
# A change of theme fades in the admin, whose script hears of it with the next frame: let one pass, and end the fading.
SETTLED = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
  for (const animation of document.getAnimations()) {
    if (animation.effect.getComputedTiming().endTime < Infinity) animation.finish();
  }
  done();
})))"""
# These are files or redirects, or not written by us: there is nothing to look at.
NOT_PAGES = (".ics", "/export/", "/json/", "/csv/", "/xlsx/", "/pdf/", "/download", "jsi18n", "/proof")


def main_pages(role):
    event = Event.objects.announced().order_by("starts_at").first()
    own = {"email": ROLES[role]}
    if role == "visitor":
        yield from (reverse(name) for name in ("portal:home", "spaces:list", "events:agenda", "training:list"))
        yield from (
            reverse(name)
            for name in (
                "account_login",
                "account_request_login_code",
                "account_signup",
                "portal:privacy",
                "portal:memberships",
                "results",
            )
        )
        yield reverse("portal:space", args=["la-ferme"])
        yield Scene.objects.first().get_absolute_url()
        yield reverse("spaces:contact", args=["la-ferme"])
        yield reverse("portal:invitation", args=[Invitation.objects.get().token])
        yield reverse("spaces:equipment")
        yield from (reverse("spaces:lend", args=[kit.pk]) for kit in Resource.objects.filter(travels=True)[:1])
        yield from (reverse("spaces:search"), reverse("spaces:search") + "?view=week&people=4")
        yield event.get_absolute_url()
        yield f"{reverse('events:agenda')}?view=month&period={event.starts_at:%Y-%m}"
        yield reverse("events:widget", args=["la-ferme"])
        guests = Registration.objects.filter(user=None).exclude(guest_email="").values_list("token", flat=True)
        yield from (reverse("portal:erase_guest", args=[token]) for token in guests[:1])
        yield reverse("events:register_guest", args=[Event.objects.announced().filter(audience="public").first().slug])
    elif role == "member":
        yield from (reverse(name) for name in ("portal:me", "portal:directory", "members:profile", "members:skills"))
        yield reverse("spaces:book", args=["la-ferme"])
        yield reverse("spaces:repeat", args=["la-ferme"])
        yield reverse("spaces:timeline", args=["la-ferme"])
        yield reverse("portal:member", args=[User.objects.listed().exclude(**own).first().pk])
        yield from (reverse(f"portal:welcome{step}") for step in ("", "_skills", "_event"))
        yield reverse("portal:memberships")
        yield reverse("portal:join", args=["coworking-e420"])
        yield reverse("portal:organisation", args=["les-tisserands-exemple"])
        memberships = Membership.objects.current().filter(user__email=demo.MEMBER)
        yield from (reverse("portal:leave", args=[membership.pk]) for membership in memberships[:1])
        yield from (reverse("portal:delete_account"), reverse("portal:my_data"))
        yield from (booking.get_absolute_url() for booking in Booking.objects.filter(user__email=demo.MEMBER)[:1])
        mine = Booking.objects.filter(user__email=demo.MEMBER).live().upcoming()
        yield from (
            reverse("spaces:booking_move", args=[booking.reference]) for booking in mine.order_by("-period")[:1]
        )
        yield from (reverse("spaces:door", args=[room.door_token]) for room in DOORS[:1])
        tokens = Registration.objects.filter(user__email=demo.MEMBER).values_list("token", flat=True)[:1]
        yield from (reverse("events:registration", args=[token]) for token in tokens)
    elif role == "manager":
        yield reverse("admin:index")
        yield reverse("portal:exchanges")
        yield reverse("portal:exchange_visits")
        yield reverse("admin:spaces_booking_changelist")
        yield reverse("admin:events_event_widget")
        yield reverse("admin:spaces_booking_add")
        yield reverse("admin:mailings_mailing_add")
        sent = Mailing.objects.filter(is_example=True).first()
        yield from (reverse(f"admin:mailings_mailing_{page}", args=[sent.pk]) for page in ("change", "recipients"))
        yield reverse("admin:spaces_contactmessage_changelist")
        yield from (
            reverse("admin:spaces_resource_door", args=[room.pk]) for room in DOORS.filter(space__slug="la-ferme")
        )
        ferme = Space.objects.get(slug="la-ferme")
        yield reverse("admin:spaces_space_timeline", args=[ferme.pk])
        yield reverse("admin:spaces_space_timeline", args=[ferme.pk]) + "?view=week"
        yield reverse("admin:spaces_space_hours", args=[ferme.pk])
        yield reverse("admin:spaces_space_team", args=[ferme.pk])
        yield reverse("admin:who_may_what")
        yield from (
            reverse("admin:spaces_series_change", args=[row.pk]) for row in Series.objects.filter(is_example=True)[:1]
        )
        asked = Membership.objects.requested().get(space=ferme)
        yield from (reverse(f"admin:spaces_membership_{name}", args=[asked.pk]) for name in ("change", "approve"))
        member = Membership.objects.current().filter(space=ferme).first()
        yield from (reverse(f"admin:spaces_membership_{name}", args=[member.pk]) for name in ("change", "end"))
        yield from (reverse(f"admin:spaces_{name}") for name in ("membership_changelist", "membershipkind_add"))
        yield f"{reverse('admin:members_user_changelist')}?show=all"
        yield from (reverse(f"admin:members_user_{name}", args=[member.user_id]) for name in ("person", "notes"))
        yield from (reverse(f"admin:spaces_invitation_{name}") for name in ("changelist", "add", "list"))
        yield reverse("admin:spaces_invitation_change", args=[Invitation.objects.get().pk])
        yield reverse("admin:spaces_resource_usage")
        yield reverse("admin:spaces_resource_equipment")
        yield from (reverse(f"spaces:{name}") for name in ("practice", "notices", "document_share", "notice_new"))
        yield reverse("admin:spaces_scene_add")
    else:
        yield reverse("reporting:desk")
        yield reverse("reporting:projects")
        yield reverse("reporting:report", args=["hacktiv-ardenne", "S2-2020"])
        yield reverse("reporting:indicators", args=["demo"])
        yield reverse("reporting:aim", args=["demo", "RCO81"])
        yield reverse("reporting:report", args=["demo", "S2-2026"])
        yield reverse("reporting:figure", args=["demo", "S2-2026", "NET-PERSONS"])
        yield reverse("reporting:to_copy", args=["hacktiv-ardenne", "S2-2020"])
        yield reverse("reporting:parts", args=["hacktiv-ardenne", "S2-2020"])
        yield reverse("reporting:part_texts", args=["hacktiv-ardenne", "S2-2020"])
        yield reverse("reporting:parts_until", args=["hacktiv-ardenne", "S2-2020"])
        yield reverse("reporting:compare", args=["hacktiv-ardenne", "S2-2020"])
        partner = Partner.objects.filter(project__slug="hacktiv-ardenne").exclude(role=PartnerRole.ASSOCIATED)[0]
        counted = CountedAction.objects.filter(project__slug="demo", counts=True, event__isnull=False)
        yield reverse("reporting:correct_counts", args=[counted.order_by("pk")[0].event.slug])
        yield reverse("reporting:part_spending", args=["hacktiv-ardenne", "S2-2020", partner.pk])
        yield reverse("reporting:report_text", args=["hacktiv-ardenne", "S2-2020", "problems"])
        waiting = Classification.objects.filter(action=OuterRef("pk"))
        action = CountedAction.objects.filter(~Exists(waiting), project__slug="demo", event__state=EventState.HELD)[0]
        half_year = action.project.periods.get(starts_on__lte=action.event.earliest, ends_on__gte=action.event.latest)
        yield reverse("reporting:classify", args=["demo", half_year.label])
        yield reverse("reporting:classify_action", args=["demo", action.pk])


def violations(page, options):
    """Return what axe finds; its half a megabyte goes into a page once, however often it looks."""
    if page.evaluate("!('axe' in window)"):
        page.evaluate(AXE.axe_script)
    return page.evaluate("(options) => axe.run(options)", options)["violations"]


def faults(page, url, widths, schemes, in_second):
    """Yield what is wrong with the page, in words: by axe at `widths` in `schemes`, and by what scrolls sideways.

    `in_second` are the options of axe in the second theme."""
    answer = page.goto(url)
    if answer.status >= 400:
        yield f"answers {answer.status}"
        return
    yield from faults_shown(page, widths, schemes, in_second)


def faults_shown(page, widths, schemes, in_second=EVERYTHING):
    """Yield what is wrong with the page that is open."""
    options = EVERYTHING
    for viewport in widths:
        page.set_viewport_size(viewport)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(SETTLED)
            where = f"{scheme}, {viewport['width']} wide"
            for violation in violations(page, options):
                for node in violation["nodes"][:3]:
                    yield f"{where}: {violation['id']} at {node['target']}: {node['failureSummary']}"
            # Narrow and wide differ in more than the themes do.
            options = in_second
        options = EVERYTHING
    for viewport in (PHONE, NARROW, DESK):
        page.set_viewport_size(viewport)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            yield f"{viewport['width']} wide: scrolls sideways by {wide} pixels"


def check(page, urls, widths, schemes=("light", "dark"), in_second=EVERYTHING):
    wrong = [f"{url}: {fault}" for url in urls for fault in faults(page, url, widths, schemes, in_second)]
    assert not wrong, "\n".join(wrong)


def test_pages_of_a_member_are_whole_and_usable_by_everybody(somebody):
    urls = [reverse("portal:home"), reverse("spaces:book", args=["la-ferme"]), reverse("portal:me")]
    check(somebody("member"), urls, widths=[PHONE], schemes=["light"])


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_main_pages_are_whole_in_both_themes(somebody, role):
    """The site and the admin have a style sheet each: the first page of each is among these."""
    check(somebody(role), list(main_pages(role)), widths=[PHONE])


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_whole_and_usable_by_everybody(somebody, role, language):
    with translation.override(language):
        urls = [url for url, answer, page, _found_on in walk(role, each=1) if page and answer.status_code == 200]
        ours = [url for url in urls if view_of(url) and not any(part in url for part in NOT_PAGES)]
    # Colours differ by theme only. The other languages differ in the length of words.
    schemes = ("light", "dark") if language == "fr" else ()
    if language == "fr":
        seen = {*main_pages(role)}  # by the test before
        ours = [url for url in ours if url not in seen]
    check(somebody(role, language=language), ours, widths=[PHONE], schemes=schemes, in_second=ONLY_COLOURS)


@pytest.mark.long
def test_pages_of_an_administrator_are_whole_and_usable_by_everybody(somebody):
    """No role of the demo reaches the pages about two accounts of one person."""
    by = administrator()
    urls = addresses_about(by)
    check(somebody(by), [reverse("admin:index"), *urls], widths=[PHONE, DESK])


SEND = """([path, typed]) => {
  const form = [...document.forms].find((form) => new URL(form.action).pathname === path);
  for (const [name, value] of Object.entries(typed)) {
    const fields = [...form.elements].filter((each) => each.name === name);
    const box = fields.find((each) => each.type === "checkbox" && each.value === value);
    if (box) box.checked = true; else fields[0].value = value;
  }
  form.requestSubmit();
}"""


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_half_year_is_whole_and_usable_by_everybody(somebody, language):
    """Whatever the state of its report; long words and texts stand in it."""
    with translation.override(language):
        pages = pages_of_half_years()
    windows = {by: somebody(by, language=language) for by in {shown.by for shown in pages}}
    schemes = ("light", "dark") if language == "fr" else ("light",)
    wrong = []
    for shown in pages:
        page = windows[shown.by]
        answer = page.goto(shown.address)
        if shown.sent_to:
            with page.expect_navigation():
                page.evaluate(SEND, [shown.sent_to, shown.typed])
        elif answer.status != shown.status:
            wrong.append(f"{shown.address}: answers {answer.status}")
            continue
        found = faults_shown(page, [PHONE, DESK] if language == "fr" else [PHONE], schemes, ONLY_COLOURS)
        wrong += [f"{shown.address} {shown.sent_to or ''}: {fault}" for fault in found]
    assert not wrong, "\n".join(wrong)


#: Longest of what a card says of a room: it breaks between words, beside the name and the link of its row.
LONG_STATE = "Gesloten, Onze-Lieve-Heer-Hemelvaart; opent op woensdag 30 december om 8.30 uur"


@pytest.mark.long
def test_a_closed_room_stays_readable_on_the_managers_first_page(somebody):
    page = somebody("manager", viewport=PHONE)
    page.goto(reverse("admin:index"))
    rows = page.locator("section[aria-labelledby=today-free] :is(tr, li)")
    rows.first.evaluate(
        """(row, words) => {
            const state = row.querySelector("td, strong, .today-free-closed");
            const long = document.createElement("span");
            long.className = "today-free-closed";
            long.textContent = words;
            state.matches("td") ? state.replaceChildren(long) : state.replaceWith(long);
        }""",
        LONG_STATE,
    )
    name, link = rows.first.locator("th, span").first, rows.first.locator("a")
    assert name.bounding_box()["width"] > 150, "the name keeps its place"
    card = page.locator(".today-card:has(#today-free)").bounding_box()
    box = link.bounding_box()
    assert box["x"] + box["width"] <= card["x"] + card["width"], "the link stays in the card"
