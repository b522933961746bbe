"""Pages to import the list that a video tool exports: choose the file, see the people recognised, confirm.

The preview's form carries the file, so that nothing is stored before the manager confirms.
"""

import base64
import binascii

from django import forms
from django.contrib import messages
from django.core.files.base import ContentFile
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import PlainTextMixin, validate_name

from ...core import rules
from ...core.admin_pages.steps import attempt
from ...core.forms import residence_field
from ...errors import EventError
from .. import operations
from ..files.online_lists import LARGEST_LIST, read_list
from ..files.online_matches import match
from ..operations.proofs import inspect
from ..queries import people_who_may_come
from ..rules import doubts_of_list

GUEST, NOBODY, DOUBLE, TWO = "guest", "nobody", "double", "two"
#: In characters: the largest list in base64.
LONGEST_WRITTEN = LARGEST_LIST * 4 // 3 + 4
#: In characters.
LONGEST_FILE_NAME = 200


class OnlineListForm(PlainTextMixin, forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("As Teams, Zoom, BigBlueButton or Jitsi export it: CSV, at most 500 KB."),
        widget=forms.FileInput(attrs={"accept": "text/csv,text/tab-separated-values,text/plain,.csv,.tsv,.txt"}),
    )

    def clean(self):
        data = super().clean()
        if "file" in data:
            # One byte more than allowed is enough to refuse a larger file.
            data["content"], data["name"] = data["file"].read(LARGEST_LIST + 1), data["file"].name[:LONGEST_FILE_NAME]
            data["list"] = _read(data["content"])
        return data


class SentListForm(forms.Form):
    """The file that the preview's form carried."""

    content = forms.CharField(max_length=LONGEST_WRITTEN, strip=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=LONGEST_FILE_NAME, widget=forms.HiddenInput)

    def clean(self):
        data = super().clean()
        if "content" in data:
            try:
                data["content"] = base64.urlsafe_b64decode(data["content"])
            except (binascii.Error, ValueError) as error:
                raise forms.ValidationError(_("Choose the file again."), code="damaged") from error
            data["list"] = _read(data["content"])
        return data


def _read(content):
    try:
        listed = read_list(content)
        inspect(ContentFile(content, name="list.csv"))
    except EventError as refusal:
        raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
    return listed


