"""The lists of a package for controllers: what is in it, the register of the actions, the history of their counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from hacktiv.common.bounds import Bounds
from hacktiv.common.spreadsheets import csv_bytes

from ...building.queries.content import Action, Evidence, Part, Report, read
from ...outputs.renderers import classification, labels
from ...outputs.renderers.register import checked_by, people, people_columns
from ...outputs.renderers.tables import title, version_words


@dataclass(frozen=True)
class Piece:
    """A piece of evidence: what it proves, where it stands in the package, and what became of it there.

    `path` is blank while its file is not in the package."""

    owner: str
    item: Evidence
    path: str = ""
    #: The digest of the file as it is in the package.
    found: str = ""

    @property
    def is_as_recorded(self) -> bool:
        return bool(self.path) and self.found == self.item.sha256


@dataclass(frozen=True)
class Absent:
    """A stored file of the report that is left out: the name it would have, and the digest that it no longer has."""

    name: str
    sha256: str


def index(pieces: Sequence[Piece], amiss: Sequence[Absent]) -> bytes:
    """Return the list of the evidence: what it proves, where it is, its digest and who stands behind it. Files of the
    report that are left out follow."""
    head = [
        _("Proves"),
        _("Name"),
        _("Kind"),
        _("File"),
        "SHA-256",
        _("As recorded"),
        _("Added on"),
        _("Checked"),
    ]
    rows = [
        [
            piece.owner,
            piece.item.name,
            labels.proof_kind(piece.item.kind),
            piece.path or _("not in this package"),
            piece.item.sha256,
            labels.yes_no(piece.is_as_recorded),
            piece.item.added_on.isoformat(),
            labels.checked(piece.item),
        ]
        for piece in pieces
    ]
    left_out = [
        ["", file.name, _("The report"), _("not in this package"), file.sha256, labels.yes_no(False), "", ""]
        for file in amiss
    ]
    return csv_bytes([head, *rows, *left_out])


def register(parts: Iterable[Part], pieces: Sequence[Piece]) -> bytes:
    """Return annex A: one row for each action, with all that the report tells of it."""
    paths: dict[str, list[str]] = {}
    for piece in pieces:
        paths.setdefault(piece.item.reference, []).append(piece.path or piece.item.name)
    actions = [part for part in parts if isinstance(part, Action)]
    return csv_bytes([_head(), *(_row(action, paths) for action in actions)])


def _head() -> list[str]:
    counts = (
        _("Meetings"),
        _("Participations"),
        _("Declared participations"),
        _("Proven participations"),
        _("Distinct persons"),
    )
    bounded = [
        words % {"column": name} for name in counts for words in (_("%(column)s, at least"), _("%(column)s, at most"))
    ]
    return [
        _("First day"),
        _("Last day"),
        _("Action"),
        _("Identifier"),
        _("Type"),
        _("Organisers"),
        _("Countries"),
        pgettext("action", "Joint"),
        pgettext("action", "Public"),
        _("Form"),
        _("Indicator"),
        *bounded,
        *people_columns(),
        _("Evidence"),
        _("Proofs still owed"),
        _("Partner"),
        _("Checked by"),
        _("Source"),
    ]


def _row(action: Action, paths: dict[str, list[str]]) -> list[str]:
    counts = (action.meetings, action.participations.bounds, action.declared, action.proven, action.persons.bounds)
    return [
        action.earliest.isoformat(),
        action.latest.isoformat(),
        read(action.title),
        action.slug,
        read(action.type_name),
        ", ".join(action.organisers),
        ", ".join(action.countries),
        labels.yes_no(action.joint),
        labels.yes_no(action.public),
        labels.mode(action.mode),
        classification.of_action(action),
        *(cell for bounds in counts for cell in _bounded(bounds)),
        *people(action),
        ", ".join(path for item in action.evidence for path in paths.get(item.reference, [])),
        ", ".join(labels.proof_kind(kind) for kind in action.missing),
        ", ".join(action.partners),
        checked_by(action),
        action.source,
    ]


def history(parts: Iterable[Part]) -> bytes:
    """Return each count that was declared of an action: by whom as which role, when, why, and what replaced it."""
    head = [
        _("Action"),
        _("What is counted"),
        _("At least"),
        _("At most"),
        _("Entered at"),
        _("Replaced at"),
        _("Entered by"),
        _("Reason"),
    ]
    return csv_bytes([head, *_counts(parts)])


def _counts(parts: Iterable[Part]) -> Iterator[list[str]]:
    for part in parts:
        for count in getattr(part, "history", ()):
            yield [
                read(part.title),
                labels.measure(count.measure),
                *_bounded(count.bounds),
                count.entered_at.isoformat(timespec="seconds"),
                count.replaced_at.isoformat(timespec="seconds") if count.replaced_at else "",
                labels.by_role(count.by_role),
                count.reason,
            ]


def page(
    report: Report,
    parts: Sequence[Part],
    pieces: Sequence[Piece],
    *,
    contents: Sequence[str],
    amiss: Sequence[Absent],
    is_whole: bool,
) -> str:
    """Return the page that tells a controller what is in the package."""
    context = {
        "report": report,
        "title": title(report),
        "state": version_words(report),
        "parts": parts,
        "pieces": pieces,
        "contents": contents,
        "amiss": amiss,
        "is_whole": is_whole,
        "language": get_language(),
    }
    return render_to_string("reporting/closing/package.html", context)


def _bounded(bounds: Bounds | None) -> tuple[str, str]:
    if bounds is None or bounds.is_unknown:
        return str(labels.NOT_PROVIDED), str(labels.NOT_PROVIDED)
    return str(bounds.floor), "" if bounds.upper is None else str(bounds.upper)
