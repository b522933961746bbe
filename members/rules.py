"""Rules about people that read as sentences."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from .enums import NetworkRoleKind
from .models import NetworkRole, User


def known_language(code: str | None) -> str:
    """Return the site's language for a language code such as « nl-be »; the default language for an unknown code."""
    language = (code or "").split("-")[0]
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def tells_of_statistics(user: User) -> bool:
    """Return whether the person gave their gender or age band, which is their consent to the statistics."""
    return bool(user.gender or user.age_band)


def network_roles(user: User | AnonymousUser) -> frozenset[str]:
    """Return the roles that the person holds in the network today; a superuser holds all.

    They are kept on the person's instance, as Django keeps permissions, so one request asks once."""
    if not user.is_active or isinstance(user, AnonymousUser):
        return frozenset()
    if user.is_superuser:
        return frozenset(NetworkRoleKind.values)
    if not hasattr(user, "_network_roles"):
        user._network_roles = frozenset(
            NetworkRole.objects.held().filter(user=user).order_by().values_list("role", flat=True)
        )
    return user._network_roles


def administers(user: User | AnonymousUser) -> bool:
    """Return whether the person administers the network: what is common to all spaces, and who runs them. True for
    superusers."""
    return NetworkRoleKind.ADMINISTRATOR in network_roles(user)


def coordinates(user: User | AnonymousUser) -> bool:
    """Return whether the person coordinates the network: its own events, projects, reports. True for who administers
    it."""
    return bool({NetworkRoleKind.COORDINATOR, NetworkRoleKind.ADMINISTRATOR} & network_roles(user))
