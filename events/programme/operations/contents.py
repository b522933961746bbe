"""Add and remove the speakers, documents and photos of an event."""

from collections.abc import Iterable
from functools import partial
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue
from members.models import User
from spaces.places.files.pictures import cleaned_picture
from spaces.places.operations import draw_renditions

from ...attendance.operations.proofs import inspect
from ...core.operations import about, locked, tell_speaker
from ...errors import EventError
from ...models import Event, EventPhoto, Material, Speaker
from ...registering.operations import member_of


def tell_removed_speaker(speaker: Speaker, event: Event) -> None:
    """Tell a member that they no longer speak at an event to come."""
    if speaker.user and event.is_open:
        enqueue(
            key=f"events.speaker_removed:{speaker.pk}",
            template="events.speaker_removed",
            to_email=speaker.user.email,
            to_name=str(speaker.user),
            language=speaker.user.language,
            about=about(event.pk),
            context={"event": event.pk, "user": speaker.user.pk},
            expires_at=event.ends_at,
        )


@transaction.atomic
def add_speaker(*, event: Event, email: str = "", name: str = "", about: str = "", by: User) -> Speaker:
    """Add a speaker: the member with this address, or a guest by name. Adding the same one twice changes nothing.

    A member is told once the event is published.

    Raises EventError: `no_name`, `no_member`."""
    event = locked(event)
    member = member_of(email)
    if email and member is None:
        raise EventError("no_member", _("No member has this address. Of a guest, enter the name alone."))
    if not member and not name.strip():
        raise EventError("no_name", _("Enter a member's address or a guest's name."))
    person = {"user": member, "guest_name": "" if member else name.strip()}
    there = event.speakers.filter(**person).first()
    if there:
        return there
    speaker = Speaker.objects.create(event=event, about=about.strip(), order=event.speakers.count(), **person)
    if event.is_open:
        tell_speaker(speaker, event)
    return speaker


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
    told."""
    event = locked(event)
    for row in rows:
        if isinstance(row, Speaker):
            tell_removed_speaker(row, event)
        for file in (getattr(row, "image", None), getattr(row, "file", None)):
            if file:
                transaction.on_commit(partial(file.storage.delete, file.name))
        row.delete()
