"""People see what is held about them, take it away as one file, and take their consents back."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import zipfile
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from hacktiv.common.personal_data import all_ties, table
from hacktiv.common.storage import PrivateStorage
from hacktiv.outbox.choices import choice_path
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import refuse_optional, send_due
from hacktiv.portal.archive_words import WORDS, choice_in_words
from hacktiv.portal.operations import (
    ask_archive,
    erase_person,
    forget_archives,
    make_archive,
    resume_archives,
)
from hacktiv.portal.operations.archiving import ARCHIVE_READY, KEPT_FOR, MOST_ATTEMPTS
from hacktiv.portal.queries.export import export_of
from hacktiv.portal.queries.my_data import KINDS, held_kinds
from hacktiv.portal.rendering import page_of
from members.accounts.tests.second_factor import confirm_password
from members.enums import NEWS_TOPICS, ArchiveState, ConsentPurpose, SkillDirection, Status
from members.models import Consent, DataArchive, User
from members.profiles.operations import update_profile
from members.tests.factories import PASSWORD, UserFactory, UserSkillFactory
from spaces.enums import MembershipState, MembershipStep
from spaces.models import Document
from spaces.tests.factories import BookingFactory, MembershipFactory, PassSchemeFactory
from tests.lives import Life
from tests.pages import Page

pytestmark = pytest.mark.django_db

PAGE = "/fr/me/data/"
ASK = f"{PAGE}archive/"
FILE = f"{ASK}download"
TAKE_AWAY = f"{PAGE}#take-away"
AGAIN = f"/fr/accounts/reauthenticate/?next={quote(TAKE_AWAY, safe='')}"


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(DataArchive._meta.get_field("file"), "storage", PrivateStorage(location=tmp_path))


@pytest.fixture
def zoe():
    return UserFactory(first_name="Zoé", last_name="Lambert", language="nl")


def made(person):
    archive = ask_archive(user=person)
    assert make_archive(archive_id=archive.pk)
    archive.refresh_from_db()
    return archive


def stored():
    storage = DataArchive._meta.get_field("file").storage
    return storage.listdir("archives")[1] if storage.exists("archives") else []


def let_the_lease_run_out(archive):
    DataArchive.objects.filter(pk=archive.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def all_at_once(work, number=8):
    """Run the work in threads, all released together; return what each returned."""
    barrier, answers = threading.Barrier(number), []

    def run():
        try:
            barrier.wait(timeout=30)
            answers.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_the_page_says_what_is_held_and_why(sign_in, zoe):
    BookingFactory(user=zoe)
    page = sign_in(zoe).get(PAGE)
    counted = {str(one.kind.name): one.number for one in page.context["kinds"]}
    assert counted["Vos réservations et inscriptions"] == 1
    assert [name for name, number in counted.items() if number == 0] == []


#: Exported tables that the page counts in no kind: the account and the profile are there in any case, and the others
#: are rows of what is counted.
IN_NO_KIND = {
    *("account.EmailAddress", "members.CalendarFeed", "members.Consent", "members.EarlierAddress", "members.User"),
    *("members.UserSkill", "mfa.Authenticator", "outbox.OptOut", "usersessions.UserSession"),
    *("spaces.Handover", "spaces.MembershipChange", "spaces.PassScheme_members"),
}


def test_each_exported_table_stands_in_a_kind_of_the_page():
    exported = {line.model for line in (*table(), *all_ties()) if line.exported}
    counted = {model._meta.label for kind in KINDS for model in kind.models}
    assert exported - counted == IN_NO_KIND


def test_each_kind_counts_the_rows_of_a_whole_life():
    life = Life(member=True)
    PassSchemeFactory().members.add(life.user)
    held = {one.kind: one.number for one in held_kinds(life.user)}
    assert [str(kind.name) for kind in KINDS if kind.models and not held.get(kind)] == []


def test_a_file_holds_the_export_a_page_and_what_the_person_brought(sign_in, zoe):
    BookingFactory(user=zoe, purpose="Atelier <b>carte</b>")
    Document.objects.create(
        added_by=zoe, title="Plan", text="T", file=ContentFile(b"%PDF-1 plan", "x.pdf"), file_name="Mon plan.pdf"
    )
    archive = made(zoe)
    assert (archive.state, archive.progress) == (ArchiveState.READY, 100)
    client = sign_in(zoe)
    confirm_password(client)
    answer = client.get(FILE)
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    content = b"".join(answer.streaming_content)
    assert len(content) == archive.size
    with zipfile.ZipFile(BytesIO(content)) as file:
        assert set(file.namelist()) == {"data.json", "index.html", "files/001-Mon_plan.pdf"}
        assert file.read("files/001-Mon_plan.pdf") == b"%PDF-1 plan"
        assert json.loads(file.read("data.json"))["bookings"][0]["purpose"] == "Atelier <b>carte</b>"
        page = file.read("index.html").decode()
    assert '<html lang="nl">' in page
    assert "Atelier &lt;b&gt;carte&lt;/b&gt;" in page
    assert 'href="files/001-Mon_plan.pdf"' in page


def test_the_page_to_read_says_choices_and_days_in_words(zoe):
    update_profile(user=zoe, status="self_employed")
    UserSkillFactory(user=zoe, direction="offered")
    MembershipFactory(user=zoe, since=date(2024, 3, 1))
    zoe.refresh_from_db()
    told = json.loads(json.dumps(export_of(zoe), cls=DjangoJSONEncoder))
    page = page_of(zoe, told, [])
    words = set(re.findall(r"<span class=\"words\">([^<]*)</span>", page))
    with translation.override("nl"):
        assert {str(Status.SELF_EMPLOYED.label), str(SkillDirection.OFFERED.label), "1 maart 2024"} <= words
        assert str(WORDS["bookings"]) not in page
    raw = {value for enum in (Status, SkillDirection, MembershipState, MembershipStep) for value in enum.values}
    assert not words & (raw | {"", "–"})
    assert not [one for one in words if re.match(r"\d{4}-\d\d-\d\d", one)]


def test_the_page_to_read_names_the_recipient_and_the_kind_of_membership(zoe):
    MembershipFactory(user=zoe, since=date(2024, 3, 1), until=date(2025, 3, 1), state=MembershipState.ENDED)
    Message.objects.create(key="x", template="portal.losses", to_email=zoe.email, language="en")
    User.objects.filter(pk=zoe.pk).update(language="en")
    zoe.refresh_from_db()
    told = json.loads(json.dumps(export_of(zoe), cls=DjangoJSONEncoder))
    page = page_of(zoe, told, [])
    names = re.findall(r"<dt>([^<]*)</dt>\s*<dd>\s*<span class=\"words\">([^<]*)</span>", page)
    assert ("Sent to", zoe.email) in names
    assert ("Until", zoe.email) not in names
    assert "Kind of membership" in dict(names)


def codes_in(value, name=""):
    """Give the values that look like codes, each with its name."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() if key != "file" for found in codes_in(inner, key)]
    if isinstance(value, list):
        return [found for inner in value for found in codes_in(inner, name)]
    return [(name, value)] if isinstance(value, str) and re.fullmatch(r"[a-z]+([_.][a-z]+)*", value) else []


