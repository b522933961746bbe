from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """The people among whom a mailing chooses its recipients."""

    MEMBERS = "members", _("Members")
    REGISTRANTS = "registrants", _("People on an event's list")


class Sort(models.TextChoices):
    """The reason for which people may be written to."""

    SERVICE = "service", _("Service message")
    NEWS = "news", _("News")


class MailingState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("mailing", "Draft")
    SENDING = "sending", pgettext_lazy("mailing", "Leaving")
    SENT = "sent", pgettext_lazy("mailing", "Sent")
    STOPPED = "stopped", pgettext_lazy("mailing", "Stopped")


class RecipientState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("recipient", "Written to")
    LEFT_OUT = "left_out", pgettext_lazy("recipient", "Left out")


class LeftOut(models.TextChoices):
    """The reason for which somebody of the audience is not written to."""

    NO_ADDRESS = "no_address", _("no address is known")
    UNCONFIRMED = "unconfirmed", _("the address is not confirmed")
    NO_CONSENT = "no_consent", _("did not agree to get this news")
    REFUSES = "refuses", _("refuses all mails that are not necessary")
