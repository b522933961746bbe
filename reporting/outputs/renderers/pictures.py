"""Pictures of a report's figures, drawn as SVG: no scripts, and nothing that the report does not tell.

A count is drawn as the interval that it is: filled as far as its lower bound, hatched up to its upper one, and with an
arrow where it has none. What is unknown is an empty frame. Each picture is told in words too (`desc`), beside the table
of the same figures. On the site the colours come from the style sheet, so that they follow the theme; in print from the
light theme's tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hacktiv.common.bounds import Bounds
from hacktiv.common.colours import tokens
from hacktiv.common.spreadsheets import CONTROL

from ...building.queries.content import Figure, IndicatorPart, Report, SpendingPart
from ...plan.rules import Amount
from . import labels, spending

#: In units of the drawing: as wide as a phone, so that words keep their size there.
WIDTH = 360
GUTTER = 24
#: Groups of bars beyond which a drawing has two columns in print.
GROUPS_A_COLUMN = 2
VALUES_AT = 258
#: Where bars end, and where they begin beside short names.
BAR_END = 246
NAMES_END = 98
SHORT_NAME = 16
BAR_HEIGHT = 13
LINE = 17
CHARACTERS_A_LINE = 52
#: The widest value in words that fits beside the bars, in characters.
VALUE_CHARACTERS = 16
#: The colour of each part of a drawing in print, as a token of the light theme; the site's sheet has the same names.
INKS = {
    "text": "color-base-content",
    "soft": "ink-soft",
    "now": "color-primary",
    "before": "chart",
    "total": "ink-soft",
    "frame": "dots",
    "target": "color-accent",
    "ground": "surface",
}


@dataclass(frozen=True)
class Bar:
    """One count: its name, its bounds, in which ink it is drawn, what it aims at, and how it is written."""

    name: str
    bounds: Bounds
    ink: str = "now"
    target: int | None = None
    written: str = ""

    @property
    def words(self) -> str:
        return self.written or labels.bounds(self.bounds)


@dataclass(frozen=True)
class Group:
    """Bars on one scale below a title."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def is_known(self) -> bool:
        """Return whether anything of it is known, and more than nothing."""
        return any(not bar.bounds.is_unknown and bar.bounds.upper != 0 for bar in self.bars)

    @property
    def start(self) -> int:
        """Return where its bars begin: beside their names if all are short, else below each name."""
        return NAMES_END if all(0 < len(bar.name) <= SHORT_NAME for bar in self.bars) else 0


@dataclass(frozen=True)
class Picture:
    """A drawing: what it is of, what it shows in words, and its shapes by column, which `svg` writes in the inks of a
    page. The columns stand below each other on the site and side by side in print."""

    code: str
    title: str
    desc: str
    columns: tuple[Column, ...]

    @property
    def width(self) -> int:
        """Return the width in print."""
        return len(self.columns) * (WIDTH + GUTTER) - GUTTER

    def svg(self, *, is_printed: bool = False) -> str:
        pen, heights = Pen(self.code, is_printed), [column.height for column in self.columns]
        width, height = (self.width, max(heights)) if is_printed else (WIDTH, sum(heights))
        size = f' width="{width}" height="{height}" font-family="Source Sans 3"' if is_printed else ""
        drawn = ""
        for number, column in enumerate(self.columns):
            at = f"{number * (WIDTH + GUTTER)} 0" if is_printed else f"0 {sum(heights[:number])}"
            drawn += f'<g transform="translate({at})">{"".join(column.shapes(pen))}</g>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"{size} role="img" '
            f'class="drawing-shapes" aria-labelledby="{self.code}-title {self.code}-desc">'
            f'<title id="{self.code}-title">{text_of(self.title)}</title>'
            f'<desc id="{self.code}-desc">{text_of(self.desc)}</desc>'
            f"<defs>{pen.patterns()}</defs>{drawn}</svg>"
        )


@dataclass(frozen=True)
class Column:
    """A part of a drawing, as high as it says."""

    height: int
    shapes: Callable[[Pen], Iterator[str]]


