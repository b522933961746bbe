"""Add the documents and photos of an event, and remove them and its speakers."""

from collections.abc import Iterable
from functools import partial
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import User
from spaces.places.files.pictures import cleaned_picture
from spaces.places.operations import draw_renditions

from ...attendance.operations.proofs import inspect
from ...core.operations import locked
from ...errors import EventError
from ...models import Event, EventPhoto, Material, Speaker
from .speakers import tell_removed_speaker


@transaction.atomic
def add_material(
    *, event: Event, kind: str, name: str = "", link: str = "", file: File | None = None, by: User
) -> Material:
    """Add a document to the event: a link, or a PDF of at most 20 MB. Adding the same one twice changes nothing.

    Raises EventError: `link_or_file`, `no_pdf`, and those of `add_proof` for the file."""
    event = locked(event)
    if bool(link) == bool(file):
        raise EventError("link_or_file", _("Give a link or a file, one of the two."))
    if file and PurePath(file.name or "").suffix.lower() != ".pdf":
        raise EventError("no_pdf", _("Only a PDF is taken."))
    stem = file and inspect(file)[:16]
    there = event.materials.filter(kind=kind, **({"file__contains": stem} if file else {"link": link})).first()
    if there:
        return there
    material = Material(event=event, kind=kind, name=name.strip(), link=link)
    if file:
        material.file.save(f"{stem}.pdf", file, save=False)
    material.save()
    return material


@transaction.atomic
def add_photo(*, event: Event, image: File, alternative_text: str, consent: str, by: User) -> EventPhoto:
    """Add a photo to the event, without the data that the camera wrote into it. Adding it twice changes nothing.

    Raises EventError: `picture`."""
    event = locked(event)
    try:
        image = cleaned_picture(image)
    except ValidationError as error:
        raise EventError("picture", " ".join(error.messages)) from error
    there = event.photos.filter(image__contains=PurePath(image.name or "").stem).first()
    if there:
        return there
    photo = EventPhoto(
        event=event, image=image, alternative_text=alternative_text, consent=consent, order=event.photos.count()
    )
    photo.save()
    return photo


def draw_photos() -> None:
    """Draw the missing renditions of photos, in one transaction for each photo."""
    for pk in EventPhoto.objects.to_draw().values_list("pk", flat=True):
        draw_renditions(model=EventPhoto, pk=pk)


@transaction.atomic
def remove_contents(*, event: Event, rows: Iterable[Speaker | Material | EventPhoto], by: User) -> None:
    """Delete speakers, documents or photos of the event, with their files. A removed speaker of an event to come is
    told, and one who declined stays: else they could be invited once more. Raises EventError `declined`."""
    event = locked(event)
    rows = list(rows)
    if any(isinstance(row, Speaker) for row in rows) and event.speakers.declined().filter(
        pk__in=[row.pk for row in rows]
    ):
        raise EventError("declined", _("Who declined stays noted, so that they are not invited again."))
    for row in rows:
        if isinstance(row, Speaker):
            tell_removed_speaker(row, event)
        for file in (getattr(row, "image", None), getattr(row, "file", None)):
            if file:
                transaction.on_commit(partial(file.storage.delete, file.name))
        row.delete()
