"""Two people at one form of the admin: what one of them did not touch stays as the other has left it.

Each form of the admin and each row of its tables carries what it showed (`UntouchedMixin`), whoever wrote the class. A
row that somebody else has deleted meanwhile goes without a word, unless it was changed here: then the page says so.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.admin.options import InlineModelAdmin
from django.forms import BaseModelForm, BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import UntouchedMixin


class RowsMeanwhile:
    """Rows of a form, of which others may have been deleted since the page was shown."""

    def clean(self: Any) -> None:
        super().clean()  # type: ignore[misc]
        keys = {self.model._meta.pk.name, getattr(getattr(self, "fk", None), "name", None)}
        for form in self.initial_forms:
            if form.instance.pk is not None or (self.can_delete and self._should_delete_form(form)):
                continue
            form.errors.clear()  # Django's own is about the hidden key, which no page shows.
            if form.touched - keys:
                form.add_error(None, _("Somebody has deleted this row meanwhile: delete it here too, or add it anew."))


class UntouchedForms:
    """Mix `UntouchedMixin` into the forms of an admin class, of its list and of its tables of rows."""

    def get_inline_instances(self: Any, request: HttpRequest, obj: Any = None) -> list[InlineModelAdmin[Any, Any]]:
        inlines = super().get_inline_instances(request, obj)  # type: ignore[misc]
        for inline in inlines:
            inline.form = with_untouched(inline.form)
            inline.formset = _with_rows_meanwhile(inline.formset)
        return inlines

    def get_changelist_form(self: Any, request: HttpRequest, **kwargs: Any) -> Any:
        form = with_untouched(kwargs.pop("form", ModelForm))
        return super().get_changelist_form(request, form=form, **kwargs)  # type: ignore[misc]


@cache
def with_untouched(form: type[BaseModelForm]) -> type[BaseModelForm]:
    """Return the class of forms with `UntouchedMixin` mixed in, if it is not yet."""
    if issubclass(form, UntouchedMixin):
        return form
    return type(form)(form.__name__, (UntouchedMixin, form), _body_of(form))


@cache
def _with_rows_meanwhile(formset: type[BaseModelFormSet[Any, Any]]) -> type[BaseModelFormSet[Any, Any]]:
    if issubclass(formset, RowsMeanwhile):
        return formset
    return type(formset)(formset.__name__, (RowsMeanwhile, formset), _body_of(formset))


def _body_of(base: type) -> dict[str, Any]:
    return {"__module__": base.__module__, "__doc__": base.__doc__}
