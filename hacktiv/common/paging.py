"""Lists that are longer than a screen: paged to be read, whole to be printed."""

from django.core.paginator import Paginator

#: Rows that one sheet lists at most; beyond it a list is a file.
MOST_PRINTED = 5000


def page_of(request, rows, per_page):
    """Return the page that the address asks for, or with `?print=1` the whole list as its one page. It knows by
    `is_whole` whether it is that, and the template offers it where there are other pages."""
    is_whole = request.GET.get("print") == "1"
    page = Paginator(rows, MOST_PRINTED if is_whole else per_page).get_page(request.GET.get("page"))
    page.is_whole = is_whole
    page.can_be_whole = page.has_other_pages() and not is_whole
    return page