class PeopleForm(forms.Form):
    """A choice for each person on the list: a registration, a guest, or nobody to count.

    Who held the meeting without being registered, who looked in for a minute, second devices and tools that take notes
    are left out unless somebody says otherwise. `doubts` say what speaks against the list being of this event: then a
    box has to be ticked."""

    def __init__(self, *args, matches, registrations, doubts=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.matches = matches
        self.doubts = doubts
        if doubts:
            self.fields["despite_doubts"] = forms.BooleanField(
                label=_("It is the list of this event all the same."),
                error_messages={"required": _("Tick the box, or take another file.")},
            )
        self.registrations = {str(row.pk): row for row in registrations}
        sure = {found.registration.pk for found in matches if found.registration}
        free = [row for row in registrations if row.pk not in sure]
        for number, found in enumerate(matches):
            first = [found.registration] if found.registration else found.candidates
            others = [] if found.registration else [row for row in free if row not in first]
            initial = _proposed(found)
            self.fields[f"person_{number}"] = forms.ChoiceField(
                label=found.attendee.name,
                choices=[
                    *([] if initial else [("", _nothing_yet(found))]),
                    *((row.pk, _named(row)) for row in first),
                    *([(DOUBLE, _already_listed(found.doubles))] if found.doubles else []),
                    *([(TWO, _two_people(found.halves))] if found.halves else []),
                    (GUEST, _("A guest who was not registered")),
                    (NOBODY, _("Nobody: leave out")),
                    *([(_("Somebody else registered"), [(row.pk, _named(row)) for row in others])] if others else []),
                ],
                initial=initial,
            )
            if found.registration is None or any(half.registration is None for half in found.halves):
                self.fields[f"residence_{number}"] = residence_field(
                    label=_("Lives in: %(name)s") % {"name": found.attendee.name}
                )

    @property
    def people(self):
        """Yield the people to mark, once the form is valid."""
        for number, found in enumerate(self.matches):
            choice = self.cleaned_data[f"person_{number}"]
            person, residence = found.attendee, self.cleaned_data.get(f"residence_{number}", "")
            if choice == TWO:
                for half in found.halves:
                    yield operations.OnlinePerson(half.attendee.name, "", half.registration, residence)
            elif choice not in {NOBODY, DOUBLE}:
                registration = self.registrations.get(choice)
                yield operations.OnlinePerson(person.owner or person.name, person.email, registration, residence)

    @property
    def people_count(self):
        """How many people the list names: neither rows that count the others, nor tools, nor second devices."""
        return sum(_group_of(found) not in NO_PEOPLE for found in self.matches)

    @property
    def guests_without_side(self):
        """How many guests, as the form stands, have no country of residence."""
        chosen = [self[f"person_{number}"].value() for number in range(len(self.matches))]
        return sum(
            choice == GUEST and not self[f"residence_{number}"].value()
            for number, choice in enumerate(chosen)
            if f"residence_{number}" in self.fields
        )

    def groups(self):
        """Return (title, hint, rows) of each group that has people; a row is (match, field).

        The field of a person who may be a guest has their `residence` beside it."""
        rows = [(found, self[f"person_{number}"]) for number, found in enumerate(self.matches)]
        for number, (_found, field) in enumerate(rows):
            residence = f"residence_{number}"
            field.residence = self[residence] if residence in self.fields else None
        groups = [(title, hint, [row for row in rows if _group_of(row[0]) == key]) for key, title, hint in GROUPS]
        return [group for group in groups if group[2]]

    def rows(self):
        """Return (match, field) of each person, in the order of the groups."""
        return [row for _title, _hint, rows in self.groups() for row in rows]


#: Key, title and hint of the groups in which the people are shown.
GROUPS = [
    ("doubtful", _("To be decided"), ""),
    ("guest", _("Not registered"), ""),
    ("sure", _("Recognised"), ""),
    ("organiser", _("Held the meeting"), _("Counted if registered, else left out unless you say otherwise.")),
    ("brief", _("Stayed a minute at most"), _("Left out unless you say otherwise.")),
    ("device", _("A second device"), _("Its owner is on the list beside it. Left out unless you say otherwise.")),
    ("total", _("Rows that count the others"), _("No people. Left out unless you say otherwise.")),
    ("robot", _("Tools that take notes or record"), _("No people. Left out unless you say otherwise.")),
]

#: Groups of rows that stand for nobody, or for somebody who is on the list already.
NO_PEOPLE = {"device", "total", "robot"}


def _group_of(found):
    if found.attendee.is_robot:
        return "robot"
    if found.attendee.is_total and not found.registration:
        return "total"
    if found.is_second_device:
        return "device"
    if found.attendee.is_brief:
        return "brief"
    if found.attendee.is_organiser:
        return "organiser"
    if found.is_doubtful or (found.registration is None and not _is_name(found.attendee.name)):
        return "doubtful"
    return "sure" if found.registration else "guest"


def _is_name(written):
    """Return whether the forms would take this name of a guest: a link or a formula is none."""
    try:
        validate_name(written)
    except forms.ValidationError:
        return False
    return True


def _proposed(found):
    """Return the choice that is made for a person at first; blank: none, since somebody has to say who it is."""
    group = _group_of(found)
    if group in {"brief", "robot", "total"}:
        return NOBODY
    if group == "device":
        return DOUBLE
    if found.registration and not found.halves:
        return found.registration.pk
    if found.is_doubtful or group == "doubtful":
        return ""
    return NOBODY if group == "organiser" else GUEST


def _nothing_yet(found):
    return _("Choose: one or two") if found.halves else _("Choose who this is")


def _two_people(halves):
    names = [half.attendee.name for half in halves]
    return _("Two people: %(first)s and %(second)s") % {"first": names[0], "second": names[1]}


def _already_listed(doubles):
    names = ", ".join(dict.fromkeys(person.written for person in doubles))
    return _("Already on this list: “%(names)s”") % {"names": names}


def _named(registration):
    address = registration.person_email
    return f"{registration.person_name} – {address}" if address else str(registration.person_name)


def online_list_page(request, event, *, admin):
    """Show the form for the file, or the preview of a sent file; import the list when the preview is sent."""
    is_preview = "content" in request.POST
    form = SentListForm(request.POST) if is_preview else OnlineListForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return _choose_list(request, event, form, admin=admin)
    name, content, listed = form.cleaned_data["name"], form.cleaned_data["content"], form.cleaned_data["list"]
    registrations = people_who_may_come(event)
    people = PeopleForm(
        request.POST if is_preview else None,
        matches=match(listed.people, registrations),
        registrations=registrations,
        doubts=doubts_of_list(event, listed.spans),
    )
    if is_preview and people.is_valid() and _import(request, event, people, content, name):
        return redirect("admin:events_event_attendance", event.pk)
    written = base64.urlsafe_b64encode(content).decode()
    context = {
        **admin.page_context(request, title=_("Import an online list"), event=event),
        "form": people,
        "sent": SentListForm(initial={"content": written, "name": name}),
        "name": name,
        "is_open": rules.attendance_is_open(event),
    }
    return TemplateResponse(request, "admin/events/event/online_list.html", context)


def _choose_list(request, event, form, *, admin):
    if isinstance(form, SentListForm):  # The carried file is damaged.
        messages.error(request, _("Choose the file again."))
        form = OnlineListForm()
    context = {
        **admin.page_context(request, title=_("Import an online list"), event=event),
        "text": _("You see first who is recognised: nothing is noted before you say so."),
        "submit": _("See who is on the list"),
        "form": form,
    }
    return TemplateResponse(request, "admin/events/event/step.html", context)


def _import(request, event, form, content, name):
    done = attempt(
        form,
        lambda _data: operations.import_online_list(
            event=event, content=content, name=name, people=list(form.people), by=request.user
        ),
    )
    if done:
        messages.success(request, _("The attendance is noted, and the list is kept as a proof."))
    return done


def _may_have_a_list(event):
    return event.is_online and rules.attendance_is_open(event)


PAGES = [Page("online_list", online_list_page, _("Import an online list"), Group.AFTER, is_possible=_may_have_a_list)]
