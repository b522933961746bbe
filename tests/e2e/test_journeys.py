"""People do in a browser what they come for, on the running site: with scripts and, where it matters, without."""

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from events.models import Event, Registration
from events.tests.factories import EventFactory
from hacktiv import demo
from hacktiv.network import files as network
from hacktiv.outbox.operations import send_due
from members.models import User
from members.tests.factories import PASSWORD, UserFactory
from spaces.models import Booking, Occupancy, Space
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, in_days
from tests.e2e.conftest import DESK, PHONE, scripts_or_not

pytestmark = pytest.mark.django_db(transaction=True)


def letter_to(email):
    """Send all that is due; return the newest mail to this address."""
    send_due()
    return [letter for letter in mail.outbox if email in letter.to[0]][-1]


def link_in(letter, site, part):
    """Return the address in a mail whose path contains `part`."""
    return next(link for link in re.findall(r"https?://\S+", letter.body) if link.startswith(site.url) and part in link)


def send(page, action):
    """Push the button of the form that goes to this address, and wait for the next page."""
    with page.expect_navigation():
        page.locator(f'form[action$="{action}"] button[type=submit]').first.click()


def send_here(page):
    """Push the button of the form in the middle of the page."""
    with page.expect_navigation():
        page.locator('main form[method="post"] button[type=submit]').first.click()


@pytest.fixture
def event(site):
    return EventFactory(capacity=5, space=Space.objects.get(slug="la-ferme"))


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_guest_registers_confirms_by_the_link_of_the_mail_and_cancels(site, somebody, event, scripts):
    page = somebody(java_script_enabled=scripts)
    email = f"invite-{scripts}@ardenne.example".lower()
    page.goto(reverse("events:agenda"))
    page.goto(event.get_absolute_url())
    page.locator(f'a[href$="{reverse("events:register_guest", args=[event.slug])}"]').click()
    page.locator("[name=name]").fill("Aline Petit")
    page.locator("[name=email]").fill(email)
    send_here(page)
    registration = Registration.objects.get(event=event, guest_email=email)
    assert registration.status == "unconfirmed"

    page.goto(link_in(letter_to(email), site, "/confirm/"))
    registration.refresh_from_db()
    assert registration.status == "unconfirmed", "looking at the page must confirm nothing"
    send_here(page)
    registration.refresh_from_db()
    assert registration.status == "confirmed"
    confirmation = letter_to(email)
    assert [name for name, _content, _type in confirmation.attachments] == ["hacktiv.ics", "ticket.png"]

    page.goto(link_in(confirmation, site, "/registrations/"))
    page.locator('main a[href$="/cancel/"]').click()
    send_here(page)
    registration.refresh_from_db()
    assert registration.status == "cancelled"


@scripts_or_not(daily=True)
def test_a_newcomer_signs_up_signs_in_and_registers_in_one_click(site, somebody, event, scripts):
    page = somebody(java_script_enabled=scripts)
    email = f"nouvelle-{scripts}@ardenne.example".lower()
    page.goto(reverse("account_signup"))
    for name, value in {"first_name": "Aline", "last_name": "Petit", "email": email, "password1": PASSWORD}.items():
        page.locator(f"[name={name}]").fill(value)
    send_here(page)
    page.goto(link_in(letter_to(email), site, "confirm-email"))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()
    assert User.objects.get(email=email).emailaddress_set.get().verified

    page.context.clear_cookies()
    page.goto(f"{reverse('account_login')}?next={event.get_absolute_url()}")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    send_here(page)
    assert page.url == site.url + event.get_absolute_url()
    send(page, reverse("events:register", args=[event.slug]))
    registration = Registration.objects.get(event=event, user__email=email)
    assert registration.status == "confirmed"
    assert event.title_fr in letter_to(email).body

    page.goto(reverse("portal:me"))
    assert event.title_fr in page.locator("main").inner_text()
    page.goto(reverse("events:cancel", args=[registration.token]))
    send_here(page)
    registration.refresh_from_db()
    assert registration.status == "cancelled"


@pytest.mark.long
def test_a_member_books_a_room_and_cancels(site, somebody):
    user = UserFactory()
    page = somebody(user, viewport=DESK)
    room = ResourceFactory(space=SpaceFactory(with_hours=True), name="Atelier")
    page.goto(reverse("portal:space", args=[room.space.slug]))
    page.locator(f'a[href*="{reverse("spaces:book", args=[room.space.slug])}"]').first.click()
    page.wait_for_load_state()
    page.locator("[name=day]").fill(f"{in_days(2, 9):%Y-%m-%d}")
    settled = page.locator("form[data-refreshed]:not([aria-busy])")
    settled.wait_for()
    page.locator("form[method=post] [name=start]").select_option("10:00")
    settled.wait_for()
    page.locator("form[method=post] [name=end]").select_option("11:30")
    settled.wait_for()
    page.locator("[name=purpose]").fill("Réunion")
    with page.expect_navigation():
        page.locator("form[data-refreshed] button.btn-accent").click()
    booking = Booking.objects.get(user=user)
    assert page.url.partition("#")[0] == site.url + booking.get_absolute_url()
    assert (booking.status, booking.start, booking.end) == ("confirmed", in_days(2, 10), in_days(2, 11, 30))
    assert [name.endswith(".ics") for name, _content, _type in letter_to(user.email).attachments] == [True]

    page.locator(f'a[href$="{reverse("spaces:booking_cancel", args=[booking.reference])}"]').first.click()
    send_here(page)
    booking.refresh_from_db()
    assert booking.status == "cancelled"
    assert not Occupancy.objects.filter(booking=booking).exists()


