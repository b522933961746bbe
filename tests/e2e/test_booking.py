"""Finding and booking a place: without scripts, and by keyboard alone with the focus in sight."""

from datetime import time

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from members.tests.factories import PASSWORD, UserFactory
from spaces.booking.operations import close
from spaces.models import Booking, Feature, Occupancy, OpeningHours, Scene, Series, Space
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, in_days
from tests.e2e.conftest import DESK, PHONE, scripts_or_not
from tests.e2e.test_journeys import send_here
from tests.e2e.test_visit import NO_WEBGL, VIEWER

pytestmark = pytest.mark.django_db(transaction=True)

# Finds faults of the element with the focus: no outline, out of the window, covered by another.
FOCUS = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2];
  const top = document.elementFromPoint(x, y);
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const wrong = [];
  const isOutlined = one.matches(":focus-visible") && outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  // The calendar inside the field of a day is drawn by the browser, with an outline of its own.
  if (!isOutlined && one.type !== "date") wrong.push("no outline");
  if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) wrong.push("out of sight");
  else if (!top || !(one.contains(top) || top.contains(one) || one.labels?.[0]?.contains(top))) wrong.push("covered");
  return wrong.map((what) => `${one.outerHTML.slice(0, 120)}: ${what}`);
}"""
HAS_FOCUS = "(selector) => document.activeElement.matches(selector)"


def tab_to(page, selector, most=60):
    """Press Tab until `selector` has the focus; check on the way that the focus is always in sight."""
    for _press in range(most):
        page.keyboard.press("Tab")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate(FOCUS) == []
        if page.evaluate(HAS_FOCUS, selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def follow(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def links_to(url):
    return f'main a[href^="{url}"]'


@pytest.fixture
def room(site):
    space = SpaceFactory(with_hours=True, town="Fumay")
    return ResourceFactory(space=space, name="Atelier", seats=6)


# --- what is sent is what is seen ---


def send_booking(page):
    with page.expect_navigation():
        page.locator("form[data-refreshed] button.btn-accent").click()


def seen_in(page):
    return " ".join(page.locator(".book-summary").inner_text().split())


@scripts_or_not(daily=True)
def test_what_is_booked_is_what_the_page_shows(somebody, room, scripts):
    other = ResourceFactory(space=room.space, name="Plateau", kind="workplace", units=8)
    user = UserFactory()
    page = somebody(user, viewport=DESK, java_script_enabled=scripts)
    page.goto(f"{reverse('spaces:book', args=[room.space.slug])}?resource={room.slug}&day={in_days(3, 9):%Y-%m-%d}")
    page.locator("select[name=resource]").select_option(other.slug)
    page.locator("input[type=date][name=day]").fill(f"{in_days(8, 9):%Y-%m-%d}")
    book = page.locator("button.btn-accent[type=submit]")
    if scripts:
        page.locator(".book-summary", has_text="Plateau").wait_for()
        page.locator("form[data-refreshed]:not([aria-busy])").wait_for()
    else:
        with page.expect_navigation():
            book.click()
        assert not Booking.objects.filter(user=user).exists()
    assert "Plateau" in seen_in(page)
    assert "Atelier" not in seen_in(page)
    with page.expect_navigation():
        book.click()
    booking = Booking.objects.get(user=user)
    assert (booking.resource, timezone.localdate(booking.start)) == (other, in_days(8, 9).date())


@pytest.mark.long
@pytest.mark.parametrize("scripts", [pytest.param(True, id="scripts"), pytest.param(False, id="no-scripts")])
def test_a_booking_that_moves_to_a_shorter_day_says_so_and_has_its_hours_again(somebody, room, scripts):
    booking = BookingFactory(resource=room, days=3, hours=(9, 17))
    short = in_days(5, 9).date()
    OpeningHours.objects.filter(space=room.space, weekday=short.weekday()).update(opens=time(10), closes=time(16))
    page = somebody(booking.user, viewport=PHONE, java_script_enabled=scripts)
    page.goto(reverse("spaces:booking_move", args=[booking.reference]))
    for day, hours, is_shorter in ((short, ["10:00", "16:00"], True), (in_days(3, 9), ["09:00", "17:00"], False)):
        page.locator("input[type=date][name=day]").fill(f"{day:%Y-%m-%d}")
        if scripts:
            page.locator("input[type=date][name=day]").dispatch_event("change")
            page.locator(f"select[name=start] option[value='{hours[0]}']:checked").wait_for(state="attached")
            page.locator("form[data-refreshed]:not([aria-busy])").wait_for()
        else:
            with page.expect_navigation():
                page.locator("button[name=look]").click()
        assert [page.input_value(f"[name={name}]") for name in ("start", "end")] == hours
        assert ("La réservation dure 6 h au lieu de 8 h." in seen_in(page).replace("\u00a0", " ")) == is_shorter


@pytest.mark.long
@scripts_or_not(daily=True)
def test_a_booking_of_places_changes_its_people_and_its_purpose(somebody, room, scripts):
    desks = ResourceFactory(space=room.space, name="Plateau", kind="workplace", units=4)
    booking = BookingFactory(resource=desks, days=3, people=2, unit_count=2)
    page = somebody(booking.user, viewport=PHONE, java_script_enabled=scripts)
    page.goto(booking.get_absolute_url())
    page.locator(links_to(reverse("spaces:booking_move", args=[booking.reference]))).click()
    page.locator("[name=purpose]").fill("Atelier photo")
    page.locator("[name=people]").fill("3")
    if scripts:
        page.locator("[name=people]").dispatch_event("change")
        page.locator(".book-summary", has_text="3 places").wait_for()
        page.locator("form[data-refreshed]:not([aria-busy])").wait_for()
    else:
        send_booking(page)
        assert Booking.objects.get(pk=booking.pk).people == 2, "the summary showed two"
    assert "3 personnes, 3 places" in seen_in(page).replace("\u00a0", " ")
    send_booking(page)
    booking.refresh_from_db()
    assert (booking.people, booking.purpose, len(booking.units)) == (3, "Atelier photo", 3)
    assert page.url.partition("#")[0].endswith(booking.get_absolute_url())


def test_the_hours_are_pressed_on_a_grid_and_the_end_follows_the_beginning(somebody, room):
    user = UserFactory()
    page = somebody(user)
    page.goto(f"{reverse('spaces:book', args=[room.space.slug])}?resource={room.slug}&day={in_days(3, 9):%Y-%m-%d}")
    settled = page.locator("form[data-refreshed]:not([aria-busy])")
    for hour in ("13:00", "15:30"):
        page.locator(f"button[name=pick][value='{hour}']").click()
        settled.wait_for()
    page.locator("[name=purpose]").fill("Atelier photo")
    assert [page.input_value(f"[name={name}]") for name in ("start", "end")] == ["13:00", "16:00"]
    page.locator("select[name=start]").select_option("14:00")
    page.locator("button[name=pick][value='16:30'][aria-pressed=true]").wait_for()
    settled.wait_for()
    assert [page.input_value(f"[name={name}]") for name in ("start", "end")] == ["14:00", "17:00"]
    with page.expect_navigation():
        page.locator("button.btn-accent[type=submit]").click()
    booking = Booking.objects.get(user=user)
    assert (booking.start, booking.end, booking.purpose) == (in_days(3, 14), in_days(3, 17), "Atelier photo")


@pytest.mark.long
def test_on_a_slow_line_no_press_is_lost_and_a_hasty_one_books_nothing_else(somebody, room):
    user = UserFactory()
    page = somebody(user)
    page.goto(
        f"{reverse('spaces:book', args=[room.space.slug])}?resource={room.slug}&day={in_days(3, 9):%Y-%m-%d}"
        "&start=09:00&end=12:00"
    )
    slow = {"offline": False, "latency": 600, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    page.locator("button[name=pick][value='13:00']").click()
    page.locator("button[name=pick][value='14:30']").click()
    assert page.locator("button[name=pick][value='14:30'][aria-pressed=true]").count() == 1
    page.locator("[name=purpose]").fill("Atelier photo")
    with page.expect_navigation():
        page.locator("button.btn-accent[type=submit]").click(no_wait_after=True)
    assert not Booking.objects.filter(user=user).exists()
    assert "13 h – 15 h" in seen_in(page)
    assert page.input_value("[name=purpose]") == "Atelier photo"
    send_booking(page)
    booking = Booking.objects.get(user=user)
    assert (booking.start, booking.end) == (in_days(3, 13), in_days(3, 15))


@pytest.mark.long
def test_hours_chosen_for_a_closed_day_are_kept_for_the_next_one(somebody, room):
    close(space=room.space, start=in_days(4, 0), end=in_days(5, 0), reason="Fête", by=None)
    page = somebody(UserFactory())
    page.goto(
        f"{reverse('spaces:book', args=[room.space.slug])}?resource={room.slug}&day={in_days(3, 9):%Y-%m-%d}"
        "&start=13:00&end=16:00"
    )
    for days, hours in ((4, ""), (5, "13 h – 16 h")):
        page.locator("input[type=date][name=day]").fill(f"{in_days(days, 9):%Y-%m-%d}")
        page.locator("#book-status", has_text=hours).wait_for(state="attached")
        page.locator("form[data-refreshed]:not([aria-busy])").wait_for()
    assert "13 h – 16 h" in seen_in(page)


def not_drawn(page):
    """Wait until the page says that it could not be drawn anew, and is no longer busy with it."""
    page.locator("[data-not-drawn]").wait_for()
    assert page.locator("form[data-refreshed]").get_attribute("aria-busy") is None
    assert page.locator("button[name=look]").is_visible()


@pytest.mark.long
def test_a_choice_that_does_not_reach_the_server_is_said_and_can_be_sent_again(somebody, room):
    page = somebody(UserFactory())
    page.goto(f"{reverse('spaces:book', args=[room.space.slug])}?resource={room.slug}&day={in_days(3, 9):%Y-%m-%d}")
    assert page.locator("[data-not-drawn]").is_hidden()
    page.context.set_offline(True)
    page.locator("select[name=start]").select_option("14:00")
    not_drawn(page)
    page.context.set_offline(False)
    page.locator("button[name=look]").click()
    page.locator("button[name=pick][value='14:00'][aria-pressed=true]").wait_for()
    assert page.locator("[data-not-drawn]").is_hidden()
    assert page.locator("[data-look]").is_hidden()
    assert "14 h – 15 h" in seen_in(page)


@pytest.mark.long
def test_somebody_signed_out_meanwhile_is_led_to_sign_in(somebody, room):
    page = somebody(UserFactory())
    page.goto(f"{reverse('spaces:repeat', args=[room.space.slug])}?resource={room.slug}&day={in_days(3, 9):%Y-%m-%d}")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("select[name=pattern]").select_option("fortnightly")
    not_drawn(page)
    with page.expect_navigation():
        page.locator("button[name=look]").click()
    assert "/login/" in page.url


# --- finding in words ---


class Actions:
    """Counts what a visitor does: a form that is filled in and sent, or a link that is followed, is one action."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def send(self, form, **fields):
        for name, value in fields.items():
            self.page.locator(f"{form} [name={name}]").fill(value)
        self._press(f"{form} button[type=submit]")

    def follow(self, link):
        self._press(link)

    def _press(self, what):
        self.count += 1
        with self.page.expect_navigation():
            self.page.locator(what).first.click()


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_visitor_books_a_quiet_place_for_thursday_morning_in_four_actions(site, somebody, scripts):
    space = SpaceFactory(with_hours=True, town="Fumay", name=f"Calme {scripts}")
    nook = ResourceFactory(space=space, name="Coin tranquille", seats=2)
    nook.features.add(Feature.objects.get(slug="quiet"))
    user = UserFactory()
    page = somebody(java_script_enabled=scripts)
    page.goto(reverse("portal:home"))
    box = page.locator(".hero-search [name=q]").bounding_box()
    assert box["y"] + box["height"] < PHONE["height"], "booking stands in the first screen"
    visitor = Actions(page)
    visitor.send(".hero-search", q="un endroit calme à Fumay jeudi matin")
    assert page.locator(f"#{space.slug}").bounding_box()["y"] < PHONE["height"], "a result stands in the first screen"
    visitor.follow(f'#{space.slug} a[href^="{reverse("account_login")}"]')
    visitor.send("main form[method=post]", login=user.email, password=PASSWORD)
    visitor.follow("main form[method=post] button.btn-accent")
    booking = Booking.objects.get(user=user)
    assert (booking.resource, timezone.localtime(booking.start).weekday()) == (nook, 3)
    assert [timezone.localtime(moment).hour for moment in (booking.start, booking.end)] == [9, 12]
    assert visitor.count <= 4


