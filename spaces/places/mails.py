"""Build the mails that pass on a message to a space, and its answer."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from ..models import ContactMessage, Space


@register("spaces.contact", label=_("Message to a space"))
def contact(context):
    space = Space.objects.filter(pk=context["space"]).first()
    url = absolute_url("admin:spaces_contactmessage_change", context["message"]) if "message" in context else ""
    return space and Mail(context={**context, "space": space, "url": url})


@register("spaces.contact_answer", label=_("Answer to a message to a space"))
def contact_answer(context):
    message = ContactMessage.objects.select_related("space").filter(pk=context["message"]).first()
    return message and Mail(context={"answered": message, "space": message.space, "text": message.answer})
