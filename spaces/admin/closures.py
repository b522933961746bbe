from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hacktiv.common import dates
from hacktiv.common.admin_pages import say_who_is_not_told, told_by_mail
from hacktiv.common.forms import whole_numbers

from ..booking.admin_pages.forms import ChangeClosureForm, CloseForm
from ..booking.operations import change_closure, close, is_out, not_told_of, reopen
from ..booking.queries.closures import waits_during
from ..core.admin_pages import form_page
from ..core.scoping import ScopedAdmin
from ..enums import BookingStatus
from ..errors import BookingError
from ..models import Booking, Closure, Resource, Space, Wait


@admin.register(Closure)
class ClosureAdmin(ScopedAdmin, admin.ModelAdmin):
    """Add a closure to close a day or block a room, change its hours, delete it to open again."""

    list_display = ("when", "space", "room", "reason")
    list_filter = ("space", "resource")
    list_select_related = ("space", "resource__space")
    fields = readonly_fields = ("when", "space", "room", "reason", "created_by", "is_example")
    ordering = ("-period",)
    delete_confirmation_template = "admin/spaces/closure/delete_confirmation.html"

    def has_change_permission(self, request, obj=None):
        """Allow it until the closure is over: later it only tells what was closed."""
        return super().has_change_permission(request, obj) and (obj is None or obj.period.upper > timezone.now())

    @admin.display(description=gettext_lazy("when"), ordering="period")
    def when(self, closure):
        return dates.span(closure.period.lower, closure.period.upper)

    @admin.display(description=gettext_lazy("resource"))
    def room(self, closure):
        return closure.resource.name if closure.resource else _("The whole space")

    def delete_view(self, request, object_id, extra_context=None):
        closure = self.get_object(request, object_id)
        waiting = len(self._waits_of(closure)) if closure else 0
        return super().delete_view(
            request, object_id, {"title": _("Reopen"), "waiting": waiting, **(extra_context or {})}
        )

    def _waits_of(self, closure):
        return list(waits_during(closure.space, closure.resource, closure.period.lower, closure.period.upper))

    def delete_model(self, request, obj):
        """Open again, and say how many of the people who waited have got a place by it."""
        waiting = self._waits_of(obj)
        reopen(closure=obj)
        served = Wait.objects.filter(pk__in=[wait.pk for wait in waiting]).exclude(booking=None).count()
        if served:
            words = ngettext(
                "%(number)d person from the waiting list has a place now, and is told by mail.",
                "%(number)d people from the waiting list have a place now, and are told by mail.",
                served,
            )
            messages.info(request, words % {"number": served})

    def delete_queryset(self, request, queryset):
        for closure in queryset:
            self.delete_model(request, closure)

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

        def what():
            return {name: form.cleaned_data[name] for name in ("space", "resource")}

        def close_it(**wish):
            close(**wish, **what())

        words = {
            "what": what,
            "title": _("Close a day or block a room"),
            "submit": _("Close this time"),
            "done": _("Closed."),
        }
        return self._answer(request, form, close_it, **words)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        closure = self.get_object(request, object_id)
        if closure is None or not self.has_change_permission(request, closure):
            return super().change_view(request, object_id, form_url, extra_context)
        form = ChangeClosureForm(request.POST or None, closure=closure)
        words = {"title": str(closure), "submit": _("Save"), "done": _("The closure is changed.")}
        reopening = reverse("admin:spaces_closure_delete", args=[closure.pk])
        words["what"] = lambda: {"space": closure.space, "resource": closure.resource}
        write = partial(change_closure, closure=closure)
        return self._answer(request, form, write, closure=closure, delete_url=reopening, **words)

    def _answer(self, request, form, write, *, what, done, closure=None, **page):
        """Write what the form asks for: a new closure, or a change of one.

        Bookings in the way are always shown first; those shown are then cancelled."""
        page["lead"] = _("Bookings in the way are shown before anything is cancelled.")
        if request.method == "POST" and form.is_valid():
            start, end = form.stretch()
            seen = whole_numbers(request.POST.getlist("seen"))
            waits = list(waits_during(**what(), start=start, end=end)) if start < end else []
            waiting = {wait.user.email for wait in (not_told_of(closure, waits) if closure else waits)}
            wish = {"reason": form.cleaned_data["reason"], "cancel_bookings": bool(seen), "seen": seen}
            try:
                write(start=start, end=end, by=request.user, **wish)
            except BookingError as error:
                if error.code == "bookings_in_the_way":
                    place = what()["resource"] or what()["space"]
                    page |= _recap(error.in_the_way, waiting)
                    page["closing"] = f"{place}, {dates.span(start, end)} – {wish['reason']}"
                else:
                    form.add_error(None, error.message)
                if error.code == "event_in_the_way":
                    page["held"] = [(hold, _page_of(hold)) for hold in error.in_the_way]
            else:
                messages.success(request, done)
                if waiting:
                    messages.info(request, _waiting_in_words(waiting))
                _tell(request, seen)
                return redirect(reverse("admin:spaces_closure_changelist"))
        return form_page(request, self, form, **page)


def _waiting_in_words(people):
    text = ngettext(
        "%(number)d person is on the waiting list for that time, and is told by mail that it is closed.",
        "%(number)d people are on the waiting list for that time, and are told by mail that it is closed.",
        len(people),
    )
    return text % {"number": len(people)}


def _recap(bookings, waiting):
    """Return what the page asks about the bookings in the way: those that go, with their mails, and loans that stay;
    and about the people `waiting` for a place in that time."""
    lent = [booking for booking in bookings if is_out(booking)]
    going = [booking for booking in bookings if booking not in lent]
    words = ngettext(
        "%(number)d booking falls into this time.", "%(number)d bookings fall into this time.", len(bookings)
    )
    recap = {"in_the_way": bookings, "lent": lent, "question": words % {"number": len(bookings)}, "lead": ""}
    if going:
        submit = ngettext("Close and cancel %(number)d booking", "Close and cancel %(number)d bookings", len(going))
        recap["submit"] = submit % {"number": len(going)}
        recap["lead"] = told_by_mail(sum(bool(booking.person_email) for booking in going), will=True)
    if waiting:
        recap["lead"] = " ".join([recap["lead"], _waiting_in_words(waiting)]).strip()
    return recap


def _page_of(hold):
    """Return the address of the event that holds the room, by the key of its hold; None if it is no event."""
    kind, number, *_resource = hold.key.split(":")
    return reverse("admin:events_event_change", args=[number]) if kind == "event" else None


def _tell(request, seen):
    """Say how many of the bookings shown before are cancelled now, and who must be told by phone."""
    found = Booking.objects.filter(pk__in=seen, status=BookingStatus.CANCELLED, cancelled_by=request.user)
    cancelled = list(found.select_related("user").order_by("period", "pk"))
    if not cancelled:
        return
    words = ngettext("%(number)d booking is cancelled.", "%(number)d bookings are cancelled.", len(cancelled))
    told = told_by_mail(sum(bool(booking.person_email) for booking in cancelled))
    messages.info(request, f"{words % {'number': len(cancelled)}} {told}")
    say_who_is_not_told(request, [str(booking.person_name) for booking in cancelled if not booking.person_email])
