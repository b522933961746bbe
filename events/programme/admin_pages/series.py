"""Pages on which managers change and cancel the events of a series together, and choose the room of one."""

from functools import partial

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import PlainTextMixin
from spaces.models import Resource

from ...core.admin_pages.forms import ReasonForm
from ...core.admin_pages.steps import step_for_all, step_page
from ...core.admin_pages.telling import registered_at, warn_of_silent
from ...enums import EventState
from .. import operations


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
    form_class=CarryForm,
    title=_("Carry over to the following"),
    text=_("The following events of the series become as this one is, in what you choose."),
    submit=_("Carry over"),
)
def carry_page(request, event, **data):
    return operations.carry_over(event=event, by=request.user, **data)


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


def _is_ahead(event):
    return event.state in {EventState.DRAFT, EventState.PUBLISHED} and not event.has_begun


def _recurs(event):
    return event.series_id is not None


PAGES = [
    Page("room", room_page, _("Choose the room"), Group.PREPARE, is_possible=lambda event: event.is_open),
    Page("carry", carry_page, _("Carry over to the following"), is_possible=_recurs),
    Page(
        "cancel_all",
        cancel_all_page,
        _("Cancel this and the following"),
        Group.CANCEL,
        is_possible=lambda event: _is_ahead(event) and _recurs(event),
    ),
]
