"""The report as tables with titles in the active language, used for CSV, XLSX and PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ...building.queries.content import Action, Evidence, Figure, Part, PublicationPart, Report, read
from ...enums import PartnerRole, Section
from . import border_labels, classification, correction_labels, labels
from .cells import NOTHING, Cell, Column, Share, Table, bounded, count, known, raw
from .history import history, tells_history
from .indicators import indicators, milestones, outputs, stocks_beside
from .plan import communication, principles, target_groups, text_of_section, work_packages
from .register import checked_by, people, people_columns
from .spending import spending
from .supplementary import corrected, crossing_parts, travel_parts


def tables(report: Report) -> Iterator[Table]:
    """Yield the tables of a report, each with what the coordinator wrote on its section."""
    for table in _tables(report):
        yield replace(table, comment=labels.told(report.period.comment(table.code)))


def _tables(report: Report) -> Iterator[Table]:
    yield _identification(report)
    yield _highlights(report)
    yield indicators(report)
    if any(part.milestones for part in report.indicators):
        yield milestones(report)
    if report.outputs:
        yield outputs(report)
    yield _figures(report)
    yield _stocks(report)
    if report.members:
        yield stocks_beside(report)
    if report.crossings:
        yield _crossings(report)
    if report.travel:
        title = _("Shared travel (supplementary)")
        yield _figure_table("travel", title, report.travel, border_labels.TRAVEL_NOTE)
    yield from text_of_section(report, Section.PROBLEMS)
    yield _deviations(report)
    yield from target_groups(report)
    yield from work_packages(report)
    yield _deliverables(report)
    yield from communication(report)
    yield from principles(report)
    yield _partners(report)
    if report.tells_spending:
        yield spending(report)
    yield _actions(report)
    yield _coaching(report)
    if tells_history(report):
        yield history(report)
    yield _evidence(report)
    yield _breakdowns(report)
    if report.crossings:
        yield crossing_parts(report)
    if report.travel:
        yield travel_parts(report)
    if report.unassigned:
        yield _unassigned(report)
    if report.contradictions:
        yield _contradictions(report)
    yield from classification.tables(report)
    if report.corrections:
        yield _corrections(report)
        yield from corrected(report)


def title(report: Report) -> str:
    return _("%(project)s: report %(period)s") % {
        "project": read(report.project.title),
        "period": report.period.label,
    }


def period_days(report: Report) -> str:
    return _("%(label)s, from %(start)s to %(end)s") % {
        "label": report.period.label,
        "start": labels.long_day(report.period.start),
        "end": labels.long_day(report.period.end),
    }


def version_words(report: Report) -> str:
    """Write number and state: « Version 1, clôturée le 3 janvier 2027 », « Version 2, brouillon du … », or that there
    is no version yet.
    """
    if report.closed_at:
        day = labels.long_day(timezone.localtime(report.closed_at))
        return _("Version %(number)d, closed on %(day)s") % {"number": report.version, "day": day}
    built_at = timezone.localtime(report.built_at)
    if report.status == "live":
        return _("Not built yet: the records as they stood on %(day)s at %(time)s") % {
            "day": labels.long_day(built_at),
            "time": time_format(built_at, "H:i"),
        }
    return _("Version %(number)d, draft of %(day)s at %(time)s") % {
        "number": report.version,
        "day": labels.long_day(built_at),
        "time": time_format(built_at, "H:i"),
    }


def _identification(report: Report) -> Table:
    project, lead = report.project, report.lead
    rows: list[tuple[Cell, ...]] = [
        (_("Project"), read(project.title)),
        (_("Programme"), project.programme or str(labels.NOT_PROVIDED)),
        (_("Axis"), project.axis or str(labels.NOT_PROVIDED)),
        (_("Project number"), project.code or str(labels.NOT_PROVIDED)),
        (_("Specific objective"), labels.told(project.objective) or str(labels.NOT_PROVIDED)),
        (_("Lead partner"), lead.name if lead else str(labels.NOT_PROVIDED)),
        (_("Total budget"), _amount(report.total_budget)),
        (_("Half-year"), period_days(report)),
        (_("Reported on"), report.period.reported_on or str(labels.NOT_PROVIDED)),
        (_("State of the report"), version_words(report)),
    ]
    if labels.told(project.funding):
        rows.insert(7, (_("Who pays"), labels.told(project.funding)))
    if project.keep_until:
        rows.append((_("Keep the files until"), project.keep_until))
    if report.unreported:
        rows.append((_("Half-years without a closed report"), labels.unreported(report)))
    rows += [(labels.closed_although(one), one.reason) for one in report.reasons]
    return Table("identification", _("Identification"), (Column(_("What"), width=1), Column(_("Answer"))), tuple(rows))


def _highlights(report: Report) -> Table:
    text = labels.told(report.period.highlights) or str(labels.NOT_PROVIDED)
    return Table("highlights", _("Highlights and cross-border added value"), (Column(_("Highlights")),), ((text,),))


def _figures(report: Report) -> Table:
    note = _(
        "A figure lies between two bounds, and is exact where they meet. What nobody counted is not 0: it reads "
        "“not provided”."
    )
    return _figure_table("figures", _("Figures"), report.figures, note)


def _crossings(report: Report) -> Table:
    title = _("Crossings of the border (supplementary)")
    return _figure_table("crossings", title, report.crossings, border_labels.CROSSINGS_NOTE)


def _figure_table(code: str, title: str, figures: Iterable[Figure], note: str) -> Table:
    columns = [
        Column(_("Code"), under=1),
        Column(_("Indicator"), width=6),
        Column(_("Unit")),
        Column(_("Previously reported")),
        Column(_("This half-year")),
        Column(_("Total so far")),
        Column(_("Origin, previously"), under=3),
        Column(_("Origin, this half-year"), under=4),
        Column(_("Origin, total"), under=5),
        *bounded(_("Previously"), _("This half-year"), _("Total")),
    ]
    rows = tuple(row for figure in figures for row in _figure_rows(figure))
    return Table(code, title, tuple(columns), rows, str(note))


def _figure_rows(figure: Figure) -> Iterator[tuple[Cell, ...]]:
    """Yield the row of a figure, and one of what the records say today of the half-years before if it differs."""
    values = (figure.previous, figure.current, figure.total)
    yield (
        figure.code,
        labels.figure_name(figure),
        labels.figure_unit(figure),
        *map(count, values),
        *(labels.origin(value) or NOTHING for value in values),
        *(cell for value in values for cell in raw(value)),
    )
    if figure.previous_now:
        yield (
            NOTHING,
            labels.records_today(figure),
            labels.figure_unit(figure),
            *(count(figure.previous_now), NOTHING, NOTHING),
            *(labels.origin(figure.previous_now) or NOTHING, NOTHING, NOTHING),
            *(*raw(figure.previous_now), *[NOTHING] * 4),
        )


def _stocks(report: Report) -> Table:
    columns = (
        Column(_("Code"), width=2),
        Column(_("What"), width=6),
        Column(_("State on the day")),
        Column(_("Value"), "number", raw=True),
    )
    rows = tuple((stock.code, read(stock.name), labels.stock(stock), stock.value) for stock in report.stocks)
    return Table("stocks", _("States on a day"), columns, rows, _("A state on a day is added to nothing."))


def _deviations(report: Report) -> Table:
    columns = (
        Column(_("Date"), "date", width=2),
        Column(_("What deviated")),
        Column(_("Reason"), width=4),
        Column(_("Solution")),
    )
    rows = tuple(
        (
            part.date or str(labels.NOT_PROVIDED),
            read(part.title),
            labels.told(part.reason),
            labels.told(part.solution) or str(labels.NOT_PROVIDED),
        )
        for part in report.deviations
    )
    return Table("deviations", _("Problems and deviations"), columns, rows, named_by=1)


def _deliverables(report: Report) -> Table:
    columns = (
        Column(_("Deliverable"), width=5),
        Column(_("Date"), "date"),
        Column(_("Delivered"), width=2),
        Column(_("Note")),
    )
    rows = tuple(
        (
            read(part.title),
            part.date or str(labels.NOT_PROVIDED),
            labels.yes_no(part.delivered),
            labels.told(part.note) or NOTHING,
        )
        for part in report.deliverables
    )
    return Table("deliverables", _("Deliverables"), columns, rows, named_by=0)


def _partners(report: Report) -> Table:
    columns = (
        Column(_("Partner"), width=6),
        Column(_("Side"), width=2),
        Column(_("Role")),
        Column(_("Total"), "amount", width=4),
        Column(_("ERDF"), "amount", width=4),
        Column(_("ERDF share"), "share", width=4),
    )
    rows = []
    for partner in report.partners:
        associated = partner.role == PartnerRole.ASSOCIATED
        share = str(labels.ASSOCIATED) if associated else _share(partner.erdf, partner.total)
        rows.append(
            (
                partner.name,
                labels.side(partner.side),
                labels.role(partner.role),
                _amount(partner.total, associated),
                _amount(partner.erdf, associated),
                share,
            )
        )
    sums = report.partner_totals
    if rows:
        share = _share(sums.erdf, sums.total)
        rows.append((_("All partners"), "", "", _amount(sums.total), _amount(sums.erdf), share))
    return Table("partners", _("Partners and budget"), columns, tuple(rows), last_is_total=bool(rows))


def _amount(amount: Decimal | None, associated: bool = False) -> Cell:
    if associated:
        return str(labels.ASSOCIATED)
    return str(labels.NOT_PROVIDED) if amount is None else amount


def _share(amount: Decimal | None, whole: Decimal | None) -> Cell:
    return str(labels.NOT_PROVIDED) if amount is None or not whole else Share(amount / whole)


def _actions(report: Report) -> Table:
    columns = (
        Column(_("When")),
        Column(_("Action")),
        Column(_("Type")),
        Column(_("Organisers")),
        Column(_("Countries")),
        Column(pgettext("action", "Joint")),
        Column(pgettext("action", "Public")),
        Column(_("Form")),
        Column(_("Meetings")),
        Column(_("Declared participations")),
        Column(_("Proven participations")),
        Column(_("Distinct persons")),
        Column(_("Proofs still owed")),
        Column(_("Indicator")),
        Column(_("Why under this indicator")),
        *(Column(title) for title in people_columns()),
        # In print the proofs stand below.
        Column(_("Evidence"), raw=True),
        Column(_("Partner")),
        Column(_("Checked by")),
        Column(_("Source")),
        *bounded(
            _("Meetings"),
            _("Participations"),
            _("Declared participations"),
            _("Proven participations"),
            _("Distinct persons"),
        ),
    )
    return Table(
        "actions", _("Annex A: actions"), columns, tuple(_action(action) for action in report.actions), headed_by=1
    )


def _action(action: Action) -> tuple[Cell, ...]:
    return (
        labels.when(action.date, action.earliest, action.latest),
        read(action.title),
        read(action.type_name),
        labels.names(action.organisers),
        labels.countries(action.countries),
        labels.yes_no(action.joint),
        labels.yes_no(action.public),
        labels.mode(action.mode),
        count(action.meetings),
        count(action.declared),
        count(action.proven),
        count(action.persons),
        ", ".join(labels.proof_kind(kind) for kind in action.missing) or NOTHING,
        classification.of_action(action) or NOTHING,
        classification.reason(action.classified) or NOTHING,
        *(cell or NOTHING for cell in people(action)),
        ", ".join(item.name for item in action.evidence) or NOTHING,
        ", ".join(action.partners) or NOTHING,
        checked_by(action) or NOTHING,
        action.source or NOTHING,
        *raw(action.meetings),
        *raw(action.participations),
        *raw(action.declared),
        *raw(action.proven),
        *raw(action.persons),
    )


def _coaching(report: Report) -> Table:
    columns = (
        Column(_("When"), width=4),
        Column(_("Coaching"), width=4),
        Column(_("Persons")),
        Column(_("Residence")),
        Column(_("Indicator"), width=4),
        Column(_("Why under this indicator"), width=4),
        Column(_("Note"), width=5),
        *bounded(_("Persons")),
    )
    rows = tuple(
        (
            labels.when(None, part.earliest, part.latest),
            read(part.title),
            count(part.persons),
            labels.residence(part.residence),
            classification.classified(part.classified) or NOTHING,
            classification.reason(part.classified) or NOTHING,
            labels.told(part.note) or NOTHING,
            *raw(part.persons),
        )
        for part in report.coaching
    )
    return Table("coaching", _("Coaching"), columns, rows, named_by=1)


def _evidence(report: Report) -> Table:
    return _evidence_of(report, (*report.parts, *report.communication), _("Annex A: evidence"))


def evidence_beside_actions(report: Report) -> Table:
    """List what proves all but the actions: in print each action stands with its own proofs."""
    return _evidence_of(
        report,
        (*report.coaching, *report.deliverables, *report.outputs, *report.communication),
        _("Annex A: evidence of all else"),
    )


def _evidence_of(report: Report, parts: tuple[Part | PublicationPart, ...], title: str) -> Table:
    columns = (
        Column(_("Proves")),
        Column(_("File")),
        Column(_("Kind")),
        Column("SHA-256"),
        Column(_("Added on"), "date"),
        Column(_("Checked")),
    )
    owners: list[tuple[str, tuple[Evidence, ...]]] = [(read(part.title), part.evidence) for part in parts]
    owners.append((report.period.label, report.evidence))
    rows = tuple(
        (
            owner,
            item.name,
            labels.proof_kind(item.kind) or NOTHING,
            item.sha256,
            item.added_on,
            labels.checked(item),
        )
        for owner, items in owners
        for item in items
    )
    return Table("evidence", title, columns, rows, headed_by=1)


def _breakdowns(report: Report) -> Table:
    columns = (
        Column(_("By")),
        Column(_("Value")),
        Column(_("How many")),
        Column(_("At least"), "number", raw=True),
        Column(_("At most"), "number", raw=True),
    )
    rows = tuple(
        (
            labels.attribute(row),
            value,
            count(bounds),
            known(bounds.lower),
            known(bounds.upper),
        )
        for row in report.breakdowns
        for value, bounds in labels.cells(row)
    )
    return Table("breakdowns", _("Annex B: breakdowns"), columns, rows, str(labels.BREAKDOWNS_NOTE))


def _unassigned(report: Report) -> Table:
    columns = (Column(_("Action")), Column(_("When")), Column(_("What is missing")))
    rows = tuple(
        (read(part.title), labels.when(None, part.earliest, part.latest), str(labels.PROBLEMS[part.problem]))
        for part in report.unassigned
    )
    note = _("Until then they widen the figures of each half-year they may belong to.")
    return Table("unassigned", _("Actions that wait for a decision"), columns, rows, note)


def _contradictions(report: Report) -> Table:
    columns = (Column(_("Action")), Column(_("What cannot be true together"), width=5))
    rows = tuple((read(part.title), labels.contradiction(part)) for part in report.contradictions)
    return Table(
        "contradictions", _("Counts that contradict each other"), columns, rows, labels.contradictions_note(report)
    )


def _corrections(report: Report) -> Table:
    columns = (
        Column(_("Report")),
        Column(_("Entry")),
        Column(_("What")),
        Column(_("Reported then")),
        Column(_("Known now")),
    )
    rows = tuple(
        (
            _("%(period)s, version %(number)d") % {"period": part.period, "number": part.version},
            read(part.title),
            correction_labels.corrected(part),
            correction_labels.said_in_table(part),
            correction_labels.known_in_table(part),
        )
        for part in report.corrections
    )
    return Table("corrections", _("Corrections to closed reports"), columns, rows)
