"""Write the report as a PDF with Typst: tagged for screen readers (PDF/UA-1, PDF/A-3a), its JSON attached.

Texts that people wrote reach Typst as data and are only shown as text.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hacktiv.common.pdf import showable, tagged_pdf

from ...building.queries.content import Evidence, Report, read
from . import as_json, labels
from .cells import NOTHING, Cell, Table, written
from .pictures import pictures
from .tables import evidence_beside_actions, tables, title, version_words

#: A text of more characters makes a column of a table long and narrow: the table is printed entry by entry.
LONG = 500

HERE = Path(__file__).resolve().parent


def render(report: Report) -> bytes:
    drawn = pictures(report)
    data = {
        "language": get_language(),
        "title": title(report),
        "subtitle": version_words(report),
        "period": report.period.label,
        "project": read(report.project.title),
        "example": _("Example: fictional data") if report.project.is_example else "",
        "credit": read(report.project.credit_line),
        # An example is supported by no fund and does not show its emblem.
        "emblem_alt": "" if report.project.is_example else _("Emblem of the European Union"),
        "page": _("Page"),
        "contents": _("Contents"),
        "proofs": _("Proofs"),
        "no_file": _("No file yet."),
        "none": NOTHING,
        "nothing": _("Nothing to report."),
        "tables": [_table(table, report) for table in tables(report)],
        "pictures": {
            section: {"title": picture.title, "alt": picture.desc, "columns": len(picture.columns)}
            for section, picture in drawn.items()
        },
    }
    files: dict[str, str | bytes] = {
        f"{section}.svg": showable(picture.svg(is_printed=True)) for section, picture in drawn.items()
    }
    files["report.json"] = as_json.render(report)
    return tagged_pdf(HERE / "report.typ", data, files=files, standard="a-3a")


def _table(table: Table, report: Report) -> dict:
    """Return a table without the columns for spreadsheets only. The register of actions has one block an action, with
    its proofs; the register of evidence lists those of all else.
    """
    is_register = table.code == "actions"
    if table.code == "evidence":
        table = evidence_beside_actions(report)
    shown = [number for number, column in enumerate(table.columns) if not column.raw and column.under is None]
    return {
        "code": table.code,
        "title": table.title,
        "note": table.note,
        "comment": table.comment,
        "head": [table.columns[number].title for number in shown],
        "right": [table.columns[number].is_number for number in shown],
        "rows": [[written(row[number]) for number in shown] for row in table.rows],
        "under": [[_beneath(table, row, number) for number in shown] for row in table.rows],
        "widths": [table.columns[number].width for number in shown],
        "last_is_total": table.last_is_total,
        "headed_by": _headed_by(table, shown),
        "proofs": [[_proof(item) for item in action.evidence] for action in report.actions] if is_register else None,
    }


def _headed_by(table: Table, shown: list[int]) -> int | None:
    """Return the printed column whose cells are the heads of entries; None for a table that is printed as one."""
    has_long_text = any(len(str(row[number])) > LONG for row in table.rows for number in shown)
    column = table.named_by if table.headed_by is None and has_long_text else table.headed_by
    return None if column is None else shown.index(column)


def _proof(item: Evidence) -> dict:
    about = [item.name, labels.proof_kind(item.kind), labels.day(item.added_on)]
    checked = _("checked: %(answer)s") % {"answer": labels.checked(item)}
    return {"about": " · ".join(dict.fromkeys(filter(None, [*about, checked]))), "sum": item.sha256}


def _beneath(table: Table, row: tuple[Cell, ...], number: int) -> str:
    cells = [written(cell) for column, cell in zip(table.columns, row, strict=True) if column.under == number]
    return ", ".join(cell for cell in cells if cell != NOTHING)
