"""The look keeps its promises: readable colours, few bytes, no missing drawing."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

from hacktiv.common.colours import tokens
from hacktiv.common.drawings import drawing
from hacktiv.network import files as network
from spaces.enums import Emblem

STATIC = settings.BASE_DIR / "static"
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
KINDS = (STATIC / "css" / "events" / "kinds.css").read_text(encoding="utf-8")

GROUNDS = ("--color-base-100", "--color-base-200", "--surface", "--mist", "--sky")
INKS = (
    "--color-base-content",
    "--ink-soft",
    "--color-primary",
    "--color-secondary",
    "--color-accent",
    "--color-info",
    "--color-success",
    "--color-warning",
    "--color-error",
)
SPACES = ("--greenhouse", "--road", "--boat", "--sprout", "--book", "--hills")
FILLED = ("primary", "secondary", "accent", "neutral", "info", "success", "warning", "error")


def theme(name):
    """Return the colours of a theme, by the name of their property."""
    return {f"--{colour}": value for colour, value in tokens(name).items()}


def luminance(colour):
    """Return the relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(ink, ground, share):
    """Mix a share of ink into a ground, roughly as color-mix() does."""
    parts = zip((ink[1:3], ink[3:5], ink[5:7]), (ground[1:3], ground[3:5], ground[5:7]), strict=True)
    return "#" + "".join(f"{round(int(a, 16) * share + int(b, 16) * (1 - share)):02x}" for a, b in parts)


def test_contrast_is_computed_as_the_standard_says():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("name", ["light", "dark"])
class TestColours:
    def test_every_ink_is_readable_on_every_ground(self, name):
        colours = theme(name)
        pairs = {(ink, ground): contrast(colours[ink], colours[ground]) for ink in INKS for ground in GROUNDS}
        assert {pair: round(ratio, 2) for pair, ratio in pairs.items() if ratio < 4.5} == {}

    def test_words_on_a_filled_ground_are_readable(self, name):
        colours = theme(name)
        ratios = {f: contrast(colours[f"--color-{f}-content"], colours[f"--color-{f}"]) for f in FILLED}
        ratios["footer"] = contrast(colours["--footer-ink"], colours["--footer"])
        assert {filled: round(ratio, 2) for filled, ratio in ratios.items() if ratio < 4.5} == {}

    def test_the_colours_of_the_spaces_are_readable_as_words(self, name):
        colours = theme(name)
        ratios = {
            (space, g): contrast(colours[space], colours[g])
            for space in SPACES
            for g in ("--color-base-100", "--surface")
        }
        assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5} == {}

    def test_words_on_a_tint_of_their_own_colour_are_readable(self, name):
        """Badges and notices write in a colour on a share of that colour."""
        colours = theme(name)
        names = [f"--color-{f}" for f in ("primary", "accent", "info", "success", "warning", "error")]
        ratios = {ink: contrast(colours[ink], mixed(colours[ink], colours["--surface"], 0.13)) for ink in names}
        assert {ink: round(ratio, 2) for ink, ratio in ratios.items() if ratio < 4.5} == {}

    def test_the_inks_of_drawings_are_seen(self, name):
        colours = theme(name)
        inks = set(re.findall(r"var\((--[\w-]+)\)", (STATIC / "css" / "components" / "drawing.css").read_text()))
        ratios = {
            (ink, g): contrast(colours[ink], colours[g]) for ink in inks for g in ("--color-base-100", "--surface")
        }
        assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 3} == {}

    def test_edges_of_fields_and_dots_of_the_border_are_seen(self, name):
        colours = theme(name)
        ratios = {
            (edge, g): contrast(colours[edge], colours[g])
            for edge in ("--field-edge", "--dots")
            for g in ("--color-base-100", "--surface")
        }
        assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 3} == {}


def size(*paths):
    return sum(path.stat().st_size for path in paths)


def test_the_fonts_weigh_at_most_45_kilobytes():
    fonts = sorted((STATIC / "fonts").glob("*.woff2"))
    assert [font.name for font in fonts] == ["bricolage-grotesque.woff2", "source-sans-3.woff2"]
    assert size(*fonts) <= 45 * 1024


