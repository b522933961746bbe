"""The tables of the plan: work packages, target groups, communication, principles, and the texts of sections."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ...building.queries.content import ActivityPart, Report, read
from ...enums import ActivityState, Principle, Section
from . import labels
from .cells import NOTHING, Cell, Column, Table


def activity_state(code: str) -> str:
    return str(ActivityState(code).label) if code else str(labels.NOT_PROVIDED)


def section_name(code: str) -> str:
    """Return the name of a section, or of a horizontal principle."""
    return str(Principle(code).label if code in Principle else Section(code).label)


def activity_days(part: ActivityPart) -> str:
    """Write from when to when an activity lasts."""
    if part.starts_on is None and part.ends_on is None:
        return str(labels.NOT_PROVIDED)
    return f"{labels.day(part.starts_on)} – {labels.day(part.ends_on)}"


def text_of_section(report: Report, section: str) -> Iterator[Table]:
    """Yield the text of a section as a table of one cell, if there is one."""
    text = labels.told(report.text_of(section))
    if text:
        name = section_name(section)
        yield Table(f"{section}_text", _("%(section)s: in words") % {"section": name}, (Column(name),), ((text,),))


def work_packages(report: Report) -> Iterator[Table]:
    if not report.work_packages:
        return
    columns = (
        Column(_("Work package"), width=4),
        Column(_("Activity"), width=4),
        Column(_("Partner"), width=2),
        Column(_("Days"), width=2),
        Column(_("State"), width=2),
        Column(_("What was done in this half-year"), width=5),
        Column(_("Deliverables"), width=3),
    )
    rows: list[tuple[Cell, ...]] = []
    for package in report.work_packages:
        name = f"{package.code} {read(package.title)}"
        rows += [
            (
                name,
                f"{part.code} {read(part.title)}",
                part.partner or NOTHING,
                activity_days(part),
                activity_state(part.state),
                labels.told(part.done) or str(labels.NOT_PROVIDED),
                ", ".join(read(item.title) for item in report.deliverables_of(part)) or NOTHING,
            )
            for part in package.activities
        ]
        if not package.activities:
            rows.append((name, *[NOTHING] * 6))
    yield Table("work_packages", _("Work packages"), columns, tuple(rows), headed_by=1)


def target_groups(report: Report) -> Iterator[Table]:
    yield from text_of_section(report, Section.TARGET_GROUPS)
    if not report.target_groups:
        return
    columns = (
        Column(_("Target group"), width=3),
        Column(_("Reached how"), width=5),
        Column(_("How many")),
        Column(_("At least"), "number", raw=True),
        Column(_("At most"), "number", raw=True),
    )
    rows = tuple(
        (
            read(part.name),
            labels.told(part.reached_how) or str(labels.NOT_PROVIDED),
            part.number.floor if part.number.is_exact else labels.bounds(part.number),
            *(str(labels.NOT_PROVIDED) if bound is None else bound for bound in (part.number.lower, part.number.upper)),
        )
        for part in report.target_groups
    )
    note = _("The groups may share people: they are not added up, and stand under no indicator.")
    yield Table("target_groups", _("Target groups"), columns, rows, note, named_by=0)


def communication(report: Report) -> Iterator[Table]:
    yield from text_of_section(report, Section.COMMUNICATION)
    if not report.communication:
        return
    columns = (
        Column(_("Date"), "date", width=2),
        Column(_("What was published"), width=4),
        Column(_("Where"), width=3),
        Column(_("Link or file"), width=5),
    )
    rows = tuple(
        (
            part.date or str(labels.NOT_PROVIDED),
            read(part.title),
            read(part.where) or str(labels.NOT_PROVIDED),
            ", ".join(filter(None, (part.link, *(item.name for item in part.evidence)))) or str(labels.NOT_PROVIDED),
        )
        for part in report.communication
    )
    yield Table("communication", _("Communication"), columns, rows, named_by=1)


def principles(report: Report) -> Iterator[Table]:
    if not report.principles:
        return
    columns = (Column(_("Principle"), width=2), Column(_("What was done for it"), width=6))
    rows = tuple((section_name(part.section), labels.told(part.text)) for part in report.principles)
    yield Table("principles", _("Horizontal principles"), columns, rows)
