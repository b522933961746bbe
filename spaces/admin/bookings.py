from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Case, Q, Value, When
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from hacktiv.common import dates
from hacktiv.common.admin_filters import NarrowedFilter
from hacktiv.common.admin_pages import NAMED, PagesAdmin, say_who_is_not_told, told_by_mail

from ..booking.admin_pages import arrivals, phone, rooms, sides
from ..booking.admin_pages.arrivals import named
from ..booking.operations import (
    cancel_booking,
    check_in,
    confirm_booking,
    forget_guest,
    is_out,
    refuse_booking,
    undo_check_in,
    undo_no_show,
)
from ..booking.queries import noted_until
from ..booking.rules import can_be_corrected, can_be_noted, is_for_the_desk
from ..core.admin_pages import form_page
from ..core.forms import ReasonForm, UnderstoodForm
from ..core.scoping import ScopedAdmin, ScopedInline, runs_a_space
from ..enums import BookingState, BookingStatus
from ..errors import BookingError
from ..models import Booking, Correction
from ..timing.hours import day_bounds
from ..timing.periods import period


class WhenFilter(NarrowedFilter):
    """Show the bookings to come, unless another choice is made."""

    title = gettext_lazy("when")
    parameter_name = "when"
    usual = gettext_lazy("To come")

    def lookups(self, request, model_admin):
        return [("today", _("Today")), ("past", pgettext("bookings", "Past")), ("all", pgettext("bookings", "All"))]

    def queryset(self, request, queryset):
        now = timezone.now()
        stretches = {
            None: Q(period__endswith__gt=now),
            "today": Q(period__overlap=period(*day_bounds(timezone.localdate()))),
            "past": Q(period__endswith__lte=now),
        }
        return queryset.filter(stretches.get(self.value(), Q()))


