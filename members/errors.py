"""The one exception of the app: a refused write and its reason."""

from hacktiv.common.errors import OperationError


class MemberError(OperationError):
    """A write in `members` was refused."""
