from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, Value, When
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from hacktiv.common import dates

from ..enums import BookingState, BookingStatus
from ..hours import day_bounds
from ..models import Booking, Resource
from ..operations import book, cancel_booking, check_in, confirm_booking, refuse_booking
from ..periods import period
from ..rules import BookingError, can_be_checked_in
from ..scoping import ScopedAdmin
from .forms import PhoneBookingForm, ReasonForm, form_page
from .rooms import BookingExport


class WhenFilter(admin.SimpleListFilter):
    """What is to come, unless asked otherwise."""

    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("today", _("Today")), ("past", _("Past")), ("all", _("All"))]

    def choices(self, changelist):
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("To come"),
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request, queryset):
        now = timezone.now()
        stretches = {
            None: Q(period__endswith__gt=now),
            "today": Q(period__overlap=period(*day_bounds(timezone.localdate()))),
            "past": Q(period__endswith__lte=now),
        }
        return queryset.filter(stretches.get(self.value(), Q()))


class StateFilter(admin.SimpleListFilter):
    """Where a booking stands, the clock included."""

    title = gettext_lazy("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return BookingState.choices

    def queryset(self, request, queryset):
        return queryset.in_state(self.value()) if self.value() in BookingState.values else queryset


REQUESTS_FIRST = Case(When(status=BookingStatus.REQUESTED, then=Value(0)), default=Value(1))


@admin.register(Booking)
class BookingAdmin(BookingExport, ScopedAdmin, admin.ModelAdmin):
    """Requests first, then in the order of their time. Nothing is edited by hand: all goes through operations."""

    scope = "resource__space"
    manager_permissions = frozenset({"view", "add"})
    list_display = ("when", "resource_name", "space", "person", "state", "purpose")
    list_filter = (WhenFilter, StateFilter, "resource__space", "resource")
    search_fields = ("user__first_name", "user__last_name", "user__email", "guest_name", "guest_email", "purpose")
    autocomplete_fields = ("user",)
    actions = ("confirm_selected", "refuse_selected", "check_in_selected", "cancel_selected")
    list_per_page = 50
    change_form_template = "admin/spaces/booking/change_form.html"
    fields = (
        "when",
        "resource",
        "unit",
        "person",
        "person_email",
        "state",
        "purpose",
        "reason",
        "created_at",
        "created_by",
        "decided_at",
        "decided_by",
        "cancelled_at",
        "cancelled_by",
        "checked_in_at",
        "checked_in_by",
        "release_at",
        "released_at",
        "is_example",
    )
    readonly_fields = fields

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        people = ("user", "created_by", "decided_by", "cancelled_by", "checked_in_by")
        return super().get_queryset(request).select_related("resource__space", "occupancy__unit", *people)

    def get_ordering(self, request):
        return ("-period",) if request.GET.get("when") == "past" else (REQUESTS_FIRST, "period")

    @admin.display(description=gettext_lazy("when"), ordering="period")
    def when(self, booking):
        return dates.span(booking.start, booking.end)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, booking):
        return booking.state.label

    @admin.display(description=gettext_lazy("resource"), ordering="resource__order")
    def resource_name(self, booking):
        return booking.resource.name

    @admin.display(description=gettext_lazy("space"), ordering="resource__space__order")
    def space(self, booking):
        return booking.resource.space

    @admin.display(description=gettext_lazy("person"))
    def person(self, booking):
        return booking.person_name or _("account erased")

    @admin.display(description=gettext_lazy("address"))
    def person_email(self, booking):
        return booking.person_email or "–"

    @admin.display(description=gettext_lazy("unit"))
    def unit(self, booking):
        return getattr(getattr(booking, "occupancy", None), "unit", None) or "–"

    # --- actions ---

    @admin.action(description=gettext_lazy("Confirm the selected requests"))
    def confirm_selected(self, request, queryset):
        self._do(request, queryset, lambda booking: confirm_booking(booking=booking, by=request.user))

    @admin.action(description=gettext_lazy("Refuse the selected requests…"))
    def refuse_selected(self, request, queryset):
        return self._with_reason(request, queryset, refuse_booking, _("Refuse these requests?"), _("Refuse"))

    @admin.action(description=gettext_lazy("Check in the selected bookings"))
    def check_in_selected(self, request, queryset):
        def note(count):
            return ngettext("%(count)s person checked in.", "%(count)s people checked in.", count)

        self._do(request, queryset, lambda booking: check_in(booking=booking, by=request.user), note)

    @admin.action(description=gettext_lazy("Cancel the selected bookings…"))
    def cancel_selected(self, request, queryset):
        def cancel(**wish):
            return cancel_booking(**wish, as_manager=True)

        return self._with_reason(request, queryset, cancel, _("Cancel these bookings?"), _("Cancel the bookings"))

    def _with_reason(self, request, queryset, operation, title, submit):
        """Ask why, then do it: the page posts the same action back."""
        form = ReasonForm(request.POST if "reason" in request.POST else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            self._do(request, queryset, lambda booking: operation(booking=booking, by=request.user, reason=reason))
            return None
        return form_page(
            request,
            self,
            form,
            title=title,
            submit=submit,
            status=400 if form.errors else 200,
            objects=queryset,
            action=request.POST["action"],
            checkbox_name=ACTION_CHECKBOX_NAME,
        )

    def _do(self, request, queryset, operation, note=None):
        done = 0
        for booking in queryset:
            try:
                operation(booking)
                done += 1
            except BookingError as error:
                messages.error(request, f"{booking.person_name}, {self.when(booking)}: {error.message}")
        if done:
            text = ngettext(
                "%(count)s booking changed, the person is told.",
                "%(count)s bookings changed, the people are told.",
                done,
            )
            messages.success(request, (note(done) if note else text) % {"count": done})

    # --- pages ---

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.check_in_view))
        own = path("<path:object_id>/check-in/", view, name="spaces_booking_check_in")
        return [own, *super().get_urls()]

    def check_in_view(self, request, object_id):
        """From the page of today, and back to it."""
        booking = self.get_object(request, object_id)
        if booking is None or not self.has_view_permission(request, booking):
            raise Http404
        try:
            check_in(booking=booking, by=request.user)
        except BookingError as error:
            messages.error(request, f"{booking.person_name}, {self.when(booking)}: {error.message}")
        else:
            messages.success(request, _("%(person)s is checked in.") % {"person": self.person(booking)})
        return redirect("admin:index")

    def add_view(self, request, form_url="", extra_context=None):
        """Book for a member or for a guest on the phone, under the same rules as everybody."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        registry = self.admin_site._registry
        people = registry[Booking._meta.get_field("user").remote_field.model]
        form = PhoneBookingForm(
            request.POST or None,
            initial={"day": timezone.localdate(), **request.GET.dict()},
            resources=registry[Resource].in_scope(request, Resource.objects.rooted().select_related("space")),
            people=people.get_queryset(request),
            admin_site=self.admin_site,
        )
        if request.method == "POST" and form.is_valid():
            try:
                booking = book(**form.wish(), by=request.user, as_manager=True)
            except BookingError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("Booked: %(booking)s.") % {"booking": self.when(booking)})
                return redirect(reverse("admin:spaces_booking_change", args=[booking.pk]))
        status = 400 if form.errors else 200
        return form_page(request, self, form, title=_("Book for somebody"), submit=_("Book"), status=status)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        now = timezone.now()
        if obj:
            context["can_decide"] = obj.status == BookingStatus.REQUESTED and obj.end > now
            context["can_check_in"] = not obj.checked_in_at and can_be_checked_in(obj, now)
            context["can_cancel"] = obj.is_live and obj.end > now
            context["checkbox_name"] = ACTION_CHECKBOX_NAME
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)
