from django.utils.translation import gettext_lazy as _

from hacktiv.common.errors import OperationError


class EventError(OperationError):
    """A refused write to an event, a registration, an attendance list, a proof or a shared ride."""


class SameNameError(EventError):
    """Raised for a person without an address whose name is on the list already. `namesakes` counts those people."""

    def __init__(self, namesakes):
        super().__init__(
            "same_name",
            _(
                "Somebody of this name, without an address, is on the list already."
                " If this is another person, tick the box."
            ),
        )
        self.namesakes = namesakes
