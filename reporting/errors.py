from hacktiv.common.errors import OperationError


class ReportingError(OperationError):
    """A write to a project, a report or a piece of evidence was refused."""