@pytest.mark.long
@pytest.mark.parametrize(
    ("who", "address", "first"),
    [
        ("visitor", "events:agenda", ".event-card"),
        pytest.param("member", "portal:directory", ".grid-cards > li", marks=pytest.mark.long),
        pytest.param("visitor", "spaces:search", ".found-space", marks=pytest.mark.long),
    ],
)
def test_filters_take_one_line_on_a_phone_and_results_begin_in_the_first_screen(somebody, who, address, first):
    page = somebody(who)
    page.goto(reverse(address))
    filters = page.locator("main .filters-fold").first
    assert filters.bounding_box()["height"] < 60
    assert page.locator(first).first.bounding_box()["y"] < PHONE["height"] - 100
    filters.locator("summary").first.click()
    assert filters.locator("select").first.is_visible()


# --- without scripts ---


def test_without_scripts_a_member_signs_in_finds_books_moves_and_cancels(site, somebody, room):
    user = UserFactory()
    page = somebody(java_script_enabled=False)
    found = f"{reverse('spaces:search')}?where=Fumay&people=4&day={in_days(3, 9):%Y-%m-%d}&start=09:00&end=11:00"
    page.goto(found)
    page.locator(links_to(reverse("spaces:book", args=[room.space.slug]))).first.click()
    page.locator("[name=purpose]").fill("Réunion")
    send_booking(page)
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    send_here(page)
    # The choice made before signing in is still there.
    assert page.input_value("form[method=post] [name=start]") == "09:00"
    assert page.input_value("form[method=post] [name=end]") == "11:00"
    send_booking(page)
    booking = Booking.objects.get(user=user)
    assert (booking.status, booking.start, booking.end) == ("confirmed", in_days(3, 9), in_days(3, 11))
    assert page.url.partition("#")[0] == site.url + booking.get_absolute_url()

    page.locator(links_to(reverse("spaces:booking_move", args=[booking.reference]))).click()
    page.locator("form[data-refreshed] [name=day]").fill(f"{in_days(4, 9):%Y-%m-%d}")
    with page.expect_navigation():
        page.locator("button[name=look]").click()
    page.locator("form[method=post] [name=start]").select_option("14:00")
    page.locator("form[method=post] [name=end]").select_option("15:30")
    # The summary shows the former hours: it is shown anew before the booking moves.
    send_booking(page)
    assert (booking.start, "14" in seen_in(page)) == (in_days(3, 9), True)
    send_booking(page)
    booking.refresh_from_db()
    assert (booking.status, booking.start, booking.end) == ("confirmed", in_days(4, 14), in_days(4, 15, 30))

    page.locator(links_to(reverse("spaces:booking_cancel", args=[booking.reference]))).click()
    send_here(page)
    booking.refresh_from_db()
    assert booking.status == "cancelled"
    assert not Occupancy.objects.filter(booking=booking).exists()


