"""The programme's indicators that a project has chosen, what it aims at, and the outputs that some of them count."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import ProgrammingYears
from .projects import OfOwnPeriod, Period, Project

#: The beginning of the codes of results, which alone have a baseline.
RESULT = "RCR"


class ProjectIndicator(models.Model):
    """An indicator of the programme under which a project reports, with what it aims at.

    `programming_period` is the project's: a foreign key of two columns holds it there, so that neither the project nor
    the indicator changes to another period alone.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="indicators", verbose_name=_("project"))
    programming_period = models.CharField(_("programming period"), max_length=9, choices=ProgrammingYears)
    code = models.CharField(_("code"), max_length=10)
    baseline = models.PositiveIntegerField(
        _("baseline"), null=True, blank=True, help_text=_("Of results only: the state before the project.")
    )
    target = models.PositiveIntegerField(_("target"), null=True, blank=True, help_text=_("Empty: to be chosen."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("indicator of a project")
        verbose_name_plural = _("indicators of projects")
        ordering = ["project", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "code"],
                name="reporting_projectindicator_once",
                violation_error_message=_("The project has chosen this indicator already."),
            ),
            models.CheckConstraint(
                condition=Q(baseline=None) | Q(code__startswith=RESULT),
                name="reporting_projectindicator_baseline_of_results",
                violation_error_message=_("Only a result has a baseline."),
            ),
            models.CheckConstraint(
                condition=Q(code__startswith="CO", programming_period=ProgrammingYears.FROM_2014)
                | Q(code__startswith="RC", programming_period=ProgrammingYears.FROM_2021),
                name="reporting_projectindicator_of_its_period",
                violation_error_message=_("This indicator is of another programming period."),
            ),
        ]

    def __str__(self):
        return self.code


class Milestone(models.Model):
    """A number that an indicator of a project is to have reached on a day."""

    indicator = models.ForeignKey(
        ProjectIndicator, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("indicator")
    )
    date = models.DateField(_("date"))
    value = models.PositiveIntegerField(_("value"))

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["indicator", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "date"],
                name="reporting_milestone_once_a_day",
                violation_error_message=_("The indicator has a milestone on this day already."),
            )
        ]

    def __str__(self):
        return f"{self.value} ({self.date})"


class Output(OfOwnPeriod):
    """One strategy, pilot action or solution of a project, or one organisation that goes on cooperating.

    It counts under its indicator in its half-year, as `reporting.indicators.outputs` tells.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="outputs", verbose_name=_("project"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="outputs", verbose_name=_("half-year"))
    code = models.CharField(_("indicator"), max_length=10)
    title = models.CharField(_("title"), max_length=200)
    finished_on = models.DateField(
        _("finished on"), null=True, blank=True, help_text=_("Empty: not finished yet, so it counts 0.")
    )
    is_implemented = models.BooleanField(
        _("implemented"), default=False, help_text=_("A pilot action counts once it is implemented, too.")
    )
    agreement = models.CharField(
        _("formal agreement"),
        max_length=300,
        blank=True,
        help_text=_("Of an organisation that goes on cooperating: which agreement says so."),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("output")
        verbose_name_plural = _("outputs")
        ordering = ["project", "code", "finished_on", "pk"]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        if self.finished_on and self.period_id and self.finished_on > self.period.ends_on:
            raise ValidationError({"finished_on": _("This day lies after the half-year in which it counts.")})
