"""Read the parts of partners: what each did, what its people told of it, and who is where."""

from .own_part import (
    OwnPart,
    begun_periods,
    coordination,
    own_parts,
    own_projects,
    partners_of,
)
from .standings import Standing, awaited_of, dated_of, spends, standings
from .telling import (
    Counts,
    OwnAction,
    SectionText,
    ToldPart,
    counts_of,
    is_counted,
    own_action,
    own_events,
    partners_not_done,
    spending_seen,
    told_parts,
    written_counts,
    written_texts,
)

__all__ = [
    "Counts",
    "OwnAction",
    "OwnPart",
    "SectionText",
    "Standing",
    "ToldPart",
    "awaited_of",
    "begun_periods",
    "coordination",
    "counts_of",
    "dated_of",
    "is_counted",
    "own_action",
    "own_events",
    "own_parts",
    "own_projects",
    "partners_not_done",
    "partners_of",
    "spending_seen",
    "spends",
    "standings",
    "told_parts",
    "written_counts",
    "written_texts",
]
