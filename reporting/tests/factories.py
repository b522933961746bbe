"""Projects with half-years and counted actions for tests."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from events.enums import Measure
from events.models import DeclaredCount
from events.tests.factories import HistoryEventFactory
from members.tests.factories import UserFactory
from reporting.enums import ActivityState, HalfYears, PartnerRole, Section, Side
from reporting.models import (
    Activity,
    ActivityProgress,
    Classification,
    Communication,
    Contribution,
    CountedAction,
    Deliverable,
    Deviation,
    Output,
    Partner,
    PartnerPerson,
    Period,
    Project,
    ProjectIndicator,
    ProposedAction,
    ReportText,
    Spending,
    Stock,
    TargetGroup,
    WorkPackage,
)
from training.models import Coaching


class ProjectFactory(DjangoModelFactory):
    """A project from 2020 to 2022. `PeriodFactory` or `ensure_periods` makes its half-years."""

    class Meta:
        model = Project

    slug = factory.Sequence(lambda n: f"projet-{n}")
    title_fr = factory.Sequence(lambda n: f"Projet {n}")
    title_nl = factory.Sequence(lambda n: f"Project {n}")
    title_en = factory.Sequence(lambda n: f"Project {n}")
    starts_on = date(2020, 1, 1)
    ends_on = date(2022, 12, 31)
    half_years = HalfYears.CALENDAR


class PeriodFactory(DjangoModelFactory):
    class Meta:
        model = Period
        django_get_or_create = ("project", "label")

    project = factory.SubFactory(ProjectFactory)
    label = "S2-2020"
    starts_on = date(2020, 7, 1)
    ends_on = date(2020, 12, 31)


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = Partner

    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence(lambda n: f"Partenaire {n}")
    side = Side.WA
    role = PartnerRole.PARTNER


class PartnerPersonFactory(DjangoModelFactory):
    """A person who has read the part of a partner for long."""

    class Meta:
        model = PartnerPerson

    partner = factory.SubFactory(PartnerFactory)
    user = factory.SubFactory(UserFactory)
    since = date(2020, 1, 1)


class SpendingFactory(DjangoModelFactory):
    """The spending of a partner in a half-year of its project; what is not given is unknown."""

    class Meta:
        model = Spending

    project = factory.SelfAttribute("period.project")
    period = factory.SubFactory(PeriodFactory)
    partner = factory.SubFactory(PartnerFactory, project=factory.SelfAttribute("..project"))


class WorkPackageFactory(DjangoModelFactory):
    class Meta:
        model = WorkPackage

    project = factory.SubFactory(ProjectFactory)
    code = factory.Sequence(lambda n: f"WP{n}")
    title_fr = "Rencontres"


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    package = factory.SubFactory(WorkPackageFactory)
    code = factory.Sequence(lambda n: f"A{n}")
    title_fr = "Ateliers"


class ActivityProgressFactory(DjangoModelFactory):
    class Meta:
        model = ActivityProgress

    period = factory.SubFactory(PeriodFactory)
    activity = factory.SubFactory(ActivityFactory, package__project=factory.SelfAttribute("...period.project"))
    state = ActivityState.UNDERWAY


class TargetGroupFactory(DjangoModelFactory):
    class Meta:
        model = TargetGroup

    project = factory.SelfAttribute("period.project")
    period = factory.SubFactory(PeriodFactory)
    name_fr = "Indépendants"


class CommunicationFactory(DjangoModelFactory):
    class Meta:
        model = Communication

    project = factory.SelfAttribute("period.project")
    period = factory.SubFactory(PeriodFactory)
    title_fr = "Article"
    where_fr = "Presse régionale"


class ReportTextFactory(DjangoModelFactory):
    class Meta:
        model = ReportText

    project = factory.SelfAttribute("period.project")
    period = factory.SubFactory(PeriodFactory)
    section = Section.PROBLEMS
    text_fr = "Rien à signaler."


class ContributionFactory(DjangoModelFactory):
    """The part of a partner that nobody has begun to tell."""

    class Meta:
        model = Contribution

    project = factory.SelfAttribute("period.project")
    period = factory.SubFactory(PeriodFactory)
    partner = factory.SubFactory(PartnerFactory, project=factory.SelfAttribute("..project"))


class ProposedActionFactory(DjangoModelFactory):
    class Meta:
        model = ProposedAction

    contribution = factory.SubFactory(ContributionFactory)
    title = factory.Sequence(lambda n: f"Atelier {n}")
    earliest = date(2020, 10, 2)
    latest = date(2020, 10, 2)
    language = "fr"


class CoachingFactory(DjangoModelFactory):
    class Meta:
        model = Coaching

    slug = factory.Sequence(lambda n: f"accompagnement-{n}")
    title_fr = "Accompagnement"
    earliest = date(2020, 7, 1)
    latest = date(2020, 12, 31)
    persons_lower = 5
    persons_upper = 5


class CountedEventFactory(DjangoModelFactory):
    """A held event that counts. `declared=(13, 13)` and `persons=(15, 15)` declare counts for it."""

    class Meta:
        model = CountedAction
        skip_postgeneration_save = True

    project = factory.SubFactory(ProjectFactory)
    event = factory.SubFactory(HistoryEventFactory, space=None)

    @factory.post_generation
    def declared(self, create, extracted, **kwargs):
        _declare(self.event, Measure.PARTICIPATIONS, extracted)

    @factory.post_generation
    def persons(self, create, extracted, **kwargs):
        _declare(self.event, Measure.PERSONS, extracted)


class CountedCoachingFactory(DjangoModelFactory):
    class Meta:
        model = CountedAction

    project = factory.SubFactory(ProjectFactory)
    coaching = factory.SubFactory(CoachingFactory)


class ClassificationFactory(DjangoModelFactory):
    class Meta:
        model = Classification

    action = factory.SubFactory(CountedEventFactory)
    indicator = "RCO81"
    reason_fr = "Entre membres des deux versants"


class DeviationFactory(DjangoModelFactory):
    class Meta:
        model = Deviation

    project = factory.SelfAttribute("period.project")
    period = factory.SubFactory(PeriodFactory)
    title_fr = "Visite reportée"
    reason_fr = "La frontière était fermée."


class DeliverableFactory(DjangoModelFactory):
    class Meta:
        model = Deliverable

    project = factory.SelfAttribute("period.project")
    period = factory.SubFactory(PeriodFactory)
    title_fr = "Vidéo"
    delivered = True


class ProjectIndicatorFactory(DjangoModelFactory):
    class Meta:
        model = ProjectIndicator

    project = factory.SubFactory(ProjectFactory)
    programming_period = factory.SelfAttribute("project.programming_period")
    code = "RCO81"


class OutputFactory(DjangoModelFactory):
    """A finished solution."""

    class Meta:
        model = Output

    project = factory.SelfAttribute("period.project")
    period = factory.SubFactory(PeriodFactory)
    code = "RCO116"
    title_fr = "Charte commune"
    finished_on = factory.SelfAttribute("period.ends_on")


class StockFactory(DjangoModelFactory):
    class Meta:
        model = Stock

    project = factory.SelfAttribute("told_in.project")
    told_in = factory.SubFactory(PeriodFactory)
    code = "NET-GROUP"
    name_fr = "Membres du groupe"
    date = date(2021, 3, 24)
    value = 98


def _declare(event, measure, bounds):
    if bounds:
        DeclaredCount.objects.create(event=event, measure=measure, lower=bounds[0], upper=bounds[1])
