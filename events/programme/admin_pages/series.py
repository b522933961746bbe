"""Pages on which managers change and cancel the events of a series together, and choose the rooms of one."""

from functools import partial

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import PlainTextMixin
from spaces.models import Resource
from spaces.timing.hours import Stretch

from ...core.admin_pages.forms import ReasonForm, group_resources
from ...core.admin_pages.steps import step_for_all, step_page
from ...core.admin_pages.telling import line_of, registered_at, warn_of_silent
from ...enums import EventState
from .. import operations, rules
from ..queries import days_carried, following_in_series, is_elsewhere


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
            ("room", _("Rooms and equipment")),
            ("questions", _("Questions")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Asked where hours change; everybody registered reads it."),
    )


class RoomsForm(forms.Form):
    resources = forms.ModelMultipleChoiceField(
        label=_("Rooms and equipment"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, resources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resources"].queryset = resources
        group_resources(self.fields["resources"])


def _carried(event, data):
    """Return a line for each of the following events, once it is chosen what is carried over to them."""
    if data is None or not rules.recurs(event):
        return []
    lines = []
    for row in days_carried(event, data["parts"]):
        one = row.event
        is_moved = row.time != Stretch(one.starts_at, one.ends_at)
        tells = is_moved or ("place" in data["parts"] and is_elsewhere(event, one))
        act = pgettext_lazy("event", "is moved and changed") if is_moved else pgettext_lazy("event", "is changed")
        time = row.time if is_moved else None
        lines.append(line_of(one, act, tells=tells, time=time, clashes=row.clashes))
    return lines


def _cancelled(event, _data):
    """Return a line for this event and each of the following."""
    if not rules.recurs(event):
        return []
    acts = {
        EventState.PUBLISHED: pgettext_lazy("event", "is cancelled"),
        EventState.DRAFT: pgettext_lazy("event", "is deleted: a draft"),
    }
    return [line_of(one, acts[one.state]) for one in following_in_series(event, *acts)]


@step_for_all(
    form_class=CarryForm,
    lines_of=_carried,
    title=_("Carry over to the following"),
    text=_("The following events of the series become as this one is, in what you choose."),
    submit=_("Carry over"),
)
def carry_page(request, event, **data):
    return operations.carry_over(event=event, by=request.user, **data)


@step_for_all(
    form_class=ReasonForm,
    lines_of=_cancelled,
    title=_("Cancel this and the following"),
    text=_("This is final. The rooms are free again, and drafts are deleted."),
    submit=_("Cancel these events and tell everybody"),
    submit_untold=_("Cancel these events"),
)
def cancel_all_page(request, event, **data):
    outcomes = operations.cancel_from(event=event, by=request.user, **data)
    warn_of_silent(request, registered_at([outcome.event for outcome in outcomes if not outcome.refusal]))
    return outcomes


def room_page(request, event, *, admin):
    resources = Resource.objects.filter(space__in=[event.space_id, *event.venues.values_list("pk", flat=True)])
    wanted = [*event.resources.all(), *event.resources_wanted.all()]
    rooms = admin.admin_site._registry[Resource]
    return step_page(
        request,
        event,
        admin=admin,
        form_class=partial(RoomsForm, resources=rooms.in_scope(request, resources, "choose")),
        initial={"resources": [resource.pk for resource in wanted]},
        title=_("Choose the rooms"),
        text=_("Rooms and equipment are held for the time of the event."),
        submit=_("Hold them"),
        perform=lambda data: operations.hold_rooms(event=event, **data),
        done=_("The rooms are noted."),
    )


PAGES = [
    Page("room", room_page, _("Choose the rooms"), Group.PREPARE, is_possible=lambda event: event.is_open),
    Page("carry", carry_page, _("Carry over to the following"), is_possible=rules.recurs),
    Page(
        "cancel_all",
        cancel_all_page,
        _("Cancel this and the following"),
        Group.CANCEL,
        is_possible=lambda event: rules.is_ahead(event) and rules.recurs(event),
    ),
]
