"""Note that two accounts are of two people, and take that back."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import User

from ..errors import MergingError
from ..models import TwoPeople
from ..queries import in_order
from ..rules import refusal_to_merge
from .locking import lock_both


@transaction.atomic
def say_two_people(*, one: User, other: User, by: User) -> TwoPeople:
    """Remember that these accounts are two people's, so that they are not proposed again. Said twice, it is noted once.

    Raises MergingError as `merge_accounts`."""
    one, other = lock_both(one, other, by)
    if refusal := refusal_to_merge(by, one, other):
        raise refusal
    first, second = in_order(one, other)
    return TwoPeople.objects.get_or_create(first_id=first, second_id=second, defaults={"decided_by": by})[0]


@transaction.atomic
def propose_again(*, row: TwoPeople, by: User) -> None:
    """Forget that two accounts are of two people, so that they are proposed where a hint tells that they are one's. The
    history of both accounts keeps who did it, and when it had been noted.

    Raises MergingError as `merge_accounts`, and `proposed` for a pair that is proposed already."""
    one, other = lock_both(row.first, row.second, by)
    if refusal := refusal_to_merge(by, one, other):
        raise refusal
    found = TwoPeople.objects.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise MergingError("proposed", _("These two accounts may be proposed again already."))
    noted = f"Noted as of two people on {found.decided_at:%Y-%m-%d}; may be proposed again as one person's."
    LogEntry.objects.log_actions(by.pk, [one, other], CHANGE, noted)
    found.delete()
