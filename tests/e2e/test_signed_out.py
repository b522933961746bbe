"""Somebody is signed out, or signs in anew in another tab, while they write a long text: nothing is lost."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from members.tests.factories import PASSWORD, UserFactory
from reporting.models import Contribution, ContributionText, Partner, Period
from reporting.tests.factories import PartnerPersonFactory
from tests.e2e.conftest import DESK, PHONE, scripts_or_not

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Nous avons tenu trois ateliers.\n\nLe deuxième, à Couvin, a rempli la salle : 30 « personnes » & <plus>. " * 40


@pytest.fixture
def person(site):
    """Make somebody of a partner of the demo, whose part nobody has begun."""
    partner = Partner.objects.filter(project__slug="demo").order_by("pk").first()
    user = UserFactory()
    role = PartnerPersonFactory(user=user, partner=partner)
    yield role
    Contribution.objects.filter(partner=partner).delete()
    user.delete()


@pytest.fixture
def address(person):
    period = Period.objects.filter(project=person.partner.project, starts_on__lte=timezone.localdate()).latest(
        "starts_on"
    )
    return reverse("reporting:part_text", args=["demo", period.label, person.partner_id, "problems"])


def write(page, address):
    page.goto(address)
    page.locator("[name=fr]").fill(TEXT)


def sign_in_in_another_tab(page, person):
    with page.expect_popup() as opened:
        page.locator("main a[target=_blank]").click()
    sign_in(opened.value, person)


def sign_in(tab, person):
    if tab.url == "about:blank":
        tab.goto(reverse("account_login"))
    tab.locator("[name=login]").fill(person.user.email)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("#sign-in button").click()
    expect(tab.locator("[name=password]")).to_have_count(0)
    tab.close()


def kept(person):
    """Return the texts that stand in the part of the person's partner."""
    texts = ContributionText.objects.filter(contribution__partner=person.partner, section="problems")
    return [text.text_fr for text in texts]


def send(page):
    page.locator("main form.form [type=submit]").click()


@scripts_or_not(daily=False)
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_text_outlives_the_session_in_which_it_was_written(somebody, person, address, scripts, viewport):
    page = somebody(person.user, viewport=viewport, java_script_enabled=scripts)
    write(page, address)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    send(page)
    for _try in range(2):  # who presses before they have signed in stays there
        expect(page.locator("main a[target=_blank]")).to_be_visible()
        expect(page.locator("main")).to_contain_text("a rempli la salle")
        send(page)
    sign_in_in_another_tab(page, person)
    send(page)
    expect(page.locator("main a[target=_blank]")).to_have_count(0)
    expect(page.locator("main")).to_contain_text(str(person.user))
    assert kept(person) == []
    send(page)
    page.wait_for_url("**/parts/#text-*")
    assert kept(person) == [TEXT.strip()]


def test_who_signs_in_anew_in_another_tab_sends_their_text_once_more(somebody, person, address):
    page = somebody(person.user)
    write(page, address)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    tab = page.context.new_page()
    sign_in(tab, person)
    send(page)
    expect(page.locator("main")).to_contain_text("a rempli la salle")
    send(page)
    page.wait_for_url("**/parts/#text-*")
    assert kept(person) == [TEXT.strip()]
