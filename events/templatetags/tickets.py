"""The ticket on a page."""

from django import template

from ..core.files.tickets import drawing, ticket_address

register = template.Library()


@register.simple_tag
def ticket_drawing(registration):
    """The code that the phone at the door scans."""
    return drawing(ticket_address(registration))
