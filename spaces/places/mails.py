"""Build the mail that passes on a message to a space."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, register

from ..models import Space


@register("spaces.contact", label=_("Message to a space"))
def contact(context):
    space = Space.objects.filter(pk=context["space"]).first()
    return space and Mail(context={**context, "space": space})
