from django.utils.translation import gettext_lazy as _

from hacktiv.common.errors import OperationError


class EventError(OperationError):
    """A write to an event, a registration, an attendance list or a proof was refused."""


class SameNameError(EventError):
    """Somebody of this name, without an address, is on the list already; `namesakes` says how many."""

    def __init__(self, namesakes):
        super().__init__(
            "same_name",
            _(
                "Somebody of this name, without an address, is on the list already."
                " If this is another person, tick the box."
            ),
        )
        self.namesakes = namesakes
