from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...errors import BookingError
from ...models import PassScheme


@transaction.atomic
def redeem_voucher(*, user: User, code: str) -> PassScheme:
    """Give the member the pass of this code. Case and spaces do not matter; a second time changes nothing.

    Raises BookingError `unknown_code` (also for a voucher that is over) and `voucher_used_up`.
    """
    code = "".join(code.split()).upper()
    today = timezone.localdate()
    scheme = PassScheme.objects.select_for_update(no_key=True).filter(code=code).first() if code else None
    if scheme is None or (scheme.ends_on and scheme.ends_on < today):
        raise BookingError("unknown_code", _("There is no voucher of this code, or it is no longer valid."))
    if scheme.members.filter(pk=user.pk).exists():
        return scheme
    if scheme.places is not None and scheme.members.count() >= scheme.places:
        raise BookingError("voucher_used_up", _("This code has been used by all those whom it was for."))
    scheme.members.add(user)
    return scheme