class Pen:
    """Writes shapes in the inks of the site or of print."""

    def __init__(self, code: str, is_printed: bool):
        self._code = code
        self._tokens = tokens("light") if is_printed else None

    def ink(self, name: str, attribute: str = "fill") -> str:
        if self._tokens:
            return f'{attribute}="{self._tokens[INKS[name]]}"'
        return f'class="drawing-{name}-{attribute}"'

    def patterns(self) -> str:
        """Return the hatching of each ink: stripes that also read in grey."""
        return "".join(
            f'<pattern id="{self._code}-{ink}" width="5" height="5" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><path d="M1 0V5" stroke-width="1.6" {self.ink(ink, "stroke")}/></pattern>'
            for ink in ("now", "before", "total")
        )

    def hatched(self, ink: str) -> str:
        return f'fill="url(#{self._code}-{ink})"'

    def text(self, x: float, y: float, words: str, *, ink: str = "text", size: float = 13, more: str = "") -> str:
        return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" {more} {self.ink(ink)}>{text_of(words)}</text>'

    def bar(self, bar: Bar, start: int, y: float, most: int) -> Iterator[str]:
        """Yield the shapes of an interval, on a scale from `start` that ends at `most`."""
        bounds, scale = bar.bounds, (BAR_END - start) / most
        if bar.ink == "target":
            shape = (
                f'x="{start + 1}" y="{y + 1}" width="{max(bounds.floor * scale - 2, 1):.1f}" height="{BAR_HEIGHT - 2}"'
            )
            yield f'<rect {shape} fill="none" stroke-width="2" {self.ink("target", "stroke")}/>'
            return
        if bounds.is_unknown:
            yield self._frame(start, y, BAR_END - start, 'stroke-dasharray="2 4"')
            return
        lower = start + bounds.floor * scale
        upper = BAR_END if bounds.upper is None else start + bounds.upper * scale
        if upper > lower:
            shape = f'x="{lower:.1f}" y="{y}" width="{upper - lower:.1f}" height="{BAR_HEIGHT}"'
            yield f"<rect {shape} {self.hatched(bar.ink)}/>"
            yield self._frame(lower, y, upper - lower, "" if bounds.upper is not None else 'stroke-dasharray="2 4"')
        width = max(lower - start, 1.5)
        yield f'<rect x="{start}" y="{y}" width="{width:.1f}" height="{BAR_HEIGHT}" {self.ink(bar.ink)}/>'
        if bounds.upper is None:
            yield f'<path d="M{BAR_END - 1} {y + BAR_HEIGHT / 2 - 6}l7 6l-7 6z" {self.ink(bar.ink)}/>'
        if bar.target is not None:
            line = f'd="M{start + bar.target * scale:.1f} {y - 3}v{BAR_HEIGHT + 6}" stroke-width="2.5" fill="none"'
            yield f"<path {line} {self.ink('target', 'stroke')}/>"

    def _frame(self, x: float, y: float, width: float, more: str) -> str:
        shape = f'x="{x:.1f}" y="{y + 0.5}" width="{width:.1f}" height="{BAR_HEIGHT - 1}" fill="none" stroke-width="1"'
        return f"<rect {shape} {more} {self.ink('frame', 'stroke')}/>"


def text_of(words: str) -> str:
    """Return words as text of an XML file, whatever they are."""
    return escape(CONTROL.sub("", words))


def bars(code: str, title: str, groups: Iterable[Group]) -> Picture | None:
    """Return a picture of groups of bars; None where there is nothing to show."""
    known = tuple(groups)
    if not any(group.is_known for group in known):
        return None
    words = " ".join(_sentence(group) for group in known)
    half = (len(known) + 1) // 2 if len(known) > GROUPS_A_COLUMN else len(known)
    return Picture(code, title, words, tuple(_column(part) for part in (known[:half], known[half:]) if part))


def _column(groups: tuple[Group, ...]) -> Column:
    return Column(sum(map(_height, groups)), lambda pen: _drawn(pen, groups))


def _sentence(group: Group) -> str:
    aimed = any(bar.target for bar in group.bars)
    told = "; ".join(_told(bar) for bar in group.bars if bar.ink != "target" or not aimed)
    return f"{group.title} – {told}." if group.title else f"{told}."


def _told(bar: Bar) -> str:
    words = _("%(name)s: %(number)s") % {"name": bar.name, "number": bar.words} if bar.name else bar.words
    return words if bar.target is None else f"{words}, {_target(bar.target)}"


def _target(number: int) -> str:
    return _("target %(number)s") % {"number": labels.number(number)}


