"""Tell the plan of a project and what was done of it in a half-year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hacktiv.common.bounds import Bounds
from hacktiv.common.languages import texts_of

from ...models import Activity, ActivityProgress, Communication, Period, Project, ReportText, TargetGroup, WorkPackage
from .content import ActivityPart, PackagePart, PublicationPart, TargetGroupPart, TextPart
from .parts import file_part


@dataclass(frozen=True)
class Plan:
    """All that a project's plan tells, read once."""

    packages: list[WorkPackage]
    groups: list[TargetGroup]
    publications: list[Communication]
    texts: list[ReportText]

    @classmethod
    def of(cls, project: Project) -> Plan:
        """Read the plan of a project, in a fixed number of queries."""
        packages = WorkPackage.objects.filter(project=project).order_by("order", "code")
        own = {"project": project}
        return cls(
            packages=list(packages.prefetch_related("activities__progress__period", "activities__partner")),
            groups=list(TargetGroup.objects.filter(**own).order_by("pk")),
            publications=list(Communication.objects.filter(**own).order_by("date", "pk").prefetch_related("evidence")),
            texts=list(ReportText.objects.filter(**own)),
        )

    def work_packages(self, period: Period) -> tuple[PackagePart, ...]:
        return tuple(
            PackagePart(
                key=f"package:{package.pk}",
                code=package.code,
                title=texts_of(package, "title"),
                summary=texts_of(package, "summary"),
                activities=tuple(_activity(activity, period) for activity in _in_order(package)),
            )
            for package in self.packages
        )

    def target_groups(self, period: Period) -> tuple[TargetGroupPart, ...]:
        return tuple(
            TargetGroupPart(
                key=f"group:{group.pk}",
                name=texts_of(group, "name"),
                reached_how=texts_of(group, "reached_how"),
                number=Bounds(group.number_lower, group.number_upper),
                source=group.source,
            )
            for group in self.groups
            if group.period_id == period.pk
        )

    def communication(self, period: Period) -> tuple[PublicationPart, ...]:
        return tuple(
            PublicationPart(
                key=f"publication:{item.pk}",
                title=texts_of(item, "title"),
                where=texts_of(item, "where"),
                date=item.date,
                link=item.link,
                evidence=tuple(file_part(proof) for proof in item.evidence.all()),
                source=item.source,
            )
            for item in self.publications
            if item.period_id == period.pk
        )

    def told(self, period: Period) -> tuple[TextPart, ...]:
        """Return the texts of the half-year by section; empty ones are left out."""
        texts = {row.section: texts_of(row, "text") for row in self.texts if row.period_id == period.pk}
        return tuple(TextPart(section, words) for section, words in sorted(texts.items()) if words)


def _in_order(package: WorkPackage) -> Iterable[Activity]:
    return sorted(package.activities.all(), key=lambda activity: (activity.order, activity.code))


def _activity(activity: Activity, period: Period) -> ActivityPart:
    """Tell an activity; where nothing was told of it in this half-year, its state is the last one told before."""
    told = sorted(activity.progress.all(), key=lambda progress: progress.period.starts_on)
    so_far: list[ActivityProgress] = [each for each in told if each.period.starts_on <= period.starts_on]
    now = next((each for each in so_far if each.period_id == period.pk), None)
    return ActivityPart(
        key=f"activity:{activity.pk}",
        code=activity.code,
        title=texts_of(activity, "title"),
        partner=activity.partner.name if activity.partner else "",
        starts_on=activity.starts_on,
        ends_on=activity.ends_on,
        state=so_far[-1].state if so_far else "",
        done=texts_of(now, "done") if now else {},
    )
