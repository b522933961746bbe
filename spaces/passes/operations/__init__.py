"""Record visits, correct the side they keep, and redeem vouchers."""

from .visits import correct_side, record_visit
from .vouchers import redeem_voucher

__all__ = [
    "correct_side",
    "record_visit",
    "redeem_voucher",
]
