"""Shared travel for managers: numbers of people and kilometres, without names."""

from django.contrib import admin
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from ..core.admin_pages.scope import ReadOnlyInline
from ..models import Ride
from .queries.rides import shared_travel


class RideInline(ReadOnlyInline, admin.TabularInline):
    """The shared cars of the event, one a row, without names."""

    model = Ride
    fields = readonly_fields = ("from_side", "to_side", "direction", "people_in_it", "kilometres", "shared_kilometres")
    verbose_name_plural = _("Shared cars")

    def get_queryset(self, request):
        return super().get_queryset(request).shared()

    @admin.display(description=_("people"))
    def people_in_it(self, ride):
        return ride.people

    @admin.display(description=_("kilometres shared"))
    def shared_kilometres(self, ride):
        return ride.passenger_kilometres


def shared_travel_in_words(event):
    """Return the figures of an event's shared travel in one line, or None without any."""
    found = shared_travel(event) if event.pk else None
    if not found or not found.people:
        return None
    return _(
        "%(people)s people in shared cars, %(kilometres)s km shared; across the border %(people_across)s and "
        "%(kilometres_across)s km"
    ) % {name: number_format(value) for name, value in found._asdict().items()}
