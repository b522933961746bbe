"""Note that two accounts are of two people."""

from django.db import transaction

from members.models import User

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
