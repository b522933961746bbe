"""The attendance list, walk-ins, declared counts and proofs in the admin."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import add_proof, add_walk_in, declare_count
from events.enums import Measure, ProofKind
from events.models import DeclaredCount, Participation, Proof, Registration
from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from hacktiv.common.bounds import Bounds
from members.tests.factories import UserFactory
from spaces.tests.factories import make_manager
from tests.pages import Page

from .helpers import PDF, attending, begun, form_with, step

pytestmark = pytest.mark.django_db


def test_attendance_is_ticked(client, manager, space):
    event = begun(space)
    first, second = attending(event), attending(event)
    step(client, "attendance", event, {"present": [first.pk, second.pk]})
    step(client, "attendance", event, {"present": [second.pk]})
    assert list(Participation.objects.values_list("registration", "marked_by")) == [(second.pk, manager.pk)]


def test_a_list_opened_before_a_check_in_at_the_door_leaves_it(client, manager, space):
    event = begun(space)
    at_the_door, on_the_list = attending(event), attending(event)
    opened = form_with("was", client, reverse("admin:events_event_attendance", args=[event.pk]))
    step(client, "door_check_in", event, {"registration": at_the_door.pk})
    answer = client.post(opened.path, opened.data(present=[on_the_list.pk]), follow=True)
    assert Participation.objects.count() == 2
    assert any(str(at_the_door.person_name) in str(said) for said in answer.context["messages"])


@pytest.mark.parametrize("was", ["", "<script>", "9" * 5000, "999999998,,999999999"])
def test_a_list_that_says_nonsense_of_what_it_showed_marks_and_unmarks_nobody_else(client, space, was):
    event = begun(space)
    present, comes = attending(event), attending(event)
    step(client, "attendance", event, {"present": [present.pk]})
    step(client, "attendance", event, {"present": [comes.pk], "was": was})
    assert Participation.objects.count() == 2


def test_a_person_of_another_event_is_not_ticked(client, space):
    event = begun(space)
    stranger = attending(begun(space))
    step(client, "attendance", event, {"present": [stranger.pk]}, status=200)
    step(client, "attendance", event, {"present": ["<script>"]}, status=200)
    assert not Participation.objects.exists()


def test_a_walk_in_is_added(client, space):
    event = begun(space)
    person = {"name": "Aline", "email": "aline@ardenne.example", "residence": "FR"}
    step(client, "walk_in", event, person)
    step(client, "walk_in", event, person, status=200)
    step(client, "walk_in", event, {"name": ""}, status=200)
    assert Participation.objects.get().residence == "FR"


def test_a_name_sent_twice_is_one_person_unless_the_box_is_ticked(client, space):
    event = EventFactory(space=space)
    person = {"name": "Aline Petit", "email": "", "language": "fr"}
    step(client, "register", event, person)
    step(client, "register", event, {**person, "name": "aline petit "})
    assert event.seats_taken == 1
    Registration.objects.update(registered_at=timezone.now() - timedelta(minutes=5))
    page = step(client, "register", event, person, status=200)
    assert 'name="namesakes" value="1"' in page.content.decode()
    for _ in range(2):
        step(client, "register", event, {**person, "namesakes": "1"})
    assert event.seats_taken == 2


@pytest.mark.parametrize("first", ["", "aline@ardenne.example"])
def test_a_caller_is_asked_about_where_one_of_two_namesakes_has_no_address(client, space, first):
    event = EventFactory(space=space)
    person = {"name": "Aline Petit", "language": "fr"}
    step(client, "register", event, {**person, "email": first})
    Registration.objects.update(registered_at=timezone.now() - timedelta(minutes=5))
    caller = {**person, "name": "aline petit", "email": "" if first else "a.petit@ardenne.example"}
    page = step(client, "register", event, caller, status=200)
    assert "est-ce la même personne" in page.text and event.seats_taken == 1
    step(client, "register", event, {**caller, "namesakes": "1"})
    assert event.seats_taken == 2


def test_a_caller_with_the_name_of_a_registered_member_is_asked_about(client, space):
    event = EventFactory(space=space)
    RegistrationFactory(event=event, user=UserFactory(first_name="Aline", last_name="Petit"))
    caller = {"name": "Aline Petit", "email": "", "language": "fr"}
    assert "est-ce la même personne" in step(client, "register", event, caller, status=200).text


def test_a_walk_in_by_name_sent_twice_is_one_person(client, space):
    event = begun(space)
    for _ in range(2):
        step(client, "walk_in", event, {"name": "Aline"})
    assert Participation.objects.count() == 1
    Participation.objects.update(marked_at=timezone.now() - timedelta(minutes=5))
    Registration.objects.update(registered_at=timezone.now() - timedelta(minutes=5))
    page = step(client, "walk_in", event, {"name": "Aline"}, status=200)
    assert 'name="namesakes" value="1"' in page.content.decode()
    step(client, "walk_in", event, {"name": "Aline", "namesakes": "1"})
    assert Participation.objects.count() == 2


def test_the_list_is_marked_complete_and_the_event_as_held(client, space):
    event = begun(space)
    step(client, "complete", event, {})
    step(client, "held", event, {})
    assert (event.list_is_complete, event.state) == (True, "held")
    step(client, "complete", event, {})
    assert not event.list_is_complete


def test_a_count_is_declared_and_corrected_with_a_reason(client, manager, space):
    event = PastEventFactory(space=space)
    count = {"measure": Measure.PERSONS, "lower": "15"}
    step(client, "count", event, count)
    step(client, "count", event, {**count, "upper": "15"}, status=200)
    step(client, "count", event, {**count, "upper": "15", "reason": "Liste retrouvée"})
    assert list(DeclaredCount.objects.current().values_list("lower", "upper", "entered_by")) == [(15, 15, manager.pk)]
    page = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "Liste retrouvée" in page


def test_the_list_to_sign_has_the_expected_people_and_the_credit(client, space):
    event = EventFactory(space=space, capacity=1)
    seated, waiting = RegistrationFactory(event=event), RegistrationFactory(event=event)
    page = step(client, "sheet", event, status=200).content.decode()
    assert str(seated.user) in page
    assert str(waiting.user) not in page
    assert "avec le soutien du Fonds Européen de Développement Régional" in page


def test_a_proof_is_kept_opened_and_checked(client, manager, space):
    event = PastEventFactory(space=space)
    step(client, "proof", event, {"kind": "agenda", "file": SimpleUploadedFile("ordre.pdf", PDF), "name": "Ordre"})
    proof = Proof.objects.get()
    response = client.get(reverse("admin:events_event_proof_download", args=[proof.event_id, proof.pk]))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="Ordre.pdf"'
    check = reverse("admin:events_event_proof_check", args=[proof.event_id, proof.pk])
    page = client.get(check).text
    assert "quelqu’un d’autre la vérifie" in page and response.request["PATH_INFO"] in page
    client.post(check)
    proof.refresh_from_db()
    assert proof.checked_by is None
    other = UserFactory()
    make_manager(space, other)
    client.force_login(other)
    client.post(check)
    proof.refresh_from_db()
    assert proof.checked_by == other


def test_a_complete_list_that_says_less_than_was_declared_asks(client, space):
    event = begun(space)
    people = [attending(event) for _person in range(2)]
    step(client, "attendance", event, {"present": [person.pk for person in people]})
    step(client, "count", event, {"measure": Measure.PARTICIPATIONS, "lower": "14", "upper": "14"})
    page = step(client, "complete", event, status=200).text
    assert "liste : 2. Nombre déclaré : 14" in page.replace("\u00a0", " ")
    step(client, "complete", event, {"complete": "True"}, status=200)
    assert not event.list_is_complete
    step(client, "complete", event, {"complete": "True", "despite_count": "on"})
    assert event.list_is_complete


def test_a_count_beside_a_complete_list_is_said_to_be_another(client, space):
    event = begun(space)
    step(client, "attendance", event, {"present": [attending(event).pk]})
    step(client, "complete", event, {"complete": "True"})
    step(client, "count", event, {"measure": Measure.PARTICIPATIONS, "lower": "1", "upper": "3"})
    assert "diffèrent" not in step(client, "attendance", event, status=200).text
    sent = {"measure": Measure.PARTICIPATIONS, "lower": "5", "reason": "Photo"}
    asked = step(client, "count", event, sent, status=200)
    assert event.declared_counts.current().get().upper == 3, "Nothing is noted before both numbers were shown."
    assert [(one.declared, one.number) for one in asked.context["clashes"]] == [(Bounds(5, None), Bounds(1, 1))]
    step(client, "count", event, sent | {"seen": asked.context["seen"]})
    page = step(client, "attendance", event, status=200)
    assert "diffèrent" in page.text
    assert "warning" in [message.level_tag for message in page.context["messages"]]


def test_a_file_that_is_no_proof_is_refused(client, space):
    event = PastEventFactory(space=space)
    file = SimpleUploadedFile("ordre.pdf", b"<html>")
    response = step(client, "proof", event, {"kind": "agenda", "file": file}, status=200)
    assert "Seuls les fichiers PDF" in response.content.decode()
    assert not Proof.objects.exists()


def test_a_proof_whose_file_is_lost_is_not_found(client, space):
    event = PastEventFactory(space=space)
    proof = add_proof(event=event, kind=ProofKind.AGENDA, file=SimpleUploadedFile("a.pdf", PDF), by=None)
    proof.file.storage.delete(proof.file.name)
    assert client.get(reverse("admin:events_event_proof_download", args=[proof.event_id, proof.pk])).status_code == 404


def test_a_second_click_does_not_open_a_complete_list_again(client, space):
    event = begun(space)
    page = step(client, "complete", event, status=200)
    sent = {"complete": str(page.context["form"].initial["complete"])}
    for _click in range(2):
        step(client, "complete", event, sent)
    assert event.list_is_complete
    assert step(client, "complete", event, status=200).context["form"].initial == {"complete": False}


def test_a_complete_list_no_longer_asks_for_the_missing_names(client, space):
    event = begun(space)
    attending(event)
    step(client, "count", event, {"measure": "participations", "lower": "14", "upper": "14"})
    page = Page(client.get(reverse("admin:events_event_attendance", args=[event.pk])).text)
    assert "notez les personnes qui manquent" in page.text
    type(event).objects.filter(pk=event.pk).update(list_is_complete=True)
    page = Page(client.get(reverse("admin:events_event_attendance", args=[event.pk])).text)
    assert "notez les personnes qui manquent" not in page.text
    assert "rouvrez la liste" in page.text


def test_a_count_that_agrees_with_the_complete_list_is_not_doubted_for_another(client, manager, space):
    event = begun(space)
    for name in ("Anna", "Bob"):
        add_walk_in(event=event, by=manager, name=name)
    type(event).objects.filter(pk=event.pk).update(list_is_complete=True)
    count = {"lower": 10, "upper": 10, "reason": "", "despite_others": True}
    declare_count(event=event, by=manager, measure=Measure.PARTICIPATIONS, **count)

    def levels(number):
        wish = {"measure": "persons", "lower": number, "upper": number, "reason": "Relu"}
        address = reverse("admin:events_event_count", args=[event.pk])
        wish["seen"] = client.post(address, wish).context["seen"]
        return [message.level_tag for message in client.post(address, wish, follow=True).context["messages"]]

    assert "warning" in levels(5)
    assert "warning" not in levels(2)


def test_the_door_says_that_nothing_said_of_photos_is_no_consent(client, space):
    event = begun(space)
    page = step(client, "door", event, status=200)
    assert "data-photos-note" not in page.text
    attending(event)
    assert "data-photos-note" in step(client, "door", event, status=200).text
