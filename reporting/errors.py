from django.utils.translation import gettext_lazy as _

from hacktiv.common.errors import OperationError

#: Said to people where a worker fails as nobody foresaw; what happened stands in the log.
UNFORESEEN = _(
    "Something unforeseen went wrong. Try again. If it happens again, tell whoever runs the platform: the details are "
    "in its log."
)


class ReportingError(OperationError):
    """A write to a project, a report or a piece of evidence was refused."""
