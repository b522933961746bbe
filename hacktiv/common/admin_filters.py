"""Filters of the admin's lists that narrow the list without a choice too."""

from typing import Any

from django.contrib import admin


class NarrowedFilter(admin.SimpleListFilter):
    """A filter whose first choice, in force without a value, says in `usual` what the list shows then."""

    usual: Any = ""

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": self.usual,
        }
        yield from list(super().choices(changelist))[1:]
