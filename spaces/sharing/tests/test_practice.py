"""Managers share documents and notices among themselves; authors change them, answers go by mail."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.models import Document, Notice
from spaces.tests.factories import SpaceFactory, manager_of

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%%EOF\n"
TEXT = {"title": "Welcome", "topic": "welcome", "text": "Show the coffee first."}


@pytest.fixture
def space():
    return SpaceFactory(name="Alpha", managers=[UserFactory(language="en")])


@pytest.fixture
def manager(client, space):
    client.force_login(manager_of(space))
    return client


@pytest.fixture
def other():
    """Return a person who runs another space."""
    return manager_of(SpaceFactory(name="Beta", managers=[UserFactory(first_name="Bea", last_name="Beta")]))


def notice(space, **fields):
    until = timezone.localdate() + timedelta(days=3)
    values = {"kind": "offer", "title": "Projector", "text": "To lend.", "valid_until": until}
    return Notice.objects.create(space=space, **{**values, "added_by": manager_of(space), **fields})


def document(space, **fields):
    return Document.objects.create(space=space, **{**TEXT, "added_by": manager_of(space), **fields})


def wish(space, **changes):
    return {"space": space.pk, **TEXT, **changes}


def test_a_person_outside_the_staff_finds_nothing(client, space):
    addresses = [
        reverse("spaces:practice"),
        reverse("spaces:notices"),
        reverse("spaces:document_share"),
        reverse("spaces:document_file", args=[document(space).pk]),
        reverse("spaces:notice", args=[notice(space).pk]),
    ]
    for url in addresses:
        assert client.get(url).status_code == 302
    client.force_login(UserFactory())
    assert {client.get(url).status_code for url in addresses} == {404}


def test_only_staff_read_the_file_of_a_shared_document(manager, space, other):
    upload = SimpleUploadedFile("accueil.pdf", PDF)
    answer = manager.post(reverse("spaces:document_share"), wish(space, upload=upload))
    assert answer.url == reverse("spaces:practice")
    shared = Document.objects.get()
    assert (shared.space, shared.file_name, shared.added_by) == (space, "accueil.pdf", manager_of(space))
    manager.force_login(other)
    assert "Show the coffee first." in manager.get(reverse("spaces:practice")).text
    served = manager.get(reverse("spaces:document_file", args=[shared.pk]))
    assert b"".join(served.streaming_content) == PDF
    assert served["Content-Disposition"] == 'attachment; filename="accueil.pdf"'
    with pytest.raises(ValueError, match="not accessible"):
        _ = shared.file.url


@pytest.mark.parametrize(
    ("name", "content"), [("page.pdf", b"<html><script></script>"), ("virus.exe", PDF), ("empty.pdf", b"")]
)
def test_a_file_with_a_wrong_name_is_refused_and_the_form_kept(manager, space, name, content):
    answer = manager.post(reverse("spaces:document_share"), wish(space, upload=SimpleUploadedFile(name, content)))
    assert answer.status_code == 400
    assert "Show the coffee first." in answer.text
    assert not Document.objects.exists()


def test_a_new_file_replaces_the_old_and_goes_with_the_document(manager, space, django_capture_on_commit_callbacks):
    manager.post(reverse("spaces:document_share"), wish(space, upload=SimpleUploadedFile("one.pdf", PDF)))
    first = Document.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        change = wish(space, upload=SimpleUploadedFile("two.pdf", PDF + b"%%EOF"))
        manager.post(reverse("spaces:document_change", args=[first.pk]), change)
    second = Document.objects.get()
    storage = second.file.storage
    assert (second.file_name, storage.exists(second.file.name)) == ("two.pdf", True)
    assert not storage.exists(first.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(reverse("spaces:document_delete", args=[second.pk]))
    assert not storage.exists(second.file.name)


def test_only_the_space_that_shares_a_document_changes_it(client, space, other):
    shared, offer = document(space), notice(space)
    client.force_login(other)
    for name, pk in [("document_change", shared.pk), ("notice_change", offer.pk)]:
        url = reverse(f"spaces:{name}", args=[pk])
        assert (client.get(url).status_code, client.post(url, wish(space)).status_code) == (404, 404)
    for name, pk in [("document_delete", shared.pk), ("notice_close", offer.pk)]:
        assert client.post(reverse(f"spaces:{name}", args=[pk])).status_code == 404
    # A manager cannot speak for another space either.
    assert client.post(reverse("spaces:document_share"), wish(space)).status_code == 400
    assert Document.objects.get().title == "Welcome"
    assert Notice.objects.get().is_open


def test_the_coordinator_speaks_only_for_the_coordination(client, space):
    coordinator = UserFactory(coordinates=True)
    client.force_login(coordinator)
    client.post(reverse("spaces:document_share"), TEXT)
    shared = Document.objects.get()
    assert (shared.space, shared.added_by) == (None, coordinator)
    assert client.get(reverse("spaces:document_change", args=[shared.pk])).status_code == 200
    client.force_login(manager_of(space))
    assert client.get(reverse("spaces:document_change", args=[shared.pk])).status_code == 404


def test_an_answer_goes_by_mail_only_to_the_author(client, space, other):
    offer = notice(space)
    client.force_login(other)
    url = reverse("spaces:notice", args=[offer.pk])
    page = client.get(url)
    assert offer.added_by.email not in page.text
    for _twice in range(2):
        assert client.post(url, {"text": "We need it on Friday."}).url == url
    message = Message.objects.get()
    assert (message.template, message.to_email) == ("spaces.notice_answered", offer.added_by.email)
    assert (message.reply_to, message.language) == (other.email, "en")
    assert client.post(url, {"text": ""}).status_code == 400


def test_a_closed_or_past_notice_takes_no_answer(manager, client, space, other):
    offer = notice(space)
    manager.post(reverse("spaces:notice_close", args=[offer.pk]))
    client.force_login(other)
    for closed in (offer, notice(space, valid_until=timezone.localdate() - timedelta(days=1))):
        assert client.post(reverse("spaces:notice", args=[closed.pk]), {"text": "Me!"}).status_code == 409
    assert not Message.objects.exists()
    assert not list(client.get(reverse("spaces:notices")).context["page_obj"])
    assert len(client.get(reverse("spaces:notices"), {"all": "1"}).context["page_obj"]) == 2


def test_lists_are_filtered_and_newest_first(manager, space):
    first, second = document(space), document(space, topic="events")
    listed = manager.get(reverse("spaces:practice")).context["page_obj"]
    assert list(listed) == [second, first]
    assert list(manager.get(reverse("spaces:practice"), {"topic": "events"}).context["page_obj"]) == [second]
    offer, request = notice(space), notice(space, kind="request")
    assert list(manager.get(reverse("spaces:notices")).context["page_obj"]) == [request, offer]
    assert list(manager.get(reverse("spaces:notices"), {"kind": "offer"}).context["page_obj"]) == [offer]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "make"), [("spaces:practice", document), ("spaces:notices", notice)])
def test_a_list_costs_the_same_for_one_row_and_three(manager, django_assert_num_queries, space, rows, name, make):
    for _number in range(rows):
        make(space, added_by=UserFactory())
    with django_assert_num_queries(7):
        manager.get(reverse(name))


def test_the_database_keeps_a_file_together_with_its_name(space):
    with pytest.raises(IntegrityError, match="spaces_document_file_with_its_name"), transaction.atomic():
        document(space, file="practice/one.pdf")