@pytest.mark.long
def test_without_scripts_a_series_is_booked_and_one_day_given_back(site, somebody, room):
    user = UserFactory()
    page = somebody(user, java_script_enabled=False)
    page.goto(reverse("spaces:book", args=[room.space.slug]) + f"?resource={room.slug}&day={in_days(2, 9):%Y-%m-%d}")
    page.locator(links_to(reverse("spaces:repeat", args=[room.space.slug]))).click()
    page.locator("[name=pattern]").select_option("weekly")
    page.locator("[name=until]").fill(f"{in_days(23, 9):%Y-%m-%d}")
    page.locator("[name=start]").select_option("10:00")
    page.locator("[name=end]").select_option("12:00")
    send_booking(page)
    assert not Series.objects.filter(user=user).exists()
    assert page.locator(".book-summary .day-row").count() == 4
    send_booking(page)
    series = Series.objects.get(user=user)
    assert page.url.partition("#")[0] == site.url + series.get_absolute_url()
    bookings = list(Booking.objects.filter(user=user).order_by("period"))
    assert [timezone.localtime(one.start).time() for one in bookings] == [time(10)] * 4

    page.locator(links_to(bookings[1].get_absolute_url())).click()
    page.locator(links_to(reverse("spaces:booking_cancel", args=[bookings[1].reference]))).click()
    send_here(page)
    states = [one.status for one in Booking.objects.filter(user=user).order_by("period")]
    assert states == ["confirmed", "cancelled", "confirmed", "confirmed"]


