"""Write, correct and delete what a team notes on a person."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...core.operations import check_runs, lock_account
from ...core.queries import people_of
from ...errors import BookingError
from ...models import Space, StaffNote


@transaction.atomic
def write_note(*, space: Space, person: User, text: str, by: User) -> StaffNote:
    """Note something on a person who belongs to the space.

    Raises BookingError `not_yours` (`by` does not run the space), `not_here` (the person does not belong to it),
    `empty`, `gone`."""
    person = lock_account(person)
    check_runs(by, space)
    if not User.objects.filter(people_of([space.pk]), pk=person.pk).exists():
        raise BookingError("not_here", _("This person does not belong to this space: choose another."))
    return StaffNote.objects.create(space=space, person=person, text=_checked(text), author=by)


@transaction.atomic
def correct_note(*, note: StaffNote, text: str, by: User) -> StaffNote:
    """Give a note another text. Raises BookingError `not_yours`, `too_late` (after a day, or for anybody but the
    author), `empty`, `gone`."""
    check_runs(by, note.space)
    note = _locked(note)
    if not note.can_be_corrected(by, timezone.now()):
        raise BookingError("too_late", _("A note is corrected within a day by who wrote it. Write another one."))
    note.text = _checked(text)
    note.save(update_fields=["text"])
    return note


@transaction.atomic
def delete_note(*, note: StaffNote, by: User) -> None:
    """Delete a note for good. Raises BookingError `not_yours` for anybody but its author and superusers, `gone`."""
    check_runs(by, note.space)
    note = _locked(note)
    if not note.can_be_deleted(by):
        raise BookingError("not_yours", _("Only who wrote a note deletes it."))
    note.delete()


def _locked(note: StaffNote) -> StaffNote:
    found = StaffNote.objects.select_for_update(of=["self"]).select_related("space", "person")
    try:
        return found.get(pk=note.pk)
    except StaffNote.DoesNotExist:
        raise BookingError("gone", _("This note was deleted meanwhile.")) from None


def _checked(text: str) -> str:
    if not text.strip():
        raise BookingError("empty", _("Write something."))
    return text.strip()
