"""The real network as public sources tell it: docs/network-data.md says which source tells what."""

from . import coffee, hacktiv_ardenne, organisations, spaces
from .rows import Row

ROWS: tuple[Row, ...] = (
    *organisations.ROWS,
    *spaces.ROWS,
    *hacktiv_ardenne.ROWS,
    *coffee.ROWS,
)
