"""Record visits, correct the side they keep, and redeem vouchers."""

from .joining import fill_sides, join_passes, join_visits
from .visits import correct_side, record_visit
from .vouchers import redeem_voucher

__all__ = [
    "correct_side",
    "fill_sides",
    "join_passes",
    "join_visits",
    "record_visit",
    "redeem_voucher",
]