def _lines(words: str, characters: int = CHARACTERS_A_LINE) -> list[str]:
    """Break words into lines, at spaces where there are any."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > characters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [line if len(line) <= characters else f"{line[: characters - 1]}…" for line in lines[:2]]


def _names(group: Group, bar: Bar) -> list[str]:
    """Return the lines of a name that stands above its bar."""
    return [] if group.start or not bar.name else _lines(bar.name)


def _height(group: Group) -> int:
    titles = len(_lines(group.title)) * LINE if group.title else 0
    return titles + sum(BAR_HEIGHT + 8 + (LINE - 2) * len(_names(group, bar)) for bar in group.bars) + 8


def _drawn(pen: Pen, groups: tuple[Group, ...]) -> Iterator[str]:
    y = 0
    for group in groups:
        yield from _group(pen, group, y)
        y += _height(group)


def _group(pen: Pen, group: Group, y: int) -> Iterator[str]:
    most = _scale(group)
    for line in _lines(group.title) if group.title else ():
        yield pen.text(0, y + 13, line, more='font-weight="600"')
        y += LINE
    for bar in group.bars:
        for line in _names(group, bar):
            yield pen.text(0, y + 12, line, ink="soft", size=12)
            y += LINE - 2
        if group.start:
            yield pen.text(0, y + 13, bar.name, ink="soft", size=12)
        yield from pen.bar(bar, group.start, y + 2, most)
        size = 13 * min(1, VALUE_CHARACTERS / len(bar.words))
        yield pen.text(VALUES_AT, y + 13, bar.words, size=size, more='font-weight="600"')
        y += BAR_HEIGHT + 8


def _scale(group: Group) -> int:
    """Return the number at which the bars of a group end: an open interval goes on past all that is known."""
    ends = [number for bar in group.bars for number in (bar.bounds.upper, bar.bounds.floor, bar.target) if number]
    is_open = any(bar.bounds.upper is None and not bar.bounds.is_unknown for bar in group.bars)
    return max(1, round(max(ends, default=1) * (1.25 if is_open else 1)))


def aims(report: Report) -> Picture | None:
    """Draw each indicator of the programme as it is reached, beside its target."""
    told = [_aimed_at(part) for part in report.indicators]
    title = _("Indicators: reached so far, and target")
    return bars("drawing-indicators", title, [group for group in told if group.is_known])


def _aimed_at(part: IndicatorPart) -> Group:
    reached = (
        Bar(pgettext("in a picture", "Before"), part.previous.bounds, "before"),
        Bar(pgettext("in a picture", "This half-year"), part.current.bounds),
        Bar(pgettext("in a picture", "In all"), part.total.bounds, "total", target=part.target),
    )
    aim = [Bar(pgettext("in a picture", "Target"), Bounds.exactly(part.target), "target")] if part.target else []
    return Group(labels.figure_name(part), (*reached, *aim))


def half_years(report: Report) -> Picture | None:
    """Draw each figure before this half-year, in it, and in all."""
    return bars("drawing-half-years", _("Before, in this half-year, and in all"), map(_over_time, report.figures))


def _over_time(figure: Figure) -> Group:
    return Group(
        labels.figure_name(figure),
        (
            Bar(pgettext("in a picture", "Before"), figure.previous.bounds, "before"),
            Bar(pgettext("in a picture", "This half-year"), figure.current.bounds),
            Bar(pgettext("in a picture", "In all"), figure.total.bounds, "total"),
        ),
    )


def sides(report: Report) -> Picture | None:
    """Draw the participations of the half-year by the side of the border on which people live."""
    rows = [row for row in report.breakdowns if row.by == "residence"]
    told = tuple(Bar(value, bounds, "now") for row in rows for value, bounds in labels.cells(row))
    return bars("drawing-sides", _("Participations of this half-year by residence"), [Group("", told)] if told else [])


def budgets(report: Report) -> Picture | None:
    """Draw the budget of each partner that has a known one."""
    told = tuple(
        Bar(partner.name, Bounds.exactly(round(partner.total)), written=labels.euros(partner.total))
        for partner in report.partners
        if partner.total is not None
    )
    return bars("drawing-budgets", _("Budgets of the partners, in euros"), [Group("", told)] if told else [])


def spent(report: Report) -> Picture | None:
    """Draw what each partner has claimed, what of it was approved and the ERDF part, beside its budget."""
    told = report.spending if report.tells_spending else ()
    return bars("drawing-spending", _("Spending so far and budgets, in euros"), map(_spent, told))


def _spent(part: SpendingPart) -> Group:
    inks = {"claimed": "before", "approved": "now", "erdf": "total"}
    amounts = [
        Bar(str(spending.AMOUNT_NAMES[kind]), _euros(amount), ink, written=spending.amount(amount))
        for kind, ink in inks.items()
        for amount in (getattr(part.total, kind),)
    ]
    if part.budget:
        budget = Bounds.exactly(round(part.budget))
        amounts.append(Bar(pgettext("in a picture", "Budget"), budget, "target", written=labels.euros(part.budget)))
    return Group(part.partner, tuple(amounts))


def _euros(amount: Amount) -> Bounds:
    """Return an amount in whole euros: at least what is known of it, if it is not whole."""
    if amount.known is None:
        return Bounds()
    euros = round(amount.known)
    return Bounds.exactly(euros) if amount.is_whole else Bounds.at_least(euros)


def border(report: Report) -> Picture | None:
    """Draw the crossings of the half-year both ways over the border, each arrow as broad as its number."""
    numbers = {figure.code: figure.current.bounds for figure in report.crossings}
    ways = [(code, numbers.get(f"NET-CROSSINGS-{code}", Bounds())) for code in ("BE-FR", "FR-BE")]
    if all(bounds.is_unknown or bounds.upper == 0 for _code, bounds in ways):
        return None
    named = [Bar(str(labels.FIGURE_NAMES[f"NET-CROSSINGS-{code}"]), bounds) for code, bounds in ways]
    title = _("Crossings of the border in this half-year")
    drawn = Column(150, lambda pen: _over_the_border(pen, dict(ways)))
    return Picture("drawing-border", title, _sentence(Group("", tuple(named))), (drawn,))


def _over_the_border(pen: Pen, ways: dict[str, Bounds]) -> Iterator[str]:
    belgium, france = (str(labels.countries([code])) for code in ("BE", "FR"))
    most = max(bounds.floor for bounds in ways.values()) or 1
    wave = "M180 4c-14 22 12 34 2 58s-16 30 0 52s4 26-4 32"
    yield f'<path d="{wave}" fill="none" stroke-width="3" stroke-linecap="round" stroke-dasharray="0.1 9" '
    yield f"{pen.ink('frame', 'stroke')}/>"
    yield pen.text(0, 16, belgium, more='font-weight="600"')
    yield pen.text(WIDTH, 16, france, more='font-weight="600" text-anchor="end"')
    for (code, bounds), y, ink in zip(ways.items(), (58, 112), ("now", "total"), strict=True):
        turn = "" if code == "BE-FR" else f' transform="matrix(-1 0 0 1 {WIDTH} 0)"'
        words = labels.bounds(bounds)
        if bounds.is_unknown:
            line = f'd="M70 {y}H{WIDTH - 70}" fill="none" stroke-width="1" stroke-dasharray="2 4"{turn}'
            yield f"<path {line} {pen.ink('frame', 'stroke')}/>"
        else:
            half = 1.5 + 8.5 * bounds.floor / most
            arrow = f"M70 {y - half:.1f}H272V{y - half - 7:.1f}L298 {y}L272 {y + half + 7:.1f}V{y + half:.1f}H70z"
            yield f'<path d="{arrow}"{turn} {pen.ink(ink)}/>'
        x, anchor = (0, "start") if code == "BE-FR" else (WIDTH, "end")
        yield pen.text(x, y - 22, words, size=14, more=f'font-weight="600" text-anchor="{anchor}"')


#: The pictures of a report, by the section in whose table the same figures stand.
PICTURES: dict[str, Callable[[Report], Picture | None]] = {
    "indicators": aims,
    "figures": half_years,
    "crossings": border,
    "breakdowns": sides,
    "partners": budgets,
    "spending": spent,
}


def pictures(report: Report) -> dict[str, Picture]:
    """Return the pictures of a report by section; a section with nothing to show has none."""
    drawn = {section: draw(report) for section, draw in PICTURES.items()}
    return {section: picture for section, picture in drawn.items() if picture}
