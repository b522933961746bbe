from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hacktiv.common import dates

from ..booking.admin_pages.forms import ChangeClosureForm, CloseForm
from ..booking.operations import change_closure, close, reopen
from ..core.admin_pages import form_page
from ..core.scoping import ScopedAdmin
from ..errors import BookingError
from ..models import Closure, Resource, Space


@admin.register(Closure)
class ClosureAdmin(ScopedAdmin, admin.ModelAdmin):
    """Add a closure to close a day or block a room, change its hours, delete it to open again."""

    list_display = ("when", "space", "room", "reason")
    list_filter = ("space", "resource")
    list_select_related = ("space", "resource__space")
    fields = readonly_fields = ("when", "space", "room", "reason", "created_by", "is_example")
    ordering = ("-period",)

    def has_change_permission(self, request, obj=None):
        """Allow it until the closure is over: later it only tells what was closed."""
        return super().has_change_permission(request, obj) and (obj is None or obj.period.upper > timezone.now())

    @admin.display(description=gettext_lazy("when"), ordering="period")
    def when(self, closure):
        return dates.span(closure.period.lower, closure.period.upper)

    @admin.display(description=gettext_lazy("room"))
    def room(self, closure):
        return closure.resource.name if closure.resource else _("The whole space")

    def delete_model(self, request, obj):
        reopen(closure=obj)

    def delete_queryset(self, request, queryset):
        for closure in queryset:
            reopen(closure=closure)

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        registry = self.admin_site._registry
        form = CloseForm(
            request.POST or None,
            initial=request.GET.dict(),
            spaces=registry[Space].in_scope(request, Space.objects.all()),
            resources=registry[Resource].in_scope(request, Resource.objects.select_related("space")),
        )

        def close_it(**wish):
            close(**wish, **{name: form.cleaned_data[name] for name in ("space", "resource")})

        words = {"title": _("Close a day or block a room"), "submit": _("Close this time"), "done": _("Closed.")}
        return self._answer(request, form, close_it, **words)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        closure = self.get_object(request, object_id)
        if closure is None or not self.has_change_permission(request, closure):
            return super().change_view(request, object_id, form_url, extra_context)
        form = ChangeClosureForm(request.POST or None, closure=closure)
        words = {"title": str(closure), "submit": _("Save"), "done": _("The closure is changed.")}
        reopening = reverse("admin:spaces_closure_delete", args=[closure.pk])
        return self._answer(request, form, partial(change_closure, closure=closure), delete_url=reopening, **words)

    def _answer(self, request, form, write, *, done, **page):
        """Write what the form asks for. Bookings in the way are shown first, and cancelled only if that is wished."""
        in_the_way = []
        if request.method == "POST" and form.is_valid():
            start, end = form.stretch()
            wish = {name: form.cleaned_data[name] for name in ("reason", "cancel_bookings")}
            try:
                write(start=start, end=end, by=request.user, **wish)
            except BookingError as error:
                form.add_error(None, error.message)
                in_the_way = error.in_the_way if error.code == "bookings_in_the_way" else []
            else:
                messages.success(request, done)
                return redirect(reverse("admin:spaces_closure_changelist"))
        return form_page(request, self, form, status=400 if form.errors else 200, in_the_way=in_the_way, **page)
