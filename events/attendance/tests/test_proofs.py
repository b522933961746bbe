import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from events.attendance.operations import (
    OnlinePerson,
    add_proof,
    add_walk_in,
    check_in,
    check_proof,
    import_online_list,
    mark_attendance,
    refuse_proof,
    take_back_proof,
)
from events.attendance.operations.proofs import LARGEST_PROOF
from events.core.rules import proofs_not_given, proofs_still_owed
from events.enums import ChangeKind, Mode, ProofKind, Way
from events.errors import EventError
from events.models import Event, Proof
from events.registering.operations import register
from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%proof\n%%EOF\n"


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


def file(name="feuille.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def add(event=None, **wish):
    wish = {"kind": ProofKind.ATTENDANCE_SHEET, "file": file(), "by": UserFactory(), **wish}
    return add_proof(event=event or PastEventFactory(), **wish)


def refusal_of(**wish):
    with pytest.raises(EventError) as caught:
        add(**wish)
    return caught.value.code


def test_a_proof_is_kept_unchanged_under_its_sha256():
    manager = UserFactory()
    proof = add(by=manager)
    assert (proof.name, proof.sha256, proof.added_by) == ("feuille.pdf", hashlib.sha256(PDF).hexdigest(), manager)
    with proof.file.open() as kept:
        assert kept.read() == PDF


def test_a_large_file_is_kept_unchanged():
    content = PDF + bytes(range(256)) * 20_000 + b"%%EOF"
    proof = add(file=file(content=content))
    assert proof.sha256 == hashlib.sha256(content).hexdigest()
    assert proof.file.size == len(content)


def test_a_proof_has_no_public_address():
    with pytest.raises(ValueError, match="not accessible"):
        _ = add().file.url


def picture(kind):
    """Return a picture of noise, so that half of its bytes are half a picture."""
    written = BytesIO()
    Image.effect_noise((120, 90), 60).save(written, format=kind)
    return written.getvalue()


JPEG, PNG = picture("JPEG"), picture("PNG")
TABLE = 'nom;"prénom; usuel"\nPetit;Aline <aline@ardenne.example>\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("feuille.jpg", JPEG),
        ("FEUILLE.JPEG", JPEG),
        ("capture.png", PNG),
        ("liste.csv", TABLE.encode()),
        ("excel.csv", TABLE.encode("cp1252")),
        ("marque.csv", TABLE.encode("utf-8-sig")),
        ("noms.csv", b"Aline\nZohra\n"),
    ],
)
def test_accepted_files(name, content):
    assert add(file=file(name, content)).name == name


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("feuille.pdf", b"<html>", "not_a_proof"),
        ("feuille.png", PDF, "not_a_proof"),
        ("feuille.exe", b"MZ", "not_a_proof"),
        ("feuille", PDF, "not_a_proof"),
        ("feuille.svg", b"<svg onload='x'/>", "not_a_proof"),
        ("liste.csv", b"a;\x00b", "unreadable"),
        ("liste.csv", PNG, "unreadable"),
        ("liste.csv", b"a;<SCRIPT src=x></script>", "unreadable"),
        ("liste.csv", b"<!doctype html><p>a", "unreadable"),
        ("liste.csv", b'a;"b', "unreadable"),
        ("liste.csv", b";;\n\n", "unreadable"),
        ("feuille.jpg", JPEG[: len(JPEG) // 2], "unreadable"),
        ("feuille.jpg", b"\xff\xd8\xff\xe0rest", "unreadable"),
        ("feuille.jpg", PNG, "not_a_proof"),
        ("capture.png", PNG[: len(PNG) // 2], "unreadable"),
        ("capture.png", b"\x89PNG\r\n\x1a\nrest", "unreadable"),
        ("feuille.pdf", b"%PDF-1.7\n" + b"x" * 5000, "unreadable"),
        ("feuille.pdf", PDF + b"x" * 5000, "unreadable"),
        ("feuille.pdf", b"", "empty"),
        ("feuille.pdf", PDF + b"0" * LARGEST_PROOF, "too_large"),
    ],
)
def test_refused_files(name, content, code):
    assert refusal_of(file=file(name, content)) == code
    assert not Proof.objects.exists()


def test_the_same_file_is_kept_once_for_each_kind_of_proof():
    event = PastEventFactory()
    add(event)
    assert refusal_of(event=event) == "already_there"
    add(event, kind=ProofKind.AGENDA)
    assert event.proofs.count() == 2


def test_a_forged_name_does_not_leave_the_folder(tmp_path):
    proof = add(file=file("../../etc/passwd.pdf"))
    assert proof.name == "passwd.pdf"
    assert tmp_path in (tmp_path / proof.file.name).resolve().parents


def test_a_proof_is_checked_once():
    first, second = UserFactory(), UserFactory()
    proof = check_proof(proof=add(), by=first)
    assert check_proof(proof=proof, by=second).checked_by == first
    assert proof.checked_at is not None


def check_refused(proof, by):
    with pytest.raises(EventError) as caught:
        check_proof(proof=proof, by=by)
    return caught.value.code


def test_who_added_a_proof_does_not_check_it():
    manager = UserFactory()
    proof = add(by=manager)
    assert check_refused(proof, manager) == "own_proof"
    assert check_proof(proof=proof, by=UserFactory()).checked_at is not None


def test_a_proof_is_not_checked_while_the_event_runs():
    event = EventFactory(starts_at=timezone.now() - timedelta(hours=1))
    proof = add(event)
    assert check_refused(proof, UserFactory()) == "too_early"
    Event.objects.filter(pk=event.pk).update(state="held")
    assert check_refused(proof, UserFactory()) == "too_early"


def test_a_proof_owed_and_not_given_is_missing():
    event = PastEventFactory(proofs_owed=[ProofKind.ATTENDANCE_SHEET, ProofKind.ADVERTISING, ProofKind.AGENDA])
    add(event, kind=ProofKind.AGENDA)
    assert proofs_not_given(event, event.proofs.all()) == ["attendance_sheet", "advertising"]


def test_a_proof_is_owed_until_it_is_checked():
    event = PastEventFactory(proofs_owed=[ProofKind.ATTENDANCE_SHEET, ProofKind.AGENDA])
    proof = add(event, kind=ProofKind.AGENDA)
    assert proofs_still_owed(event, event.proofs.all()) == ["attendance_sheet", "agenda"]
    check_proof(proof=proof, by=UserFactory())
    assert proofs_still_owed(event, event.proofs.all()) == ["attendance_sheet"]


def refused(proof, **wish):
    with pytest.raises(EventError) as caught:
        refuse_proof(**{"proof": proof, "by": UserFactory(), "reason": "Illisible", **wish})
    return caught.value.code


def test_a_refused_proof_is_owed_until_it_is_accepted_after_all():
    event = PastEventFactory(proofs_owed=[ProofKind.AGENDA])
    manager, checker = UserFactory(), UserFactory()
    proof = add(event, kind=ProofKind.AGENDA, by=manager)
    assert refused(proof, by=manager) == "own_proof"
    assert refused(proof, reason="  ") == "reason"
    proof = refuse_proof(proof=proof, by=checker, reason=" Illisible ")
    assert (proof.refused_by, proof.refusal, proof.checked_at) == (checker, "Illisible", None)
    assert proofs_not_given(event, event.proofs.all()) == proofs_still_owed(event, event.proofs.all()) == ["agenda"]
    proof = check_proof(proof=proof, by=checker)
    assert (proof.refused_at, proof.refused_by, proof.refusal) == (None, None, "")
    assert refused(proof) == "checked"


def take_back_refused(proof, **wish):
    with pytest.raises(EventError) as caught:
        take_back_proof(**{"proof": proof, "by": UserFactory(), "reason": "Autre réunion", **wish})
    return caught.value.code


def test_a_proof_is_taken_back_with_its_file_and_the_history_keeps_why(django_capture_on_commit_callbacks):
    manager, proof = UserFactory(), add()
    kept = proof.file.path
    with django_capture_on_commit_callbacks(execute=True):
        take_back_proof(proof=proof, by=manager, reason="Autre réunion")
    assert not Proof.objects.exists()
    assert not Path(kept).exists()
    change = proof.event.changes.get()
    assert (change.kind, change.reason, change.made_by) == (ChangeKind.PROOF, "Autre réunion", manager)
    assert change.before == {"kind": "attendance_sheet", "sha256": proof.sha256}
    assert add(proof.event).sha256 == proof.sha256  # The same file may come back.


def test_a_proof_that_somebody_checked_stays_and_a_reason_is_needed():
    checked = check_proof(proof=add(), by=UserFactory())
    assert take_back_refused(checked) == "checked"
    assert take_back_refused(add(), reason=" ") == "reason"
    assert Proof.objects.count() == 2


def test_an_import_is_taken_back_as_a_whole():
    manager = UserFactory()
    event = EventFactory(mode=Mode.HYBRID, starts_at=timezone.now() + timedelta(minutes=5))
    at_the_door, at_home, walked_in = (
        RegistrationFactory(event=event),
        RegistrationFactory(event=event),
        add_walk_in(event=event, by=manager, name="Zoé Roy").registration,
    )
    mark_attendance(event=event, registrations=[at_the_door], by=manager)
    listed = [OnlinePerson(str(row.person_name), "", row) for row in (at_the_door, at_home, walked_in)]
    people = [*listed, OnlinePerson("Jo Lambert", "jo@ardenne.example")]
    for _attempt in range(2):
        import_online_list(event=event, content=b"Name,Duration\nA,1\n", name="l.csv", people=people, by=manager)
    assert event.participations.count() == 4
    assert take_back_proof(proof=event.proofs.get(), by=manager, reason="Autre réunion") == 2
    assert {row.registration for row in event.participations.all()} == {at_the_door, walked_in}
    at_home.refresh_from_db()
    event.refresh_from_db()
    assert (at_home.way, event.seats_taken, event.online_seats_taken) == (Way.ONSITE, 2, 0)
    assert not event.registrations.filter(guest_email="jo@ardenne.example").exists()


def test_a_list_of_another_event_is_taken_back_where_its_seats_were_given_away_meanwhile():
    """Three who had all the seats on site become online by the list, the two in line are offered the seats."""
    manager = UserFactory()
    event = EventFactory(mode=Mode.HYBRID, capacity=3, online_capacity=1, starts_at=timezone.now() + timedelta(hours=1))
    seated = [RegistrationFactory(event=event) for _person in range(3)]
    in_line = [RegistrationFactory(event=event) for _person in range(2)]
    online = [register(event=event, user=UserFactory(), way=Way.ONLINE) for _person in range(2)]
    Event.objects.update(starts_at=timezone.now() + timedelta(minutes=5))
    people = [OnlinePerson(str(row.person_name), "", row) for row in seated]
    import_online_list(event=event, content=b"Name,Duration\nA,1\n", name="l.csv", people=people, by=manager)
    assert all(event.registrations.get(pk=row.pk).is_offered for row in in_line)
    assert take_back_proof(proof=event.proofs.get(), by=manager, reason="Autre réunion") == 3
    event.refresh_from_db()
    assert (event.seats_taken, event.capacity) == (5, 5), "nobody loses a seat that they were offered"
    assert (event.online_seats_taken, event.online_capacity) == (1, 1)
    assert event.registrations.get(pk=online[1].pk).is_waiting, "no seat online is left over"


def test_who_stands_on_another_imported_list_stays_present_until_that_one_is_taken_back_too(client):
    event = EventFactory(mode=Mode.HYBRID, starts_at=timezone.now() + timedelta(minutes=5))
    manager = UserFactory(is_superuser=True, is_staff=True)
    registered = RegistrationFactory(event=event)
    both = [OnlinePerson("Anna", "", registered), OnlinePerson("Jo Lambert", "jo@ardenne.example")]
    for name, people in (("a", both), ("b", [*both, OnlinePerson("Zoé Roy", "zoe@ardenne.example")])):
        content = f"Name,Duration\n{name},1\n".encode()
        import_online_list(event=event, content=content, name=f"{name}.csv", people=people, by=manager)
    first, second = event.proofs.order_by("pk")
    client.force_login(manager)
    page = client.get(reverse("admin:events_event_proof_take_back", args=[event.pk, first.pk]))
    assert "0 présence" in page.text
    assert take_back_proof(proof=first, by=manager, reason="Liste incomplète") == 0
    assert event.participations.count() == 3
    second.refresh_from_db()
    assert take_back_proof(proof=second, by=manager, reason="Autre réunion") == 3
    registered.refresh_from_db()
    assert (registered.way, event.registrations.count()) == (Way.ONSITE, 1)


@pytest.mark.parametrize("by_name", [False, True])
def test_who_is_seen_at_the_door_after_a_provisional_list_stays_when_it_is_taken_back(by_name):
    manager = UserFactory()
    event = EventFactory(mode=Mode.HYBRID, starts_at=timezone.now() + timedelta(minutes=5))
    people = [OnlinePerson(name, f"{name.lower()}@ardenne.example") for name in ("Zoe", "Jan")]
    import_online_list(event=event, content=b"Name,Duration\nZoe,1\n", name="l.csv", people=people, by=manager)
    seen = event.registrations.get(guest_email="zoe@ardenne.example")
    typed = {"name": "Zoe", "email": seen.guest_email} if by_name else {"registration": seen}
    check_in(event=event, by=manager, **typed)
    assert take_back_proof(proof=event.proofs.get(), by=manager, reason="Liste incomplète") == 1
    kept = event.participations.get().registration
    assert (kept, kept.way) == (seen, Way.ONSITE)


def test_who_runs_the_event_takes_a_proof_back_and_is_not_asked_to_check_their_own(client):
    manager, other = UserFactory(), UserFactory()
    event = PastEventFactory(space=SpaceFactory(managers=[manager, other]))
    proof = add(event, by=manager)
    page, check = (
        reverse(f"admin:events_event_{name}", args=[event.pk, proof.pk]) for name in ("proof_take_back", "proof_check")
    )
    client.force_login(UserFactory(coordinates=True))
    assert client.post(page, {"reason": "Non"}).status_code == 404
    shown = reverse("admin:events_event_change", args=[event.pk])
    for person, may_check in ((manager, False), (other, True)):
        client.force_login(person)
        links = Page(client.get(shown).text).links
        assert (page in links, check in links) == (True, may_check)
    assert client.post(page, {"reason": ""}).status_code == 200
    assert client.post(page, {"reason": "Autre réunion"}).url == shown
    assert not event.proofs.exists()
