"""Speakers, the route, documents and photos of an event."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from events.enums import MaterialKind
from events.errors import EventError
from events.models import EventPhoto, Speaker
from events.programme.operations import (
    add_material,
    add_photo,
    add_speaker,
    answer_invitation,
    draw_photos,
    remove_contents,
)
from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%slides\n%%EOF\n"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def manager(client):
    user = UserFactory()
    client.force_login(user)
    return user


def jpeg():
    content = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    Image.new("RGB", (800, 600), "green").save(content, "JPEG", exif=exif)
    return SimpleUploadedFile("photo.jpg", content.getvalue())


def test_speakers_are_named_on_the_page_in_mails_and_on_the_sheet(client, manager, mailoutbox):
    event = EventFactory(space=SpaceFactory(managers=[manager]))
    member = UserFactory(first_name="Bram", last_name="Claes")
    address = reverse("admin:events_event_speakers", args=[event.pk])
    for form in (
        {"name": "B.", "email": member.email.upper()},
        {"name": "B.", "email": member.email},
        {"name": "Aline Petit", "about": "maraîchère", "asked": "on"},
    ):
        assert client.post(address, form).status_code == 302
    assert event.speaker_names == "Aline Petit"
    answer_invitation(speaker=event.speakers.invited().get(), agrees=True, user=member)
    assert event.speaker_names == "Bram Claes, Aline Petit"
    page = client.get(event.get_absolute_url()).content.decode()
    assert "<strong>Bram Claes</strong>" in page and "<strong>Aline Petit</strong>, maraîchère" in page
    assert (
        "Bram Claes, Aline Petit" in client.get(reverse("admin:events_event_sheet", args=[event.pk])).content.decode()
    )
    RegistrationFactory(event=event)
    send_due()
    html = mailoutbox[-1].alternatives[0][0]
    assert "Bram Claes, Aline Petit" in html and "Bram Claes, Aline Petit" in mailoutbox[-1].body


def test_members_see_on_their_page_where_they_speak_until_it_is_over(client, manager):
    event, over = EventFactory(), PastEventFactory()
    for one in (event, over):
        Speaker.objects.create(event=one, user=manager)
    assert client.get(reverse("portal:me")).context["diary"].speaking == [event]


@pytest.mark.parametrize("email", ["inconnue@ardenne.example", ""])
def test_a_speaker_has_a_name(email):
    with pytest.raises(EventError) as refusal:
        add_speaker(event=EventFactory(), by=None, name="  ", email=email)
    assert refusal.value.code == "no_name"


def test_documents_are_links_or_pdfs_and_are_deleted_with_their_file(
    client, own_media, django_capture_on_commit_callbacks
):
    event = PastEventFactory()
    add_material(event=event, kind=MaterialKind.REPLAY, link="https://video.example/1", name="La vidéo", by=None)
    slides = add_material(event=event, kind=MaterialKind.SLIDES, file=SimpleUploadedFile("a.pdf", PDF), by=None)
    page = client.get(event.get_absolute_url()).content.decode()
    assert 'href="https://video.example/1"' in page and f'href="{slides.file.url}"' in page
    with django_capture_on_commit_callbacks(execute=True):
        remove_contents(event=event, rows=[slides], by=None)
    assert [path.name for path in own_media.rglob("*.pdf")] == []


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({}, "link_or_file"),
        ({"link": "https://a.example", "file": SimpleUploadedFile("a.pdf", PDF)}, "link_or_file"),
        ({"file": SimpleUploadedFile("a.html", b"<script>")}, "no_pdf"),
        ({"file": SimpleUploadedFile("a.pdf", b"<script>")}, "not_a_proof"),
    ],
)
def test_a_wrong_document_is_refused(wish, code):
    with pytest.raises(EventError) as refusal:
        add_material(event=PastEventFactory(), kind=MaterialKind.SLIDES, by=None, **wish)
    assert refusal.value.code == code


def test_a_photo_is_shown_without_camera_data_and_with_its_consent_kept(client, manager):
    event = PastEventFactory(space=SpaceFactory(managers=[manager]))
    address = reverse("admin:events_event_photos", args=[event.pk])
    page = client.post(address, {"image": jpeg(), "alternative_text": "Des gens à table"})
    assert page.context["form"].errors.keys() == {"consent"}
    wish = {"image": jpeg(), "alternative_text": "Des gens à table", "consent": "À main levée"}
    assert client.post(address, wish).status_code == 302
    draw_photos()
    photo = EventPhoto.objects.get()
    assert (photo.consent, photo.renditions["webp"]) == ("À main levée", [480, 800])
    with Image.open(photo.image) as shown:
        assert not shown.getexif()
    page = client.get(event.get_absolute_url()).content.decode()
    assert 'alt="Des gens à table"' in page and "À main levée" not in page
    assert client.post(address, {"remove": [photo.pk]}).status_code == 302
    assert not EventPhoto.objects.exists()


def test_a_file_that_is_no_picture_is_refused():
    with pytest.raises(EventError) as refusal:
        add_photo(
            event=PastEventFactory(),
            image=SimpleUploadedFile("a.jpg", b"x"),
            alternative_text="x",
            consent="x",
            by=None,
        )
    assert refusal.value.code == "picture"


def test_nothing_is_added_to_an_event_of_another_space(client, manager):
    SpaceFactory(managers=[manager])
    event = PastEventFactory()
    for name in ("speakers", "materials", "photos"):
        assert client.get(reverse(f"admin:events_event_{name}", args=[event.pk])).status_code == 404


def test_the_route_of_a_walk_is_shown(client):
    event = EventFactory(place="Gare de Revin", route_fr="Le long de la Meuse, 6 km.")
    assert "Le long de la Meuse, 6 km." in client.get(event.get_absolute_url()).content.decode()


def test_a_second_click_adds_no_second_photo_or_document(client, manager):
    event = PastEventFactory(space=SpaceFactory(managers=[manager]))
    photos, materials = (reverse(f"admin:events_event_{name}", args=[event.pk]) for name in ("photos", "materials"))
    for _click in range(2):
        words = {"alternative_text": "Des gens 🥪 à table", "consent": "À main levée"}
        assert client.post(photos, {"image": jpeg(), **words}).status_code == 302
        assert client.post(materials, {"kind": "replay", "link": "https://video.example/1"}).status_code == 302
        file = SimpleUploadedFile("a.pdf", PDF)
        assert client.post(materials, {"kind": "slides", "file": file}).status_code == 302
    assert (event.photos.count(), event.materials.count()) == (1, 2)


def test_a_photo_of_twenty_megabytes_is_refused_with_a_reason(client, manager):
    event = PastEventFactory(space=SpaceFactory(managers=[manager]))
    heavy = SimpleUploadedFile("photo.jpg", jpeg().read() + b"\0" * 20 * 1024**2)
    page = client.post(
        reverse("admin:events_event_photos", args=[event.pk]),
        {"image": heavy, "alternative_text": "Des gens", "consent": "Oui"},
    )
    assert page.context["form"].non_field_errors() == [
        "Cette image pèse 21\N{NO-BREAK SPACE}Mo\N{NO-BREAK SPACE}: elle peut en peser 15 au plus."
    ]
