"""The frame of every page: languages, navigation, footer; and the pages for errors."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory, make_manager

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def navigation(html):
    """Return the addresses that the header offers."""
    header = html[html.index('<header class="site-header"') : html.index("</header>")]
    return set(re.findall(r'href="([^"?]+)"', header))


def languages(html):
    return dict(re.findall(r'<link rel="alternate"\s+hreflang="(\w+)"\s+href="([^"]+)"', html))


def test_the_language_switch_stays_on_the_page_and_keeps_its_filters(client):
    html = client.get("/fr/agenda/?past=1&country=BE").content.decode()
    assert languages(html) == {code: f"{settings.SITE_URL}/{code}/agenda/?past=1&amp;country=BE" for code in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_its_language(client, language):
    html = client.get(f"/{language}/").content.decode()
    assert f'<html lang="{language}">' in html
    assert re.findall(r'lang="(\w+)"\s+hreflang="\w+"\s+aria-label="[^"]+"\s+aria-current="true"', html) == [language]


def test_a_visitor_is_offered_only_pages_they_can_open(client):
    offered = navigation(client.get("/fr/").content.decode())
    pages = {f"/fr/{page}/" for page in ("spaces", "agenda", "training", "accounts/login", "accounts/signup")}
    assert offered == pages | {f"/{code}/" for code in LANGUAGES}


def test_a_member_is_offered_the_directory_but_no_admin_or_report(client):
    client.force_login(UserFactory())
    offered = navigation(client.get("/fr/").content.decode())
    assert {"/fr/directory/", "/fr/me/", "/fr/members/profile/"} <= offered
    assert offered & {"/fr/reporting/", "/admin/", "/fr/accounts/login/"} == set()


def test_a_manager_is_offered_the_admin(client):
    manager = UserFactory()
    make_manager(SpaceFactory(), manager)
    client.force_login(manager)
    offered = navigation(client.get("/fr/").content.decode())
    assert "/admin/" in offered
    assert "/fr/reporting/" not in offered


def test_a_coordinator_is_offered_the_reports_and_the_admin(client):
    coordinator = UserFactory(coordinates=True)
    client.force_login(coordinator)
    assert {"/fr/reporting/", "/admin/"} <= navigation(client.get("/fr/").content.decode())


def test_every_page_credits_the_fund_beside_the_emblem(client):
    footer = client.get("/nl/").content.decode().partition("<footer")[2]
    assert "avec le soutien du Fonds Européen de Développement Régional" in footer
    assert re.search(r"img/eu[^\"]*\.svg", footer)


def test_an_unknown_address_is_answered_in_the_language_of_its_path(client):
    response = client.get("/nl/bestaat-niet/")
    assert response.status_code == 404
    html = response.content.decode()
    assert '<html lang="nl">' in html
    assert 'href="/nl/agenda/"' in html


@pytest.mark.parametrize("page", ["400.html", "500.html", "503.html", "403_csrf.html"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_page_needs_no_request(page, language, django_assert_num_queries):
    with translation.override(language), django_assert_num_queries(0):
        html = render_to_string(page)
    assert f'<html lang="{language}">' in html
    assert html.count("<h1") == 1


def test_a_form_without_its_token_is_refused_with_our_page():
    response = Client(enforce_csrf_checks=True).post("/fr/accounts/login/", {"login": "a@example.org"})
    assert response.status_code == 403
    assert 'href="/"' in response.content.decode()
    assert "site-header" in response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_method_shows_a_page(client, language):
    answer = client.post(f"/{language}/agenda/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert f'<html lang="{language}">' in answer.text
    assert f'href="/{language}/"' in answer.text
