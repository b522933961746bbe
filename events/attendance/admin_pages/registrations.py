"""The page of an event's registrations: who is on the list, filtered, and what is done with several at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hacktiv.common.admin_pages import Group, Page, told_by_mail
from hacktiv.common.forms import PlainForm, whole_numbers
from hacktiv.common.paging import page_of
from hacktiv.common.spreadsheets import CONTENT_TYPES, WRITERS
from members.core.rules import coordinates
from members.enums import Country
from spaces.core.scoping import run_space_ids

from ...core import rules
from ...core.admin_pages.forms import NothingForm
from ...core.admin_pages.steps import attempt
from ...core.admin_pages.telling import is_mailed, say_noted_meanwhile, warn_of_silent
from ...core.queries import with_positions
from ...enums import EventState, RegistrationStatus
from ...registering import operations as registering
from .. import operations
from ..files.registrations import registrations_table
from ..queries import UNKNOWN, RegistrationFilter, overview_of

PER_PAGE = 50


class FilterForm(PlainForm):
    """The filters of the list; each may be left blank."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=120)
    status = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("On the list")), *RegistrationStatus.choices],
    )
    way = forms.ChoiceField(label=gettext_lazy("Takes part"), required=False)
    side = forms.ChoiceField(
        label=gettext_lazy("Side of the border"),
        required=False,
        choices=[("", gettext_lazy("Both sides")), *Country.choices, (UNKNOWN, gettext_lazy("Not known"))],
    )
    presence = forms.ChoiceField(
        label=gettext_lazy("Presence"),
        required=False,
        choices=[
            ("", gettext_lazy("Present or not")),
            ("present", gettext_lazy("Present")),
            ("absent", gettext_lazy("Not noted as present")),
        ],
    )

    def __init__(self, data, *, event):
        super().__init__(data, label_suffix="")
        if len(event.ways) > 1:
            ways = [(way.value, way.label) for way in event.ways]
            self.fields["way"].choices = [("", gettext_lazy("On site and online")), *ways]
        else:
            del self.fields["way"]

    @property
    def wanted(self):
        """Return the choice among the registrations; a filter with an unknown value is left out."""
        self.is_valid()
        return RegistrationFilter(**{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def narrows(self):
        return any(self.cleaned_data.values())


class ReasonOfSeatsForm(PlainForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("Kept with the event.")
    )


class NoteForm(PlainForm):
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=120, help_text=gettext_lazy("The title of the event follows it.")
    )
    text = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "The event, its time and its place stand below it. Answers go to the space, or to you where it has no"
            " contact address."
        ),
    )


@never_cache
def registrations_page(request, event, *, admin):
    """Show the registrations that the filters let through, and do something with those that are ticked."""
    filters = FilterForm(request.GET, event=event)
    wanted = filters.wanted
    if request.method == "POST":
        return _act(request, event, wanted, admin=admin)
    page = page_of(request, wanted.of(event), PER_PAGE)
    page.object_list = with_positions(page.object_list)
    for person in page.object_list:
        person.event = event
    overview = overview_of(event)
    context = {
        **admin.page_context(request, title=_("Registrations"), event=event),
        "filters": filters,
        "page_obj": page,
        "people": page.object_list,
        "all_ticked": request.GET.get("ticked") == "all",
        "known": overview,
        "query": request.GET.urlencode(),
        "counts": [
            (label, value, overview.counts[value])
            for value, label in RegistrationStatus.choices
            if overview.counts[value]
        ],
        "seats": _seats_in_words(event),
        "actions": [(name, action.label) for name, action in ACTIONS.items() if action.is_possible(event)],
        "formats": list(CONTENT_TYPES),
        "can_register": event.is_open,
        "asks": event.questions.exists(),
        "may_write": event.space_id in run_space_ids(request) or coordinates(request.user),
    }
    return TemplateResponse(request, "admin/events/event/registrations.html", context)


def _seats_in_words(event):
    """Return a line for each way with a limit: how many of its seats are taken."""
    ways = [way for way in event.ways if event.capacity_of(way) is not None]
    words = []
    for way in ways:
        capacity, left = event.capacity_of(way), event.seats_left_of(way)
        taken = capacity - left
        text = ngettext("%(taken)s seat taken of %(number)s", "%(taken)s seats taken of %(number)s", taken)
        text = text % {"taken": taken, "number": capacity}
        if len(event.ways) > 1:
            text = _("%(value)s: %(number)s") % {"value": way.label, "number": text}
        words.append(text)
    return words


