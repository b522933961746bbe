"""Record visits and redeem vouchers."""

from .visits import record_visit
from .vouchers import redeem_voucher

__all__ = [
    "record_visit",
    "redeem_voucher",
]
