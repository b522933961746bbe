"""The multi-step writes of the training. A session is registered for, moved and attended as its event is."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .errors import TrainingError
from .models import Coaching, CoachingCount


@transaction.atomic
def declare_coached(*, coaching, lower, upper, by, reason=""):
    """Declare how many persons were coached (`upper` None: open). Another count than the present one corrects it: the
    reason is asked, and the old count is kept.

    Raises TrainingError: `not_in_order`, `reason`."""
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
