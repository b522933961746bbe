"""The common form of the errors that operations raise and people read."""


class OperationError(Exception):
    """A write was refused. `code` is for programs, `message` (translated) for the person who asked."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self):
        return str(self.message)
