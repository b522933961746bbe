from hacktiv.common.errors import OperationError


class MergingError(OperationError):
    """A refused merging of two accounts."""
