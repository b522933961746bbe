"""Load a project of fictional partners that counts the examples, so that a report can be built, read and closed."""

from datetime import date, timedelta

from django.utils import timezone

from events.enums import EventState
from events.models import Event
from reporting.classifying.operations import Choice, accept_proposals, classify
from reporting.classifying.queries import classified_actions
from reporting.core.operations import ensure_periods, write_highlights
from reporting.core.rules import fingerprint_of
from reporting.enums import ProgrammingYears
from reporting.indicators.operations import Aim, choose_indicator
from reporting.models import (
    Activity,
    ActivityProgress,
    Communication,
    CountedAction,
    Deliverable,
    Output,
    Partner,
    PartnerPerson,
    Project,
    ReportText,
    Spending,
    Stock,
    TargetGroup,
    WorkPackage,
)
from training.models import Coaching

from . import files
from .marks import marked

#: The coaching began so many days ago, or with the half-year.
COACHING_DAYS = 60
#: So many of the latest actions with a proposal are left for somebody to accept.
LEFT_UNDECIDED = 3
#: What was held so many days ago is decided on, though nothing is proposed.
DECIDED_DAYS = 40


def load_project(people, spaces, today):
    """Add the project and its half-years where they are missing, and count every example that a report can tell of."""
    wanted = files.project().project
    project, created = Project.objects.get_or_create(
        slug=wanted.slug,
        defaults={
            **wanted.title.columns("title"),
            **wanted.objective.columns("objective"),
            **wanted.credit_line.columns("credit_line"),
            "programme": wanted.programme,
            "starts_on": date(today.year - 1, 1, 1),
            "programming_period": ProgrammingYears.FROM_2021,
            "ends_on": date(today.year + 1, 12, 31),
            "total_budget": wanted.total_budget,
            "is_example": True,
            "publishes_results": True,
        },
    )
    if not project.is_example:
        return
    ensure_periods(project=project)
    if created:
        _load_partners(project, people, spaces)
        _load_other_results(project, today)
        _load_indicators(project, today)
        _load_spending(project, today)
        _load_plan(project, today)
    _count_events(project)


def _load_partners(project, people, spaces):
    wanted = files.project().partner
    partners = Partner.objects.bulk_create(
        Partner(
            project=project,
            organisation=spaces[partner.space].operator if partner.space in spaces else None,
            name=partner.name,
            side=partner.side,
            role=partner.role,
            total=partner.total,
            erdf=partner.erdf,
            order=order,
        )
        for order, partner in enumerate(wanted)
    )
    PartnerPerson.objects.bulk_create(
        PartnerPerson(partner=partner, user=people[each.person], since=project.starts_on)
        for partner, each in zip(partners, wanted, strict=True)
        if each.person in people
    )


def _count_events(project):
    told = Event.objects.filter(
        is_example=True, state__in=[EventState.HELD, EventState.CANCELLED, EventState.PUBLISHED]
    )
    counted = CountedAction.objects.bulk_create(
        CountedAction(project=project, event=event)
        for event in told.exclude(counted__project=project).order_by("earliest", "pk")
    )
    _classify(project, counted)


def _classify(project, counted):
    """Accept what the rules propose for newly counted actions, and choose for some with a word.

    The latest ones are left for somebody who tries it."""
    found = classified_actions(project, [action.pk for action in counted])
    proposed = [found[action.pk] for action in counted if action.pk in found and found[action.pk].proposal.is_given]
    seen = {one.counted.pk: one.shown for one in proposed[:-LEFT_UNDECIDED]}
    accept_proposals(project=project, seen=seen, by=None)
    wanted = files.project().decision
    long_ago = timezone.localdate() - timedelta(days=DECIDED_DAYS)
    for one in found.values():
        if one.facts.joint and one.facts.public and not one.proposal.is_given and one.latest < long_ago:
            classify(action=one.counted, choice=Choice((wanted.indicator,), wanted.reason), by=None)


def _load_indicators(project, today):
    wanted = files.project()
    last_day = date(today.year, 12, 31)
    for one in wanted.indicator:
        milestones = {} if one.milestone is None else {last_day: one.milestone}
        choose_indicator(project=project, code=one.code, aim=Aim(one.baseline, one.target, milestones), by=None)
    period = project.periods.get(starts_on__lte=today, ends_on__gte=today)
    for output in wanted.output:
        Output.objects.create(
            project=project,
            period=period,
            code=output.code,
            **marked("title", output.title),
            finished_on=period.starts_on if output.finished else None,
        )


def _load_spending(project, today):
    """Tell what the partners spent so far, and until when they tell their parts."""
    period = project.periods.get(starts_on__lte=today, ends_on__gte=today)
    period.partners_until = period.ends_on
    period.save(update_fields=["partners_until"])
    partners = {partner.name: partner for partner in project.partners.all()}
    for wanted in files.project().partner:
        if wanted.spent:
            Spending.objects.create(project=project, period=period, partner=partners[wanted.name], **vars(wanted.spent))


def _load_plan(project, today):
    wanted = files.project()
    period = project.periods.get(starts_on__lte=today, ends_on__gte=today)
    for order, each in enumerate(wanted.work_package):
        package = WorkPackage.objects.create(
            project=project, code=each.code, **marked("title", each.title), order=order
        )
        for place, one in enumerate(each.activity):
            activity = Activity.objects.create(
                package=package, code=one.code, **one.title.columns("title"), order=place
            )
            ActivityProgress.objects.create(
                activity=activity, period=period, state=one.state, **one.done.columns("done")
            )
    of_period = {"project": project, "period": period}
    for group in wanted.target_group:
        TargetGroup.objects.create(
            **of_period,
            **marked("name", group.name),
            **group.reached_how.columns("reached_how"),
            number_lower=group.number.floor,
            number_upper=group.number.upper,
        )
    for publication in wanted.publication:
        Communication.objects.create(
            **of_period,
            **marked("title", publication.title),
            **publication.where.columns("where"),
            date=period.starts_on,
        )
    for principle in wanted.principle:
        ReportText.objects.create(**of_period, section=principle.section, **principle.text.columns("text"))


def _load_other_results(project, today):
    wanted = files.project()
    period = project.periods.get(starts_on__lte=today, ends_on__gte=today)
    seen = fingerprint_of(period, "highlights")
    write_highlights(period=period, texts=dict(wanted.project.highlights), seen=seen, by=None)
    begun = max(period.starts_on, today - timedelta(days=COACHING_DAYS))
    coaching = Coaching.objects.create(
        slug=wanted.coaching.slug,
        **marked("title", wanted.coaching.title),
        earliest=begun,
        latest=today,
        persons_lower=wanted.coaching.persons.floor,
        persons_upper=wanted.coaching.persons.upper,
        residence=wanted.coaching.residence,
        is_example=True,
    )
    CountedAction.objects.create(project=project, coaching=coaching, period=period)
    for deliverable in wanted.deliverable:
        Deliverable.objects.create(
            project=project,
            period=period,
            **marked("title", deliverable.title),
            date=begun if deliverable.delivered else None,
            delivered=deliverable.delivered,
        )
    Stock.objects.create(
        project=project,
        code=wanted.stock.code,
        **marked("name", wanted.stock.name),
        date=today,
        value=wanted.stock.value,
        told_in=period,
    )
