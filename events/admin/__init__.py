"""Admin classes of the events, limited to the spaces that a manager runs. Writes of several steps are operations."""

from . import events, outcomes, registrations, topics, types

__all__ = ["events", "outcomes", "registrations", "topics", "types"]
