import pytest

from hacktiv.outbox import registry

from .smtp import SmtpServer


@pytest.fixture
def smtp(settings):
    """Run a mail server for the test; Django sends to it."""
    with SmtpServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_TIMEOUT = 5
        yield server


@pytest.fixture
def kind(monkeypatch, tmp_path, settings):
    """Register a kind of mail for the test. `kind(builder)` returns its name; its templates show `{{ word }}`."""

    def register(builder, name="test.kind"):
        monkeypatch.setitem(registry._builders, name, builder)
        stem = tmp_path / registry.stem_of(name)
        stem.parent.mkdir(parents=True, exist_ok=True)
        stem.with_suffix(".subject.txt").write_text("{% load i18n %}Un mot :\n {{ word }}\n")
        stem.with_suffix(".txt").write_text("{{ word }} {{ language }} {{ site_url }}\n")
        stem.with_suffix(".html").write_text("<p>{{ word }}</p>")
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
        return name

    return register
