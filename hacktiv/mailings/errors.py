from hacktiv.common.errors import OperationError


class MailingError(OperationError):
    """A step of a mailing was refused."""
