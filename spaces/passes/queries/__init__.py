"""Read the balance of a member's passes, and the visits between the spaces."""

from .account import Crossing, Exchange, crossings, exchanges, visits_paid, years_of_visits
from .balance import pass_balance, pass_book

__all__ = [
    "Crossing",
    "Exchange",
    "crossings",
    "exchanges",
    "pass_balance",
    "pass_book",
    "visits_paid",
    "years_of_visits",
]
