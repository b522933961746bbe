"""Find the accounts that nobody has used for long."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from events.models import Registration, Speaker
from events.personal_data import REGISTRATIONS, SPEAKERS
from members.core.queries import person_of, unconfirmed_accounts
from members.models import Affiliation, NetworkRole, User
from reporting.models import PartnerPerson
from spaces.enums import OPEN_MEMBERSHIPS
from spaces.models import Booking, Invitation, Membership, PassScheme, Series, SpaceRole, Wait
from spaces.personal_data import BOOKINGS, INVITATIONS, SERIES


def unused_accounts(*, since: datetime) -> list[User]:
    """Return the accounts that nobody has used from this moment on: without a sign-in, a booking, a registration, a
    membership, a pass of their own, a role or an open invitation since then, or ahead. A role is one of a space, of the
    network or of a partner, or being an organisation's contact. What was made for an address of the person counts as
    the erasure finds it. None is of the staff, nor of the demo."""
    return [
        user for user in _with_nothing_of_the_account(since).order_by("pk") if not _is_known_by_address(user, since)
    ]


def is_unused(user: User, *, since: datetime) -> bool:
    """Return whether the account is one of `unused_accounts`."""
    found = _with_nothing_of_the_account(since).filter(pk=user.pk).first()
    return found is not None and not _is_known_by_address(found, since)


def _is_known_by_address(user: User, since: datetime) -> bool:
    """Return whether the person has something under one of their addresses, as a guest. One query beside those for the
    addresses."""
    person, day = person_of(user), timezone.localdate(since)
    used = [
        Booking.objects.filter(BOOKINGS(person), Q(created_at__gte=since) | Q(period__endswith__gte=since)),
        Series.objects.filter(SERIES(person), until__gte=day),
        Registration.objects.filter(REGISTRATIONS(person), Q(registered_at__gte=since) | Q(event__ends_at__gte=since)),
        Speaker.objects.filter(SPEAKERS(person), event__ends_at__gte=since),
        Invitation.objects.open().filter(INVITATIONS(person)),
    ]
    first, *others = (rows.order_by().annotate(one=Value(1)).values("one") for rows in used)
    return first.union(*others).exists()


def _with_nothing_of_the_account(since: datetime) -> QuerySet[User]:
    own, day = {"user": OuterRef("pk")}, timezone.localdate(since)
    lasts = Q(until=None) | Q(until__gt=day)
    used = [
        Booking.objects.filter(Q(created_at__gte=since) | Q(period__endswith__gte=since), **own),
        Wait.objects.filter(period__endswith__gte=since, **own),
        Registration.objects.filter(Q(registered_at__gte=since) | Q(event__ends_at__gte=since), **own),
        Speaker.objects.filter(event__ends_at__gte=since, **own),
        PassScheme.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day), members=OuterRef("pk")),
        Membership.objects.filter(Q(state__in=OPEN_MEMBERSHIPS) | Q(until__gt=day), **own),
        *(roles.filter(lasts, **own) for roles in (SpaceRole.objects, NetworkRole.objects, PartnerPerson.objects)),
        Affiliation.objects.of_contacts().filter(lasts, **own),
    ]
    signed_in = Q(last_login__gte=since) | Q(date_joined__gte=since)
    people = User.objects.filter(is_staff=False, is_superuser=False, is_example=False, groups=None).exclude(signed_in)
    people = people.exclude(pk__in=unconfirmed_accounts().order_by().values("pk"))
    return people.filter(*(~Exists(rows) for rows in used))
