"""Find the accounts that may be one person's, foresee what merging two of them does, and read what was merged."""

from .foreseeing import foresee
from .proposing import DECISIONS, HINTS, hints_for, in_order, number_of_pairs, proposed_pairs, two_people_for
from .roles import lost_roles, roles_in_words
from .tables import refers_to_people, rows_tied
from .tracing import keys_of_merged, latest_mergings, merged_accounts, mergings_of, trace_of, was_merged

__all__ = [
    "DECISIONS",
    "HINTS",
    "foresee",
    "hints_for",
    "in_order",
    "keys_of_merged",
    "latest_mergings",
    "lost_roles",
    "merged_accounts",
    "mergings_of",
    "number_of_pairs",
    "proposed_pairs",
    "refers_to_people",
    "roles_in_words",
    "rows_tied",
    "trace_of",
    "two_people_for",
    "was_merged",
]
