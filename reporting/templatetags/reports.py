"""The words of a report for templates, the same as in its files."""

from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from django import template
from django.template.defaultfilters import linebreaks_filter, linebreaksbr
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from hacktiv.common.languages import own_name

from ..building.queries.content import CrossingPart, IndicatorPart, other_language, read
from ..building.queries.travel import ACROSS
from ..enums import Commented
from ..outputs.renderers import (
    border_labels,
    classification,
    correction_labels,
    indicator_labels,
    labels,
    pictures,
    plan,
    spending,
    supplementary,
    tables,
)
from ..pages.rules import anchor_of

register = template.Library()

#: The figures of the crossings in either direction.
BOTH_WAYS = {"NET-CROSSINGS", "NET-CROSSERS"}


class Way(NamedTuple):
    """The crossings of a report in one direction, and the anchor of their list on the page."""

    name: str
    sides: str
    parts: list[CrossingPart]

    @property
    def code(self) -> str:
        return self.sides.replace(" → ", "-")

    @property
    def anchor(self) -> str:
        return f"crossings-{self.code}"


register.filter("words", read)
register.filter("origin", labels.origin)
register.filter("euros", labels.euros)
register.filter("yes_no", labels.yes_no)
register.filter("closed_although", labels.closed_although)
register.filter("records_today", labels.records_today)
register.filter("unreported", labels.unreported)
register.filter("contradiction", labels.contradiction)
register.filter("contradictions_note", labels.contradictions_note)
register.filter("report_day", labels.long_day)
register.filter("side_name", labels.side)
register.filter("role_name", labels.role)
register.filter("mode_name", labels.mode)
register.filter("proof_kind", labels.proof_kind)
register.filter("measure_name", labels.measure)
register.filter("acted_as", labels.by_role)
register.filter("indicator_name", labels.indicator)
register.filter("indicator_or_none", labels.indicator_or_none)
register.filter("under_indicators", classification.of_action)
register.filter("proposal", classification.proposal)
register.filter("under_it", classification.under_it_briefly)
register.filter("elsewhere", classification.elsewhere)
register.filter("figure_name", labels.figure_name)
register.filter("figure_unit", labels.figure_unit)
register.filter("indicator_note", indicator_labels.note)
register.filter("translation_note", indicator_labels.translation_note)
register.filter("aim", indicator_labels.aim)
register.filter("share_of_target", indicator_labels.share_of_target)
register.filter("milestone_words", indicator_labels.milestone)
register.filter("output_state", indicator_labels.output_state)
register.filter("members_of", indicator_labels.members_of)
register.filter("members_words", indicator_labels.members)
register.filter("attribute", labels.attribute)
register.filter("cells", labels.cells)
register.filter("corrected", correction_labels.corrected)
register.filter("reported_then", correction_labels.said)
register.filter("known_now", correction_labels.known)
register.filter("said_in_table", correction_labels.said_in_table)
register.filter("known_in_table", correction_labels.known_in_table)
register.filter("corrected_crossings", supplementary.corrected_crossings)
register.filter("corrected_cars", supplementary.corrected_cars)
register.filter("residence_name", labels.residence)
register.filter("stock_words", labels.stock)
register.filter("joined", labels.names)
register.filter("country_names", labels.countries)
register.filter("report_version", tables.version_words)
register.filter("shown_by", border_labels.shown_by)
register.filter("travelled", border_labels.travelled)
register.filter("direction_name", border_labels.direction)


@register.filter
def when(part):
    """Write the day of an action, or the range in which it lies."""
    return labels.when(getattr(part, "date", None), part.earliest, part.latest)


@register.filter
def problem(part):
    return labels.PROBLEMS[part.problem]


@register.filter
def budget(partner, field):
    """Write a partner's amount (`{{ partner|budget:"erdf" }}`), or say that it is unknown or absent."""
    return labels.budget(partner, getattr(partner, field))


@register.simple_tag
def budget_share(partner):
    if getattr(partner, "role", "") == "associated":
        return labels.ASSOCIATED
    return labels.share(partner.erdf, partner.total)


@register.filter
def parts(figure, report):
    """Return the actions, coachings or deliverables behind a figure."""
    known = report.actions_by_key
    return [known[key] for key in figure.actions if key in known]


@register.filter
def ways(report):
    """Return the crossings of the half-year by direction; a direction without crossings is left out."""
    found = {}
    for part in report.crossing_parts:
        found.setdefault((part.home_side, part.side), []).append(part)
    return [
        Way(labels.FIGURE_NAMES[f"NET-CROSSINGS-{home}-{side}"], f"{home} → {side}", parts)
        for (home, side), parts in sorted(found.items())
    ]


@register.filter
def crossings_behind(figure, report):
    """Return the lists of crossings that a figure counts: those of its direction, or all."""
    return [way for way in ways(report) if figure.code in BOTH_WAYS or figure.code.endswith(way.code)]


@register.filter
def cars_behind(figure, report):
    """Return how many shared cars a figure counts: those across the border, or all."""
    return sum(part.crosses or not figure.code.endswith(ACROSS) for part in report.travel_parts)


