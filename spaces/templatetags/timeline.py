"""Template tags that draw the rooms of a space hour by hour, once for all who see the same."""

from datetime import date, datetime
from typing import NamedTuple

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from hacktiv.common.markup import drawn
from hacktiv.common.templatetags.hacktiv import Wording, wording_of

from ..booking.queries.timeline import Block, Day, Row
from ..models import Space

register = template.Library()


class ShownBlock(NamedTuple):
    """A stretch of time of a room, with the `address` of the reader's own booking in it."""

    kind: str
    start: datetime
    end: datetime
    span: int
    is_wide: bool
    free: int
    since: datetime | None
    until: datetime | None
    is_for_others: bool
    address: str


class ShownRow(NamedTuple):
    """A room on one day; `label` is its name as phones show it beside a cell, and only the table of a day names its
    kind."""

    name: Wording
    label: str
    total: int
    book_address: str
    is_closed: bool
    is_over: bool
    blocks: tuple[ShownBlock, ...]
    kind_name: str = ""

    @property
    def own_blocks(self) -> list[ShownBlock]:
        return [block for block in self.blocks if block.kind == "mine"]

    @property
    def free_blocks(self) -> list[ShownBlock]:
        return [block for block in self.blocks if block.kind == "free"]


class ShownDay(NamedTuple):
    """All rooms of a space on one day."""

    day: date
    is_over: bool
    rows: tuple[ShownRow, ...]


@register.simple_tag
def timeline_row(row: Row, space: Space) -> SafeString:
    """Draw `{% timeline_row row space %}`: a room half hour by half hour, in the table of a day."""
    shown = _shown_row(row, reverse("spaces:book", args=[space.slug]))
    return drawn("spaces/booking/_timeline_row.html", shown._replace(kind_name=str(row.resource.get_kind_display())))


@register.simple_tag
def timeline_of_day(day: Day, space: Space) -> SafeString:
    """Draw `{% timeline_of_day day space %}`: what is free on a day, a room a cell, in the table of a week."""
    address = reverse("spaces:book", args=[space.slug])
    rows = tuple(_shown_row(row, address) for row in day.rows)
    return drawn("spaces/booking/_timeline_week_day.html", ShownDay(day.day, day.is_over, rows))


def _shown_row(row: Row, book_address: str) -> ShownRow:
    room = row.resource
    return ShownRow(
        name=wording_of(room, "name"),
        label=room.name,
        total=row.total,
        book_address=f"{book_address}?resource={room.slug}",
        is_closed=row.is_closed,
        is_over=row.is_over,
        blocks=tuple(map(_shown_block, row.blocks)),
    )


def _shown_block(block: Block) -> ShownBlock:
    return ShownBlock(
        kind=block.kind,
        start=block.start,
        end=block.end,
        span=block.span,
        is_wide=block.is_wide,
        free=block.free,
        since=block.since,
        until=block.until,
        is_for_others=block.is_for_others,
        address=block.booking.get_absolute_url() if block.booking else "",
    )
