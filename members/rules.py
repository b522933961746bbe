"""Rules about people that read as sentences."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from .models import User

#: The permission that makes somebody a coordinator, as Django names it.
COORDINATE = "members.coordinate"


def known_language(code: str | None) -> str:
    """Return the site's language for a language code such as « nl-be »; the default language for an unknown code."""
    language = (code or "").split("-")[0]
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def tells_of_statistics(user: User) -> bool:
    """Return whether the person gave their gender or age band, which is their consent to the statistics."""
    return bool(user.gender or user.age_band)


def coordinates(user: User | AnonymousUser) -> bool:
    """Return whether the person coordinates the network: its own events, projects, reports. True for superusers."""
    return user.has_perm(COORDINATE)
