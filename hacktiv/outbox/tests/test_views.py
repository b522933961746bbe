import os
import runpy

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter_box(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mails")
    return tmp_path / "mails"


def post(subject="Un mot", html="<p>Bonjour</p>", attachments=()):
    mail = EmailMultiAlternatives(subject, "Bonjour.\nhttp://localhost:8000/fr/\n", to=["zoe@ardenne.example"])
    mail.attach_alternative(html, "text/html")
    for attachment in attachments:
        mail.attach(*attachment)
    mail.send()


def test_an_empty_letter_box_says_so(client, letter_box):
    page = client.get(reverse("outbox:mails"))
    assert (page.status_code, list(page.context["page_obj"])) == (200, [])


def test_mails_are_listed_newest_first(client, letter_box):
    for second, subject in enumerate(("Premier", "Deuxième", "Troisième é")):
        post(subject)
        (file,) = letter_box.glob("2*.log")
        # Give each file its own time: neither the file system's clock nor the names tell two mails of one moment apart.
        os.utime(file.rename(letter_box / f"mail-{second}.log"), (second, second))
    page = client.get(reverse("outbox:mails"))
    assert [mail.subject for mail in page.context["page_obj"]] == ["Troisième é", "Deuxième", "Premier"]


def test_a_mail_is_read_as_text_and_as_a_page_with_its_links(client, letter_box):
    post(html="<p>Bonjour <a href='/fr/'>oui</a></p>")
    [mail] = client.get(reverse("outbox:mails")).context["page_obj"]
    page = client.get(reverse("outbox:mail", args=[mail.name]))
    assert '<a href="http://localhost:8000/fr/"' in page.content.decode()
    alone = client.get(reverse("outbox:mail_html", args=[mail.name]))
    assert alone.content.decode() == "<base target=\"_top\"><p>Bonjour <a href='/fr/'>oui</a></p>"
    assert alone["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src" not in alone["Content-Security-Policy"]
    assert "default-src 'none'" in alone["Content-Security-Policy"]
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_an_attached_file_is_downloaded_under_its_name(client, letter_box):
    post(attachments=[("rendez-vous.ics", "BEGIN:VCALENDAR", "text/calendar; method=REQUEST")])
    [mail] = client.get(reverse("outbox:mails")).context["page_obj"]
    file = client.get(reverse("outbox:attachment", args=[mail.name, 0]))
    assert b"".join(file).strip() == b"BEGIN:VCALENDAR"
    assert file["Content-Disposition"] == 'attachment; filename="rendez-vous.ics"'
    assert client.get(reverse("outbox:attachment", args=[mail.name, 1])).status_code == 404


@pytest.mark.parametrize("name", ["none", "..", "..%2F..%2Fmanage.py"])
def test_no_other_file_is_shown(client, letter_box, name):
    post()
    assert client.get(f"/mails/{name}/").status_code == 404


@pytest.mark.parametrize(("environment", "namespaces"), [("dev", ["outbox"]), ("prod", [])])
def test_production_has_no_letter_box(settings, environment, namespaces):
    settings.ENVIRONMENT = environment
    patterns = runpy.run_path(str(django_settings.BASE_DIR / "hacktiv" / "urls.py"))["urlpatterns"]
    found = [getattr(pattern, "namespace", None) for pattern in patterns]
    assert [name for name in found if name == "outbox"] == namespaces
