from datetime import date

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...core.operations import lock_account
from ...errors import BookingError
from ...models import HomeSpace, Space
from ..queries import homes_to_choose


@transaction.atomic
def choose_home_space(*, user: User, space: Space, on: date) -> HomeSpace | None:
    """Make `space` the person's home space from the day `on`. Raises BookingError `not_a_member` unless they are a
    member there then."""
    user = lock_account(user)
    if space not in homes_to_choose(user, on):
        message = _("Your home space is one of which you are a member. Ask {space} for a membership first.")
        raise BookingError("not_a_member", format_lazy(message, space=space.name))
    return set_home_space(user=user, space=space, on=on)


@transaction.atomic
def set_home_space(*, user: User, space: Space | None, on: date) -> HomeSpace | None:
    """Make `space` the person's home space from the day `on`; None ends it. Earlier home spaces stay on record.

    Return the row that holds from then on, or None."""
    lock_account(user)
    homes = HomeSpace.objects.filter(user=user)
    homes.filter(since__gt=on).delete()
    current = homes.current(on).first()
    if current and current.space == space and current.until is None:
        return current
    if current and current.since == on:
        current.delete()
    elif current:
        current.until = on
        current.save(update_fields=["until"])
    if space is None:
        return None
    return HomeSpace.objects.create(user=user, space=space, since=on)
