"""Read the balance of a member's passes, and the visits between the spaces."""

from .account import Crossing, Exchange, crossings, exchanges, visit_of, visits_paid, years_of_visits
from .balance import Booked, gives_day_back, pass_balance, pass_book, pass_book_and_bookings, shown_schemes

__all__ = [
    "Booked",
    "Crossing",
    "Exchange",
    "crossings",
    "exchanges",
    "gives_day_back",
    "pass_balance",
    "pass_book",
    "pass_book_and_bookings",
    "shown_schemes",
    "visit_of",
    "visits_paid",
    "years_of_visits",
]
