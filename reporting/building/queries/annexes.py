"""Long lists of a report: each in chunks of rows beside the report, read when somebody reads it.

Two lists are the same if their digests are, and tell the same if those of their identities are: a space or an event
that got another name changes only the former. The database reckons the digests of a list that nobody has to read
(`crossings.py`), and `digest_of` the former of one that is at hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar, overload

from hacktiv.common.languages import CODES

from ...models import AnnexChunk

Part = TypeVar("Part", covariant=True)

#: Rows of one chunk, and the most that a report keeps within itself.
CHUNK = 500
#: Between the values of a row and between rows, where their digest is reckoned.
VALUE_END, ROW_END = "\x1f", "\x1e"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class AnnexGone(LookupError):
    """The draft whose list is being read was built again, twice."""


class Annex(Sequence[Part]):
    """A long list, of which only the length and the digests are at hand until somebody reads it, by `parts`.

    `identities` is the digest of what its parts tell apart from names; blank in lists that were kept before there was
    one. `chunks` has the rows of one that was just made, as JSON, until they are kept with a version."""

    def __init__(
        self,
        length: int,
        digest: str,
        parts: Callable[[], Iterable[Part]],
        chunks: Sequence[str] = (),
        *,
        identities: str = "",
    ) -> None:
        self.length, self.digest, self.chunks, self._parts = length, digest, chunks, parts
        self.identities = identities

    @cached_property
    def _read(self) -> tuple[Part, ...]:
        return tuple(self._parts())

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[Part]:
        return iter(self._read)

    @overload
    def __getitem__(self, index: int) -> Part: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Part, ...]: ...
    def __getitem__(self, index: int | slice) -> Part | tuple[Part, ...]:
        return self._read[index]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Annex | tuple):
            return NotImplemented
        return len(self) == len(other) and self.digest == digest_of(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Reference:
    """Where the rows of a list are kept, and its digests: in place of the list in the payload of a version."""

    annex: str
    length: int
    digest: str
    identities: str = ""


def kept_rows(reference: Reference) -> Iterator[Any]:
    """Read the rows of a list that is kept beside a version, chunk by chunk. Raises AnnexGone rather than end early."""
    chunks = AnnexChunk.objects.filter(annex=reference.annex).order_by("number").values_list("rows", flat=True)
    read = 0
    for number in range(-(-reference.length // CHUNK)):
        rows = json.loads(chunks.filter(number=number).first() or "[]")
        read += len(rows)
        yield from rows
    if read != reference.length:
        raise AnnexGone(reference.annex)


class Digest:
    """The digest of a list of which the parts come one by one."""

    def __init__(self) -> None:
        self._sha256, self._between = sha256(), ""

    def add(self, part: Any) -> None:
        """Add what a part tells, but for its fields that two parts are not compared by."""
        self.add_values(getattr(part, one.name) for one in fields(part) if one.compare)

    def add_values(self, values: Iterable[Any]) -> None:
        self._sha256.update(f"{self._between}{VALUE_END.join(map(_value, values))}".encode())
        self._between = ROW_END

    def ended(self) -> str:
        return self._sha256.hexdigest()


def digest_of(parts: Iterable[Any]) -> str:
    """Return the digest of a list of parts."""
    if isinstance(parts, Annex):
        return str(parts.digest)
    digest = Digest()
    for part in parts:
        digest.add(part)
    return digest.ended()


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, dict):
        return VALUE_END.join(value.get(code, "") for code in CODES)
    if isinstance(value, datetime):
        return str((value - EPOCH) // timedelta(microseconds=1))
    return value.isoformat() if isinstance(value, date) else str(value)