class StateFilter(admin.SimpleListFilter):
    """Filter by the state of a booking, which depends on the clock."""

    title = gettext_lazy("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return BookingState.choices

    def queryset(self, request, queryset):
        return queryset.in_state(self.value()) if self.value() in BookingState.values else queryset


REQUESTS_FIRST = Case(When(status=BookingStatus.REQUESTED, then=Value(0)), default=Value(1))


#: What the front desk does with bookings; it cancels those of today and those that it made.
ACTIONS_OF_THE_DESK = {"check_in_selected", "undo_check_in_selected", "undo_no_show_selected", "cancel_selected"}
#: The action of each button on a booking's own page, by the name by which the page asks whether it is possible.
ACTION_OF_BUTTON = {
    "can_decide": "confirm_selected",
    "can_check_in": "check_in_selected",
    "can_undo_check_in": "undo_check_in_selected",
    "can_undo_no_show": "undo_no_show_selected",
    "can_cancel": "cancel_selected",
    "can_erase_name": "erase_names_selected",
}


class CorrectionInline(ScopedInline, admin.TabularInline):
    """Show the corrected mistakes of a booking, read only."""

    model = Correction
    manager_permissions = frozenset({"view"})
    desk_permissions = frozenset({"view"})
    fields = readonly_fields = ("of", "noted_at", "noted_by", "made_at", "made_by")
    extra = 0
    template = "admin/rows.html"

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("booking", "noted_by", "made_by")


@admin.register(Booking)
class BookingAdmin(ScopedAdmin, PagesAdmin):
    """List the requests first, then by time. Nothing is edited by hand: all changes go through operations."""

    pages = [*rooms.PAGES_OF_BOOKING, *arrivals.PAGES, *sides.PAGES]
    scope = "resource__space"
    manager_permissions = frozenset({"view", "add"})
    desk_permissions = frozenset({"view", "add"})
    change_list_template = "admin/spaces/booking/change_list.html"
    list_display = ("when", "resource_name", "space", "person", "people", "state", "purpose")
    list_filter = (WhenFilter, StateFilter, "resource__space", "resource")
    linked_lookups = ("user__id__exact",)
    search_fields = ("user__first_name", "user__last_name", "user__email", "guest_name", "guest_email", "purpose")
    autocomplete_fields = ("user",)
    actions = (
        "confirm_selected",
        "refuse_selected",
        "check_in_selected",
        "cancel_selected",
        "undo_check_in_selected",
        "undo_no_show_selected",
        "erase_names_selected",
    )
    inlines = (CorrectionInline,)
    list_per_page = 50
    list_select_related = ("user", "resource__space")
    change_form_template = "admin/spaces/booking/change_form.html"
    fields = (
        "when",
        "resource",
        "unit",
        "place",
        "person",
        "person_email",
        "people",
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

    def get_fields(self, request, obj=None):
        return [name for name in self.fields if name != "place" or (obj and obj.place_id)]

    def get_inlines(self, request, obj):
        return self.inlines if obj and obj.corrections.exists() else ()

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

    @admin.display(description=pgettext_lazy("one of a resource", "unit"))
    def unit(self, booking):
        return ", ".join(map(str, booking.units)) or "–"

    def get_actions(self, request):
        """Return what the person may do with any booking of theirs; `_do` asks for each."""
        actions = super().get_actions(request)
        if runs_a_space(request):
            return actions
        return {name: action for name, action in actions.items() if name in ACTIONS_OF_THE_DESK}

    def _may_do(self, request, action, booking):
        """Return True if the person may do that with the booking: who runs its space all, the front desk some."""
        if self.is_in_scope(request, booking, None):
            return True
        is_theirs = action != "cancel_selected" or is_for_the_desk(booking, request.user, timezone.localdate())
        return action in ACTIONS_OF_THE_DESK and is_theirs

    # --- actions ---

    @admin.action(description=gettext_lazy("Confirm the selected requests"))
    def confirm_selected(self, request, queryset):
        return self._do(request, queryset, lambda booking: confirm_booking(booking=booking, by=request.user))

    @admin.action(description=gettext_lazy("Refuse the selected requests…"))
    def refuse_selected(self, request, queryset):
        count = queryset.count()
        title = ngettext("Refuse this request?", "Refuse these %(count)s requests?", count) % {"count": count}
        return self._with_reason(request, queryset, refuse_booking, title, _("Refuse"))

    @admin.action(description=gettext_lazy("Check in the selected bookings"))
    def check_in_selected(self, request, queryset):
        def note(count):
            return ngettext("%(count)s person checked in.", "%(count)s people checked in.", count)

        return self._do(
            request, queryset, lambda booking: check_in(booking=booking, by=request.user, by_team=True), note
        )

    @admin.action(description=gettext_lazy("Take back the check-in: it was a mistake"))
    def undo_check_in_selected(self, request, queryset):
        def note(count):
            return ngettext("%(count)s check-in taken back.", "%(count)s check-ins taken back.", count)

        return self._do(request, queryset, lambda booking: undo_check_in(booking=booking, by=request.user), note)

    @admin.action(description=gettext_lazy("No no-show: the person was there"))
    def undo_no_show_selected(self, request, queryset):
        def note(count):
            return ngettext("%(count)s person checked in.", "%(count)s people checked in.", count)

        return self._do(request, queryset, lambda booking: undo_no_show(booking=booking, by=request.user), note)

    @admin.action(description=gettext_lazy("Cancel the selected bookings…"))
    def cancel_selected(self, request, queryset):
        def cancel(**wish):
            return cancel_booking(**wish, as_manager=True)

        count = queryset.count()
        title = ngettext("Cancel this booking?", "Cancel these %(count)s bookings?", count) % {"count": count}
        submit = ngettext("Cancel the booking", "Cancel the %(count)s bookings", count) % {"count": count}
        return self._with_reason(request, queryset, cancel, title, submit)

    @admin.action(description=gettext_lazy("Erase the guest’s name…"))
    def erase_names_selected(self, request, queryset):
        def note(count):
            return ngettext("%(count)s name erased.", "%(count)s names erased.", count)

        form = UnderstoodForm(request.POST if "understood" in request.POST else None)
        if form.is_valid():
            return self._do(request, queryset, lambda booking: forget_guest(booking=booking), note)
        words = {"title": _("Erase these guests’ names, addresses and words?"), "submit": _("Erase the names")}
        return self._ask(request, queryset, form, **words)

    def _with_reason(self, request, queryset, operation, title, submit):
        """Ask for the reason, then run the operation: the page posts the same action back."""
        form = ReasonForm(request.POST if "reason" in request.POST else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            wish = {"by": request.user, "reason": reason}
            return self._do(request, queryset, lambda booking: operation(booking=booking, **wish))
        addresses = {booking.person_email for booking in queryset} - {""}
        if not addresses:
            form.fields["reason"].help_text = _("No mail takes it to anybody: say it on the phone.")
        words = {"lead": told_by_mail(len(addresses), will=True), "tells": True}
        return self._ask(request, queryset, form, title=title, submit=submit, **words)

    def _ask(self, request, queryset, form, *, title, submit, **words):
        """Show the form of an action on a page that posts the same action back."""
        return form_page(
            request,
            self,
            form,
            title=title,
            submit=submit,
            objects=queryset,
            action=request.POST["action"],
            back=request.POST.get("back", ""),
            checkbox_name=ACTION_CHECKBOX_NAME,
            **words,
        )

    def _do(self, request, queryset, operation, note=None):
        """Run the operation on each booking. Show successes, refusals, and the people to inform by telephone."""
        bookings, done = list(queryset), []
        for booking in bookings:
            if not self._may_do(request, request.POST["action"], booking):
                text = _("%(field)s: only who manages the space does that.")
                messages.error(request, text % {"field": named(booking)})
                continue
            try:
                operation(booking)
                done.append(booking)
            except BookingError as error:
                messages.error(request, _("%(field)s: %(error)s") % {"field": named(booking), "error": error.message})
        if done:
            text = (
                note(len(done))
                if note
                else ngettext("%(count)s booking changed.", "%(count)s bookings changed.", len(done))
            )
            messages.success(request, f"{text % {'count': len(done)}} {'; '.join(map(named, done[:NAMED]))}")
        if not note:
            say_who_is_not_told(request, [named(booking) for booking in done if not booking.person_email])
        return self._back(request, bookings)

    def _back(self, request, bookings):
        """Redirect to the page of the button: today, the booking, its series; return None for the list."""
        if request.POST.get("back") == "today":
            return redirect("admin:index")
        if request.POST.get("back") == "booking" and bookings:
            return redirect("admin:spaces_booking_change", bookings[0].pk)
        occurrence = getattr(bookings[0], "occurrence", None) if bookings else None
        if request.POST.get("back") == "series" and occurrence:
            return redirect("admin:spaces_series_change", occurrence.series_id)
        return None

    # --- pages ---

    def add_view(self, request, form_url="", extra_context=None):
        return phone.phone_page(request, admin=self)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        now = timezone.now()
        if obj:
            context["can_decide"] = obj.status == BookingStatus.REQUESTED and obj.end > now
            context["can_check_in"] = not obj.checked_in_at and can_be_noted(obj, now)
            correctable = can_be_corrected(obj, now)
            context["noted_until"], context["can_be_noted"] = noted_until(obj, now), correctable
            context["can_undo_check_in"] = (
                correctable and obj.status == BookingStatus.CONFIRMED and bool(obj.checked_in_at)
            )
            context["can_undo_no_show"] = correctable and obj.status == BookingStatus.NO_SHOW
            context["can_erase_name"] = bool(obj.guest_name) and not (obj.is_live and obj.end > now) and not is_out(obj)
            context["can_cancel"] = obj.is_live and obj.end > now and not is_out(obj)
            for key, action in ACTION_OF_BUTTON.items():
                context[key] = context[key] and self._may_do(request, action, obj)
            context["checkbox_name"] = ACTION_CHECKBOX_NAME
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)
