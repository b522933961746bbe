"""Offer, ask for and end shared cars."""

from .sharing import (
    accept_seat,
    ask_seat,
    decline_seat,
    forget_travel,
    forget_travel_of,
    offer_ride,
    propose_seat,
    wish_ride,
    withdraw_ride,
    withdraw_seat,
    withdraw_wish,
)

__all__ = [
    "accept_seat",
    "ask_seat",
    "decline_seat",
    "forget_travel",
    "forget_travel_of",
    "offer_ride",
    "propose_seat",
    "wish_ride",
    "withdraw_ride",
    "withdraw_seat",
    "withdraw_wish",
]
