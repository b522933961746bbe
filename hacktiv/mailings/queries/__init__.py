"""Read whom a mailing reaches, and how far it is."""

from .audience import Addressee, Reach, addressees, reach_of
from .progress import Progress, mailings_to, progress_of, recipients_in
from .seen import fingerprint_of

__all__ = [
    "Addressee",
    "Progress",
    "Reach",
    "addressees",
    "fingerprint_of",
    "mailings_to",
    "progress_of",
    "reach_of",
    "recipients_in",
]