def test_the_style_sheet_weighs_at_most_20_kilobytes_over_the_wire():
    assert len(gzip.compress((STATIC / "css" / "site.css").read_bytes())) <= 20 * 1024


#: Scripts that only managers load.
OF_THE_ADMIN = ("admin.js", "follows.js", "form_tabs.js", "places.js", "scene.js")


def test_the_scripts_weigh_little_for_visitors_managers_and_headsets():
    scripts = {script.name: script for script in (STATIC / "js").rglob("*.js")}
    headset = scripts.pop("headset.js")
    of_the_admin = [scripts.pop(name) for name in OF_THE_ADMIN]
    assert size(*scripts.values()) <= 28 * 1024
    assert size(*of_the_admin) <= 15 * 1024
    assert size(headset) <= 12 * 1024


@pytest.mark.parametrize("emblem", Emblem.values)
def test_every_emblem_is_drawn_and_has_a_colour(emblem):
    assert drawing("emblems", emblem)[0] == "0 0 48 48"
    assert f"--{emblem}" in theme("light")


def test_every_icon_named_in_a_template_is_drawn():
    named = {(path, icon) for path in TEMPLATES for icon in re.findall(r'{% icon "([\w-]+)"', path.read_text("utf-8"))}
    assert len(named) > 50
    drawn = {path.stem for path in (STATIC / "img" / "icons").glob("*.svg")}
    assert {(path.name, icon) for path, icon in named if icon not in drawn} == set()


def test_every_foreign_file_is_listed_with_its_licence():
    listed = Path(settings.BASE_DIR / "docs" / "third-party.md").read_text("utf-8")
    folders = [path.name for path in (STATIC / "vendor").iterdir()] + [
        path.name for path in (STATIC / "fonts").glob("*.woff2")
    ]
    assert [name for name in folders if name not in listed] == []


def test_every_kind_of_event_has_an_icon_and_a_colour():
    coloured = set(re.findall(r'\[data-colour="(\w+)"\]', KINDS))
    assert {(kind.slug, kind.colour) for kind in network.event_types() if kind.colour not in coloured} == set()
    slugs = [kind.slug for kind in network.event_types()]
    assert [slug for slug in slugs if not (STATIC / "img" / "icons" / f"{slug}.svg").is_file()] == []


def components():
    """Return the rows of the table "Components" of the glossary: (name, template, style); a dash means none."""
    section = (
        (settings.BASE_DIR / "docs" / "glossary.md").read_text("utf-8").split("## Components\n")[1].split("\n## ")[0]
    )
    rows = [
        [cell.strip(" `") for cell in line.split("|")[1:4]] for line in section.splitlines() if line.startswith("|")
    ]
    return [tuple(row) for row in rows[2:]]


def test_the_glossary_lists_every_component():
    files = (settings.BASE_DIR / "templates" / "components", STATIC / "css" / "components")
    listed = {name for row in components() for name in row[1:]} - {"–"}
    assert listed == {path.name for folder in files for path in folder.iterdir()}


@pytest.mark.parametrize(("name", "template", "style"), components())
def test_a_component_has_one_name_in_template_style_and_glossary(name, template, style):
    word = re.compile(rf"(?<![\w-]){name.replace('_', '-')}(?!\w|-)" if template != "–" else name.replace("_", "-"))
    if template != "–":
        assert template == f"{name}.html"
    if style != "–":
        assert re.search(rf"\.{word.pattern}", (STATIC / "css" / "components" / style).read_text("utf-8"))
    if "–" not in (template, style):
        assert word.search((settings.BASE_DIR / "templates" / "components" / template).read_text("utf-8"))


def test_every_style_sheet_is_imported_and_by_each_source_once():
    css = STATIC / "css"
    imported = [
        re.findall(r'@import "\./([\w/]+\.css)"', (css / name).read_text("utf-8"))
        for name in ("site_source.css", "admin_source.css")
    ]
    assert all(len(names) == len(set(names)) for names in imported)
    assert set().union(*imported) == {"tokens.css", *(p.relative_to(css).as_posix() for p in css.glob("*/*.css"))}
