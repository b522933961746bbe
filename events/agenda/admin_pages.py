"""The line with which a space shows its next events on its own site."""

from django.conf import settings
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from hacktiv.outbox.registry import absolute_url
from spaces.core.scoping import run_space_ids
from spaces.models import Space

LINE = '<iframe src="{}" title="{}" width="100%" height="640" loading="lazy"></iframe>'


class EventWidget:
    """Mixed into the event's admin class: the page with the lines of the spaces that one runs."""

    change_list_template = "admin/events/event/change_list.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.widget_view)
        return [path("widget/", view, name="events_event_widget"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        shows = bool(run_space_ids(request))
        return super().changelist_view(request, {**(extra_context or {}), "shows_widget": shows})

    def widget_view(self, request):
        spaces = Space.objects.published().filter(pk__in=run_space_ids(request))
        if not spaces:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Your events on your own site"),
            "opts": self.opts,
            "spaces": [{"space": space, "lines": _lines(space)} for space in spaces],
        }
        return TemplateResponse(request, "admin/events/event/widget.html", context)


def _lines(space):
    """What to copy, in each language of the site."""
    lines = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            address = absolute_url("events:widget", space.slug)
            title = _("Next events at %(space)s") % {"space": space.name}
        language = get_language_info(code)["name_translated"]
        line = LINE.format(escape(address), escape(title))
        lines.append({"language": language, "code": code, "address": address, "line": line})
    return lines
