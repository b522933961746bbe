"""Lists that are longer than a screen: paged to be read, whole to be printed."""

from django.core.paginator import Paginator

#: Rows that one sheet lists at most; beyond it a list is a file.
MOST_PRINTED = 5000


def page_of(request, rows, per_page, *, parameter="page", anchor="", label="", number=None):
    """Return the page that the address asks for, or with `?print=1` the whole list as its one page. It knows by
    `is_whole` whether it is that, and the template offers it where there are other pages.

    Of several lists on one page each has its own `parameter` of the address, the `anchor` at which it begins, and the
    `label` by which one tells them apart.
    Where the address asks for none, `number` is shown, else the first."""
    is_whole = request.GET.get("print") == "1"
    asked = request.GET.get(parameter) or number
    page = Paginator(rows, MOST_PRINTED if is_whole else per_page).get_page(asked)
    page.is_whole = is_whole
    page.can_be_whole = page.has_other_pages() and not is_whole
    page.parameter, page.anchor, page.label = parameter, anchor, label
    return page
