"""The chapters of the report's page, in their order, and on which page of its actions each stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..building.queries.content import Action, Report
from ..enums import Commented, Section

#: Actions, and entries of any other list, on one page.
PER_PAGE = 50


@dataclass(frozen=True)
class Chapter:
    """A chapter of the report's page: its anchor, its title, and the template of what stands below the title.

    `told` returns what of the report the chapter is about: `figures` in its template. Where that is empty the chapter
    is left out. A supplementary one is marked."""

    anchor: str
    title: Promise
    template: str
    told: Callable[[Report], object] = lambda report: True
    is_supplementary: bool = False

    @property
    def section(self) -> str:
        """Return the section that a comment on this chapter is kept under; blank where none is written."""
        section = {"shared-travel": Commented.TRAVEL.value}.get(self.anchor, self.anchor)
        return section if section in Commented.values else ""


#: A new chapter is a row here, with its template; the contents follow.
CHAPTERS = (
    Chapter("identification", _("Identification"), "reporting/pages/_identification.html"),
    Chapter("highlights", _("Highlights and cross-border added value"), "reporting/pages/_highlights.html"),
    Chapter("indicators", _("Indicators of the programme"), "reporting/pages/_indicators.html"),
    Chapter("figures", _("Figures"), "reporting/pages/_figures.html"),
    Chapter("actions", _("Actions"), "reporting/pages/_actions.html"),
    Chapter("coaching", _("Coaching"), "reporting/pages/_coaching.html"),
    Chapter(
        "crossings",
        _("Crossings of the border"),
        "reporting/pages/_crossings.html",
        told=lambda report: report.crossings,
        is_supplementary=True,
    ),
    Chapter(
        "shared-travel",
        _("Shared travel"),
        "reporting/pages/_travel.html",
        told=lambda report: report.travel,
        is_supplementary=True,
    ),
    Chapter("deviations", _("Problems and deviations"), "reporting/pages/_deviations.html"),
    Chapter(
        "target-groups",
        _("Target groups"),
        "reporting/pages/_target_groups.html",
        told=lambda report: report.target_groups or report.text_of(Section.TARGET_GROUPS),
    ),
    Chapter(
        "work-packages",
        _("Work packages"),
        "reporting/pages/_work_packages.html",
        told=lambda report: report.work_packages,
    ),
    Chapter("deliverables", _("Deliverables"), "reporting/pages/_deliverables.html"),
    Chapter(
        "communication",
        _("Communication"),
        "reporting/pages/_communication.html",
        told=lambda report: report.communication or report.text_of(Section.COMMUNICATION),
    ),
    Chapter(
        "principles",
        _("Horizontal principles"),
        "reporting/pages/_principles.html",
        told=lambda report: report.principles,
    ),
    Chapter("outputs", _("Outputs"), "reporting/pages/_outputs.html", told=lambda report: report.outputs),
    Chapter("partners", _("Partners and budget"), "reporting/pages/_partners.html"),
    Chapter(
        "spending",
        _("Spending by partner"),
        "reporting/pages/_spending.html",
        told=lambda report: report.tells_spending,
    ),
    Chapter("breakdowns", _("Breakdowns"), "reporting/pages/_breakdowns.html"),
    Chapter(
        "corrections",
        _("Corrections to closed reports"),
        "reporting/pages/_corrections.html",
        told=lambda report: report.corrections,
    ),
)


def chapters_of(report: Report) -> list[Chapter]:
    return [chapter for chapter in CHAPTERS if chapter.told(report)]


def anchor_of(key: str) -> str:
    """Return the anchor of a part on the page by its key."""
    return key.replace(":", "-")


def page_with(anchor: str, actions: Sequence[Action]) -> int | None:
    """Return the number of the page on which an action stands, None for what is no action."""
    places = (place for place, action in enumerate(actions) if anchor_of(action.key) == anchor)
    place = next(places, None)
    return None if place is None else place // PER_PAGE + 1