register.filter("activity_state", plan.activity_state)
register.filter("activity_days", plan.activity_days)
register.filter("section_name", plan.section_name)


@register.filter
def text_of(report, section):
    """Return the report's own text for a section, by language."""
    return report.text_of(section)


@register.filter
def deliverables_of(activity, report):
    return report.deliverables_of(activity)


register.filter("spending_lines", spending.lines)
register.filter("amount_name", lambda name: spending.AMOUNT_NAMES[name])
register.filter("amount_words", spending.amount)


@register.simple_tag
def spending_note():
    return spending.SPENDING_NOTE


@register.simple_tag
def crossings_note():
    return border_labels.CROSSINGS_NOTE


@register.simple_tag
def breakdowns_note():
    return labels.BREAKDOWNS_NOTE


@register.simple_tag
def travel_note():
    return border_labels.TRAVEL_NOTE


@register.inclusion_tag("components/drawing.html")
def picture(report, section):
    """Show the picture of a section's figures, if there is anything to show."""
    drawn = pictures.PICTURES[section](report)
    return {"title": drawn.title, "svg": mark_safe(drawn.svg())} if drawn else {}  # noqa: S308 - escaped in it


@register.filter
def told_in(chapter, report):
    """Return what a chapter of the report's page is about (`pages/rules.py`)."""
    return chapter.told(report)


@register.filter
def contribution(part, figure):
    """Return what a part adds to the figure."""
    if isinstance(figure, IndicatorPart):
        return dict(zip(figure.actions, figure.adds, strict=True))[part.key]
    value = {
        "NET-PARTICIPATIONS": "participations",
        "NET-PERSONS": "persons",
        "NET-COACHED": "persons",
    }.get(figure.code, "held")
    return getattr(part, value)


@register.filter
def of_part(behind, part):
    """Return what is known of the event behind an action (`queries/behind.py`), or None."""
    return behind.get(part.slug)


@register.filter
def anchor(part):
    """Return the anchor of a part on the page."""
    return anchor_of(part.key)


@register.simple_tag(takes_context=True)
def part_url(context, part, page=""):
    """Return the address of a part on the report's page: its anchor alone, if it stands on the page that is read, else
    the one that asks for the page on which it stands. `page` is the address of the report for other pages."""
    place = anchor_of(part.key)
    is_here = not page and part.key in context.get("keys_shown", ())
    return f"#{place}" if is_here else f"{page}?at={place}#{place}"


@register.simple_tag(takes_context=True)
def report_url(context):
    """Return the address of the report that is read: of the version, where it is one that was built."""
    period, version = context["period"], context["version"]
    named = (period.project.slug, period.label)
    return (
        reverse("reporting:version", args=[*named, version.number])
        if version
        else reverse("reporting:report", args=named)
    )


@register.simple_tag(takes_context=True)
def figure_url(context, figure):
    """Return the address of the page that lists all that stands behind a figure."""
    return f"{report_url(context)}figures/{figure.code}/"


@register.simple_tag
def is_page_of_projects(address):
    """Return whether an address of this site, such as the one after signing in, is a page of projects and reports."""
    try:
        return resolve(urlsplit(address or "").path).app_name == "reporting"
    except (Resolver404, ValueError):
        return False


@register.simple_tag
def mended_at(finding, period):
    """Return the address where what closing found is mended."""
    check, slug = finding.check, period.project.slug
    if check.mended_at.startswith("admin:"):
        return f"{reverse(check.mended_at)}?{urlencode({'project__slug': slug})}"
    if check.mended_at == "reporting:projects":
        return reverse(check.mended_at)
    address = reverse(check.mended_at, args=[slug, period.label])
    return f"{address}#{check.fragment}" if check.fragment else address


@register.filter
def format_name(code):
    """Write the format of a file: « PDF »."""
    return code.upper()


@register.filter
def language_name(code):
    return own_name(code)


@register.filter
def comment_on(period, section):
    """Return what the coordinator wrote on a section of a half-year's report."""
    return period.comment(section)


@register.filter
def told(words):
    """Write a text within a sentence or a cell; in another language than the page's, it is marked and said so."""
    return _marked(words, "span", linebreaksbr)


@register.filter
def told_at_length(words):
    """Write a text of several paragraphs; in another language than the page's, it is marked and said so."""
    return _marked(words, "div", linebreaks_filter)


def _marked(words, tag, in_lines):
    text, language = in_lines(read(words)), other_language(words)
    if not language:
        return text
    said = '<span class="soft small">({})</span> <{} lang="{}">{}</{}>'
    return format_html(said, labels.in_language(language), tag, language, text, tag)


@register.filter
def commented_name(code):
    return Commented(code).label


@register.filter
def of_time(code):
    """Write which value of a figure it is: « Ce semestre »."""
    return labels.TIMES[code]


@register.filter
def sides(row, time):
    """Return one value of a figure as each of two compared reports tells it."""
    return next((one, other) for name, one, other, _differs in row.cells if name == time)
