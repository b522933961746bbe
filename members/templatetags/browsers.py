"""Name a browser as people do, from what it says of itself."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

#: In this order: most browsers also name those that they descend from.
BROWSERS = [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari")]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
]


@register.filter
def browser(user_agent):
    """Return the browser and its system, as in « Firefox, Windows », that the line it sent with a request tells."""
    known = [next((name for sign, name in names if sign in user_agent), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, known)) or _("Unknown browser")
