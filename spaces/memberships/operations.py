from django.contrib.auth import get_user_model
from django.db import transaction

from ..models import Membership


@transaction.atomic
def set_home_space(*, user, space, on):
    """From the day `on`, the person's home is `space` (None: nowhere). What went before stays on record."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
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
