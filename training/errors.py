from hacktiv.common.errors import OperationError


class TrainingError(OperationError):
    """A write to a programme, a session or a coaching was refused."""
