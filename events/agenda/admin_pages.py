"""The page with the line of HTML that shows a space's next events on its own site."""

from django.conf import settings
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hacktiv.common.admin_pages import Page
from hacktiv.outbox.registry import absolute_url
from spaces.core.scoping import run_space_ids
from spaces.models import Space

LINE = '<iframe src="{}" title="{}" width="100%" height="640" loading="lazy"></iframe>'


@require_safe
def widget_page(request, *, admin):
    spaces = Space.objects.published().filter(pk__in=run_space_ids(request))
    if not spaces:
        raise Http404
    context = {
        **admin.page_context(request, title=_("Your events on your own site")),
        "spaces": [{"space": space, "lines": _lines(space)} for space in spaces],
    }
    return TemplateResponse(request, "admin/events/event/widget.html", context)


def _lines(space):
    """Return the line to copy in each language of the site."""
    lines = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            address = absolute_url("events:widget", space.slug)
            title = _("Next events at %(space)s") % {"space": space.name}
        language = get_language_info(code)["name_translated"]
        line = LINE.format(escape(address), escape(title))
        lines.append({"language": language, "code": code, "address": address, "line": line})
    return lines


PAGES = [Page("widget", widget_page, of_one=False)]
