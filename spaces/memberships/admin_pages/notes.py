"""Pages on which a team notes something on a person, corrects it within a day, or deletes it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hacktiv.common.admin_pages import Page
from hacktiv.common.forms import PlainForm
from hacktiv.common.paging import page_of
from members.core.rules import administers

from ...core.admin_pages import form_page
from ...core.scoping import run_space_ids
from ...errors import BookingError
from ..forms.notes import NoteForm, TextForm
from ..operations import correct_note, delete_note, write_note
from ..queries import notes_on

NOTES_A_PAGE = 20
#: The field beside which a refusal is told, by its code.
FIELDS = {"not_here": "space", "empty": "text"}


def spaces_of(request):
    """Return the spaces of which the signed-in person reads what is known of people; None for all of them."""
    return None if administers(request.user) else run_space_ids(request)


def with_rights(notes, request):
    """Tell each note whether the signed-in person may correct it, and delete it."""
    now = timezone.now()
    for note in notes:
        note.is_correctable = note.can_be_corrected(request.user, now)
        note.is_deletable = note.can_be_deleted(request.user)
    return notes


def notes_page(request, person, *, admin):
    """Show all notes on a person, and write another."""
    form = NoteForm(request.POST if request.method == "POST" else None, spaces=run_space_ids(request))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            write_note(space=data["space"], person=person, text=data["text"], by=request.user)
        except BookingError as error:
            form.add_error(FIELDS.get(error.code), error.message)
        else:
            messages.success(request, _("The note is written."))
            return _back(person)
    notes = page_of(request, notes_on(person, spaces_of(request)), NOTES_A_PAGE)
    return form_page(
        request,
        admin,
        form,
        title=_("Notes of the team"),
        submit=_("Write the note"),
        template="admin/spaces/staffnote/notes.html",
        person=person,
        page=notes,
        notes=with_rights(list(notes), request),
        back_url=reverse("admin:members_user_person", args=[person.pk]),
    )


def correct_page(request, person, *, admin, staffnote):
    """Give a note of one's own another text, within a day."""
    note = _note(request, person, staffnote)
    if not note.can_be_corrected(request.user, timezone.now()):
        messages.error(request, _("A note is corrected within a day by who wrote it. Write another one."))
        return _back(person)
    form = TextForm(request.POST if request.method == "POST" else None, initial={"text": note.text})

    def correct():
        correct_note(note=note, text=form.cleaned_data["text"], by=request.user)
        return _("The note is corrected.")

    words = {"title": _("Correct the note"), "submit": _("Save")}
    return _step(request, person, form, correct, admin=admin, **words)


def delete_page(request, person, *, admin, staffnote):
    """Ask, then delete a note for good."""
    note = _note(request, person, staffnote)
    if not note.can_be_deleted(request.user):
        raise Http404
    form = PlainForm(request.POST if request.method == "POST" else None)

    def delete():
        delete_note(note=note, by=request.user)
        return _("The note is deleted.")

    words = {"title": _("Delete this note?"), "submit": _("Delete the note"), "lead": note.text}
    return _step(request, person, form, delete, admin=admin, **words)


def _note(request, person, pk):
    return get_object_or_404(notes_on(person, spaces_of(request)), pk=pk)


def _step(request, person, form, carry_out, *, admin, **words):
    if form.is_bound and form.is_valid():
        try:
            done = carry_out()
        except BookingError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, done)
        return _back(person)
    back = reverse("admin:members_user_person", args=[person.pk])
    template = "admin/spaces/staffnote/step.html"
    return form_page(request, admin, form, template=template, person=person, back_url=back, **words)


def _back(person):
    return redirect(f"{reverse('admin:members_user_person', args=[person.pk])}#person-notes")


PAGES = [
    Page("notes", notes_page),
    Page("note", correct_page, address="notes/<int:staffnote>/"),
    Page("note_delete", delete_page, address="notes/<int:staffnote>/delete/"),
]
