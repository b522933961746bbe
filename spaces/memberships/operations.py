from datetime import date

from django.db import transaction

from members.models import User

from ..models import Membership, Space


@transaction.atomic
def set_home_space(*, user: User, space: Space | None, on: date) -> Membership | None:
    """Make `space` the person's home space from the day `on`; None ends it. Earlier memberships stay on record.

    Return the membership that holds from then on, or None."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    memberships = Membership.objects.filter(user=user)
    memberships.filter(since__gt=on).delete()
    current = memberships.current(on).first()
    if current and current.space == space and current.until is None:
        return current
    if current and current.since == on:
        current.delete()
    elif current:
        current.until = on
        current.save(update_fields=["until"])
    if space is None:
        return None
    return Membership.objects.create(user=user, space=space, since=on)
