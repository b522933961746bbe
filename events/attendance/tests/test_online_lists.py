"""Lists exported by video tools are read, matched to registrations and imported as attendance."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from events.attendance.files.online_lists import read_list
from events.attendance.files.online_names import key_of
from events.attendance.operations import mark_attendance
from events.attendance.rules import doubts_of_list
from events.enums import Mode, ProofKind, RegistrationStatus, Way
from events.errors import EventError
from events.models import Participation, Proof
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory, make_manager

LISTS = Path(__file__).parent / "lists"


def people(name):
    return [(who.name, who.email, who.minutes, who.times) for who in read_list((LISTS / name).read_bytes()).people]


def test_teams_in_utf_16_with_tabs_and_three_tables():
    assert people("teams.csv") == [
        ("Aline P.", "", 40, 1),
        ("DUPONT Jean-Noël", "", 89, 1),
        ("Élodie Lefèvre", "elodie@ardenne.example", 94, 1),
        ("Inconnu Passant", "", 2, 1),
        ("Mia Peeters", "mia@leie.example", 90, 1),
    ]


def test_a_list_of_arrivals_and_departures():
    assert people("teams-comings-and-goings.csv") == [
        ("Élodie Lefèvre", "", 57, 1),  # She had not left when the last did.
        ("Jean-Noël Dupont", "", 45, 2),
    ]


def test_zoom_with_a_waiting_room_a_return_and_two_devices():
    assert people("zoom.csv") == [
        ("Aline Petit", "", 30, 1),  # « iPhone (Aline Petit) »
        ("Dupont, Jean-Noël", "", 43, 2),
        ("Élodie Lefèvre", "elodie@ardenne.example", 60, 1),
        ("Mia Peeters", "mia@leie.example", 50, 2),
    ]


def test_bigbluebutton_in_latin_1_with_semicolons():
    assert people("bigbluebutton.csv") == [
        ("Aline Petyt", "", 70, 1),
        ("Élodie Lefèvre", "", 90, 2),
        ("jean-noel dupont", "", 75, 2),
    ]


def test_jitsi_as_moodle_exports_it_with_a_byte_order_mark():
    assert people("jitsi-moodle.csv") == [
        ("Élodie Lefèvre", "", 58, 1),
        ("Jean Noël Dupont", "", 47, 1),
        ("Mia Peeters", "", 55, 1),
    ]


def test_speaking_times_of_jitsi_are_not_times_of_presence():
    assert people("jitsi-speaker-stats.csv") == [
        ("Aline Petit", "", None, 1),
        ("Élodie Lefèvre", "", None, 1),
        ("Jean-Noël Dupont", "", None, 2),
    ]


def test_the_row_of_anonymous_votes_in_bigbluebutton_is_nobody():
    assert people("bigbluebutton-dashboard.csv") == [
        ("Élodie Lefèvre", "", 94, 1),
        ("Jean-Noël Dupont", "", 75, 1),
        ("Mia Peeters", "", 90, 1),
    ]


def test_teams_in_dutch_past_midnight_with_a_decimal_comma():
    assert people("teams-nl-past-midnight.csv") == [
        ("Élodie Lefèvre", "elodie@ardenne.example", 94, 1),
        ("Jean-Noël Dupont", "", 12, 1),
        ("Peeters, Mia", "", 40, 1),
    ]


def minutes_of(head, *rows):
    return [who.minutes for who in read_list("\n".join([head, *rows]).encode()).people]


@pytest.mark.parametrize(
    ("row", "minutes"),
    [
        ("Anna;23:30:00;00:15:00", 45),
        ("Anna;11:50 PM;12:10 AM", 20),
        ("Anna;2026-10-25T02:30:00+02:00;2026-10-25T02:15:00+01:00", 45),
        ("Anna;5/3/2027 à 12:00;5/3/2027 à 12:40", 40),
        ("Anna;12/3/2027 23:50;13/3/2027 00:10", 20),  # 13 can only be a day, so 12 is one.
        ("Anna;3/12/2027 23:50;3/13/2027 00:10", 20),  # 13 can only be a day, so 12 is one.
        ("Anna;12:00;", None),
        ("Anna;5/3/2027 13:00;5/3/2027 12:00", None),
    ],
)
def test_minutes_of_presence(row, minutes):
    assert minutes_of("Nom;Heure d’arrivée;Heure de départ", row) == [minutes]


def test_a_stay_longer_than_any_event_has_no_length():
    assert minutes_of("Name,Duration", "Anna,99999h", "Bob,-5", "Cara,1h 5m") == [None, None, 65]


@pytest.mark.parametrize(
    ("cells", "minutes"),
    [
        (["1h05", "1 u 05", "5m30", "65 min"], [65, 65, 6, 65]),
        (["01:05", "00:40", "1:05:22"], [65, 40, 65]),
        (["45:10", "01:05", "60:00"], [45, 1, 60]),  # 45 hours are no meeting: minutes and seconds.
    ],
)
def test_a_length_is_read_as_its_column_writes_it(cells, minutes):
    rows = [f"{name} Petit,{cell}" for name, cell in zip(("Anna", "Bob", "Cara", "Dora"), cells, strict=False)]
    assert minutes_of("Name,Duration", *rows) == minutes


def test_lengths_of_two_devices_are_no_longer_than_the_meeting():
    head, alone = "Name,Email,Total duration (minutes),Guest", ["Aline Petit,,60,Yes", "Aline Petit,,55,Yes"]
    assert minutes_of(head, *alone) == [60]
    assert minutes_of(head, *alone, "Bob Martin,,90,Yes") == [90, 90]
    meeting = ["Topic,Duration (Minutes),Participants", "Lunch,120,3", "", head]
    assert minutes_of("\n".join(meeting), *alone, "Bob Martin,,90,Yes") == [115, 90]
    # Where a departure is not told, the arrival and the length show it.
    head = "Name,Join time,Leave time,Duration (minutes)"
    first, second = "Aline Petit,05/10/2026 18:00,05/10/2026 19:00,60", "Aline Petit,05/10/2026 18:10,,20"
    assert minutes_of(head, first, second) == [60]


def test_of_two_devices_each_departure_ends_one_stay():
    head = "Full Name,User Action,Timestamp"
    comings = [("Joined", "6:00"), ("Joined", "6:20"), ("Left", "6:30"), ("Left", "6:40")]
    rows = [f"Ann De Wit,{action},10/5/2026 {at}:00 PM" for action, at in comings]
    bob = ["Bob,Joined,10/5/2026 6:00:00 PM", "Bob,Left,10/5/2026 8:00:00 PM"]
    assert minutes_of(head, *rows, *bob) == [40, 120]
    # One of them stays: until the end of the meeting.
    assert minutes_of(head, *rows[:3], *bob) == [120, 120]


def test_another_company_is_another_person_though_one_has_an_address():
    head = "Name (original name),Email,Total duration (minutes),Guest"
    rows = [
        "Marie Dupont (Acme),marie@acme.example,45,Yes",
        "Marie Dupont (Beta),,50,Yes",
        "Marie Dupont (Acme),,5,Yes",
    ]
    found = [(who.name, who.email, who.minutes) for who in read_list("\n".join([head, *rows]).encode()).people]
    assert found == [("Marie Dupont", "marie@acme.example", 50), ("Marie Dupont (Beta)", "", 50)]


@pytest.mark.parametrize(
    ("head", "row", "name"),
    [
        ("First name,Last name,Email,Duration", "Anna,De Wit,,45 min", "Anna De Wit"),
        ("Nom,Prénom,Durée", "De Wit,Anna,45", "Anna De Wit"),
        ("Full Name,First name,Duration", "Anna De Wit,Anna,45", "Anna De Wit"),
    ],
)
def test_first_and_last_names_in_two_columns_are_one_name(head, row, name):
    assert [(who.name, who.minutes) for who in read_list(f"{head}\n{row}".encode()).people] == [(name, 45)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator(encoding, separator):
    rows = [["Display name", "Duration"], ["Zoé Ménard", "12"], ["Jan de Wit", "1:02:00"]]
    text = "\n".join(separator.join(row) for row in rows)
    assert [(who.name, who.minutes) for who in read_list(text.encode(encoding)).people] == [
        ("Jan de Wit", 62),
        ("Zoé Ménard", 12),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable"),
        (b"a,b\n1,2\n", "unreadable"),
        (b"Name,Duration\n,\n", "empty"),
        (b"\xff\xfea", "unreadable"),
        (b"Name\n" + b"x" * 600 * 1024, "too_large"),
        (("Name\n" + "\n".join(f"N{n}" for n in range(501))).encode(), "too_large"),
    ],
)
def test_a_file_that_is_no_list_is_refused(content, code):
    with pytest.raises(EventError) as refused:
        read_list(content)
    assert refused.value.code == code


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"Name,Duration\n{text}".encode()))
def test_no_file_breaks_the_reader(content):
    try:
        assert all(person.name for person in read_list(content).people)
    except EventError as refusal:
        assert refusal.code in {"unreadable", "empty", "too_large"}


def test_names_are_compared_without_accents_case_and_order():
    assert key_of("LEFÈVRE, Élodie (Invitée)") == key_of("Elodie Lefevre") == "elodie lefevre"


@pytest.fixture
def event(db):
    now = timezone.now().replace(microsecond=0)
    return EventFactory(mode=Mode.HYBRID, starts_at=now + timedelta(hours=1))


def a_manager(space):
    user = UserFactory(is_staff=True)
    make_manager(space, user)
    return user


@pytest.fixture
def manager(event):
    return a_manager(event.space)


@pytest.fixture
def known(event):
    """Register Élodie, a member, and Jean-Noël, Aline and Mia, guests. Mia has another name on the lists."""
    elodie = UserFactory(first_name="Élodie", last_name="Lefèvre", email="elodie@ardenne.example")
    return {
        "elodie": RegistrationFactory(event=event, user=elodie),
        "jean": GuestRegistrationFactory(event=event, name="Jean Noel Dupont"),
        "aline": GuestRegistrationFactory(event=event, name="Aline Petit"),
        "mia": GuestRegistrationFactory(event=event, name="M. Peeters-Claes", email="mia@leie.example"),
    }


def address(event):
    return reverse("admin:events_event_online_list", args=[event.pk])


def preview(client, event, name):
    file = SimpleUploadedFile(name, (LISTS / name).read_bytes(), "text/csv")
    page = client.post(address(event), {"file": file})
    assert page.status_code == 200, page.text
    return page


def choices_of(page):
    """Return the preview's form as a browser sends it unchanged, but for the box of another day, and the field of each
    person."""
    sent, form = page.context["sent"], page.context["form"]
    data = {name: sent.initial[name] for name in ("content", "name")}
    data["despite_doubts"] = "on"
    data |= {field.html_name: field.initial for _found, field in form.rows()}
    return data, {field.label: field.html_name for _found, field in form.rows()}


def test_a_preview_writes_nothing_and_asks_about_doubtful_people(client, event, manager, known):
    client.force_login(manager)
    page = preview(client, event, "teams.csv")
    found = {one.attendee.name: one for one in page.context["form"].matches}
    assert found["Élodie Lefèvre"].registration == known["elodie"]
    assert found["DUPONT Jean-Noël"].registration == known["jean"]
    assert found["Mia Peeters"].registration == known["mia"]
    assert (found["Aline P."].registration, found["Aline P."].candidates) == (None, [known["aline"]])
    assert (found["Inconnu Passant"].registration, found["Inconnu Passant"].candidates) == (None, [])
    data, _fields = choices_of(page)
    assert client.post(address(event), data).context["form"].errors  # Nobody said which person « Aline P. » is.
    assert not Participation.objects.exists()
    assert not Proof.objects.exists()
    assert event.registrations.count() == 4


@pytest.mark.long
def test_an_import_marks_everybody_once_however_often_it_is_sent(client, event, manager, known):
    client.force_login(manager)
    mark_attendance(event=event, registrations=[known["mia"]], by=manager)
    data, fields = choices_of(preview(client, event, "teams.csv"))
    data[fields["Aline P."]] = known["aline"].pk
    for _attempt in range(2):
        answer = client.post(address(event), data)
        assert answer.status_code == 302, answer.context["form"].errors
        guest = event.registrations.get(status=RegistrationStatus.WALK_IN)
        assert (guest.guest_name, guest.way, guest.registered_by) == ("Inconnu Passant", Way.ONLINE, manager)
        assert {row.registration for row in event.participations.all()} == {*known.values(), guest}
        proof = event.proofs.get()
        content = (LISTS / "teams.csv").read_bytes()
        assert (proof.kind, proof.sha256) == (ProofKind.ONLINE_LIST, hashlib.sha256(content).hexdigest())
        assert proof.file.read() == content
    # The same file again: everybody is recognised now, except the person with a similar name only.
    again = preview(client, event, "teams.csv").context["form"].matches
    assert [one.attendee.name for one in again if not one.registration] == ["Aline P."]


def test_a_person_can_be_left_out_or_be_a_namesake(client, event, manager, known):
    client.force_login(manager)
    data, fields = choices_of(preview(client, event, "zoom.csv"))
    data[fields["Dupont, Jean-Noël"]] = "guest"
    data[fields["Mia Peeters"]] = "nobody"
    assert client.post(address(event), data).status_code == 302
    present = {row.registration for row in event.participations.all()}
    stranger = event.registrations.get(status=RegistrationStatus.WALK_IN)
    assert stranger.guest_name == "Dupont, Jean-Noël"
    assert present == {known["elodie"], known["aline"], stranger}


def test_only_managers_import_and_only_readable_lists(client, event, manager):
    client.force_login(a_manager(SpaceFactory()))
    assert client.get(address(event)).status_code == 404
    client.force_login(manager)
    page = client.post(address(event), {"file": SimpleUploadedFile("list.csv", b"a;b\n1;2\n")})
    assert "No column of names" in page.text or "Aucune colonne" in page.text
    page = client.post(address(event), {"content": "é" * 5, "name": "x"})
    assert page.status_code == 200
    assert not event.proofs.exists()


def test_two_registrations_of_one_name_are_asked_about(client, event, manager):
    first = GuestRegistrationFactory(event=event, name="Élodie Lefèvre")
    second = GuestRegistrationFactory(event=event, name="Lefevre Elodie")
    client.force_login(manager)
    found = preview(client, event, "bigbluebutton.csv").context["form"].matches[1]
    assert (found.registration, found.candidates) == (None, [first, second])


def spans_of(*lines):
    """Return the first and the last moment of a list in each reading, as local texts."""
    spans = read_list("\n".join(lines).encode()).spans
    return [tuple(f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" for moment in span) for span in spans]


@pytest.mark.parametrize(
    ("lines", "spans"),
    [
        (
            ["Nom;Arrivée;Départ", "Anna;15/10/2026 18:00;15/10/2026 19:30"],
            [("2026-10-15 18:00", "2026-10-15 19:30")],
        ),
        (  # Either 2 October or 10 February.
            ["Name,Join time,Leave time", "Anna,10/02/2026 06:00:00 PM,10/02/2026 08:00:00 PM"],
            [("2026-10-02 18:00", "2026-10-02 20:00"), ("2026-02-10 18:00", "2026-02-10 20:00")],
        ),
        (["Name,Join,Left", "Anna,2026-10-02T16:00:00Z,"], [("2026-10-02 18:00", "2026-10-02 18:00")]),
        (
            ["Topic,Start time,End time", "Café,2026-10-02 18:00,2026-10-02 20:00", "", "Name,Duration", "Anna,60"],
            [("2026-10-02 18:00", "2026-10-02 20:00")],
        ),
        (["Nom,Arrivée,Départ", "Anna,18:00,19:00"], []),
        (["Name,Duration", "Anna,60"], []),
    ],
)
def test_a_list_tells_when_it_was_written(lines, spans):
    assert sorted(spans_of(*lines)) == sorted(spans)


EVENING = datetime(2026, 11, 29, 18, 30, tzinfo=ZoneInfo("Europe/Brussels"))


def doubts(start, end, *, mode=Mode.ONLINE, now=EVENING + timedelta(days=1), starts_at=EVENING):
    """Return how many doubts there are about a list from start to end (texts) for an event of two hours."""
    event = EventFactory.build(
        mode=mode, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), type=None, space=None
    )
    event.earliest = event.latest = starts_at.date()
    read = [timezone.make_aware(datetime.fromisoformat(text)) for text in (start, end)]
    return doubts_of_list(event, [tuple(read)], now)


def test_a_list_of_the_event_is_not_doubted():
    assert doubts("2026-11-29 18:20", "2026-11-29 20:45") == []
    assert doubts("2026-11-29 17:20", "2026-11-29 19:45") == []  # The tool writes the time of another zone.


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-10-02 18:20", "2026-10-02 20:45", "2 octobre"),
        ("2026-11-28 18:20", "2026-11-28 20:45", "28 novembre"),
        ("2026-10-02 18:20", "2026-11-29 20:45", "2 octobre"),  # Of several meetings.
        ("2026-11-29 09:00", "2026-11-29 10:00", "9 h"),
    ],
)
def test_a_list_of_another_day_or_hour_is_doubted(start, end, words):
    with translation.override("fr"):
        (doubt,) = doubts(start, end)
    assert words in doubt.replace("\N{NO-BREAK SPACE}", " ")


def test_a_list_that_goes_on_in_the_future_and_an_event_that_has_not_begun_are_doubted():
    assert len(doubts("2026-11-29 18:00", "2026-11-29 20:00", now=EVENING - timedelta(minutes=22))) == 2
    assert len(doubts("2026-11-29 18:00", "2026-11-29 20:00", now=EVENING + timedelta(minutes=5))) == 1


def test_an_online_list_of_an_event_on_site_is_doubted():
    assert len(doubts("2026-11-29 18:20", "2026-11-29 20:20", mode=Mode.ONSITE)) == 1
    assert doubts("2026-11-29 18:20", "2026-11-29 20:20", mode=Mode.HYBRID) == []


def test_a_list_of_another_day_is_imported_only_after_a_tick(client, event, manager, known):
    client.force_login(manager)
    page = preview(client, event, "zoom.csv")
    data, _fields = choices_of(page)
    assert any("2027" in doubt for doubt in page.context["form"].doubts)
    del data["despite_doubts"]
    page = client.post(address(event), data)
    assert list(page.context["form"].errors) == ["despite_doubts"]
    assert not event.participations.exists()
    assert not event.proofs.exists()
    assert client.post(address(event), {**data, "despite_doubts": "on"}).status_code == 302
