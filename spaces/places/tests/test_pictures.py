"""Uploads are checked, renditions are drawn, and the files of a picture follow its row."""

from io import BytesIO
from random import Random
from zlib import crc32

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from members.tests.factories import UserFactory
from spaces.admin.tests.pages import admin_url, space_fields
from spaces.core.queries import managers_of
from spaces.models import Hotspot, Photo, Scene, Space
from spaces.places.files.pictures import MAX_BYTES, cleaned_panorama, cleaned_picture, widths_of
from spaces.places.operations import draw_due, draw_renditions
from spaces.tasks import draw_pictures
from spaces.tests.factories import (
    HotspotFactory,
    PhotoFactory,
    ResourceFactory,
    SceneFactory,
    SpaceFactory,
    picture_bytes,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def space(client):
    user = UserFactory(is_staff=True)
    client.force_login(user)
    return SpaceFactory(managers=[user])


def a_file(content, name="photo.jpg"):
    return SimpleUploadedFile(name, content)


def a_picture(name="photo.jpg", **wish):
    return a_file(picture_bytes(**wish), name)


def drawn(file):
    with Image.open(file) as picture:
        picture.load()
        return picture


def colour_of(picture):
    """Return the colour in the middle, each part rounded to ten."""
    return tuple(min(250, round(part, -1)) for part in picture.getpixel((picture.width // 2, picture.height // 2)))


def files(media):
    return sorted(path.name for path in media.rglob("*") if path.is_file())


# --- an upload ---


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("JPEG", "JPEG"), ("PNG", "png"), ("WEBP", "webp")])
def test_an_upload_becomes_a_small_jpeg_without_camera_data(kind, ending):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[2] = (50.0, 3.0, 0.0)
    picture = drawn(cleaned_picture(a_picture(f"photo.{ending}", kind=kind, size=(3000, 1500), exif=exif)))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (2400, 1200))
    assert (dict(picture.getexif()), {"exif", "icc_profile", "xmp", "comment"} & set(picture.info)) == ({}, set())


def test_a_picture_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was turned to the left.
    wide = Image.new("RGB", (600, 400), "blue")
    wide.paste("red", (0, 0, 300, 400))
    written = BytesIO()
    wide.save(written, format="JPEG", exif=exif)
    picture = drawn(cleaned_picture(a_file(written.getvalue())))
    assert picture.size == (400, 600)
    top, bottom = picture.getpixel((200, 50)), picture.getpixel((200, 550))
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


@pytest.mark.parametrize(
    ("wish", "colour"),
    [
        ({"mode": "CMYK", "colour": (0, 255, 255, 0)}, (250, 0, 0)),
        ({"mode": "L", "colour": 130}, (130, 130, 130)),
        ({"kind": "PNG", "mode": "I;16", "colour": 130 * 256}, (130, 130, 130)),
        ({"kind": "PNG", "mode": "1", "colour": 1}, (250, 250, 250)),
        ({"kind": "PNG", "mode": "P", "colour": 0}, (0, 0, 0)),
        ({"kind": "PNG", "mode": "RGBA", "colour": (0, 0, 0, 0)}, (250, 250, 250)),
        ({"kind": "PNG", "mode": "LA", "colour": (0, 255)}, (0, 0, 0)),
    ],
    ids=["CMYK", "grey", "16 bits", "one bit", "palette", "transparent", "grey with transparency"],
)
def test_odd_colour_modes_keep_their_colours_on_white(wish, colour):
    name = "photo.png" if wish.get("kind") == "PNG" else "photo.jpg"
    picture = drawn(cleaned_picture(a_picture(name, **wish)))
    assert (picture.mode, colour_of(picture)) == ("RGB", colour)


def test_a_wrong_colour_profile_harms_no_picture():
    for profile in (b"nonsense", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()):
        assert drawn(cleaned_picture(a_picture(icc_profile=profile))).size == (600, 400)


@pytest.mark.parametrize(("kind", "name"), [("PNG", "photo.png"), ("WEBP", "photo.webp")])
def test_an_animation_keeps_its_first_picture(kind, name):
    later = Image.new("RGB", (600, 400), "blue")
    content = picture_bytes(kind=kind, colour="red", save_all=True, append_images=[later], duration=100)
    assert colour_of(drawn(cleaned_picture(a_file(content, name)))) == (250, 0, 0)


def test_the_mpo_format_of_telephones_counts_as_jpeg():
    content = picture_bytes(
        kind="MPO", colour="red", save_all=True, append_images=[Image.new("RGB", (600, 400), "blue")]
    )
    with Image.open(BytesIO(content)) as picture:
        assert picture.format == "MPO"
    assert colour_of(drawn(cleaned_picture(a_file(content)))) == (250, 0, 0)


def bomb():
    """Return a small PNG file that claims 400 million pixels."""
    content = picture_bytes(kind="PNG", size=(1, 1))
    header = b"IHDR" + (20_000).to_bytes(4, "big") * 2 + content[24:29]
    return content[:12] + header + crc32(header).to_bytes(4, "big") + content[33:]


GIF = picture_bytes(kind="GIF", size=(10, 10))
REFUSED = {
    "heavy": (b"x" * (30 * 1024 * 1024), "photo.jpg", "too_heavy"),
    "lying": (picture_bytes(kind="PNG"), "photo.jpg", "lying_name"),
    "nameless": (picture_bytes(), "photo", "lying_name"),
    "script": (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>x</script></svg>',
        "a.svg",
        "not_a_picture",
    ),
    "hidden script": (b"<svg onload=alert(1)>", "photo.jpg", "not_a_picture"),
    "animation of the nineties": (GIF, "photo.gif", "not_a_picture"),
    "its name changed": (GIF, "photo.jpg", "not_a_picture"),
    "cut": (picture_bytes(size=(3000, 2000))[:4000], "photo.jpg", "damaged"),
    "bomb": (bomb(), "photo.png", "too_many_pixels"),
    "large": (picture_bytes(kind="PNG", size=(10_000, 6_001), mode="1", colour=0), "photo.png", "too_many_pixels"),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_file_that_is_no_whole_picture_is_refused_by_code(what):
    content, name, code = REFUSED[what]
    with pytest.raises(ValidationError) as refusal:
        cleaned_picture(a_file(content, name))
    assert refusal.value.code == code


@pytest.mark.long
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(["JPEG", "PNG", "WEBP"]), changes=st.integers(1, 40))
def test_a_harmful_file_becomes_a_clean_picture_or_is_refused(seed, kind, changes):
    chance = Random(seed)
    content = bytearray(picture_bytes(kind=kind, size=(40, 30)))
    for _change in range(changes):
        content[chance.randrange(len(content))] = chance.randrange(256)
    try:
        clean = cleaned_picture(a_file(bytes(content), f"photo.{kind.lower()}"))
    except ValidationError:
        return
    assert drawn(clean).format == "JPEG"


@pytest.mark.parametrize(
    ("size", "code"), [((2400, 1201), None), ((2400, 1300), "not_a_sphere"), ((1000, 500), "too_small")]
)
def test_a_panorama_must_be_a_whole_sphere(size, code):
    try:
        assert drawn(cleaned_panorama(a_picture(size=size))).size == size
    except ValidationError as refusal:
        assert refusal.code == code
    else:
        assert code is None


# --- the form ---


def photo_fields(**changes):
    data = {"photos-TOTAL_FORMS": "1", "photos-0-order": "3", "photos-0-resource": ""}
    data |= {f"photos-0-alternative_text_{code}": f"Vert {code}" for code in ("fr", "nl", "en")}
    return {**data, **changes}


def send(client, space, file, **changes):
    data = space_fields(space, tagline_fr="Sous la verrière", **photo_fields(**{"photos-0-image": file, **changes}))
    return client.post(admin_url(Space, "change", space.pk), data)


def test_a_photo_is_kept_with_its_size_and_named_by_content(client, space, media):
    send(client, space, a_picture("../Mes vacances.png", kind="PNG", size=(3000, 1500)))
    photo = Photo.objects.get()
    assert (photo.width, photo.height, photo.alternative_text_nl, photo.renditions) == (2400, 1200, "Vert nl", None)
    assert files(media) == [photo.image.name.removeprefix("pictures/")]
    assert photo.image.name.removesuffix(".jpg").removeprefix("pictures/").isalnum()


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("heavy", "Cette image pèse 30\u00a0Mo"),
        ("lying", "Le nom de ce fichier se termine par «\u00a0.jpg\u00a0», mais c’est une image PNG"),
        ("script", "Ce n’est pas une image que l’on peut afficher"),
        ("cut", "Cette image est incomplète ou abîmée"),
        ("bomb", "Cette image a trop de pixels"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_refused_photo_is_explained_and_the_form_is_kept(client, space, media, what, message):
    content, name, _code = REFUSED[what]
    response = send(client, space, a_file(content, name))
    page = response.content.decode()
    assert response.status_code == 200
    assert message in page
    assert [value in page for value in ("Sous la verrière", 'value="Vert fr"', 'value="Vert nl"')] == [True] * 3
    assert (Photo.objects.count(), files(media)) == (0, [])


def test_a_photo_stays_chosen_while_something_else_is_mended(client, space, media):
    page = send(client, space, a_picture("cour.jpg"), **{"photos-0-alternative_text_nl": ""})
    assert "cour.jpg est gardé" in page.text
    assert "picture-thumbnail" not in page.text, "it is not stored yet, so there is nothing to see"
    address = admin_url(Space, "change", space.pk)
    form = Page(page.text, address).form(address)
    client.post(address, form.data(**{"photos-0-alternative_text_nl": "De binnenplaats"}))
    photo = Photo.objects.get()
    assert (photo.alternative_text_nl, photo.width) == ("De binnenplaats", photo.image.width)
    assert files(media) == [photo.image.name.removeprefix("pictures/")]


def test_a_travel_time_to_itself_or_entered_twice_is_explained(client, space):
    other = SpaceFactory()
    rows = [(space, 20), (other, 25), (other, 30)]
    data = {"travel_times-TOTAL_FORMS": len(rows)}
    for n, (to, minutes) in enumerate(rows):
        name = f"travel_times-{n}"
        data |= {f"{name}-to_space": to.pk, f"{name}-mode": "car", f"{name}-minutes": minutes}
    response = client.post(admin_url(Space, "change", space.pk), space_fields(space, **data))
    assert response.status_code == 200
    assert space.travel_times.count() == 0
    data |= {"travel_times-0-to_space": other.pk, "travel_times-0-mode": "train", "travel_times-2-mode": "bicycle"}
    client.post(admin_url(Space, "change", space.pk), space_fields(space, **data))
    assert list(space.travel_times.values_list("to_space", "mode", "minutes")) == [
        (other.pk, "bicycle", 30),
        (other.pk, "car", 25),
        (other.pk, "train", 20),
    ]


def test_a_person_who_has_not_agreed_is_not_shown(client, space):
    data = {"team-TOTAL_FORMS": "1", "team-0-name": "Zoé", "team-0-role_fr": "Accueil", "team-0-order": "0"}
    client.post(admin_url(Space, "change", space.pk), space_fields(space, **data))
    assert space.team.count() == 0
    client.post(admin_url(Space, "change", space.pk), space_fields(space, **data, **{"team-0-has_agreed": "on"}))
    assert [person.name for person in space.team.all()] == ["Zoé"]


@pytest.mark.parametrize("code", ["fr", "nl", "en"])
def test_a_photo_needs_words_in_each_language(client, space, code):
    send(client, space, a_picture(), **{f"photos-0-alternative_text_{code}": " "})
    assert Photo.objects.count() == 0


def test_a_photo_may_show_only_a_room_of_its_own_space(client, space):
    own, other = ResourceFactory(space=space), ResourceFactory(space=SpaceFactory(managers=managers_of(space)))
    send(client, space, a_picture(), **{"photos-0-resource": other.pk})
    assert Photo.objects.count() == 0
    send(client, space, a_picture(), **{"photos-0-resource": own.pk})
    assert Photo.objects.get().resource == own


def scene_fields(space, **changes):
    data = {"space": space.pk, "order": "0"}
    for name in ("title", "description", "alternative_text"):
        data |= {f"{name}_{code}": f"{name} {code}" for code in ("fr", "nl", "en")}
    return {**data, **changes}


def test_a_scene_is_saved_first_and_its_points_placed_after(client, space):
    client.post(admin_url(Scene, "add"), scene_fields(space, image=a_picture(size=(2000, 1000))))
    scene = Scene.objects.get()
    assert (scene.space, scene.width) == (space, 2000)
    page = client.get(admin_url(Scene, "change", scene.pk)).content.decode()
    assert ("data-scene-plan" in page, "js/scene.js" in page) == (True, True)
    other = SceneFactory(space=space)
    point = {"hotspots-TOTAL_FORMS": "1", "hotspots-INITIAL_FORMS": "0", "hotspots-0-to_scene": other.pk}
    point |= {"hotspots-0-label_fr": "Vers le salon", "hotspots-0-yaw": "-42.5", "hotspots-0-pitch": "7"}
    client.post(admin_url(Scene, "change", scene.pk), scene_fields(space, start_yaw="90", **point))
    (saved,) = scene.hotspots.all()
    assert (saved.label_fr, saved.kind, float(saved.yaw), float(saved.pitch)) == ("Vers le salon", "scene", -42.5, 7.0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hotspots-0-yaw": "181"}, "yaw"),
        ({"hotspots-0-pitch": "-91"}, "pitch"),
        ({"hotspots-0-yaw": "abc"}, "yaw"),
        ({"hotspots-0-to_scene": "elsewhere"}, "to_scene"),
        ({"hotspots-0-resource": "elsewhere"}, "resource"),
        ({}, "__all__"),
        ({"hotspots-0-to_scene": "own", "hotspots-0-resource": "own"}, "__all__"),
        ({"hotspots-0-to_scene": "itself"}, "__all__"),
    ],
)
def test_a_faulty_point_is_explained(client, space, changes, field):
    foreign = SpaceFactory(managers=managers_of(space))
    scene = SceneFactory(space=space)
    ends = {
        ("hotspots-0-to_scene", "elsewhere"): SceneFactory(space=foreign).pk,
        ("hotspots-0-resource", "elsewhere"): ResourceFactory(space=foreign).pk,
        ("hotspots-0-to_scene", "own"): SceneFactory(space=space).pk,
        ("hotspots-0-resource", "own"): ResourceFactory(space=space).pk,
        ("hotspots-0-to_scene", "itself"): scene.pk,
    }
    changes = {name: ends.get((name, value), value) for name, value in changes.items()}
    point = {"hotspots-TOTAL_FORMS": "1", "hotspots-INITIAL_FORMS": "0", "hotspots-0-label_fr": "Ici"}
    point |= {"hotspots-0-yaw": "0", "hotspots-0-pitch": "0"}
    response = client.post(
        admin_url(Scene, "change", scene.pk), scene_fields(space, start_yaw="0", **{**point, **changes})
    )
    (formset,) = [inline.formset for inline in response.context["inline_admin_formsets"]]
    assert field in formset.forms[0].errors
    assert Hotspot.objects.count() == 0


# --- renditions ---


def test_each_rendition_has_its_width_and_is_no_wider_than_the_picture():
    assert [widths_of(width) for width in (200, 480, 1000, 2400)] == [[200], [480], [480, 960, 1000], [480, 960, 1600]]
    photo = PhotoFactory()
    draw_due()
    photo.refresh_from_db()
    assert photo.renditions == {"avif": [480, 600], "webp": [480, 600]}
    sizes = {}
    for kind, widths in photo.renditions.items():
        for width in widths:
            with default_storage.open(photo.rendition_name(photo.image.name, width, kind)) as file:
                picture = drawn(file)
                sizes[kind, width] = (picture.format, picture.size)
    assert sizes == {
        ("avif", 480): ("AVIF", (480, 320)),
        ("avif", 600): ("AVIF", (600, 400)),
        ("webp", 480): ("WEBP", (480, 320)),
        ("webp", 600): ("WEBP", (600, 400)),
    }
    (avif, srcset), (webp, _srcset) = photo.sources
    stem = photo.image.url.removesuffix(".jpg")
    assert (avif, webp, srcset) == ("image/avif", "image/webp", f"{stem}-480.avif 480w, {stem}-600.avif 600w")


def test_renditions_are_drawn_once_and_again_after_a_crash(media):
    photo = PhotoFactory()
    default_storage.save(photo.rendition_name(photo.image.name, 480, "avif"), photo.image.file)
    assert [draw_renditions(model=Photo, pk=photo.pk) for _time in range(2)] == [True, False]
    assert len(files(media)) == 5


def test_a_picture_without_file_is_tried_only_once(media):
    photo = PhotoFactory()
    default_storage.delete(photo.image.name)
    draw_due()
    photo = Photo.objects.get()
    assert (photo.renditions, photo.sources, list(Photo.objects.to_draw())) == ({}, [], [])


def test_a_form_sends_one_task_and_only_for_new_pictures(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        photo, _other = PhotoFactory(), PhotoFactory()
    assert [callback.__name__ for callback in callbacks].count("_wake") == 1
    draw_due()
    photo.refresh_from_db()
    with django_capture_on_commit_callbacks() as callbacks:
        photo.save()
    assert [callback.__name__ for callback in callbacks].count("_wake") == 0


def test_the_periodic_task_draws_missed_renditions():
    photo = PhotoFactory()
    draw_pictures()
    assert Photo.objects.get(pk=photo.pk).renditions != {}
    assert settings.CELERY_BEAT_SCHEDULE["draw-pictures"]["task"] == draw_pictures.name


# --- files come and go with their rows ---


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run at once what waits for the commit, except the tasks sent to the broker."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.parametrize("factory", [PhotoFactory, SceneFactory])
@pytest.mark.parametrize("way", ["row", "space", "queryset"])
def test_the_files_of_a_picture_are_deleted_with_its_row(media, committed, factory, way):
    picture = factory()
    stale = type(picture).objects.get(pk=picture.pk)
    draw_due()
    with committed():
        {"row": stale.delete, "space": picture.space.delete, "queryset": type(picture).objects.all().delete}[way]()
        assert len(files(media)) > 1
    assert files(media) == []


def test_the_files_stay_if_the_deletion_is_rolled_back(media):
    photo = PhotoFactory()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        photo.delete()
        raise ZeroDivisionError
    assert len(files(media)) == 1


def test_a_replaced_picture_is_drawn_and_the_old_files_go(client, space, media, committed):
    photo = PhotoFactory(space=space)
    draw_due()
    ids = {"photos-INITIAL_FORMS": "1", "photos-0-id": photo.pk, "photos-0-space": space.pk}
    with committed():
        send(client, space, a_picture(colour="red"), **ids)
    photo = Photo.objects.get()
    assert (photo.renditions, files(media)) == (None, [photo.image.name.removeprefix("pictures/")])
    assert colour_of(drawn(photo.image)) == (250, 0, 0)


def test_the_same_picture_twice_has_two_files(media, committed):
    one, other = PhotoFactory(), PhotoFactory()
    with committed():
        one.delete()
    assert files(media) == [other.image.name.removeprefix("pictures/")]


def test_a_changed_text_leaves_the_renditions_as_they_are(media):
    photo = PhotoFactory()
    draw_due()
    photo.refresh_from_db()
    photo.alternative_text = "Another word"
    photo.save()
    photo.refresh_from_db()
    assert (set(photo.renditions), len(files(media))) == ({"avif", "webp"}, 5)


def test_the_limit_of_bytes_is_exact():
    codes = []
    for size in (MAX_BYTES, MAX_BYTES + 1):
        with pytest.raises(ValidationError) as refusal:
            cleaned_picture(a_file(b"x" * size))
        codes.append(refusal.value.code)
    assert codes == ["not_a_picture", "too_heavy"]


def test_a_point_knows_its_kind():
    scene = SceneFactory()
    assert [
        HotspotFactory(scene=scene, **end).kind
        for end in ({"to_scene": SceneFactory()}, {"resource": ResourceFactory()}, {"text": "Look"})
    ] == ["scene", "resource", "text"]
