"""Look at a list of people to invite: who would be invited to what, and who is left out and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from hacktiv.common.forms import LONGEST_ADDRESS, validate_name, validate_reachable
from hacktiv.common.languages import own_name, texts_of
from hacktiv.common.spreadsheets import DANGEROUS
from hacktiv.common.text import fold

from ...models import Invitation, MembershipKind, Space
from ..files import Line, language_of, read_lines
from ..operations import Wish
from ..queries import members_among

#: In characters, as the column takes them.
LONGEST_NAME = 120

NO_ADDRESS = _("no address")
BAD_ADDRESS = _("mail cannot reach this address")
TOO_LONG = _("too long")
FORMULA = _("a formula in place of a name")
NO_NAME = _("not the name of a person")
TWICE = _("twice in the list")
MEMBER = _("a member already")
INVITED = _("invited already")
UNKNOWN_KIND = _("unknown kind of membership")
NO_KIND = _("no kind of membership")
UNKNOWN_LANGUAGE = _("unknown language")


@dataclass(frozen=True)
class Row:
    """One line of the list: whom it would invite, or why not. `detail` says more than the reason."""

    line: Line
    wish: Wish | None = None
    reason: Any = ""
    detail: Any = ""

    @property
    def address(self) -> str:
        """Return the address as it would be written to; as it was typed where it is left out."""
        return self.wish.email if self.wish else self.line.email

    @property
    def language(self) -> str:
        return own_name(self.wish.language) if self.wish else ""


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """The values of every line that says nothing else."""

    language: str
    kind: MembershipKind | None = None
    first_day: date | None = None
    words: str = ""


@dataclass(frozen=True)
class Preview:
    """A list that somebody has looked at before they send."""

    rows: list[Row] = field(default_factory=list)

    @property
    def invited(self) -> list[Row]:
        return [row for row in self.rows if row.wish]

    @property
    def left_out(self) -> list[Row]:
        return [row for row in self.rows if not row.wish]

    @property
    def wishes(self) -> list[Wish]:
        return [row.wish for row in self.rows if row.wish]

    @property
    def sums(self) -> list[tuple[Promise, int]]:
        """Return each reason with the number of lines that are left out for it, the most frequent first."""
        return Counter(row.reason for row in self.left_out).most_common()


def preview_of(text: str, *, space: Space, kinds: Iterable[MembershipKind], defaults: Defaults) -> Preview:
    """Return what a list would do at a space; `kinds` are those that may be given there.

    Only the space's own members, and whom it has invited, are recognised. Raises BookingError as `read_lines`."""
    named = {fold(name): kind for kind in kinds for name in {kind.slug, *texts_of(kind, "name").values()}}
    lines = read_lines(text, kinds=frozenset(named))
    addresses = {line.email.lower() for line in lines}
    members = members_among(space, addresses)
    invited = Invitation.objects.unanswered().filter(space=space, email__in=addresses)
    known = dict(invited.values_list("email", "sent_at"))
    first_of: dict[str, int] = {}
    rows = []
    for line in lines:
        row = _row(line, named, defaults)
        if row.wish:
            row = _recognised(row, row.wish.email, members, known, first_of)
        if row.wish:
            first_of[row.wish.email] = line.number
        rows.append(row)
    return Preview(rows)


def _row(line: Line, named: dict[str, MembershipKind], defaults: Defaults) -> Row:
    """Return the line by itself, whoever else is on the list."""
    kind = named.get(fold(line.kind)) if line.kind else defaults.kind
    language = language_of(line.language) if line.language else defaults.language
    if reason := _wrong_in(line):
        return Row(line, reason=reason)
    if kind is None:
        return Row(line, reason=UNKNOWN_KIND if line.kind else NO_KIND, detail=line.kind)
    if not language:
        return Row(line, reason=UNKNOWN_LANGUAGE, detail=line.language)
    wish = Wish(
        email=line.email.lower(),
        full_name=line.name,
        kind=kind,
        language=language,
        first_day=defaults.first_day,
        words=defaults.words,
    )
    return Row(line, wish)


def _wrong_in(line: Line) -> Any:
    """Return what is wrong with the address or the name; blank where nothing is."""
    if not line.email:
        return NO_ADDRESS
    if line.is_too_long or len(line.email) > LONGEST_ADDRESS or len(line.name) > LONGEST_NAME:
        return TOO_LONG
    try:
        validate_reachable(line.email)
    except ValidationError:
        return BAD_ADDRESS
    if line.name.startswith(DANGEROUS):
        return FORMULA
    try:
        validate_name(line.name)
    except ValidationError:
        return NO_NAME
    return ""


def _recognised(row: Row, email: str, members: set[str], known: dict[str, Any], first_of: dict[str, int]) -> Row:
    """Leave out who is a member of the space, invited by it, or on the list above."""
    if email in first_of:
        return Row(row.line, reason=TWICE, detail=format_lazy(_("as in line {number}"), number=first_of[email]))
    if email in members:
        return Row(row.line, reason=MEMBER)
    if email in known:
        return Row(row.line, reason=INVITED, detail=format_lazy(_("on {day}"), day=dates.day(known[email])))
    return row
