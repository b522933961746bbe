"""The numbers and names of the public results for templates, the same as in the files of open data."""

from django import template
from django.utils.translation import pgettext

from ..outputs.renderers import labels
from ..results.files import cell_name, table_name

register = template.Library()

register.filter("table_name", table_name)
register.filter("cell_name", cell_name)


@register.filter
def code_name(code):
    """Return the name of a figure."""
    return labels.FIGURE_NAMES[code]


@register.filter
def cell_of(figures, code):
    """Return the cell of a figure, or None where the report told none."""
    return figures.get(code)


@register.filter
def published(cell):
    """Write the number of a cell, or say that it is masked, or that the report told none."""
    if cell is None:
        return "–"
    return pgettext("number", "masked") if cell.is_masked else str(cell.bounds)


@register.filter
def together(sums, code):
    """Write the sum of a figure over the half-years; a dash where it does not add up or a part of it is masked."""
    bounds = sums.get(code)
    return "–" if bounds is None else str(bounds)
