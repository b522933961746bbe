"""Multi-step writes of training. People register for a session, move it and attend it through its event."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User

from .errors import TrainingError
from .models import Coaching, CoachingCount


@transaction.atomic
def declare_coached(
    *, coaching: Coaching, lower: int, upper: int | None, by: User | None, reason: str = ""
) -> Coaching:
    """Declare the number of coached persons (`upper` None: no upper bound is known).

    A count that differs from the present one corrects it: a reason is required, and the old count is kept. Raises
    TrainingError: `not_in_order`, `reason`.
    """
    coaching = Coaching.objects.select_for_update().get(pk=coaching.pk)
    if upper is not None and upper < lower:
        raise TrainingError("not_in_order", _("At most is not less than at least."))
    if (coaching.persons_lower, coaching.persons_upper) == (lower, upper):
        return coaching
    if not reason.strip():
        raise TrainingError("reason", _("Say why the count changes: the old one is kept beside it."))
    now = timezone.now()
    CoachingCount.objects.create(
        coaching=coaching,
        lower=coaching.persons_lower,
        upper=coaching.persons_upper,
        entered_at=coaching.entered_at,
        entered_by=coaching.entered_by,
        replaced_at=max(now, coaching.entered_at),
        replaced_by=by,
        reason=reason.strip(),
    )
    coaching.persons_lower, coaching.persons_upper = lower, upper
    coaching.entered_at, coaching.entered_by = now, by
    coaching.save(update_fields=["persons_lower", "persons_upper", "entered_at", "entered_by"])
    return coaching
