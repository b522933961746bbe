"""The one exception of the app: a refused write and its reason."""

from hacktiv.common.errors import OperationError


class BookingError(OperationError):
    """A write in `spaces` was refused. `in_the_way` lists the rows that prevent it, where that helps to decide."""

    def __init__(self, code, message, in_the_way=()):
        super().__init__(code, message)
        self.in_the_way = list(in_the_way)