def test_each_choice_of_the_export_has_words():
    told = json.loads(json.dumps(export_of(Life(member=True).user), cls=DjangoJSONEncoder))
    codes = [(part, *code) for part, value in told.items() for code in codes_in(value)]
    assert len(codes) > 10
    with translation.override("nl"):
        assert [code for code in codes if choice_in_words(*code) == code[-1]] == []


def test_a_lost_file_spoils_no_archive(sign_in, zoe):
    document = Document.objects.create(
        added_by=zoe, title="P", text="T", file=ContentFile(b"%PDF", "x.pdf"), file_name="x.pdf"
    )
    document.file.storage.delete(document.file.name)
    assert made(zoe).state == ArchiveState.READY


def test_each_part_of_the_export_has_a_name_for_people():
    told = json.loads(json.dumps(export_of(Life(member=True).user), default=str))

    def names(value):
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    assert names(told) - set(WORDS) == {"exported_at"}


def test_a_file_needs_the_password_once_more_and_its_own_person(sign_in, zoe):
    made(zoe)
    client = sign_in(zoe)
    answer = client.get(FILE)
    assert (answer.status_code, answer.url) == (302, AGAIN)
    other = Client()
    other.force_login(UserFactory())
    confirm_password(other)
    assert other.get(FILE).status_code == 404
    assert client.get("/fr/me/export/").url == AGAIN
    assert client.post(AGAIN, {"password": PASSWORD, "next": TAKE_AWAY}).url == TAKE_AWAY
    assert client.get(FILE).status_code == 200


