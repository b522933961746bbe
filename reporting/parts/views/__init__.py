"""The pages of a partner's part: reading it, telling it, and what the coordinator does with it."""

from .deciding import ask, give_back, proposal, texts, until
from .reading import own_projects, parts
from .telling import all_counts, counts, done, missing, proof, reopen, spending, text

__all__ = [
    "all_counts",
    "ask",
    "counts",
    "done",
    "give_back",
    "missing",
    "own_projects",
    "parts",
    "proof",
    "proposal",
    "reopen",
    "spending",
    "text",
    "texts",
    "until",
]
