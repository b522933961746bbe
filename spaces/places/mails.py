"""Build the mail that passes on a message to a space."""

from hacktiv.outbox.registry import Mail, register

from ..models import Space


@register("spaces.contact")
def contact(context):
    space = Space.objects.filter(pk=context["space"]).first()
    return space and Mail(context={**context, "space": space})
