"""Predicates and choices about people that read as sentences."""

from django.conf import settings


def known_language(code: str | None) -> str:
    """The language of ours that a language code asks for; the first of them where it asks for another."""
    language = (code or "").split("-")[0]
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def tells_of_statistics(user) -> bool:
    """Whether the person told their gender or age band, which is their consent to the statistics."""
    return bool(user.gender or user.age_band)
