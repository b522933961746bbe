"""Interreg projects, their partners and half-years."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from members.models import Organisation

from ..enums import DateKind, HalfYears, PartnerRole, ProgrammingYears, SessionsCountAs, Side, VersionState


class Project(models.Model):
    """A project supported by a programme, reported half-year by half-year. Amounts are in euros; unknown ones are
    empty.
    """

    slug = models.SlugField(_("slug"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    programme = models.CharField(_("programme"), max_length=200, blank=True)
    axis = models.CharField(_("axis"), max_length=40, blank=True)
    code = models.CharField(_("project number"), max_length=40, blank=True)
    objective = models.TextField(_("specific objective"), blank=True)
    summary = models.TextField(_("summary"), blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    half_years = models.CharField(_("half-years"), max_length=10, choices=HalfYears, default=HalfYears.CALENDAR)
    programming_period = models.CharField(
        _("programming period"),
        max_length=9,
        choices=ProgrammingYears,
        default=ProgrammingYears.FROM_2021,
        help_text=_("Its indicators are those of this period."),
    )
    sessions_count_as = models.CharField(
        _("joint training sessions count under"),
        max_length=10,
        choices=SessionsCountAs,
        default=SessionsCountAs.RCO85,
        help_text=_("As the programme says: a session never counts under both. Of 2021–2027 only."),
    )
    total_budget = models.DecimalField(
        _("total budget (€)"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    requested_budget = models.DecimalField(
        _("budget asked for (€)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    funding = models.TextField(_("who pays"), blank=True)
    credit_line = models.CharField(_("credit line"), max_length=200, blank=True)
    keep_until = models.DateField(
        _("files are kept until"),
        null=True,
        blank=True,
        help_text=_("The day until which the programme may ask for the records and their evidence."),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_example = models.BooleanField(_("example"), default=False)
    publishes_results = models.BooleanField(
        _("its results are public"),
        default=False,
        db_default=False,
        help_text=_("Ticked: the page of results shows what its closed reports told, numbers under 5 masked."),
    )

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["-starts_on", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="reporting_project_in_order",
                violation_error_message=_("A project does not end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(keep_until=None) | Q(keep_until__gte=F("ends_on")),
                name="reporting_project_kept_until_its_end",
                violation_error_message=_("The files are kept until the project’s end at least."),
            ),
            models.CheckConstraint(
                condition=Q(programming_period__in=ProgrammingYears.values),
                name="reporting_project_programming_period",
                violation_error_message=_("Choose one of the programming periods."),
            ),
        ]

    def __str__(self):
        return self.title


class Partner(models.Model):
    """The part of an organisation in a project. An associated partner has no budget."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="partners", verbose_name=_("project"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partnerships",
        verbose_name=_("organisation"),
    )
    name = models.CharField(_("name"), max_length=200)
    side = models.CharField(_("side"), max_length=2, choices=Side)
    role = models.CharField(_("role"), max_length=10, choices=PartnerRole, default=PartnerRole.PARTNER)
    total = models.DecimalField(
        _("total (€)"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    erdf = models.DecimalField(
        _("ERDF (€)"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["project", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(erdf=None) | Q(total=None) | Q(erdf__lte=F("total")),
                name="reporting_partner_erdf_within_total",
                violation_error_message=_("The ERDF part is not more than the total."),
            ),
            models.CheckConstraint(
                condition=~Q(role="associated") | Q(total=None, erdf=None),
                name="reporting_partner_associated_without_budget",
                violation_error_message=_("An associated partner has no budget."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(role="lead"),
                name="reporting_partner_one_lead",
                violation_error_message=_("The project has a lead partner already."),
            ),
        ]

    def __str__(self):
        return self.name


class Period(models.Model):
    """A half-year of a project, with the text that tells about it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="periods", verbose_name=_("project"))
    label = models.CharField(_("label"), max_length=10)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    partners_until = models.DateField(
        _("partners tell their part until"),
        null=True,
        blank=True,
        help_text=_("Their people are reminded 14, 7 and 1 days before, and once when they are late."),
    )
    highlights = models.TextField(_("highlights and cross-border added value"), blank=True)

    class Meta:
        verbose_name = _("half-year")
        verbose_name_plural = _("half-years")
        ordering = ["project", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="reporting_period_in_order",
                violation_error_message=_("A half-year does not end before it starts."),
            ),
            models.UniqueConstraint(
                fields=["project", "label"],
                name="reporting_period_label_once",
                violation_error_message=_("The project has a half-year of this name already."),
            ),
        ]

    def __str__(self):
        return f"{self.project.slug} {self.label}"

    def get_absolute_url(self):
        return reverse("reporting:report", args=[self.project.slug, self.label])

    @property
    def is_over(self):
        """Return whether its last day has passed. Until then its report cannot be closed."""
        return self.ends_on < timezone.localdate()

    @property
    def days_left(self):
        """Return the days from today to the last day; negative once it is over."""
        return (self.ends_on - timezone.localdate()).days

    @cached_property
    def closed_at(self):
        """Return when its newest closed report was closed; None where none was. It is read once."""
        return self.versions.filter(state=VersionState.CLOSED).aggregate(newest=Max("closed_at"))["newest"]

    def touches(self, earliest, latest):
        return earliest <= self.ends_on and latest >= self.starts_on


class ProjectDate(models.Model):
    """A day that the coordinator awaits or must not forget: a report is due, the controllers come, a committee sits."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="dates", verbose_name=_("project"))
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=DateKind)
    title = models.CharField(_("title"), max_length=200, blank=True, help_text=_("Empty: the name of its kind."))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("date of a project")
        verbose_name_plural = _("dates of projects")
        ordering = ["date", "pk"]

    def __str__(self):
        return self.title or str(self.get_kind_display())


class OfOwnPeriod(models.Model):
    """Base of rows that name a half-year (`period_field`), which must belong to their own project.

    A foreign key of two columns enforces this in the database; `clean` tells it to people.
    """

    period_field = "period"

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        period = getattr(self, self.period_field, None)
        if period and self.project_id and period.project_id != self.project_id:
            raise ValidationError(_("This half-year is another project’s."))
