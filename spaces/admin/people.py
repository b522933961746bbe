"""Show managers the people who belong to their spaces or have booked there, to read and to choose from."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied

from members.admin import UserAdmin

from ..core.queries import people_of
from ..core.scoping import ScopedAdmin, run_space_ids
from ..models import HomeSpace

User = get_user_model()


@admin.register(User)
class ScopedUserAdmin(ScopedAdmin, UserAdmin):
    """Let managers read name, address and language of their people; superusers use the full admin of members."""

    manager_permissions = frozenset({"view"})
    manager_fields = ("first_name", "last_name", "email", "language")
    shared_choices = ("groups", "user_permissions")
    date_hierarchy = None
    change_form_template = "admin/members/user/change_form.html"

    def in_scope(self, request, queryset):
        if request.user.is_superuser:
            return queryset
        return queryset.filter(people_of(run_space_ids(request)))

    def has_delete_permission(self, request, obj=None):
        """Return False: erasing concerns every app. People use their own page, or `manage.py erase_person` does it."""
        return False

    def history_view(self, request, object_id, extra_context=None):
        """Show superusers alone what was changed: the history names fields that managers do not read."""
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def get_fieldsets(self, request, obj=None):
        if request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": self.manager_fields}),)

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if request.user.is_superuser else ()

    def get_list_display(self, request):
        return super().get_list_display(request) if request.user.is_superuser else ("__str__", "email", "language")

    def get_list_filter(self, request):
        return super().get_list_filter(request) if request.user.is_superuser else ()

    def get_actions(self, request):
        return super().get_actions(request) if request.user.is_superuser else {}


@admin.register(HomeSpace)
class HomeSpaceAdmin(ScopedAdmin, admin.ModelAdmin):
    """Show managers the members of their spaces. Members choose their home space on their own page."""

    manager_permissions = frozenset({"view"})
    list_display = ("user", "space", "since", "until")
    list_filter = ("space",)
    search_fields = ("user__first_name", "user__last_name", "user__email")
    autocomplete_fields = ("user", "space")
    list_select_related = ("user", "space")
