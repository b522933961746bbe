"""Rules about what people tell of themselves."""

from ..models import User


def tells_of_statistics(user: User) -> bool:
    """Return whether the person gave their gender or age band, which is their consent to the statistics."""
    return bool(user.gender or user.age_band)
