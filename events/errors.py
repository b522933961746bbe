from django.utils.translation import gettext_lazy as _

from hacktiv.common.errors import OperationError


class EventError(OperationError):
    """A refused write to an event, a registration, an attendance list, a proof or a shared ride."""


class SameNameError(EventError):
    """Raised for a person whose name is on the list already, where one of the two has no address. `namesakes` counts
    those people."""

    def __init__(self, namesakes):
        super().__init__(
            "same_name",
            _(
                "Somebody of this name is on the list already: is it the same person?"
                " If this is another one, tick the box."
            ),
        )
        self.namesakes = namesakes
