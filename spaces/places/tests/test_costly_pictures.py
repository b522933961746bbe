"""A picture that takes too much is refused in words; neither the process that asked nor its memory suffers."""

import resource
from io import BytesIO
from time import monotonic

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hacktiv.common import pictures
from hacktiv.common.documents import FileRefused, inspect
from hacktiv.common.pictures import PictureRefused, open_picture
from spaces.places.files.pictures import cleaned_picture

WISH = {"formats": ["JPEG", "PNG", "WEBP"], "most_pixels": 60_000_000}


def picture(kind, size, mode="RGB", **options):
    written = BytesIO()
    Image.new(mode, size).save(written, kind, **options)
    return written.getvalue()


def of_many_scans():
    """Return a JPEG of some hundred kilobytes whose last refinement comes thousands of times: hours of work."""
    content = picture("JPEG", (2500, 2500), progressive=True)
    start = content.rindex(b"\xff\xda")
    return content[:-2] + content[start:-2] * 20_000 + content[-2:]


def refusal_of(content, task="check"):
    with pytest.raises(PictureRefused) as refused:
        open_picture(task, content, **WISH)
    return refused.value.code


@pytest.fixture
def in_a_second(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_SECONDS", 1)


@pytest.mark.long
def test_a_picture_that_takes_hours_is_given_up(in_a_second):
    began, content = monotonic(), of_many_scans()[: 14 * 1024 * 1024]
    with pytest.raises(ValidationError) as refusal:
        cleaned_picture(SimpleUploadedFile("photo.jpg", content))
    assert refusal.value.code == "too_costly"
    assert "trop de mémoire ou de temps" in refusal.value.messages[0]
    with pytest.raises(FileRefused) as refused:
        inspect(SimpleUploadedFile("preuve.jpg", content))
    assert "trop de mémoire ou de temps" in str(refused.value)
    assert monotonic() - began < 30


def test_a_picture_that_needs_much_memory_takes_none_of_the_process(monkeypatch):
    content = picture("PNG", (7700, 7700), mode="1")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    monkeypatch.setattr(pictures, "MOST_MEMORY", 160 * 1024 * 1024)
    render = {"widths": [480], "encoding": {"webp": {}}}
    with pytest.raises(PictureRefused) as refused:
        open_picture("render", content, **WISH, **render)
    assert refused.value.code == "too_costly"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_decoder_that_dies_refuses_the_picture(monkeypatch):
    content = picture("PNG", (10, 10))
    assert open_picture("check", content, **WISH) == []
    monkeypatch.setattr(pictures, "MOST_MEMORY", 8 * 1024 * 1024)  # too little even to begin
    assert refusal_of(content) == "too_costly"


@pytest.mark.parametrize(
    ("content", "code"), [(b"no picture", "not_a_picture"), (picture("JPEG", (800, 800))[:3000], "damaged")]
)
def test_what_is_no_whole_picture_is_refused(content, code):
    assert refusal_of(content) == code
