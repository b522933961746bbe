"""The contents of a project's reports: counted actions, deviations, deliverables, and states on a day."""

from typing import cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.enums import EventState
from events.models import Event
from training.models import Coaching

from .projects import OfOwnPeriod, Period, Project


class CountedActionQuerySet(models.QuerySet):
    def told(self):
        """Keep what reports tell: it counts, was held, and is no example that a real project would count."""
        held = Q(event__state=EventState.HELD) | Q(coaching__isnull=False)
        fictional = Q(event__is_example=True) | Q(coaching__is_example=True)
        return self.filter(held, counts=True).exclude(fictional, project__is_example=False)

    def undecided(self):
        """Keep what waits for a decision under which indicator it counts."""
        return self.told().filter(classifications=None)


class CountedAction(OfOwnPeriod):
    """An event or a coaching that a project counts.

    It belongs to the half-year in which its dates lie. If they lie in several, the coordinator chooses the half-year;
    until then the action counts in none, and the report says so.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="actions", verbose_name=_("project"))
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="counted", verbose_name=_("event")
    )
    coaching = models.ForeignKey(
        Coaching, on_delete=models.PROTECT, null=True, blank=True, related_name="counted", verbose_name=_("coaching")
    )
    counts = models.BooleanField(_("counts"), default=True, help_text=_("Unticked: listed here, in no report."))
    period = models.ForeignKey(
        Period,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("half-year"),
        help_text=_("Empty: the one its dates lie in."),
    )
    twice_because = models.TextField(
        _("why it counts in two projects"),
        blank=True,
        help_text=_("Only where another project counts the same event or coaching."),
    )

    objects = CountedActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("counted action")
        verbose_name_plural = _("counted actions")
        ordering = ["project", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=False, coaching__isnull=True) | Q(event__isnull=True, coaching__isnull=False),
                name="reporting_countedaction_one_thing",
                violation_error_message=_("Choose either an event or a coaching."),
            ),
            models.UniqueConstraint(
                fields=["project", "event"],
                name="reporting_countedaction_event_once",
                violation_error_message=_("The project counts this event already."),
            ),
            models.UniqueConstraint(
                fields=["project", "coaching"],
                name="reporting_countedaction_coaching_once",
                violation_error_message=_("The project counts this coaching already."),
            ),
        ]

    def __str__(self):
        return str(self.event or self.coaching)

    @property
    def thing(self) -> Event | Coaching:
        """Return the event or the coaching that is counted. A stored row has one of them, by a constraint."""
        return cast("Event | Coaching", self.event or self.coaching)

    @property
    def is_told(self) -> bool:
        """Return whether reports tell it, as `told` finds it."""
        is_held = self.coaching_id is not None or (self.event is not None and self.event.state == EventState.HELD)
        return self.counts and is_held and (self.project.is_example or not self.thing.is_example)

    @property
    def codes(self) -> list[str]:
        """Return the indicators under which it counts; none where that is undecided, or decided so."""
        return [row.indicator for row in self.classifications.all() if row.indicator]

    def also_counted(self):
        """Return what other projects count of the same event or coaching. Examples and real projects are apart."""
        same = CountedAction.objects.filter(event=self.event_id) if self.event_id else CountedAction.objects.none()
        if self.coaching_id:
            same = CountedAction.objects.filter(coaching=self.coaching_id)
        return same.filter(counts=True, project__is_example=self.project.is_example).exclude(project=self.project_id)

    def clean(self):
        super().clean()
        thing = self.event or self.coaching
        if self.counts and self.period and thing and not self.period.touches(thing.earliest, thing.latest):
            raise ValidationError(_("The dates of this action do not touch this half-year."))
        if self.counts and self.project_id and not self.twice_because.strip() and self._is_new_double():
            message = _("Another project counts this already. Write why it counts in both.")
            raise ValidationError({"twice_because": message})

    def _is_new_double(self):
        """Return whether saving makes an action count in two projects that did not before."""
        counted = CountedAction.objects.filter(pk=self.pk, counts=True, event=self.event, coaching=self.coaching)
        return not counted.exists() and self.also_counted().exists()


class Deviation(OfOwnPeriod):
    """Something that did not go as planned, with the reason. `date` is empty if the day is not known."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="deviations", verbose_name=_("project"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="deviations", verbose_name=_("half-year"))
    event = models.ForeignKey(
        Event, on_delete=models.SET_NULL, null=True, blank=True, related_name="deviations", verbose_name=_("event")
    )
    date = models.DateField(_("date"), null=True, blank=True)
    title = models.CharField(_("what deviated"), max_length=200)
    reason = models.TextField(_("reason"))
    solution = models.TextField(_("solution"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("deviation")
        verbose_name_plural = _("deviations")
        ordering = ["project", "date", "pk"]

    def __str__(self):
        return self.title


class Deliverable(OfOwnPeriod):
    """Something that the project makes. It counts in its half-year once it is delivered."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="deliverables", verbose_name=_("project")
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="deliverables", verbose_name=_("half-year")
    )
    activity = models.ForeignKey(
        "reporting.Activity",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="deliverables",
        verbose_name=_("activity"),
    )
    title = models.CharField(_("title"), max_length=200)
    date = models.DateField(_("date"), null=True, blank=True, help_text=_("Empty: unknown."))
    delivered = models.BooleanField(_("delivered"), default=False)
    note = models.TextField(_("note"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        ordering = ["project", "date", "pk"]

    def __str__(self):
        return self.title


class Stock(OfOwnPeriod):
    """A state on one day, such as the number of members of a group. It is never added to anything."""

    period_field = "told_in"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="stocks", verbose_name=_("project"))
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=200)
    date = models.DateField(_("date"))
    value = models.PositiveIntegerField(_("value"))
    told_in = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="stocks", verbose_name=_("told in the report of")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("state on a day")
        verbose_name_plural = _("states on a day")
        ordering = ["project", "code", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "code", "date"],
                name="reporting_stock_once_a_day",
                violation_error_message=_("This state is entered already for that day."),
            )
        ]

    def __str__(self):
        return f"{self.name}: {self.value}"


class JointDecision(Event):
    """An event in the table where the coordinator decides whether it is joint."""

    class Meta:
        proxy = True
        verbose_name = _("decision whether an action is joint")
        verbose_name_plural = _("joint actions to decide")
