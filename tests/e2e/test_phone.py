"""A manager on the telephone books for somebody, with the controls of members."""

import pytest
from django.urls import reverse
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.models import Booking, Series
from spaces.tests.factories import BookingFactory, HomeSpaceFactory, ResourceFactory, SpaceFactory, in_days
from tests.e2e.conftest import DESK

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(site):
    return UserFactory()


@pytest.fixture
def room(manager):
    space = SpaceFactory(with_hours=True, town="Fumay", managers=[manager])
    return ResourceFactory(space=space, name="Atelier", seats=6)


def settle(page):
    page.locator("form[data-refreshed]:not([aria-busy])").wait_for()


def press(page, selector):
    page.locator(selector).click()
    settle(page)


def open_on(page, room, days):
    page.goto(f"{reverse('admin:spaces_booking_add')}?resource={room.pk}&day={in_days(days, 9):%Y-%m-%d}")


def book(page):
    with page.expect_navigation():
        page.locator(".book-summary button.btn-accent").click()


def hours_in(page):
    return [page.input_value(f"[name={name}]") for name in ("start", "end")]


def test_a_guest_is_booked_by_two_presses_and_a_name(somebody, manager, room):
    page = somebody(manager)
    open_on(page, room, 3)
    for hour in ("13:00", "15:30"):
        press(page, f"button[name=pick][value='{hour}']")
    assert hours_in(page) == ["13:00", "16:00"], "the fields beside the grid follow it"
    page.locator("[name=guest_name]").fill("Jeanne Invitée")
    book(page)
    booking = Booking.objects.get(resource=room)
    assert (booking.start, booking.end, booking.guest_name) == (in_days(3, 13), in_days(3, 16), "Jeanne Invitée")


@pytest.mark.long
def test_a_member_comes_every_week_but_on_a_day_left_out(somebody, manager, room):
    member = HomeSpaceFactory(space=room.space).user
    BookingFactory(resource=room, days=10, hours=(9, 12))
    page = somebody(manager, viewport=DESK)
    open_on(page, room, 3)
    assert page.locator("[name=until]").is_hidden()
    page.locator("[name=pattern]").select_option("weekly")
    settle(page)
    page.locator("[name=until]").fill(f"{in_days(24, 9):%Y-%m-%d}")
    page.locator(".day-row").nth(3).wait_for()
    settle(page)
    page.locator("[name=start]").press_sequentially("0910AM")
    page.locator("[name=end]").press_sequentially("1045AM")
    settle(page)
    assert hours_in(page) == ["09:10", "10:45"], "typing is not disturbed"
    page.locator(".select2-selection").click()
    page.keyboard.type(member.last_name)
    page.locator(".select2-results__option", has_text=member.last_name).click()
    page.locator(".book-summary", has_text=str(member)).wait_for()
    press(page, f"#skip-{in_days(17, 9):%Y-%m-%d}")
    assert "libre" not in page.locator(".day-row").nth(1).inner_text().replace("Voir ce qui est libre", "")
    assert "Réserver ces 2 dates" in page.locator(".book-summary").inner_text()
    book(page)
    series = Series.objects.get(resource=room)
    assert series.user == member
    booked = [row.booking.start for row in series.occurrences.order_by("day") if row.booking]
    assert booked == [in_days(3, 9, 10), in_days(24, 9, 10)]
    assert in_days(17, 9).date() not in set(series.occurrences.values_list("day", flat=True))
    assert timezone.localdate() < series.first_day


@pytest.mark.long
def test_what_is_free_instead_changes_the_day_and_keeps_what_was_typed(somebody, manager, room):
    BookingFactory(resource=room, days=3, hours=(8, 20), as_manager=True)
    page = somebody(manager)
    open_on(page, room, 3)
    page.locator("[name=guest_name]").fill("Jeanne Invitée")
    page.locator("[name=start]").fill("09:00")
    page.locator("[name=end]").fill("12:00")
    page.locator("[name=people]").focus()
    offer = page.locator(f".book-summary button[name=pick][value^='{in_days(4, 9):%Y-%m-%d}']").first
    offer.click()
    page.locator("#book-status", has_text="9 h – 12 h").wait_for(state="attached")
    settle(page)
    assert page.input_value("[name=day]") == f"{in_days(4, 9):%Y-%m-%d}"
    assert page.input_value("[name=guest_name]") == "Jeanne Invitée"
    book(page)
    assert room.bookings.filter(guest_name="Jeanne Invitée").get().start == in_days(4, 9)