def test_no_file_is_handed_out_before_it_is_ready_or_after_its_time(sign_in, zoe):
    client = sign_in(zoe)
    confirm_password(client)
    archive = ask_archive(user=zoe)
    assert client.get(FILE).status_code == 404
    make_archive(archive_id=archive.pk)
    DataArchive.objects.update(kept_until=timezone.now())
    assert client.get(FILE).status_code == 404
    assert client.get(PAGE).context["archive"] is None


def test_a_file_goes_after_its_time_and_no_sooner(zoe, django_capture_on_commit_callbacks):
    made(zoe)
    assert forget_archives() == 0
    DataArchive.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_archives() == 1
    assert (stored(), DataArchive.objects.count()) == ([], 0)


def test_a_mail_says_that_the_file_is_ready_and_nothing_of_it(zoe, mailoutbox):
    archive = made(zoe)
    assert archive.kept_until - archive.ready_at == KEPT_FOR
    send_due()
    [sent] = mailoutbox
    assert sent.to[0].endswith(f"{zoe.email}>") or sent.to == [zoe.email]
    assert "/nl/me/data/" in sent.body
    assert not sent.attachments


def test_no_mail_leaves_about_a_file_that_is_gone(zoe, mailoutbox):
    made(zoe)
    DataArchive.objects.all().delete()
    send_due()
    assert mailoutbox == []


def test_asking_while_it_is_made_changes_nothing(zoe):
    archive = ask_archive(user=zoe)
    assert ask_archive(user=zoe).pk == archive.pk
    again = ask_archive(user=zoe)
    assert (again.asked_at, DataArchive.objects.count()) == (archive.asked_at, 1)


