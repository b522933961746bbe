"""The part of a partner in a half-year, told to the lead: its texts, its word on counts, what is missing, and how far
it is.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import Event

from ..enums import ContributionState, ProposalState, Section
from .actions import CountedAction
from .ofpartner import OfPartner


def _person(name):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=name,
    )


class Contribution(OfPartner):
    """How far a partner is with its part of a half-year. A partner without a row has not begun."""

    state = models.CharField(_("state"), max_length=10, choices=ContributionState, default=ContributionState.NOT_BEGUN)
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = _person(_("done by"))
    asked_at = models.DateTimeField(_("asked again at"), null=True, blank=True)
    given_back_at = models.DateTimeField(_("given back at"), null=True, blank=True)
    given_back_by = _person(_("given back by"))
    word = models.TextField(_("why it was given back"), blank=True)

    class Meta:
        verbose_name = _("part of a partner")
        verbose_name_plural = _("parts of partners")
        ordering = ["period", "partner"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "period"], name="reporting_contribution_once"),
            models.CheckConstraint(
                condition=~Q(state=ContributionState.DONE) | Q(done_at__isnull=False),
                name="reporting_contribution_done_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=ContributionState.GIVEN_BACK) | (Q(given_back_at__isnull=False) & ~Q(word="")),
                name="reporting_contribution_given_back_with_a_word",
                violation_error_message=_("A part is given back with a word."),
            ),
        ]


class ContributionText(models.Model):
    """A text of a partner for one section of the report.

    Each change makes the next `version`; `taken_version` is the one that the coordinator took over into the report,
    and `taken_blocks` what the report got of it, by language.
    """

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="texts", verbose_name=_("part of a partner")
    )
    section = models.CharField(_("section"), max_length=20, choices=Section)
    text = models.TextField(_("text"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    written_at = models.DateTimeField(_("written at"), default=timezone.now)
    written_by = _person(_("written by"))
    taken_version = models.PositiveIntegerField(_("version taken over"), null=True, blank=True)
    taken_blocks = models.JSONField(_("taken over as"), default=dict, blank=True)

    class Meta:
        verbose_name = _("text of a partner")
        verbose_name_plural = _("texts of partners")
        ordering = ["contribution", "section"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "section"], name="reporting_contributiontext_once")
        ]

    def __str__(self):
        return f"{self.contribution}: {self.get_section_display()}"

    @property
    def is_taken(self):
        """Return whether the report has this text as it stands."""
        return self.taken_version == self.version


class CountWord(models.Model):
    """The word of a partner on the counts of one action: they are right, or why not.

    It holds the counts of which it was said, so that a count that changes later is asked about again."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="count_words", verbose_name=_("part of a partner")
    )
    action = models.ForeignKey(
        CountedAction, on_delete=models.CASCADE, related_name="count_words", verbose_name=_("counted action")
    )
    is_right = models.BooleanField(_("the counts are right"))
    word = models.TextField(_("what is not right"), blank=True)
    participations_lower = models.PositiveIntegerField(_("participations, at least"), null=True, blank=True)
    participations_upper = models.PositiveIntegerField(_("participations, at most"), null=True, blank=True)
    persons_lower = models.PositiveIntegerField(_("persons, at least"), null=True, blank=True)
    persons_upper = models.PositiveIntegerField(_("persons, at most"), null=True, blank=True)
    said_at = models.DateTimeField(_("said at"), default=timezone.now)
    said_by = _person(_("said by"))

    class Meta:
        verbose_name = _("word on counts")
        verbose_name_plural = _("words on counts")
        ordering = ["contribution", "action"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "action"], name="reporting_countword_once"),
            models.CheckConstraint(
                condition=Q(is_right=True) | ~Q(word=""),
                name="reporting_countword_says_what",
                violation_error_message=_("Say what is not right."),
            ),
        ]

    def __str__(self):
        return f"{self.action}: {self.word or '✓'}"

    @property
    def counts(self):
        """Return the counts of which it was said."""
        return (self.participations_lower, self.participations_upper, self.persons_lower, self.persons_upper)


class ProposedAction(models.Model):
    """An action of a partner that the agenda lacks, for the lead to accept or to refuse with a word.

    Until then its partner changes or withdraws it. Accepted, it is an event (`event`) whose counts the lead enters; the
    partner says in words who came."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("part of a partner")
    )
    title = models.CharField(_("title"), max_length=160)
    earliest = models.DateField(_("on or after"))
    latest = models.DateField(_("on or before"))
    place = models.CharField(pgettext_lazy("of an action", "place"), max_length=200, blank=True)
    organisers = models.CharField(_("organised with"), max_length=300, blank=True)
    note = models.TextField(_("what it was, and who came"), blank=True)
    language = models.CharField(_("language"), max_length=2)
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    proposed_by = _person(_("proposed by"))
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.WAITING)
    event = models.ForeignKey(
        Event, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("event")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = _person(_("decided by"))
    word = models.TextField(_("why it is refused"), blank=True)

    class Meta:
        verbose_name = _("proposed action")
        verbose_name_plural = _("proposed actions")
        ordering = ["earliest", "latest", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latest__gte=F("earliest")),
                name="reporting_proposedaction_in_order",
                violation_error_message=_("The last possible day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.WAITING) | Q(decided_at__isnull=False),
                name="reporting_proposedaction_decided_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.REFUSED) | ~Q(word=""),
                name="reporting_proposedaction_refused_with_a_word",
                violation_error_message=_("An action is refused with a word."),
            ),
            models.UniqueConstraint(
                fields=["contribution", "title", "earliest", "latest"],
                condition=Q(state=ProposalState.WAITING),
                name="reporting_proposedaction_once",
                violation_error_message=_("This action is proposed already."),
            ),
        ]

    def __str__(self):
        return self.title
