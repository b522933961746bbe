"""What was saved is restored to the last row and the last byte, and no mail leaves before somebody says so."""

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from hacktiv.outbox.tests.factories import MessageFactory
from members.models import User
from members.tests.factories import UserFactory
from spaces.tests.factories import BookingFactory


def test_all_rows_and_files_come_back(platform, mailoutbox):
    BookingFactory(user=UserFactory(first_name="Zoé"))
    MessageFactory()
    storages["default"].save("rooms/été à l'étang.jpg", ContentFile(b"\x00picture" * 1000))
    storages["private"].save("proofs/2026/sheet.pdf", ContentFile(b"sheet"))
    storages["private"].save("proofs/2026/empty.txt", ContentFile(b""))
    before = platform.state()
    file = platform.back_up()
    assert platform.state() == before

    User.objects.all().update(first_name="lost")
    platform.lose_all()
    platform.restore(file)
    rows, files = platform.state()
    holds = rows.pop("outbox_hold")
    assert (rows, files) == ({name: found for name, found in before[0].items() if name != "outbox_hold"}, before[1])
    assert len(holds) == 1
    assert send_due() == 0
    assert (Message.objects.get(template="test.note").state, mailoutbox) == ("pending", [])
