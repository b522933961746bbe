"""Lists of the admin are asked only for what they show: each class declares by what its list may be filtered."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from .bounded import BoundedCost
from .untouched import UntouchedForms, with_untouched

#: What the standard filters of the admin append to the field that they filter by.
OF_A_FIELD = ("", "__exact", "__isnull", "__isempty", "__gte", "__lt")
OF_A_DATE = ("__year", "__month", "__day")


class DeclaredLookups:
    """Refuse each lookup in the address of a list that is of no declared filter.

    Django lets whoever may open a list filter it by any field of its rows. From the number of rows found, they would
    read what the list and the form withhold: a token character by character, or what a person gave for statistics.
    Lookups that links of ours carry beside those of the list's filters, as « slug__exact », a class names in
    `linked_lookups`."""

    def lookup_allowed(self: Any, lookup: str, value: str, request: HttpRequest) -> bool:
        """Return whether this lookup is of one of the list's filters, its date hierarchy, or a link of ours."""
        return lookup in self._declared_lookups(request)

    def response_action(self: Any, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Refuse chosen rows whose keys cannot be any of this model's: Django would fail in the query."""
        for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.model._meta.pk.to_python(key)
            except ValidationError as error:
                raise BadRequest("A chosen row has no key of this list.") from error
        return super().response_action(request, queryset)  # type: ignore[misc]

    def _declared_lookups(self: Any, request: HttpRequest) -> set[str]:
        declared = {*getattr(self, "linked_lookups", ())}
        for item in self.get_list_filter(request):
            path = item[0] if isinstance(item, tuple) else item
            if isinstance(path, str):
                declared |= {path + ending for ending in OF_A_FIELD} | {f"{path}__{_key_of(self.model, path)}__exact"}
            else:
                declared.add(path.parameter_name)
        if self.date_hierarchy:
            declared |= {self.date_hierarchy + ending for ending in OF_A_DATE}
        return declared


def _key_of(model: Any, path: str) -> str | None:
    """Return the name of the field by which the filter of a relation names its choices; None where there is none."""
    field = None
    for part in path.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model
    if model is None:
        return None
    return field.target_field.name if hasattr(field, "target_field") else model._meta.pk.name


def with_declared_lookups(admin_class: type[BaseModelAdmin] | None) -> type[BaseModelAdmin]:
    """Return the admin class with `DeclaredLookups`, `BoundedCost` and `UntouchedForms` mixed in, if they are not."""
    admin_class = admin_class or ModelAdmin
    if issubclass(admin_class, DeclaredLookups):
        return admin_class
    body: dict[str, Any] = {"__module__": admin_class.__module__, "__doc__": admin_class.__doc__}
    if issubclass(admin_class, ModelAdmin):
        body["form"] = with_untouched(admin_class.form)
    return type(admin_class)(admin_class.__name__, (DeclaredLookups, BoundedCost, UntouchedForms, admin_class), body)
