"""Words for managers about the day of an event."""

from django.contrib import messages
from django.http import HttpRequest

from ...models import Event
from ..queries import clashes_of


def warn_of_clashes(request: HttpRequest, event: Event) -> None:
    """Say what speaks against the day of an event to come: a holiday, a closure, another event, a topic, its room."""
    if not event.has_begun:
        for clash in clashes_of(event):
            messages.warning(request, clash)
