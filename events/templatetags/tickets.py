"""The ticket of a registration on a page."""

from django import template

from ..core.files.tickets import drawing, ticket_address

register = template.Library()


@register.simple_tag
def ticket_drawing(registration):
    """Draw the code that the check-in desk scans."""
    return drawing(ticket_address(registration))