def _act(request, event, wanted, *, admin):
    """Do with the chosen people what was asked; ask first where something is to be said or cannot be taken back."""
    action = ACTIONS.get(request.POST.get("action", ""))
    chosen = wanted.of(event)
    if "everybody" not in request.POST:
        chosen = chosen.filter(pk__in=whole_numbers(request.POST.getlist("person")))
    elif (newest := _newest(request, "newest_person")) is not None:
        chosen = chosen.filter(pk__lte=newest)
    people = list(chosen)
    if action is None or not action.is_possible(event):
        messages.error(request, _("Choose what to do with those that are ticked."))
        return redirect(request.get_full_path())
    if not people:
        messages.error(request, _("Tick at least one person."))
        return redirect(request.get_full_path())
    for person in people:
        person.event = event
    is_said = "said" in request.POST or action.form_class is None
    form = (action.form_class or NothingForm)(request.POST if is_said else None)
    if is_said and form.is_valid() and attempt(form, lambda data: action.perform(request, event, people, **data)):
        return redirect(request.get_full_path())
    if action.form_class is None:
        messages.error(request, " ".join(form.non_field_errors()))
        return redirect(request.get_full_path())
    context = {
        **admin.page_context(request, title=action.label, event=event),
        "people": people,
        "name": request.POST["action"],
        "form": form,
        "text": action.text,
        "submit": action.submit_words(people),
        "told": told_by_mail(_addresses_of(people), will=True) if action.tells else "",
        "silent": [str(person.person_name) for person in people if not is_mailed(person)] if action.tells else [],
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/events/event/registrations_step.html", context)


def _note_present(request, event, people):
    marked = operations.mark_attendance(event=event, registrations=people, by=request.user)
    text = ngettext("%(number)s person is noted as present.", "%(number)s people are noted as present.", len(marked))
    messages.success(request, text % {"number": len(marked)})


def _take_back_presence(request, event, people):
    newest = _newest(request, "newest_mark")
    number = operations.unmark_attendance(event=event, registrations=people, by=request.user, newest=newest)
    text = ngettext("%(number)s presence is taken back.", "%(number)s presences are taken back.", number)
    messages.success(request, text % {"number": number})
    chosen = event.registrations.filter(pk__in=[person.pk for person in people]).select_related("user")
    say_noted_meanwhile(request, marked=chosen.filter(participation__isnull=False))


def _newest(request, name):
    """Return the key of the newest row that the sent page knew; None where it does not say."""
    return next(iter(whole_numbers(request.POST.getlist(name))), None)


def _write(request, event, people, **words):
    silent = registering.write_to_people(event=event, registrations=people, by=request.user, **words)
    warn_of_silent(request, silent)
    if len(silent) < len(people):
        messages.success(request, _("The message leaves."))


def _accept(request, event, people):
    seated = registering.accept_offers(event=event, registrations=people)
    warn_of_silent(request, seated)
    text = ngettext("%(number)s person has a seat now.", "%(number)s people have a seat now.", len(seated))
    messages.success(request, text % {"number": len(seated)})


def _give_seats(request, event, people, reason):
    seated = registering.promote_all(event=event, registrations=people, reason=reason, by=request.user)
    warn_of_silent(request, seated)
    text = ngettext("%(number)s person has a seat now.", "%(number)s people have a seat now.", len(seated))
    messages.success(request, text % {"number": len(seated)})


def _cancel(request, event, people):
    moved_up = registering.cancel_registrations(event=event, registrations=people, by=request.user)
    warn_of_silent(request, [*people, *moved_up])
    text = ngettext("%(number)s registration is cancelled.", "%(number)s registrations are cancelled.", len(people))
    messages.success(request, text % {"number": len(people)})


@dataclass(frozen=True)
class Action:
    """An act on several people at once. With a `form_class` a page asks for it first, under `text`; of one that
    `tells` them, it says how many a mail reaches."""

    label: Any
    perform: Callable
    is_possible: Callable
    form_class: type[forms.Form] | None = None
    text: Any = ""
    tells: bool = False
    submit: Callable | None = None

    def submit_words(self, people):
        """Return the words of the button that carries it out."""
        return self.submit(people) if self.submit else self.label


def _addresses_of(people):
    """Return how many addresses a mail to these people reaches."""
    return len({person.mailed.person_email.lower() for person in people if is_mailed(person)})


def _send_to(people):
    number = _addresses_of(people)
    return ngettext("Send to %(number)s person", "Send to %(number)s people", number) % {"number": number}


ACTIONS = {
    "present": Action(gettext_lazy("Note as present"), _note_present, rules.attendance_is_open),
    "absent": Action(gettext_lazy("Take back the presence"), _take_back_presence, rules.attendance_is_open),
    "write": Action(
        gettext_lazy("Write a message"),
        _write,
        lambda event: event.state != EventState.DRAFT,
        NoteForm,
        gettext_lazy("One mail leaves to each of these people, with the facts of the event below your words."),
        tells=True,
        submit=_send_to,
    ),
    "accept": Action(
        gettext_lazy("Take the seat offered"),
        _accept,
        lambda event: event.is_open,
        NothingForm,
        gettext_lazy("For people who say so on the phone. Who has an address gets the confirmation by mail."),
        tells=True,
    ),
    "seats": Action(
        gettext_lazy("Give a seat out of turn"),
        _give_seats,
        lambda event: event.is_open,
        ReasonOfSeatsForm,
        gettext_lazy("Where all seats are taken, one is added for each. Who has an address is told by mail."),
        tells=True,
    ),
    "cancel": Action(
        gettext_lazy("Cancel the registrations"),
        _cancel,
        lambda event: event.is_open,
        NothingForm,
        gettext_lazy("These people are told, and their seats go to the first in line."),
        tells=True,
    ),
}


@require_GET
@never_cache
def registrations_file_page(request, event, extension, *, admin):
    if extension not in WRITERS:
        raise Http404
    people = FilterForm(request.GET, event=event).wanted.of(event)
    content = WRITERS[extension](str(event.title), [registrations_table(people)])
    response = HttpResponse(content, content_type=CONTENT_TYPES[extension])
    response["Content-Disposition"] = f'attachment; filename="inscriptions-{event.slug}.{extension}"'
    return response


PAGES = [
    Page(
        "registrations",
        registrations_page,
        gettext_lazy("Registrations"),
        Group.PREPARE,
        is_possible=lambda event: event.state != EventState.DRAFT,
    ),
    Page("registrations_file", registrations_file_page, address="registrations/file/<slug:extension>/"),
]
