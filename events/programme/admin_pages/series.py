"""Pages on which managers repeat an event, extend, change, publish and cancel its series, and choose its room."""

from functools import partial

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import PlainTextMixin
from spaces.enums import Pattern
from spaces.models import Resource

from ...core.admin_pages.forms import ReasonForm, day_within_reach
from ...core.admin_pages.steps import step_for_all, step_page
from ...core.admin_pages.telling import registered_at, warn_of_silent
from ...enums import EventState
from ...errors import EventError
from .. import operations


def last_day_field(**kwargs):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=_("Last day"), widget=widget, validators=[day_within_reach], **kwargs)


class RepeatForm(forms.Form):
    pattern = forms.ChoiceField(label=_("How often"), choices=Pattern)
    until = last_day_field()


class ExtendForm(forms.Form):
    until = last_day_field()


class CarryForm(PlainTextMixin, forms.Form):
    parts = forms.MultipleChoiceField(
        label=_("What is carried over"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("text", _("Title and text")),
            ("place", _("Place and link")),
            ("who", _("Organisers, audience and languages")),
            ("seats", _("Seats")),
            ("hours", _("Hours")),
            ("room", pgettext_lazy("event", "Room")),
            ("questions", _("Questions")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Asked where hours change; everybody registered reads it."),
    )


class RoomForm(forms.Form):
    resource = forms.ModelChoiceField(
        label=pgettext_lazy("event", "Room"), queryset=None, required=False, empty_label=_("No room")
    )

    def __init__(self, *args, rooms, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resource"].queryset = rooms


@step_for_all(
    form_class=RepeatForm,
    title=_("Repeat the event"),
    text=_("Each day is an event of its own, with its own registrations. Where the room is taken, it is said."),
    submit=_("Repeat"),
)
def repeat_page(request, event, **data):
    return _made(operations.repeat_event(event=event, by=request.user, **data))


@step_for_all(
    form_class=ExtendForm,
    title=_("Extend the series"),
    text=_("The further events are made as the last one of the series is."),
    submit=_("Extend"),
)
def extend_page(request, event, **data):
    return _made(operations.extend_series(series=_series(event), by=request.user, **data))


@step_for_all(
    form_class=CarryForm,
    title=_("Carry over to the following"),
    text=_("The following events of the series become as this one is, in what you choose."),
    submit=_("Carry over"),
)
def carry_page(request, event, **data):
    return operations.carry_over(event=event, by=request.user, **data)


@step_for_all(
    title=_("Publish this and the following"),
    text=_("The drafts of the series from this one on appear in the agenda."),
    submit=_("Publish"),
)
def publish_all_page(request, event):
    return operations.publish_from(event=event, by=request.user)


@step_for_all(
    form_class=ReasonForm,
    title=_("Cancel this and the following"),
    text=_("The rooms are free again, everybody registered is told, and drafts are deleted."),
    submit=_("Cancel these events and tell everybody"),
)
def cancel_all_page(request, event, **data):
    outcomes = operations.cancel_from(event=event, by=request.user, **data)
    warn_of_silent(request, registered_at([outcome.event for outcome in outcomes if not outcome.refusal]))
    return outcomes


def room_page(request, event, *, admin):
    rooms = Resource.objects.filter(space__in=[event.space_id, *event.venues.values_list("pk", flat=True)])
    rooms = admin.admin_site._registry[Resource].in_scope(request, rooms)
    wanted = event.resource or event.room_wanted
    return step_page(
        request,
        event,
        admin=admin,
        form_class=partial(RoomForm, rooms=rooms),
        initial={"resource": wanted and wanted.pk},
        title=_("Choose the room"),
        text=_("The room is held for the time of the event."),
        submit=_("Hold the room"),
        perform=lambda data: operations.hold_room(event=event, **data),
        done=_("The room is noted."),
    )


def _made(events):
    return [operations.Outcome(event) for event in events]


def _series(event):
    if event.series is None:
        raise EventError("no_series", _("This event belongs to no series."))
    return event.series


def _is_ahead(event):
    return event.state in {EventState.DRAFT, EventState.PUBLISHED} and not event.has_begun


def _recurs(event):
    return event.series_id is not None


PAGES = [
    Page("room", room_page, _("Choose the room"), Group.PREPARE, is_possible=lambda event: event.is_open),
    Page(
        "publish_all",
        publish_all_page,
        _("Publish this and the following"),
        Group.PREPARE,
        is_possible=lambda event: event.state == EventState.DRAFT and _is_ahead(event) and _recurs(event),
    ),
    Page("repeat", repeat_page, _("Repeat"), is_possible=lambda event: _is_ahead(event) and not _recurs(event)),
    Page("carry", carry_page, _("Carry over to the following"), is_possible=_recurs),
    Page("extend", extend_page, _("Extend the series"), is_possible=_recurs),
    Page(
        "cancel_all",
        cancel_all_page,
        _("Cancel this and the following"),
        Group.CANCEL,
        is_possible=lambda event: _is_ahead(event) and _recurs(event),
    ),
]
