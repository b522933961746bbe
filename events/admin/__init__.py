"""The managers' tool: every class is scoped to the spaces they run, and what matters goes through the operations."""

from . import events, outcomes, registrations, topics, types

__all__ = ["events", "outcomes", "registrations", "topics", "types"]
