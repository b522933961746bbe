"""Rules about people and their rights that read as sentences."""

from typing import Any

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
    """Return the roles that the person holds in the network today; a superuser holds all.

    They are kept on the person's instance, so one request asks once."""
    if not user.is_active or isinstance(user, AnonymousUser):
        return frozenset()
    if user.is_superuser:
        return frozenset(NetworkRoleKind.values)
    if not hasattr(user, "_network_roles"):
        read_rights(user)
    return user._network_roles


def read_rights(user: User) -> None:
    """Keep on the person's instance, for the request, their roles in the network and the permissions that Django asks
    for. One query."""
    given = Permission.objects.filter(Q(user=user) | Q(group__user=user)).order_by()
    roles: Any = NetworkRole.objects.held().filter(user=user).order_by().values_list(Value(""), "role")
    rows = set(given.values_list("content_type__app_label", "codename").union(roles))
    user._perm_cache = {f"{app}.{name}" for app, name in rows if app}
    user._network_roles = frozenset(name for app, name in rows if not app)


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
