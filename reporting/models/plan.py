"""The plan of a project, and what is told of it: work packages, target groups, communication, principles."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..enums import ActivityState, Principle, Section
from .projects import OfOwnPeriod, Partner, Period, Project

#: The sections of a report's own texts. The highlights stand in the half-year itself.
TOLD_SECTIONS = [*(choice for choice in Section.choices if choice[0] != Section.HIGHLIGHTS), *Principle.choices]


class WorkPackage(models.Model):
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="work_packages", verbose_name=_("project")
    )
    code = models.CharField(_("code"), max_length=10)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("work package")
        verbose_name_plural = _("work packages")
        ordering = ["project", "order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "code"],
                name="reporting_workpackage_code_once",
                violation_error_message=_("The project has a work package with this code already."),
            )
        ]

    def __str__(self):
        return f"{self.code} {self.title}"


class Activity(models.Model):
    """An activity of a work package. How far it was in a half-year is told by its `ActivityProgress`."""

    package = models.ForeignKey(
        WorkPackage, on_delete=models.CASCADE, related_name="activities", verbose_name=_("work package")
    )
    code = models.CharField(_("code"), max_length=10)
    title = models.CharField(_("title"), max_length=200)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("partner in charge"),
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["package", "order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["package", "code"],
                name="reporting_activity_code_once",
                violation_error_message=_("The work package has an activity with this code already."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="reporting_activity_in_order",
                violation_error_message=_("An activity does not end before it starts."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"


class ActivityProgress(models.Model):
    """The progress of an activity in one half-year: what was done, and how far it was at the end."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="progress", verbose_name=_("activity")
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="activity_progress", verbose_name=_("half-year")
    )
    state = models.CharField(_("state"), max_length=12, choices=ActivityState)
    done = models.TextField(_("what was done"), blank=True)

    class Meta:
        verbose_name = _("progress of an activity")
        verbose_name_plural = _("progress of activities")
        ordering = ["activity", "period"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "period"],
                name="reporting_activityprogress_once",
                violation_error_message=_("The progress of this activity in this half-year is told already."),
            )
        ]

    def __str__(self):
        return f"{self.activity} – {self.period}"

    def clean(self):
        super().clean()
        if self.period_id and self.activity_id and self.period.project_id != self.activity.package.project_id:
            raise ValidationError(_("This half-year is another project’s."))


class TargetGroup(OfOwnPeriod):
    """A group that the project reached in a half-year. How many is an interval, unknown where nobody counted."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="target_groups", verbose_name=_("project")
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="target_groups", verbose_name=_("half-year")
    )
    name = models.CharField(_("name"), max_length=200)
    reached_how = models.TextField(_("reached how"), blank=True)
    number_lower = models.PositiveIntegerField(_("how many, at least"), null=True, blank=True)
    number_upper = models.PositiveIntegerField(_("how many, at most"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")
        ordering = ["project", "period", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number_upper=None) | Q(number_lower=None) | Q(number_upper__gte=F("number_lower")),
                name="reporting_targetgroup_in_order",
                violation_error_message=_("At most is not less than at least."),
            )
        ]

    def __str__(self):
        return self.name


class Communication(OfOwnPeriod):
    """Something that was published about the project: what, where, when, with a link or a file that shows it."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="communications", verbose_name=_("project")
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="communications", verbose_name=_("half-year")
    )
    title = models.CharField(_("what was published"), max_length=200)
    where = models.CharField(_("where"), max_length=200)
    date = models.DateField(_("date"), null=True, blank=True, help_text=_("Empty: unknown."))
    link = models.URLField(_("link"), blank=True, max_length=500)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("communication")
        ordering = ["project", "date", "pk"]

    def __str__(self):
        return self.title


class ReportText(OfOwnPeriod):
    """A text of the report for one section of a half-year, or on one horizontal principle."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="report_texts", verbose_name=_("project")
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="report_texts", verbose_name=_("half-year")
    )
    section = models.CharField(_("section"), max_length=24, choices=TOLD_SECTIONS)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("text of a report")
        verbose_name_plural = _("texts of reports")
        ordering = ["project", "period", "section"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "section"],
                name="reporting_reporttext_once",
                violation_error_message=_("The half-year has a text for this section already."),
            )
        ]

    def __str__(self):
        return f"{self.period}: {self.get_section_display()}"
