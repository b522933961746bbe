"""A first visit is light: the page and the files it needs, as they go over the wire."""

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from spaces.models import Scene, Space

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_data")]

KB = 1024
WITHOUT_FONTS, FONTS, SCRIPTS = 60 * KB, 45 * KB, 30 * KB
NEEDED = re.compile(r"""<(?:link|script|img|source)\b[^>]*?\b(?:href|src)=["']([^"']+)["'][^>]*>""")
NOT_FETCHED = re.compile(r"""\brel=["'](?:alternate|canonical|next|prev)["']""")
IN_A_STYLE_SHEET = re.compile(r"""url\(["']?([^"')]+)["']?\)""")


def file_of(url):
    return Path(finders.find(urlsplit(url).path.removeprefix("/static/")))


def weight(path):
    """Return the bytes of a static file as whitenoise sends it: compressed in advance, where that helps."""
    content = path.read_bytes()
    return min(len(content), len(brotli.compress(content)))


def fetched(page):
    """Return the static files that a browser fetches for a page and for its style sheets."""
    wanted = [hit[1] for hit in NEEDED.finditer(page) if not NOT_FETCHED.search(hit[0])]
    urls = {url for url in wanted if url.startswith("/static/")}
    for sheet in [url for url in urls if url.endswith(".css")]:
        text = file_of(sheet).read_text()
        urls |= {urljoin(sheet, url) for url in IN_A_STYLE_SHEET.findall(text) if not url.startswith(("data:", "#"))}
    return urls


def test_fonts_and_scripts_of_a_page_are_light(client):
    files = [file_of(url) for url in fetched(client.get(reverse("portal:home")).text)]
    fonts = sum(weight(path) for path in files if path.suffix == ".woff2")
    scripts = sum(weight(path) for path in files if path.suffix == ".js")
    assert 0 < fonts < FONTS
    assert 0 < scripts < SCRIPTS


def url_of(name):
    """Return the address of a page, by its name or as that of a space with photos and a tour."""
    space = Space.objects.get(slug="la-ferme")
    own = {"a space": space, "a scene": Scene.objects.filter(space=space).first()}
    return own[name].get_absolute_url() if name in own else reverse(name)


@pytest.mark.parametrize(
    "name", ["portal:home", "spaces:list", "a space", "a scene", "events:agenda", "training:list", "account_login"]
)
def test_the_first_load_of_a_public_page_is_light(client, name):
    url = url_of(name)
    answer = client.get(url, headers={"Accept-Encoding": "gzip"})
    files = [file_of(url) for url in fetched(client.get(url).text)]
    assert {path.suffix for path in files} >= {".css", ".js", ".woff2"}
    total = len(answer.content) + sum(weight(path) for path in files if path.suffix != ".woff2")
    assert total < WITHOUT_FONTS, f"{total / KB:.1f} KB, {len(answer.content) / KB:.1f} of them the page itself"
