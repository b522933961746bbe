from django.contrib import admin
from django.db.models import F
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from hacktiv.common.admin_pages import PagesAdmin

from ..core.scoping import ScopedAdmin
from ..models import ContactMessage
from ..places.admin_pages import contact

#: Characters of a message in the list.
SHOWN = 90


class AnsweredFilter(admin.SimpleListFilter):
    title = _("answered")
    parameter_name = "answered"

    def lookups(self, request, model_admin):
        return [("no", _("To be answered")), ("yes", _("Answered"))]

    def queryset(self, request, queryset):
        if self.value() in {"no", "yes"}:
            return queryset.filter(answered_at__isnull=self.value() == "no")
        return queryset


@admin.register(ContactMessage)
class ContactMessageAdmin(ScopedAdmin, PagesAdmin):
    """Show what people write to a space, unanswered first. It is read, answered, or deleted."""

    pages = contact.PAGES
    pages_select_related = ("space", "answered_by")
    manager_permissions = frozenset({"view", "delete"})
    list_display = ("name", "begins", "space", "written", "answered")
    list_filter = (AnsweredFilter, "space")
    list_select_related = ("space", "answered_by")
    search_fields = ("name__unaccent", "email", "text__unaccent")
    fields = readonly_fields = (
        "name",
        "email",
        "language",
        "space",
        "written",
        "text",
        "answer",
        "answered",
        "kept_until",
    )
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        return [name for name in self.fields if name != "answer" or (obj and obj.answer)]

    def get_ordering(self, request):
        return (F("answered_at").desc(nulls_first=True), "-written_at", "-pk")

    @admin.display(description=_("message"))
    def begins(self, message):
        return Truncator(" ".join(message.text.split())).chars(SHOWN)

    @admin.display(description=_("written on"), ordering="written_at")
    def written(self, message):
        return dates.moment_in_words(message.written_at)

    @admin.display(description=_("answered"), ordering="answered_at")
    def answered(self, message):
        if not message.is_answered:
            return _("To be answered")
        by = f", {message.answered_by}" if message.answered_by else ""
        return f"{dates.day(message.answered_at, weekday=False)}{by}"
