"""The team of a space notes things on a person: signed, corrected for a day, read by the person in their export."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from hacktiv.portal.operations.erasing import erase_person
from hacktiv.portal.queries.export import export_of
from members.tests.factories import UserFactory
from spaces.errors import BookingError
from spaces.memberships.operations import correct_note, delete_note, write_note
from spaces.models import StaffNote
from spaces.tests.factories import MembershipFactory, SpaceFactory, make_manager
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def ferme(manager):
    return SpaceFactory(name="La Ferme", managers=[manager])


@pytest.fixture
def person(ferme):
    return MembershipFactory(space=ferme).user


@pytest.fixture
def note(ferme, person, manager):
    return write_note(space=ferme, person=person, text="Vient le mardi.", by=manager)


def address(name, person, *args):
    return reverse(f"admin:members_user_{name}", args=[person.pk, *args])


def a_day_ago(note):
    note.made_at = timezone.now() - timedelta(days=1, minutes=1)
    note.save()
    return note


# --- on the pages ----------------------------------------------------------------------------------------------------


def test_a_manager_writes_a_note_from_the_page(sign_in, ferme, person, manager):
    client = sign_in(manager)
    page = address("person", person)
    shown = client.get(page)
    assert "emporte ses données" in shown.text or "take their data away" in shown.text
    form = Page(shown.text, page).form(address("notes", person))
    answer = client.post(form.path, form.data(text="  Cherche un atelier 🧵 =1+1  "))
    assert answer["Location"].startswith(page)
    note = StaffNote.objects.get()
    assert (note.space, note.person, note.author, note.text) == (ferme, person, manager, "Cherche un atelier 🧵 =1+1")
    assert "Cherche un atelier 🧵 =1+1" in client.get(page).text


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_an_empty_or_an_endless_note_is_refused(sign_in, person, manager, text):
    client = sign_in(manager)
    form = Page(client.get(address("notes", person)).text, address("notes", person)).form(address("notes", person))
    answer = client.post(form.path, form.data(text=text))
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["text"])
    assert not StaffNote.objects.exists()


def test_a_note_is_written_at_a_space_of_ones_own_alone(sign_in, person, manager, ferme):
    other = MembershipFactory(user=person).space
    answer = sign_in(manager).post(address("notes", person), {"space": other.pk, "text": "Chez eux"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["space"])
    empty = SpaceFactory(name="Vide", managers=[manager])
    answer = sign_in(manager).post(address("notes", person), {"space": empty.pk, "text": "Inconnu ici"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["space"])
    assert not StaffNote.objects.exists()


def test_its_author_corrects_a_note_for_a_day(sign_in, person, manager, note):
    client = sign_in(manager)
    page = address("note", person, note.pk)
    client.post(page, Page(client.get(page).text, page).form(page).data(text="Vient le jeudi."))
    note.refresh_from_db()
    assert note.text == "Vient le jeudi."
    a_day_ago(note)
    assert f'"{page}"' not in client.get(address("person", person)).text
    assert client.get(page).status_code == 302
    client.post(page, {"text": "Trop tard"})
    note.refresh_from_db()
    assert note.text == "Vient le jeudi."


def test_a_note_is_deleted_by_its_author(sign_in, person, manager, note):
    client = sign_in(manager)
    page = address("note_delete", person, note.pk)
    assert "Vient le mardi." in client.get(page).text
    assert StaffNote.objects.exists()
    client.post(page, Page(client.get(page).text, page).form(page).data())
    assert not StaffNote.objects.exists()


def test_a_colleague_reads_a_note_and_neither_corrects_nor_deletes_it(sign_in, ferme, person, note):
    colleague = UserFactory()
    make_manager(ferme, colleague)
    client = sign_in(colleague)
    assert "Vient le mardi." in client.get(address("person", person)).text
    client.post(address("note", person, note.pk), {"text": "Le mien"})
    assert client.post(address("note_delete", person, note.pk)).status_code == 404
    assert StaffNote.objects.get().text == "Vient le mardi."


def test_a_superuser_deletes_a_note(sign_in, person, note):
    client = sign_in(UserFactory(superuser=True))
    client.post(address("note_delete", person, note.pk))
    assert not StaffNote.objects.exists()


def test_a_note_is_not_reached_by_the_address_of_another_person(sign_in, ferme, manager, note):
    other = MembershipFactory(space=ferme).user
    client = sign_in(manager)
    for name in ("note", "note_delete"):
        assert client.get(address(name, other, note.pk)).status_code == 404
    client.post(address("note_delete", other, note.pk))
    assert StaffNote.objects.exists()


# --- the operations --------------------------------------------------------------------------------------------------


def refusal_of(operation, **wish):
    with pytest.raises(BookingError) as refused:
        operation(**wish)
    return refused.value.code


def test_the_operations_refuse_who_does_not_run_the_space(ferme, person, manager, note):
    stranger = UserFactory()
    assert refusal_of(write_note, space=ferme, person=person, text="x", by=stranger) == "not_yours"
    assert refusal_of(correct_note, note=note, text="x", by=stranger) == "not_yours"
    assert refusal_of(delete_note, note=note, by=stranger) == "not_yours"
    ferme.roles.all().delete()
    assert refusal_of(correct_note, note=note, text="x", by=manager) == "not_yours"


def test_the_operations_refuse_a_person_of_another_space_and_an_empty_text(ferme, person, manager, note):
    assert refusal_of(write_note, space=ferme, person=UserFactory(), text="x", by=manager) == "not_here"
    assert refusal_of(write_note, space=ferme, person=person, text=" \n ", by=manager) == "empty"
    assert refusal_of(correct_note, note=note, text="", by=manager) == "empty"
    assert refusal_of(correct_note, note=a_day_ago(note), text="x", by=manager) == "too_late"


def test_a_note_that_was_deleted_meanwhile_is_told_so(manager, note):
    delete_note(note=StaffNote.objects.get(pk=note.pk), by=manager)
    assert refusal_of(correct_note, note=note, text="x", by=manager) == "gone"


# --- the person's rights ---------------------------------------------------------------------------------------------


def test_the_person_reads_the_notes_in_their_export(person, note):
    told = export_of(person)["staff_notes"]
    assert told == [{"space": "La Ferme", "text": "Vient le mardi.", "written_at": note.made_at}]


@pytest.mark.django_db(transaction=True)
def test_notes_leave_with_the_account_and_lose_an_erased_author(person, manager, note):
    erase_person(user=manager)
    note.refresh_from_db()
    assert note.author is None
    erase_person(user=person)
    assert not StaffNote.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_note_written_while_the_person_is_erased_is_not_left(ferme, person, manager):
    """Eight of the team write at the moment of the erasure: no note stays, and none breaks."""
    gate, failed = threading.Barrier(9), []

    def run(act):
        gate.wait()
        try:
            act()
        except BookingError as error:
            failed.append(error.code)
        finally:
            connection.close()

    def write():
        write_note(space=ferme, person=person, text="Au revoir", by=manager)

    acts = [*[write] * 8, lambda: erase_person(user=person)]
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(failed) <= {"gone", "not_here"}
    assert not StaffNote.objects.exists()