# --- by keyboard alone ---


@pytest.mark.long
@pytest.mark.parametrize(
    "viewport", [pytest.param(PHONE, id="phone"), pytest.param(DESK, id="desk", marks=pytest.mark.long)]
)
def test_a_place_in_the_timeline_is_booked_and_given_back_by_keyboard(somebody, room, viewport):
    user = UserFactory()
    page = somebody(user, viewport=viewport)
    page.goto(f"{reverse('spaces:timeline', args=[room.space.slug])}?day={in_days(2, 9):%Y-%m-%d}")
    tab_to(page, links_to(reverse("spaces:book", args=[room.space.slug])))
    follow(page)
    tab_to(page, "form[method=post] [name=start]")
    page.keyboard.press("ArrowDown")
    start = page.input_value("form[method=post] [name=start]")
    tab_to(page, "form[method=post] [name=end]")
    page.keyboard.press("End")
    page.locator("form[data-refreshed]:not([aria-busy])").wait_for()
    tab_to(page, "form[method=post] [name=purpose]")
    page.keyboard.type("Réunion")
    tab_to(page, "form[method=post] button[type=submit].btn-accent")
    follow(page)
    booking = Booking.objects.get(user=user)
    assert (booking.status, f"{timezone.localtime(booking.start):%H:%M}") == ("confirmed", start)
    tab_to(page, links_to(reverse("spaces:booking_cancel", args=[booking.reference])))
    follow(page)
    tab_to(page, "form[method=post] button[type=submit]")
    follow(page)
    booking.refresh_from_db()
    assert booking.status == "cancelled"


@pytest.mark.long
@pytest.mark.parametrize("by", ["view", "words"])
def test_the_visit_is_walked_and_ends_in_a_booking_by_keyboard(somebody, by):
    space = Space.objects.get(slug="la-ferme")
    hall, room = Scene.objects.filter(space=space)
    page = somebody(viewport=DESK)
    if by == "words":
        page.add_init_script(NO_WEBGL)
    page.goto(hall.get_absolute_url())
    where = ".tour-points"
    if by == "view":
        tab_to(page, "[data-tour-start]")
        page.keyboard.press("Enter")
        page.locator("[data-tour-controls]").wait_for(state="visible")
        where = ".tour-overlay"
    tab_to(page, f'{where} a[href="{room.get_absolute_url()}"]')
    page.keyboard.press("Enter")
    page.locator("h1", has_text=room.title).wait_for()
    if by == "view":
        page.get_by_role("status").filter(has_text=room.title).wait_for()
        assert page.locator(VIEWER).is_visible()
    tab_to(page, f'{where} a[href*="/book/"]')
    follow(page)
    page.wait_for_url("**/book/?resource=salle-exemple")
