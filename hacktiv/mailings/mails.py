"""The mails of mailings: built when they leave, so that what was stopped or taken back meanwhile is not sent."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hacktiv.outbox.registry import Mail, register
from members.profiles.queries import news_of

from .choices import leave_url
from .enums import MailingState
from .models import Mailing, MailingRecipient
from .rendering import content_of, own_choice_url


@register("mailings.service", label=gettext_lazy("Service message"))
def service(context):
    recipient = _recipient(context)
    content = recipient and content_of(recipient.mailing)
    return content and Mail(context=content)


@register("mailings.news", label=gettext_lazy("News"), optional=True)
def news(context):
    recipient = _recipient(context)
    if recipient is None or recipient.user is None or recipient.mailing.topic not in news_of(recipient.user):
        return None
    content = content_of(recipient.mailing)
    url = leave_url(recipient.user, recipient.mailing.topic)
    return content and Mail(context={**content, "leave_url": url}, leave_url=url)


@register("mailings.test", label=gettext_lazy("Test of a mailing"))
def test(context):
    mailing = _mailings().filter(pk=context["mailing"]).first()
    content = mailing and content_of(mailing)
    if not content:
        return None
    subject = _("[Test] %(subject)s") % {"subject": content["subject"]}
    return Mail(context={**content, "subject": subject, "leave_url": own_choice_url()})


def _mailings():
    return Mailing.objects.select_related("space", "event").prefetch_related("texts")


def _recipient(context):
    """Return the recipient with the mailing; None once somebody has stopped it, or the person is erased."""
    recipients = MailingRecipient.objects.select_related("user", "mailing__space", "mailing__event")
    recipients = recipients.prefetch_related("mailing__texts")
    recipients = recipients.exclude(mailing__state=MailingState.STOPPED, mailing__gave_up=False)
    return recipients.filter(pk=context["recipient"]).first()
