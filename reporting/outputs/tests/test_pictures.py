"""The pictures of a report: intervals as intervals, told in words, and whatever people wrote only as text."""

import re
from xml.etree import ElementTree

import pytest
from django.utils import translation

from hacktiv.common.bounds import Bounds
from reporting.outputs.renderers.pictures import BAR_END, Bar, Group, bars, pictures
from reporting.tests.builds import report
from reporting.tests.factories import PartnerFactory, PeriodFactory, SpendingFactory

HOSTILE = '</text><script>alert(1)</script>" onload="x" & \x0b 🎉 « l’été »'
DRAWING = "{http://www.w3.org/2000/svg}"


def drawn(*rows, title="Participations", **options):
    return bars("drawing-test", "Titre", [Group(title, rows)]).svg(**options)


def rects(svg):
    """Return the widths of the bars that are filled and hatched, and whether an arrow leads on."""
    tree = ElementTree.fromstring(svg)  # noqa: S314 - ours
    found = [rect for rect in tree.iter(f"{DRAWING}rect") if rect.get("fill") != "none"]
    hatched = [float(rect.get("width")) for rect in found if "url" in (rect.get("fill") or "")]
    filled = [float(rect.get("width")) for rect in found if "url" not in (rect.get("fill") or "")]
    arrows = [path for path in tree.iter(f"{DRAWING}path") if "l7 6" in path.get("d")]
    return filled, hatched, bool(arrows)


@pytest.mark.parametrize(
    ("bounds", "filled", "hatched", "leads_on"),
    [
        (Bounds.exactly(10), [BAR_END], [], False),
        (Bounds(5, 10), [BAR_END / 2], [BAR_END / 2], False),
        (Bounds(0, 10), [1.5], [BAR_END], False),
    ],
)
def test_a_count_is_drawn_as_the_interval_that_it_is(bounds, filled, hatched, leads_on):
    assert rects(drawn(Bar("Participations, toutes", bounds))) == (filled, hatched, leads_on)


def test_a_count_without_an_upper_bound_leads_on():
    filled, hatched, leads_on = rects(drawn(Bar("Participations, toutes", Bounds.at_least(10))))
    assert leads_on and filled[0] + hatched[0] == pytest.approx(BAR_END, abs=0.2)
    assert hatched[0] > 20


def test_an_unknown_count_is_an_empty_frame_and_never_zero():
    svg = drawn(Bar("Connu", Bounds.exactly(3)), Bar("Inconnu", Bounds()))
    assert len(rects(svg)[0]) == 1
    assert "stroke-dasharray" in svg


def test_nothing_is_drawn_of_what_nobody_knows_or_of_nothing():
    for bounds in (Bounds(), Bounds.exactly(0)):
        assert bars("drawing-test", "Titre", [Group("", (Bar("x", bounds),))]) is None


@pytest.mark.parametrize("is_printed", [True, False])
def test_hostile_words_are_only_text(is_printed):
    svg = drawn(Bar(HOSTILE, Bounds.exactly(3)), title=HOSTILE, is_printed=is_printed)
    tree = ElementTree.fromstring(svg)  # noqa: S314 - ours
    assert {node.tag.removeprefix(DRAWING) for node in tree.iter()} <= {
        *("svg", "title", "desc", "defs", "pattern", "path", "rect", "text", "g")
    }
    assert not re.search(r"<[^>]* onload=", svg)


def test_a_picture_tells_in_words_what_it_shows():
    with translation.override("en"):
        svg = drawn(Bar("In all", Bounds.at_least(12), target=40), Bar("Before", Bounds(1, 3)))
    tree = ElementTree.fromstring(svg)  # noqa: S314 - ours
    assert tree.get("role") == "img"
    named = {node.get("id"): node.text for node in tree}
    title, desc = (named[part] for part in tree.get("aria-labelledby").split())
    assert title == "Titre"
    assert desc == "Participations – In all: at least 12, target 40; Before: 1 to 3."


def test_a_printed_picture_has_its_colours_and_the_other_none():
    on_page, printed = (drawn(Bar("x", Bounds(1, 2)), is_printed=is_printed) for is_printed in (False, True))
    assert not re.search(r"#[0-9a-f]{6}", on_page) and "style=" not in on_page + printed
    assert 'class="drawing-now' not in printed and re.search(r'fill="#[0-9a-f]{6}"', printed)


def test_a_long_picture_has_two_columns_in_print_alone():
    groups = [Group(f"Chiffre {number}", (Bar("Total", Bounds.exactly(number)),)) for number in range(1, 5)]
    picture = bars("drawing-test", "Titre", groups)
    sizes = [re.search(r'viewBox="0 0 (\d+) (\d+)"', picture.svg(is_printed=printed)).groups() for printed in (0, 1)]
    (width, height), (wide, low) = (map(int, size) for size in sizes)
    assert (wide, low) == (2 * width + 24, height / 2)


@pytest.mark.django_db
def test_spending_is_drawn_beside_the_budget_and_only_as_far_as_it_is_known():
    period = PeriodFactory()
    partner = PartnerFactory(project=period.project, name="Chef", total="4000")
    assert "spending" not in pictures(report(period.project))
    SpendingFactory(partner=partner, period=period, claimed="1000", approved=None, erdf=None)
    with translation.override("en"):
        picture = pictures(report(period.project))["spending"]
    assert picture.desc == ("Chef – Claimed: €1,000.00; Approved: not provided; ERDF: not provided; Budget: €4,000.00.")
    filled, hatched, leads_on = rects(picture.svg())
    assert filled == [pytest.approx((BAR_END - 98) / 4, abs=0.1)]
    assert not hatched and not leads_on
