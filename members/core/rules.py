"""Rules about people and their rights that read as sentences."""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Q, Value

from ..enums import NetworkRoleKind
from ..models import NetworkRole, User


def known_language(code: str | None) -> str:
    """Return the site's language for a language code such as « nl-be »; the default language for an unknown code."""
    language = (code or "").split("-")[0]
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def network_roles(user: User | AnonymousUser) -> frozenset[str]:
    """Return the roles that the person holds in the network today; a superuser holds all."""
    if not user.is_active or isinstance(user, AnonymousUser):
        return frozenset()
    if user.is_superuser:
        return frozenset(NetworkRoleKind.values)
    return rights_kept_of(user).roles


class Rights(NamedTuple):
    """The permissions that Django asks for, and the roles in the network."""

    permissions: frozenset[str]
    roles: frozenset[str]


def rights_kept_of(user: User) -> Rights:
    """Return the person's rights, read once for each instance, so that one request asks once."""
    if not hasattr(user, "_rights"):
        user._rights = rights_of(user)
    return user._rights


def rights_of(user: User) -> Rights:
    """Return the person's rights, in one query."""
    given = Permission.objects.filter(Q(user=user) | Q(group__user=user)).order_by()
    roles: Any = NetworkRole.objects.held().filter(user=user).order_by().values_list(Value(""), "role")
    rows = set(given.values_list("content_type__app_label", "codename").union(roles))
    return Rights(
        permissions=frozenset(f"{app}.{name}" for app, name in rows if app),
        roles=frozenset(name for app, name in rows if not app),
    )


def administers(user: User | AnonymousUser) -> bool:
    """Return whether the person administers the network: what is common to all spaces, and who runs them. True for
    superusers."""
    return NetworkRoleKind.ADMINISTRATOR in network_roles(user)


def coordinates(user: User | AnonymousUser) -> bool:
    """Return whether the person coordinates the network: its own events, projects, reports. True for who administers
    it."""
    return bool({NetworkRoleKind.COORDINATOR, NetworkRoleKind.ADMINISTRATOR} & network_roles(user))


def facilitates(user: User | AnonymousUser) -> bool:
    """Return whether the person runs the events of all spaces. True for who administers the network."""
    return bool({NetworkRoleKind.FACILITATOR, NetworkRoleKind.ADMINISTRATOR} & network_roles(user))
