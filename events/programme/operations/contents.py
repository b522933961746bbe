"""What the operations share: the lock and the mails' keys."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue
from spaces.places.files.pictures import cleaned_picture
from spaces.places.operations import draw_renditions

from ...attendance.operations.proofs import inspect
from ...core.operations import about, locked, tell_speaker
from ...errors import EventError
from ...models import EventPhoto, Material, Speaker
from ...registering.operations import member_of


def tell_removed_speaker(speaker, event):
    """Tell a member who was to speak that he no longer is."""
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
def add_speaker(*, event, email="", name="", about="", by):
    """Note who speaks: the member with this address, or a guest by name. The same one twice changes nothing.
    A member is told once the event is published.

    Raises EventError: `no_name`, `no_member`."""
    event = locked(event)
    member = member_of(email)
    if email and member is None:
        raise EventError("no_member", _("No member has this address. Of a guest, enter the name alone."))
    if not member and not name.strip():
        raise EventError("no_name", _("Enter a member's address or a guest's name."))
    wanted = {"user": member, "guest_name": "" if member else name.strip()}
    there = event.speakers.filter(**wanted).first()
    if there:
        return there
    speaker = Speaker.objects.create(event=event, about=about.strip(), order=event.speakers.count(), **wanted)
    if event.is_open:
        tell_speaker(speaker, event)
    return speaker


@transaction.atomic
def add_material(*, event, kind, name="", link="", file=None, by):
    """Show a document of the event: a link, or a PDF of at most 20 MB. The same one twice changes nothing.

    Raises EventError: `link_or_file`, `no_pdf`, and those of `add_proof` for the file."""
    event = locked(event)
    if bool(link) == bool(file):
        raise EventError("link_or_file", _("Give a link or a file, one of the two."))
    if file and PurePath(file.name).suffix.lower() != ".pdf":
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
def add_photo(*, event, image, alternative_text, consent, by):
    """Show a photo of the event, drawn anew without what the camera wrote into it. The same one twice changes nothing.

    Raises EventError: `picture`."""
    event = locked(event)
    try:
        image = cleaned_picture(image)
    except ValidationError as error:
        raise EventError("picture", " ".join(error.messages)) from error
    there = event.photos.filter(image__contains=PurePath(image.name).stem).first()
    if there:
        return there
    photo = EventPhoto(
        event=event, image=image, alternative_text=alternative_text, consent=consent, order=event.photos.count()
    )
    photo.save()
    return photo


def draw_photos():
    """Draw the renditions of every photo that lacks them, one transaction each."""
    for pk in EventPhoto.objects.to_draw().values_list("pk", flat=True):
        draw_renditions(model=EventPhoto, pk=pk)


@transaction.atomic
def remove_contents(*, event, rows, by):
    """Take speakers, documents or photos of the event away, with their files. Of an event to come a member who was to
    speak is told."""
    event = locked(event)
    for row in rows:
        if isinstance(row, Speaker):
            tell_removed_speaker(row, event)
        for file in (getattr(row, "image", None), getattr(row, "file", None)):
            if file:
                storage, name = file.storage, file.name
                transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))
        row.delete()
