"""Lunch&talk topics that members propose for a free Friday: the rota."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spaces.models import Space

from ..enums import TopicState
from .events import Event


class TopicProposal(models.Model):
    """A member's topic for one Friday of one space. It is deleted with the account; the event made from it stays."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="topic_proposals", verbose_name=_("space"))
    day = models.DateField(_("day"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topic_proposals", verbose_name=_("member")
    )
    title = models.CharField(_("topic"), max_length=160)
    summary = models.CharField(_("in one line"), max_length=240)
    language = models.CharField(_("language spoken"), max_length=2, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=10, choices=TopicState, default=TopicState.PROPOSED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    event = models.OneToOneField(
        Event, on_delete=models.SET_NULL, null=True, blank=True, related_name="topic", verbose_name=_("event")
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        verbose_name = _("topic proposal")
        verbose_name_plural = _("topic proposals")
        ordering = ["day", "proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "day"],
                condition=Q(state=TopicState.ACCEPTED),
                name="events_topic_one_accepted_a_day",
                violation_error_message=_("Another topic is accepted for this day."),
            ),
            models.UniqueConstraint(
                fields=["space", "day", "user"],
                condition=Q(state=TopicState.PROPOSED),
                name="events_topic_one_wish_a_day",
                violation_error_message=_("You have proposed a topic for this day already."),
            ),
            models.CheckConstraint(
                condition=~Q(state=TopicState.DECLINED) | Q(reason__gt=""),
                name="events_topic_declined_with_reason",
                violation_error_message=_("A topic is declined with a reason."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.state == TopicState.PROPOSED
