from django.db.models import Q

from ..models import CountedAction, EvidenceFile, Period, ReportVersion


def evidenced(period: Period) -> dict[str, tuple[str, object]]:
    """Return the rows of a half-year that evidence can prove, by key: the field of EvidenceFile and the row."""
    things: dict[str, tuple[str, object]] = {"period": ("period", period)}
    straight = Q(period=period) | Q(
        period=None, coaching__earliest__gte=period.starts_on, coaching__latest__lte=period.ends_on
    )
    coachings = CountedAction.objects.filter(straight, project=period.project, counts=True, coaching__isnull=False)
    for counted in coachings.select_related("coaching"):
        things[f"coaching-{counted.coaching_id}"] = ("coaching", counted.coaching)
    for deliverable in period.deliverables.all():
        things[f"deliverable-{deliverable.pk}"] = ("deliverable", deliverable)
    for publication in period.communications.all():
        things[f"communication-{publication.pk}"] = ("communication", publication)
    for output in period.outputs.all():
        things[f"output-{output.pk}"] = ("output", output)
    return things


def closed_reports_listing(evidence: EvidenceFile) -> list[ReportVersion]:
    """Return the closed reports that refer to a piece of evidence, oldest first."""
    mark = [{"reference": f"evidence:{evidence.pk}"}]
    listed = Q(payload__report__evidence__contains=mark)
    for parts in ("coaching", "deliverables", "outputs", "communication"):
        listed |= Q(**{f"payload__report__{parts}__contains": [{"evidence": mark}]})
    closed = ReportVersion.objects.closed().filter(listed)
    return list(closed.defer("payload").select_related("period__project").order_by("closed_at", "pk"))
