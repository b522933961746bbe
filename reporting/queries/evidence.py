from django.db.models import Q

from ..models import CountedAction, Period


def evidenced(period: Period) -> dict[str, tuple[str, object]]:
    """What evidence can be added to for a half-year, by a key of its own: the field of the evidence, and the row."""
    things: dict[str, tuple[str, object]] = {"period": ("period", period)}
    straight = Q(period=period) | Q(
        period=None, coaching__earliest__gte=period.starts_on, coaching__latest__lte=period.ends_on
    )
    coachings = CountedAction.objects.filter(straight, project=period.project, counts=True, coaching__isnull=False)
    for counted in coachings.select_related("coaching"):
        things[f"coaching-{counted.coaching_id}"] = ("coaching", counted.coaching)
    for deliverable in period.deliverables.all():
        things[f"deliverable-{deliverable.pk}"] = ("deliverable", deliverable)
    return things