@pytest.mark.long
def test_a_manager_confirms_a_request(site, somebody):
    ferme = Space.objects.get(slug="la-ferme")
    room = ResourceFactory(space=ferme, needs_approval=True, name="Grange")
    day = next(days for days in range(2, 30) if (timezone.localdate() + timedelta(days=days)).weekday() == 1)
    booking = BookingFactory(resource=room, user=UserFactory(), days=day, hours=(10, 11))
    assert booking.status == "requested"
    page = somebody("manager", viewport=DESK)
    page.goto(reverse("admin:index"))
    assert booking.user.get_full_name() in page.locator("#content").inner_text()
    page.goto(reverse("admin:spaces_booking_changelist"))
    page.locator(f'[name=_selected_action][value="{booking.pk}"]').check()
    page.locator("select[name=action]").select_option("confirm_selected")
    with page.expect_navigation():
        page.locator(".actions button[type=submit]").first.click()
    booking.refresh_from_db()
    assert booking.status == "confirmed"
    assert "Grange" in letter_to(booking.user.email).body


def test_a_coordinator_reads_a_figure_and_downloads_the_report(site, somebody, tmp_path):
    page = somebody("coordinator", viewport=DESK)
    page.goto(reverse("reporting:report", args=["hacktiv-ardenne", "S2-2020"]))
    text = re.sub(r"\s", " ", page.locator("main").inner_text())
    assert "au moins 28" in text
    assert "15 à 28" in text
    with page.expect_download() as download:
        page.locator('main a[href*="json"]').first.click()
    path = tmp_path / "report.json"
    download.value.save_as(path)
    figures = {figure["code"]: figure["current"] for figure in json.loads(path.read_text())["figures"]}
    assert (figures["NET-PERSONS"]["lower"], figures["NET-PERSONS"]["upper"]) == (15, 28)


def test_a_coordinator_copies_a_text_into_another_form(site, somebody):
    page = somebody("coordinator", viewport=PHONE, permissions=["clipboard-read", "clipboard-write"])
    page.goto(reverse("reporting:to_copy", args=["hacktiv-ardenne", "S2-2020"]))
    item = page.locator(".copy-item", has=page.locator("#to-copy-highlights-0"))
    item.locator("[data-copy]").click()
    item.locator("[data-copied]:not(:empty)").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#to-copy-highlights-0").inner_text()


def test_the_contents_of_a_report_fold_after_each_choice_on_a_phone(site, somebody):
    page = somebody("coordinator", viewport=PHONE)
    page.goto(reverse("reporting:report", args=["demo", "S2-2026"]))
    page.locator(".contents summary").click()
    page.locator(".contents a[href='#partners']").click()
    page.locator(".contents details:not([open])").wait_for()
    assert page.evaluate("document.querySelector('#partners').getBoundingClientRect().top") < PHONE["height"] / 3


@pytest.mark.long
def test_the_language_switch_stays_on_the_page(somebody):
    page = somebody("member", viewport=DESK)
    page.goto(reverse("spaces:list"))
    for language in ("nl", "en", "fr"):
        page.goto(page.locator(f'link[rel=alternate][hreflang="{language}"]').get_attribute("href"))
        assert page.locator("html").get_attribute("lang") == language
        assert page.url.endswith(f"/{language}/spaces/")


def test_the_site_is_used_with_the_keyboard_alone(site, somebody, event):
    """A person goes from the skip link to a registration without a mouse."""
    page = somebody("member", viewport=DESK)
    assert User.objects.filter(email=demo.MEMBER).exists()
    page.goto(event.get_absolute_url())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    for _press in range(20):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.closest('form')?.getAttribute('action') ?? ''")
        if focused.endswith("/register/"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Event.objects.get(pk=event.pk).seats_taken == 1


@pytest.mark.long
def test_an_open_plan_room_shows_which_hours_are_taken(site, somebody):
    room = ResourceFactory(space=SpaceFactory(with_hours=True))
    booking = BookingFactory(resource=room, days=2, hours=(10, 12))
    page = somebody("member")
    day = f"{timezone.localdate(booking.start):%Y-%m-%d}"
    page.goto(f"{reverse('spaces:book', args=[room.space.slug])}?resource={room.slug}&day={day}")
    assert page.locator(".slot-taken").count() > 0
    assert page.locator(".slot-free").count() > 0
    assert booking.user.last_name not in page.content()


@pytest.mark.long
@pytest.mark.parametrize("language", ["fr", pytest.param("nl", marks=pytest.mark.long)])
def test_the_map_prints_on_one_sheet(somebody, language):
    """The map shows the five spaces of the network, without spaces that other tests have left."""
    Space.objects.exclude(slug__in=[space.slug for space in network.spaces().space]).update(is_published=False)
    page = somebody("visitor", viewport=DESK, language=language)
    page.goto(reverse("spaces:map").replace("/fr/", f"/{language}/"))
    page.evaluate("document.fonts.ready")
    sheet = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    assert page.locator(".map-marker").count() == page.locator(".map-list .space-card").count() == 5


@pytest.mark.long
def test_choosing_organisers_on_both_sides_makes_an_event_joint_at_once(site, somebody):
    page = somebody("manager", viewport=DESK)
    page.goto(reverse("admin:events_event_add") + "?type=")
    page.locator(".form-tabs [href='#section-2']").click()
    said = page.locator("[data-joint]")
    for box in page.locator("input[data-country]:checked").all():
        box.uncheck()
    words = [said.inner_text()]
    for country in ("BE", "FR"):
        page.locator(f'input[data-country="{country}"]').first.check()
        words.append(said.inner_text())
    page.locator('input[data-country="BE"]').first.uncheck()
    assert [*words, said.inner_text()] == ["Inconnu", "Non conjoint", "Conjoint", "Non conjoint"]
