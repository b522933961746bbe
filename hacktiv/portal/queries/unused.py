"""Find the accounts that nobody has used for long."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from events.models import Registration, Speaker
from members.core.queries import unconfirmed_accounts
from members.models import Affiliation, NetworkRole, User
from reporting.models import PartnerPerson
from spaces.enums import OPEN_MEMBERSHIPS
from spaces.models import Booking, Membership, SpaceRole, Wait


def unused_accounts(*, since: datetime) -> QuerySet[User]:
    """Return the accounts that nobody has used from this moment on: without a sign-in, a booking, a registration, a
    membership or a role since then, or ahead. A role is one of a space, of the network or of a partner, or being an
    organisation's contact. None is of the staff, nor of the demo."""
    own, day = {"user": OuterRef("pk")}, timezone.localdate(since)
    lasts = Q(until=None) | Q(until__gt=day)
    used = [
        Booking.objects.filter(Q(created_at__gte=since) | Q(period__endswith__gte=since), **own),
        Wait.objects.filter(period__endswith__gte=since, **own),
        Registration.objects.filter(Q(registered_at__gte=since) | Q(event__ends_at__gte=since), **own),
        Speaker.objects.filter(event__ends_at__gte=since, **own),
        Membership.objects.filter(Q(state__in=OPEN_MEMBERSHIPS) | Q(until__gt=day), **own),
        *(roles.filter(lasts, **own) for roles in (SpaceRole.objects, NetworkRole.objects, PartnerPerson.objects)),
        Affiliation.objects.of_contacts().filter(lasts, **own),
    ]
    signed_in = Q(last_login__gte=since) | Q(date_joined__gte=since)
    people = User.objects.filter(is_staff=False, is_superuser=False, is_example=False, groups=None).exclude(signed_in)
    people = people.exclude(pk__in=unconfirmed_accounts().order_by().values("pk"))
    return people.filter(*(~Exists(rows) for rows in used))
