"""Sections of an admin's form: each fieldset and each table of rows is one, and a long form shows one at a time.

A table of rows is called by its `tab` where its class has one, else by its `verbose_name_plural`.
"""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.text import capfirst

from .. import languages

register = template.Library()

#: A form of fewer sections shows them all, one below the other.
FEWEST_TABS = 3


@dataclass(frozen=True)
class Section:
    """`key` is the id of its frame, `wrong` the number of its fields and rows that must be mended."""

    key: str
    label: Any
    wrong: int


@register.simple_tag
def form_sections(adminform, formsets, opts):
    """Return the sections of a form in their order, none if it has too few for tabs. An empty table is no section."""
    form = adminform.form
    sections = [
        Section(
            key=f"section-{number}",
            label=fieldset.name or capfirst(opts.verbose_name),
            wrong=sum(field.name in form.errors for line in fieldset for field in _bound(line)),
        )
        for number, fieldset in enumerate(adminform)
    ]
    sections += [
        Section(
            key=f"section-{each.formset.prefix}",
            label=capfirst(getattr(each.opts, "tab", each.opts.verbose_name_plural)),
            wrong=each.formset.total_error_count() if each.formset.is_bound else 0,
        )
        for each in formsets or ()
        if each.formset.initial_forms or each.has_add_permission
    ]
    return sections if len(sections) >= FEWEST_TABS else []


def _bound(line):
    return (field.field for field in line if not field.is_readonly)


@register.simple_tag
def form_languages(adminform, formsets):
    """Return (code, name) of the languages in which the form takes texts; none if it takes none."""
    fields = [adminform.form.fields, *(each.formset.form.base_fields for each in formsets or ())]
    names = {name for some in fields for name in some}
    in_main = [name.removesuffix(languages.MAIN) for name in names if name.endswith(f"_{languages.MAIN}")]
    if not any(f"{name}{code}" in names for name in in_main for code in languages.CODES if code != languages.MAIN):
        return []
    return [(code, languages.own_name(code)) for code in languages.CODES]
