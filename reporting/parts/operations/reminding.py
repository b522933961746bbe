"""Remind the people of partners of the date until which they tell their part."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from hacktiv.outbox.operations import enqueue

from ...core.queries import closed_half_years
from ...enums import ContributionState
from ...models import Contribution, Partner, Period
from ..rules import REMINDED_BEFORE, REMINDED_LATE, reminder_due
from .contributions import people_of

REMINDER = "reporting.part_reminder"


def remind_partners(*, today: date | None = None) -> int:
    """Remind the people of each partner that has not told its part 14, 7 and 1 days before the date, and once when
    late. Return the number of new mails. It may run any number of times: each mail has a key of its own."""
    today = today or timezone.localdate()
    near = Period.objects.filter(
        partners_until__gte=today - timedelta(days=REMINDED_LATE),
        partners_until__lte=today + timedelta(days=max(REMINDED_BEFORE)),
    ).exclude(pk__in=closed_half_years())
    return sum(_remind(period, today) for period in near.select_related("project"))


@transaction.atomic
def _remind(period: Period, today: date) -> int:
    told = Contribution.objects.filter(period=period, state=ContributionState.DONE).values("partner")
    until = period.partners_until
    due = reminder_due(until, today) if until else ""
    if not until or not due:
        return 0
    number = 0
    for partner in Partner.objects.filter(project=period.project_id).exclude(pk__in=told):
        for role in people_of(partner):
            mail = enqueue(
                key=f"{REMINDER}:{period.pk}:{partner.pk}:{role.user_id}:{until:%Y-%m-%d}:{due}",
                template=REMINDER,
                to_email=role.user.email,
                to_name=str(role.user),
                language=role.user.language,
                context={"period": period.pk, "role": role.pk, "until": f"{until:%Y-%m-%d}"},
            )
            number += mail is not None
    return number
