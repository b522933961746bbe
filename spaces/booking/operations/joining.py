"""Give the bookings of an account that goes to the one that stays. The caller has locked their resources and both."""

from django.db.models import Exists, OuterRef

from members.models import User

from ...enums import LIVE_BOOKINGS
from ...models import Booking


def join_bookings(*, kept: User, gone: User) -> list[int]:
    """Give the bookings of `gone` to `kept`. Two of one resource at one time stay both: people may count on them.

    Return the keys of those that stand beside one of `kept`."""
    own = Booking.objects.filter(user=kept, status__in=LIVE_BOOKINGS, resource=OuterRef("resource"))
    theirs = Booking.objects.filter(user=gone, status__in=LIVE_BOOKINGS)
    beside = list(theirs.filter(Exists(own.filter(period__overlap=OuterRef("period")))).values_list("pk", flat=True))
    Booking.objects.filter(pk__in=beside).update(stands_beside=True)
    Booking.objects.filter(user=gone).update(user=kept)
    return beside
