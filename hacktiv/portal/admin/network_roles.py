"""The roles in the network: who administers and coordinates it, from when to when; given and ended on own pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from hacktiv.common import dates
from hacktiv.common.admin_pages import PagesAdmin
from hacktiv.common.days import NEVER_BEGAN
from members.admin.permissions import NetworkPermissions
from members.models import NetworkRole

from ..admin_pages.network_roles import PAGES, give_page


@admin.register(NetworkRole)
class NetworkRoleAdmin(NetworkPermissions, PagesAdmin):
    """Show who has which role in the network; administrators give and end them."""

    pages = PAGES
    pages_select_related = ("user",)
    list_display = ("user", "role", "since", "last", "given_by")
    list_filter = ("role",)
    list_select_related = ("user", "given_by")
    search_fields = ("user__last_name", "user__first_name", "user__email")
    ordering = ("role", "-since", "pk")
    fields = readonly_fields = ("person", "role", "since", "last", "given_by", "given_at", "ended_by")
    actions = None

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("person"))
    def person(self, role):
        """Name the person without a link: who reads the roles does not open every account."""
        return f"{role.user}, {role.user.email}"

    @admin.display(description=gettext_lazy("last day"), ordering="until")
    def last(self, role):
        if role.is_empty:
            return NEVER_BEGAN
        return dates.day(role.last_day, weekday=False) if role.last_day else "–"

    def add_view(self, request, form_url="", extra_context=None):
        return give_page(request, admin=self)
