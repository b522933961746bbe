"""The pages of a partner's part: reading it, telling it, and what the coordinator does with it."""

from .deciding import ask, give_back, proposal, texts, until
from .proposing import missing, own_proposal, withdraw
from .reading import own_projects, parts
from .telling import all_counts, counts, done, proof, reopen, spending, text

__all__ = [
    "all_counts",
    "ask",
    "counts",
    "done",
    "give_back",
    "missing",
    "own_projects",
    "own_proposal",
    "parts",
    "proof",
    "proposal",
    "reopen",
    "spending",
    "text",
    "texts",
    "until",
    "withdraw",
]
