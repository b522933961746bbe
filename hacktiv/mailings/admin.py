"""Mailings in the admin: those of the spaces that a manager runs, and those of the network for who coordinates it."""

from django.contrib import admin
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from events.core.admin_pages.scope import EventScopedAdmin
from hacktiv.common import dates
from hacktiv.common.admin_pages import PagesAdmin

from .admin_pages.sending import PAGES, mailing_page
from .admin_pages.writing import write_page
from .models import Mailing


@admin.register(Mailing)
class MailingAdmin(EventScopedAdmin, PagesAdmin):
    """List the mailings. Each has a page of its own; a draft is written, changed and sent by operations."""

    pages = PAGES
    pages_select_related = ("space", "event", "author")
    manager_permissions = frozenset({"view", "add", "delete"})
    list_display = ("words", "to_whom", "space", "state", "number", "begun", "author")
    list_filter = ("state", "sort", "space")
    list_select_related = ("space", "event", "author")
    search_fields = ("texts__subject__unaccent",)
    actions = None
    fields = ()

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        """Allow it for a draft only: what has left stays on record."""
        return (obj is None or obj.is_draft) and super().has_delete_permission(request, obj)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("space", "event", "author").prefetch_related("texts")

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise Http404
        return write_page(request, admin=self)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        mailing = self.get_object(request, object_id)
        if mailing is None:
            raise Http404
        return mailing_page(request, mailing, admin=self)

    @admin.display(description=_("subject"))
    def words(self, mailing):
        return str(mailing)

    @admin.display(description=_("to whom"))
    def to_whom(self, mailing):
        return str(mailing.event) if mailing.event else mailing.get_audience_display()

    @admin.display(description=_("people"))
    def number(self, mailing):
        return "–" if mailing.is_draft else mailing.total

    @admin.display(description=_("begun on"), ordering="started_at")
    def begun(self, mailing):
        return dates.day(mailing.started_at, weekday=False) if mailing.started_at else "–"
