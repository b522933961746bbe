"""Queries of who has an address, and who administers the network."""

from collections.abc import Collection, Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.admin.models import ADDITION, LogEntry
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, Lower

from hacktiv.common.personal_data import HeldAddress, Person

from ..enums import NetworkRoleKind
from ..models import EarlierAddress, NetworkRole, User


def language_of(email: str, *, otherwise: str) -> str:
    """Return the language in which to write to an address: that of its account, without one `otherwise`."""
    owner = owner_of(email)
    return owner.language if owner else otherwise


def person_of(user: User) -> Person:
    """Return whose rows belong to an account: those made under its confirmed address since the one before gave that
    up, and those made under its earlier ones before it gave them up itself.

    An address that was never confirmed may be anybody's."""
    addresses = EmailAddress.objects.filter(user=user)
    confirmed = {address.email.lower() for address in addresses if address.verified}
    typed = {address.email.lower() for address in addresses if not address.verified}
    confirmed |= {user.email.lower()} - typed
    own = EarlierAddress.objects.filter(user=user)
    about = Q(user=user) | Q(email__in={*confirmed, *typed}) | Q(email__in=own.order_by().values("email"))
    notes = list(EarlierAddress.objects.filter(about).values_list("user", "email", "left_at"))
    left = [(email, left_at) for of, email, left_at in notes if of == user.pk]
    by_others = [(email, left_at) for of, email, left_at in notes if of != user.pk]
    taken = _taken_from(user, {*confirmed, *typed})
    had = [*((address, None) for address in confirmed - taken), *left]
    return Person(
        user=user,
        held=_since_others(had, by_others),
        typed=frozenset(typed - taken - confirmed - {address for address, _left_at in left}),
    ).under(user.get_full_name())


def held_addresses(had: Iterable[tuple[str, datetime | None]], accounts: Collection[User]) -> frozenset[HeldAddress]:
    """Return the addresses that a person with these accounts has, or had until they gave them up, each with the moment
    at which somebody else did so before them."""
    had = list(had)
    others = EarlierAddress.objects.filter(email__in={address for address, _until in had}).exclude(user__in=accounts)
    return _since_others(had, list(others.values_list("email", "left_at")))


def _since_others(
    had: Iterable[tuple[str, datetime | None]], by_others: Collection[tuple[str, datetime]]
) -> frozenset[HeldAddress]:
    """Return addresses with when they were given up, each from the last time at which somebody else gave it up
    before."""
    return frozenset(
        HeldAddress(
            address,
            max((at for email, at in by_others if email == address and (until is None or at < until)), default=None),
            until,
        )
        for address, until in had
    )


def held_at(address: str, at: datetime) -> HeldAddress:
    """Return an address with the time around a moment in which one person had it."""
    moments = list(EarlierAddress.objects.filter(email=address.lower()).values_list("left_at", flat=True))
    return HeldAddress(
        address.lower(),
        max((left_at for left_at in moments if left_at <= at), default=None),
        min((left_at for left_at in moments if left_at > at), default=None),
    )


def was_theirs(user: User, email: str, *, at: datetime) -> bool:
    """Return whether the person had an address at a moment, confirmed by a link sent there."""
    later = EarlierAddress.objects.filter(email=email.lower(), left_at__gt=at).order_by("left_at", "pk").first()
    return later.user_id == user.pk if later else confirmed_addresses(user).filter(address=email.lower()).exists()


def given_up_after(email: str, *made: str) -> QuerySet[EarlierAddress]:
    """Return, for a subquery, the notes of who gave up the address in the column `email` after a row was made, which
    the columns `made` tell, the earliest of them; the first one first."""
    later = Q()
    for column in made:
        later |= Q(left_at__gt=OuterRef(column))
    return EarlierAddress.objects.filter(later, email=OuterRef(email)).order_by("left_at", "pk")


def _taken_from(user: User, addresses: set[str]) -> set[str]:
    """Return those of the addresses that another account has, confirmed."""
    others = User.objects.exclude(pk=user.pk).annotate(address=Lower("email")).filter(address__in=addresses)
    owned = others.exclude(pk__in=unconfirmed_accounts().order_by().values("pk"))
    return set(owned.values_list("address", flat=True))


def owner_of(email: str) -> User | None:
    """Return the account that has an address. One that nobody has confirmed has none."""
    return User.objects.exclude(pk__in=unconfirmed_accounts().order_by()).filter(email__iexact=email).first()


def active_owner_of(email: str) -> User | None:
    """Return the account that has an address, unless it is closed."""
    found = owner_of(email)
    return found if found and found.is_active else None


def confirmed_addresses(user: User) -> QuerySet[EmailAddress, str]:
    """Return the addresses, in lower case, that the person has confirmed by a link sent there; no query by itself."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).annotate(address=Lower("email"))
    return confirmed.values_list("address", flat=True)


def addresses_of(users: QuerySet[User], among: Iterable[str]) -> set[str]:
    """Return those of the addresses, all in lower case, that these people have: present and confirmed ones, and earlier
    ones of theirs that no other account has by now. One query."""
    wanted = list(among)
    present = users.order_by().annotate(address=Lower("email")).filter(address__in=wanted)
    confirmed = EmailAddress.objects.filter(user__in=users.order_by().values("pk"), verified=True).order_by()
    confirmed = confirmed.annotate(address=Lower("email")).filter(address__in=wanted)
    left = EarlierAddress.objects.filter(user__in=users.order_by().values("pk"), email__in=wanted).order_by()
    owners = User.objects.exclude(pk__in=unconfirmed_accounts().order_by().values("pk"))
    left = left.exclude(Exists(owners.filter(email__iexact=OuterRef("email"))))
    left = left.exclude(Exists(EmailAddress.objects.filter(email__iexact=OuterRef("email"), verified=True)))
    found = present.values_list("address", flat=True).union(
        confirmed.values_list("address", flat=True), left.values_list("email", flat=True)
    )
    return set(found)


def unconfirmed_accounts() -> QuerySet[User]:
    """Return the accounts that somebody opened on the site and whose address nobody has confirmed.

    Whoever typed the address may be a stranger to it, and nobody can have signed in. An account that the staff opened
    is none of them."""
    own = EmailAddress.objects.filter(user=OuterRef("pk"))
    opened_by_staff = LogEntry.objects.filter(
        content_type__app_label="members",
        content_type__model="user",
        action_flag=ADDITION,
        object_id=Cast(OuterRef("pk"), TextField()),
    )
    return User.objects.filter(
        Exists(own.filter(email__iexact=OuterRef("email"), verified=False)),
        ~Exists(own.filter(verified=True)),
        ~Exists(opened_by_staff),
        last_login=None,
        is_staff=False,
        is_superuser=False,
        groups=None,
        network_roles=None,
    )


def administrators() -> QuerySet[User]:
    """Return the active people who administer the network today, superusers among them."""
    roles = NetworkRole.objects.held().filter(role=NetworkRoleKind.ADMINISTRATOR)
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=roles.order_by().values("user")), is_active=True)
