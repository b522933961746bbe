from hacktiv.common.errors import OperationError


class EventError(OperationError):
    """A write to an event, a registration, an attendance list or a proof was refused."""
