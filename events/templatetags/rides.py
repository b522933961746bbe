"""What templates show of a person in shared travel."""

from django import template
from django.utils import timezone

from hacktiv.common import dates
from spaces.timing.hours import at_local

from ..travel.queries import rides

register = template.Library()
register.filter("first_name", rides.first_name)


@register.filter
def asked_of_driver(seat):
    """Whether it is the driver who answers."""
    return not seat.from_driver


@register.filter
def clock(moment):
    """« 11 h 30 », of an hour on no day; nothing for nothing."""
    return dates.hour(at_local(timezone.localdate(), moment)) if moment else ""
