"""The template tag by which a page that promises a mail says that mails are late."""

from django import template

from ..queries import is_held

register = template.Library()


@register.inclusion_tag("outbox/_late.html")
def late_mails():
    """Draw `{% late_mails %}`: a notice while the mails are held, else nothing. One query."""
    return {"is_held": is_held()}
