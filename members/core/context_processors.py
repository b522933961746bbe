"""Tell each page the rights of the signed-in person."""

from django.utils.functional import SimpleLazyObject

from .rules import coordinates


def rights(request):
    """Return whether the person coordinates the network. Lazy: it asks the database only on a page that shows it."""
    return {"is_coordinator": SimpleLazyObject(lambda: _is_coordinator(request))}


def _is_coordinator(request):
    person = getattr(request, "user", None)
    return person is not None and coordinates(person)
