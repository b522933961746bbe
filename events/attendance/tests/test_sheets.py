"""The attendance sheet to print and sign."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from events.attendance.files.sheets import attendance_sheet
from events.attendance.operations import add_walk_in
from events.attendance.rules import half_days
from events.tests.factories import EventFactory, GuestRegistrationFactory, PastEventFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import OrganisationFactory, SpaceFactory

pytestmark = pytest.mark.django_db

BRUSSELS = ZoneInfo("Europe/Brussels")


def at(day, hour, minute=0, month=3):
    return datetime(2027, month, day, hour, minute, tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (at(3, 12), at(3, 13, 30), [["12:00 13:30"]]),
        (at(3, 9), at(3, 17), [["09:00 13:00", "13:00 17:00"]]),
        (at(3, 13, 30), at(3, 18, 30), [["13:30 18:30"]]),
        (at(3, 22), at(4, 1), [["22:00 01:00"]]),
        (at(3, 9), at(5, 12), [["09:00 12:00"]] * 3),
        # The clocks change in between; the local hours stay the same.
        (at(27, 9), at(29, 17), [["09:00 13:00", "13:00 17:00"]] * 3),
        (at(3, 18), at(5, 10), [["18:00 23:59"], ["00:00 13:00", "13:00 23:59"], ["00:00 10:00"]]),
    ],
)
def test_a_long_day_is_signed_in_two_halves(start, end, expected):
    event = EventFactory.build(starts_at=start, ends_at=end, type=None, space=None)
    days = [
        [f"{timezone.localtime(begin):%H:%M} {timezone.localtime(end):%H:%M}" for begin, end in halves]
        for halves in half_days(event)
    ]
    assert days == expected


def words_of(content):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return [" ".join(page.split()) for page in pages]


#: A name in each script that our fonts have, by the script.
NAMES = {
    "Arabic": "محمد علي",
    "Armenian": "Արամ Պետրոսյան",
    "Bengali": "রহিম উদ্দিন",
    "Devanagari": "रीता शर्मा",
    "Ethiopic": "ሰላም ተስፋይ",
    "Georgian": "ნინო ბერიძე",
    "Hebrew": "נועה לוי",
    "Tamil": "கவிதா",
    "Thai": "สมชาย",
}


@pytest.mark.long
def test_names_of_every_script_are_printed():
    event = EventFactory()
    for name in [*NAMES.values(), "Олена Коваль", "Ελένη", "Mia\u202e Peeters"]:
        GuestRegistrationFactory(event=event, name=name)
    content = attendance_sheet(event)
    words = " ".join(words_of(content))
    assert "□" not in words and "\u202e" not in words
    assert "Олена Коваль" in words and "Mia Peeters" in words
    with pikepdf.open(io.BytesIO(content)) as pdf:
        fonts = {str(item.get("/BaseFont", "")) for item in pdf.objects if isinstance(item, pikepdf.Dictionary)}
    assert {script for script in NAMES if any(f"NotoSans{script}" in font for font in fonts)} == set(NAMES)


@pytest.fixture
def manager():
    return UserFactory(is_staff=True)


def test_each_day_has_a_page_with_names_hours_organisers_and_credit(client, manager):
    organisers = [
        OrganisationFactory(name="Les Exemples", country="FR"),
        OrganisationFactory(name="Voorbeeld", country="BE"),
    ]
    event = EventFactory(
        space=SpaceFactory(managers=[manager]),
        title_fr="Atelier #eval(1+1) 🎉",
        starts_at=at(3, 9),
        ends_at=at(4, 17),
        organisers=organisers,
    )
    GuestRegistrationFactory(event=event, name="Zoé Ménard")
    client.force_login(manager)
    answer = client.get(reverse("admin:events_event_sheet_pdf", args=[event.pk]))
    assert answer["Content-Type"] == "application/pdf"
    pages = words_of(answer.content)
    assert len(pages) == 2
    for page, day in zip(pages, ("mercredi 3 mars 2027, 9 h – 17 h", "jeudi 4 mars 2027, 9 h – 17 h"), strict=True):
        assert day in page
        for words in (
            "Signature, 9 h – 13 h",
            "Signature, 13 h – 17 h",
            "1 Zoé Ménard",
            "Fonds Européen de Développement",
        ):
            assert words in page
    assert "Atelier #eval(1+1) □" in pages[0]
    assert "Les Exemples (FR), Voorbeeld (BE)" in pages[0]
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "fr"


def test_only_managers_of_the_event_open_the_sheet(client, manager):
    SpaceFactory(managers=[manager])
    client.force_login(manager)
    assert client.get(reverse("admin:events_event_sheet_pdf", args=[EventFactory().pk])).status_code == 404


def test_walk_ins_are_on_the_sheet_and_undated_events_have_one(manager):
    event = PastEventFactory(organisers=[])
    add_walk_in(event=event, name="Jan Claes", by=manager)
    assert "1 Jan Claes" in words_of(attendance_sheet(event))[0]
