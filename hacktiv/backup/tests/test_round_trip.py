"""Everything saved is restored to the last row and the last byte, and no mail leaves before somebody says so."""

import shutil
from contextlib import contextmanager
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection

from hacktiv.backup.archive import read_manifest
from hacktiv.backup.database import fill
from hacktiv.outbox.models import Hold, Message
from hacktiv.outbox.operations import send_due
from hacktiv.outbox.tests.factories import MessageFactory
from hacktiv.portal.operations import erase_person
from members.models import User
from members.tests.factories import UserFactory
from spaces.models import Booking
from spaces.tests.factories import BookingFactory


@contextmanager
def owner_of_the_database():
    """Use the database as an ordinary user who owns it."""
    database, superuser = (connection.settings_dict[name] for name in ("NAME", "USER"))
    role = f"{database}_owner"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE ROLE "{role}" LOGIN')
        cursor.execute(f'ALTER DATABASE "{database}" OWNER TO "{role}"')
        cursor.execute(f'DROP SCHEMA public; SET ROLE "{role}"; CREATE SCHEMA public; RESET ROLE')
    connection.close()
    connection.settings_dict["USER"] = role
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = superuser
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA public CASCADE; ALTER DATABASE "{database}" OWNER TO CURRENT_USER')
            cursor.execute(f'DROP OWNED BY "{role}"; DROP ROLE "{role}"')


class ShortReads(BytesIO):
    """A file that gives less than was asked for, as one within an archive may: some of it waits in a buffer."""

    def read(self, size=-1):
        return super().read(min(size, 5_000))


@pytest.mark.django_db
def test_a_program_that_needs_no_more_of_the_dump_may_end_before_its_last_byte():
    fill(shutil.which("true"), ShortReads(b"more than a pipe holds" * 50_000))


def test_all_rows_and_files_come_back(platform, mailoutbox):
    BookingFactory(user=UserFactory(first_name="Zoé"))
    MessageFactory()
    storages["default"].save("rooms/été à l'étang.jpg", ContentFile(b"\x00picture" * 1000))
    storages["private"].save("proofs/2026/sheet.pdf", ContentFile(b"sheet"))
    storages["private"].save("proofs/2026/empty.txt", ContentFile(b""))
    before = platform.state()
    file = platform.back_up()
    assert platform.state() == before

    User.objects.all().update(first_name="changed")
    MessageFactory()
    storages["private"].delete("proofs/2026/sheet.pdf")
    platform.lose_all()
    platform.restore(file)
    rows, files = platform.state()
    assert [len(found.pop("outbox_hold")) for found in (before[0], rows)] == [0, 1]
    assert (rows, files) == before
    assert send_due() == 0
    assert ({*Message.objects.values_list("state", flat=True)}, mailoutbox) == ({"pending"}, [])


@pytest.mark.long
def test_who_was_erased_since_is_erased_from_what_comes_back(platform):
    zoe, other = UserFactory(first_name="Zoé"), UserFactory()
    BookingFactory(user=zoe)
    file = platform.back_up()
    erase_person(user=zoe)
    platform.lose_all()
    assert "Erasures made again, as the journal says: 1." in platform.restore(file)
    assert list(User.objects.all()) == [other]
    assert Booking.objects.get().user is None
    assert "zoé" not in str(platform.rows()).lower()


@pytest.mark.long
def test_the_owner_of_the_database_need_be_no_superuser(platform):
    """The backup is a superuser's, as that of the embedded server; the owner of another database restores and saves."""
    UserFactory(first_name="Zoé")
    file = platform.back_up()
    platform.lose_all()
    with owner_of_the_database():
        platform.restore(file)
        assert User.objects.get().first_name == "Zoé"
        assert read_manifest(platform.back_up("again.tar")).migrations == read_manifest(file).migrations


@pytest.mark.long
def test_a_backup_of_an_earlier_version_is_brought_up(platform):
    """Here the version before mails could be held: its migrations are those of today, but for the latest of one app."""
    user = UserFactory(first_name="Zoé")
    call_command("migrate", "outbox", "0003", verbosity=0)
    file = platform.back_up()
    assert {*read_manifest(file).migrations["outbox"]} == {
        *("0001_initial", "0002_optional_mails", "0003_waiting_mails")
    }
    platform.lose_all()
    platform.restore(file)
    assert User.objects.get() == user
    assert Hold.objects.filter(released_at=None).count() == 1
    call_command("migrate", check_unapplied=True, verbosity=0)
