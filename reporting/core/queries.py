from ..enums import VersionState
from ..models import Period


def is_closed(period: Period) -> bool:
    """Return whether a report of this half-year was closed."""
    return period.versions.filter(state=VersionState.CLOSED).exists()
