"""A page of the admin costs little, whatever is sent to it: words of a search and rows of a form have an end."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from hacktiv.common.text import searched_words

#: Rows of each table in a form: of a space's hours, a resource's places, a list that is changed in place. Django itself
#: builds two thousand, each with its choices, for whoever says that they send so many.
MOST_ROWS = 100


class BoundedCost:
    """Read the first words of a search, and refuse in words a form of more than MOST_ROWS rows."""

    def get_search_results(
        self: Any, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Each word is a condition of its own, on each of the fields."""
        words = " ".join(searched_words(search_term))
        return super().get_search_results(request, queryset, words)  # type: ignore[misc]

    def get_formsets_with_inlines(self: Any, request: HttpRequest, obj: Any = None) -> Iterator[tuple[Any, Any]]:
        for formset, inline in super().get_formsets_with_inlines(request, obj):  # type: ignore[misc]
            yield _bounded(formset), inline

    def get_changelist_formset(self: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return _bounded(super().get_changelist_formset(request, **kwargs))  # type: ignore[misc]


def _bounded(formset: Any) -> Any:
    """Limit the rows of a class of formsets, which is made anew for each request."""
    formset.max_num = min(formset.max_num, MOST_ROWS)
    formset.absolute_max = min(formset.absolute_max, MOST_ROWS)
    return formset
