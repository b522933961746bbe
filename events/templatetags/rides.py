"""Filters for the pages of shared travel."""

from django import template
from django.utils import timezone

from hacktiv.common import dates
from spaces.timing.hours import at_local

from ..travel.queries import rides

register = template.Library()
register.filter("first_name", rides.first_name)


@register.filter
def asked_of_driver(seat):
    """Return whether the driver is the one who answers."""
    return not seat.from_driver


@register.filter
def clock(moment):
    """Return « 11 h 30 » for a time without a day; blank for None."""
    return dates.hour(at_local(timezone.localdate(), moment)) if moment else ""