def test_a_new_file_takes_the_place_of_the_one_before(zoe, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = made(zoe).file.name
    with django_capture_on_commit_callbacks(execute=True):
        second = made(zoe).file.name
    assert first != second
    assert [f"archives/{name}" for name in stored()] == [second]


def test_erasing_the_person_takes_the_file_too(zoe, django_capture_on_commit_callbacks):
    made(zoe)
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(user=zoe)
    assert (stored(), DataArchive.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_eight_who_ask_at_once_order_one_file(zoe):
    assert len(set(all_at_once(lambda: ask_archive(user=zoe).pk))) == 1
    assert DataArchive.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_make_one_file_and_one_mail(zoe):
    archive = ask_archive(user=zoe)
    assert sum(all_at_once(lambda: make_archive(archive_id=archive.pk))) == 1
    assert len(stored()) == 1
    assert Message.objects.filter(template=ARCHIVE_READY).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_person_erased_while_the_file_is_made_leaves_nothing(zoe):
    archive = ask_archive(user=zoe)

    def erase(progress):
        if progress == 95:
            all_at_once(lambda: erase_person(user=zoe), number=1)

    assert make_archive(archive_id=archive.pk, after_step=erase) is False
    assert (stored(), Message.objects.filter(template=ARCHIVE_READY).count(), User.objects.count()) == ([], 0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_worker_taken_for_dead_makes_no_second_file(zoe):
    archive = ask_archive(user=zoe)

    def be_overtaken(progress):
        if progress == 40:
            let_the_lease_run_out(archive)
            all_at_once(lambda: make_archive(archive_id=archive.pk), number=1)

    assert make_archive(archive_id=archive.pk, after_step=be_overtaken) is False
    archive.refresh_from_db()
    assert [f"archives/{name}" for name in stored()] == [archive.file.name]
    assert Message.objects.filter(template=ARCHIVE_READY).count() == 1


SLOW_WORKER = """
import sys, time
import django
django.setup()
from django.db import connection
from hacktiv.common.storage import PrivateStorage
from members.models import DataArchive
connection.settings_dict["NAME"] = sys.argv[2]
DataArchive._meta.get_field("file").storage = PrivateStorage(location=sys.argv[3])
from hacktiv.portal.operations import make_archive
def linger(progress):
    print(progress, flush=True)
    if progress == 95:
        time.sleep(600)
make_archive(archive_id=int(sys.argv[1]), after_step=linger)
"""


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_a_file_that_another_makes_anew(zoe, tmp_path):
    archive = ask_archive(user=zoe)
    worker = subprocess.Popen(
        [sys.executable, "-c", SLOW_WORKER, str(archive.pk), connection.settings_dict["NAME"], str(tmp_path)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "hacktiv.settings.test"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in iter(worker.stdout.readline, ""):
            if line.strip() == "95":
                break
        assert len(stored()) == 1
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
    assert resume_archives() == 0, "the lease holds for a moment: perhaps the worker lives"
    let_the_lease_run_out(archive)
    assert resume_archives() == 1
    archive.refresh_from_db()
    assert (archive.state, archive.attempts) == (ArchiveState.READY, 2)
    assert [f"archives/{name}" for name in stored()] == [archive.file.name]


def test_a_file_that_fails_says_so_and_can_be_asked_for_anew(sign_in, zoe):
    archive = ask_archive(user=zoe)

    def fail(progress):
        if progress == 95:
            raise OSError("no room")

    assert make_archive(archive_id=archive.pk, after_step=fail) is False
    assert "notice-warning" in sign_in(zoe).get(PAGE).text
    archive.refresh_from_db()
    assert (archive.state, stored()) == (ArchiveState.FAILED, [])
    assert ask_archive(user=zoe).state == ArchiveState.QUEUED


def test_a_file_that_kills_its_workers_is_given_up(zoe):
    archive = ask_archive(user=zoe)
    DataArchive.objects.update(attempts=MOST_ATTEMPTS)
    let_the_lease_run_out(archive)
    assert resume_archives() == 0
    archive.refresh_from_db()
    assert archive.state == ArchiveState.FAILED


def test_the_page_shows_the_progress_without_scripts(sign_in, zoe):
    client = sign_in(zoe)
    form = Page(client.get(PAGE).text, PAGE).form(ASK)
    assert client.post(form.path, form.data()).url == TAKE_AWAY
    assert "<progress" in client.get(PAGE).text
    assert re.search(r'data-hx-get="/fr/me/data/archive/state/"', client.get(PAGE).text)
    make_archive(archive_id=DataArchive.objects.get().pk)
    assert FILE in Page(client.get(PAGE).text, PAGE).links
    state = client.get(f"{ASK}state/").text
    assert FILE in state
    assert "data-hx-get" not in state


def consent(client, purpose, answer):
    return client.post(f"{PAGE}consents/{purpose}/", {answer: "1"}, follow=True)


@pytest.mark.parametrize("purpose", [ConsentPurpose.DIRECTORY, *NEWS_TOPICS])
def test_a_consent_is_given_and_taken_back_with_its_dates(sign_in, zoe, purpose):
    client = sign_in(zoe)
    consent(client, purpose, "give")
    consent(client, purpose, "give")
    assert Consent.objects.get(user=zoe).withdrawn_at is None
    zoe.refresh_from_db()
    assert zoe.is_listed is (purpose == ConsentPurpose.DIRECTORY)
    consent(client, purpose, "withdraw")
    assert Consent.objects.get(user=zoe).withdrawn_at is not None
    zoe.refresh_from_db()
    assert not zoe.is_listed


def test_taking_back_the_statistics_empties_what_they_count(sign_in, zoe):
    update_profile(user=zoe, gender="woman", age_band="25-34", is_listed=True)
    client = sign_in(zoe)
    consent(client, ConsentPurpose.STATISTICS, "withdraw")
    zoe.refresh_from_db()
    assert (zoe.gender, zoe.age_band, zoe.is_listed) == ("", "", True)
    consent(client, ConsentPurpose.STATISTICS, "give")
    assert not Consent.objects.filter(user=zoe, purpose=ConsentPurpose.STATISTICS, withdrawn_at=None).exists()


def test_an_unknown_purpose_is_not_found(sign_in, zoe):
    assert consent(sign_in(zoe), "everything", "give").status_code == 404


def test_a_consent_leads_back_to_its_own_line(sign_in, zoe):
    answer = sign_in(zoe).post(f"{PAGE}consents/news_space/", {"give": "1"})
    assert answer.url == f"{PAGE}#consent-news_space"
    assert 'id="consent-news_space"' in sign_in(zoe).get(PAGE).text


@pytest.mark.parametrize("path", [PAGE, "/fr/members/profile/"])
def test_who_refuses_mails_is_told_that_no_news_comes(sign_in, zoe, path):
    client = sign_in(zoe)
    assert "notice-warning" not in client.get(path).text
    refuse_optional(email=zoe.email)
    page = client.get(path).text
    assert page.count("notice-warning") == 1
    assert choice_path(zoe.email).split(":")[0] in page
