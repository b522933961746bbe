"""Mailings: one message to many people, and who of them was written to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Event
from hacktiv.common.languages import READING_ORDER
from hacktiv.common.leases import Leased
from hacktiv.erasures.models import Erasable
from members.enums import NEWS_TOPICS
from spaces.models import Space

from .enums import Audience, LeftOut, MailingState, RecipientState, Sort

#: In characters.
LONGEST_SUBJECT = 120
LONGEST_TEXT = 10_000


class MailingQuerySet(models.QuerySet):
    def abandoned(self, now):
        """Keep those whose mails nobody puts in line: an order that was lost, or a worker that died."""
        return self.filter(state=MailingState.SENDING, expanded_at=None, lease_until__lt=now)

    def unsettled(self):
        """Keep those whose end is not noted yet: all their mails are in line, or somebody has stopped them."""
        leaving = Q(state=MailingState.SENDING, expanded_at__isnull=False)
        return self.filter(leaving | Q(state=MailingState.STOPPED), finished_at=None)


class Mailing(Leased):
    """One message to the members of a space, or to the people on the list of an event.

    `selection` holds the choice among them, by which they are counted anew at each step. The worker that puts the mails
    in line holds the lease. `sent` and `failed` are counted once nothing waits; until
    then they are those of people who were erased since. `left_out` holds the numbers of who is left out, by reason.
    """

    #: The beginning of how the outbox names what the mails tell about.
    ABOUT = "mailing:"

    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mailings",
        verbose_name=_("space"),
        help_text=_("Empty: the network's."),
    )
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="mailings", verbose_name=_("event")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    audience = models.CharField(_("audience"), max_length=12, choices=Audience)
    selection = models.JSONField(_("choice"), default=dict, blank=True)
    sort = models.CharField(_("sort"), max_length=8, choices=Sort, default=Sort.SERVICE)
    topic = models.CharField(
        _("topic"),
        max_length=20,
        blank=True,
        choices=[(topic.value, topic.label) for topic in NEWS_TOPICS],
        help_text=_("Of news: only those who agreed to this topic get it."),
    )
    state = models.CharField(_("state"), max_length=8, choices=MailingState, default=MailingState.DRAFT)
    total = models.PositiveIntegerField(_("people to write to"), default=0)
    queued = models.PositiveIntegerField(_("in line or sent"), default=0)
    skipped = models.PositiveIntegerField(_("not written to"), default=0)
    left_out = models.JSONField(_("not written to, by reason"), default=dict, blank=True, editable=False)
    unreachable = models.PositiveIntegerField(_("without an address"), default=0)
    sent = models.PositiveIntegerField(_("sent"), default=0)
    failed = models.PositiveIntegerField(_("could not be sent"), default=0)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    expanded_at = models.DateTimeField(_("all in line at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    gave_up = models.BooleanField(
        _("given up"), default=False, editable=False, help_text=_("Its mails could not be put in line.")
    )
    is_example = models.BooleanField(_("example"), default=False)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["state"], condition=Q(finished_at=None), name="mailings_mailing_under_way"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience=Audience.REGISTRANTS, event__isnull=False)
                | Q(audience=Audience.MEMBERS, event__isnull=True),
                name="mailings_mailing_event_of_registrants",
                violation_error_message=_("A mailing to the people on a list names the event, and no other does."),
            ),
            models.CheckConstraint(
                condition=(Q(sort=Sort.NEWS) & ~Q(topic="")) | Q(sort=Sort.SERVICE, topic=""),
                name="mailings_mailing_topic_of_news",
                violation_error_message=_("News have a topic, and a service message has none."),
            ),
            models.CheckConstraint(
                condition=Q(state=MailingState.DRAFT, started_at=None)
                | (~Q(state=MailingState.DRAFT) & Q(started_at__isnull=False)),
                name="mailings_mailing_begun",
                violation_error_message=_("A mailing has a beginning once it leaves, and none before."),
            ),
            models.CheckConstraint(
                condition=Q(state=MailingState.STOPPED, stopped_at__isnull=False)
                | (~Q(state=MailingState.STOPPED) & Q(stopped_at=None)),
                name="mailings_mailing_stopped",
                violation_error_message=_("A stopped mailing tells when it was stopped, and only a stopped one does."),
            ),
        ]

    def __str__(self):
        text = self.text_in(settings.LANGUAGE_CODE)
        return text.subject if text else str(_("Mailing without words"))

    @property
    def is_draft(self):
        return self.state == MailingState.DRAFT

    @property
    def is_leaving(self):
        return self.state == MailingState.SENDING

    @property
    def about(self):
        """Return how the outbox names what its mails tell about."""
        return f"{self.ABOUT}{self.pk}"

    @property
    def event_has_moved(self):
        """Return whether the event has gone to another space since the mailing was written."""
        return self.event is not None and self.event.space_id != self.space_id

    def text_in(self, language):
        """Return the text that a reader of this language gets: in it, else in the first language that has one."""
        texts = {text.language: text for text in self.texts.all()}
        order = (language, *READING_ORDER, *texts)
        return next((texts[code] for code in order if code in texts), None)


class MailingText(models.Model):
    """The words of a mailing in one language; the text is Markdown."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="texts", verbose_name=_("mailing"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT)
    text = models.TextField(_("text"), max_length=LONGEST_TEXT)

    class Meta:
        verbose_name = _("text of a mailing")
        verbose_name_plural = _("texts of mailings")
        constraints = [
            models.UniqueConstraint(
                fields=["mailing", "language"],
                name="mailings_mailingtext_once",
                violation_error_message=_("A mailing has one text in each language."),
            )
        ]

    def __str__(self):
        return self.subject


class MailingRecipient(Erasable):
    """Somebody of a mailing's audience with an address: written to once, or left out for a reason."""

    address_column = "email"
    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="recipients", verbose_name=_("mailing"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="mailings_received",
        verbose_name=_("person"),
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=8, choices=RecipientState)
    reason = models.CharField(_("left out because"), max_length=12, choices=LeftOut, blank=True)

    class Meta:
        verbose_name = _("recipient of a mailing")
        verbose_name_plural = _("recipients of mailings")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailing", "email"],
                name="mailings_mailingrecipient_once",
                violation_error_message=_("A mailing reaches each address once."),
            ),
            models.CheckConstraint(
                condition=Q(state=RecipientState.QUEUED, reason="")
                | (Q(state=RecipientState.LEFT_OUT) & ~Q(reason="")),
                name="mailings_mailingrecipient_reason",
                violation_error_message=_("Who is left out is so for a reason."),
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="mailings_mailingrecipient_lower_case",
                violation_error_message=_("An address is kept in lower case."),
            ),
        ]

    def __str__(self):
        return self.email

    @property
    def key(self):
        """Return the key by which the outbox refuses a second mail to the same person."""
        return f"mailings.mailing:{self.mailing_id}:{self.pk}"
