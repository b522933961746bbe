"""The admin of the events' outcomes: managers see those of their spaces, the coordinator sees all."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hacktiv.common.languages import column
from hacktiv.common.spreadsheets import CONTENT_TYPES, csv_bytes
from members.core.rules import coordinates

from ..core.admin_pages.scope import EventScopedAdmin
from ..models import EventOutcome


@admin.register(EventOutcome)
class EventOutcomeAdmin(EventScopedAdmin, admin.ModelAdmin):
    """Outcomes to read and to download. Only the person who told an outcome changes it."""

    scope = "registration__event__space"
    manager_permissions = frozenset({"view"})
    change_list_template = "admin/events/eventoutcome/change_list.html"
    list_display = ("event", "person", "kind", "text", "partner", "may_be_told", "told_on")
    list_filter = ("kind", "may_be_told", "registration__event__space", "registration__event__earliest")
    search_fields = ("text", column("registration__event__title"), "registration__user__last_name")
    search_help_text = gettext_lazy("Search in the sentences, titles and names")
    list_select_related = ("registration__event", "registration__user", "partner")
    ordering = ("-told_on", "-pk")
    fields = readonly_fields = ("event", "person", "kind", "text", "partner", "may_be_told", "told_on")
    actions = None

    def of_spaces(self, request, queryset, spaces):
        return queryset if coordinates(request.user) else super().of_spaces(request, queryset, spaces)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(self.csv_view)
        return [path("outcomes.csv", view, name="events_eventoutcome_csv"), *super().get_urls()]

    @method_decorator([require_safe, never_cache])
    def csv_view(self, request):
        """Return the rows of the filtered list as a CSV file; redirect to the list where a filter makes no sense."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(reverse("admin:events_eventoutcome_changelist", query={ERROR_FLAG: 1}))
        head = [_("Event"), _("Date"), _("Space"), _("Person"), _("What came of it?"), _("In a sentence")]
        head += [_("With whom?"), _("May be told publicly"), _("Told on")]
        content = csv_bytes([head, *map(_row, rows.select_related("registration__event__space"))])
        answer = HttpResponse(content, content_type=CONTENT_TYPES["csv"])
        answer["Content-Disposition"] = 'attachment; filename="suites.csv"'
        return answer

    @admin.display(description=gettext_lazy("event"), ordering=column("registration__event__title"))
    def event(self, outcome):
        return outcome.registration.event

    @admin.display(description=gettext_lazy("person"))
    def person(self, outcome):
        return outcome.registration.person_name


def _row(outcome):
    event = outcome.registration.event
    return [
        event.title,
        f"{event.earliest:%Y-%m-%d}",
        event.space.name if event.space else "",
        str(outcome.registration.person_name),
        str(outcome.get_kind_display()),
        outcome.text,
        str(outcome.partner or ""),
        _("Yes") if outcome.may_be_told else _("No"),
        f"{outcome.told_on:%Y-%m-%d}",
    ]
