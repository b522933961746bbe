"""Pages on which managers publish, move and cancel an event, hold it online, change its seats or mark it as held."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import PlainTextMixin

from ...core import rules
from ...core.admin_pages.forms import ReasonForm, local_time_field
from ...core.admin_pages.steps import step
from ...core.admin_pages.telling import registered_at, warn_of_silent
from ...enums import EventState, Mode, Way
from .. import operations
from ..queries import clashes_of
from .warning import warn_of_clashes


class MoveForm(ReasonForm):
    """The new time of an event, and the reason, unless it is a draft of which nobody knows."""

    takes_event = True

    starts_at = local_time_field(label=_("Begins"))
    ends_at = local_time_field(label=_("Ends"))
    field_order = ("starts_at", "ends_at", "reason")

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        if event.state == EventState.DRAFT:
            del self.fields["reason"]


def _if_draft(words, otherwise):
    return lambda event: words if event.state == EventState.DRAFT else otherwise


class CapacityForm(PlainTextMixin, forms.Form):
    """The seats of an event, for the ways that it has."""

    takes_event = True

    capacity = forms.IntegerField(
        label=_("Seats on site"), required=False, min_value=0, max_value=10_000, help_text=_("Empty: without limit.")
    )
    online_capacity = forms.IntegerField(
        label=_("Seats online"), required=False, min_value=0, max_value=10_000, help_text=_("Empty: without limit.")
    )
    seats_held = forms.IntegerField(
        label=_("Of the seats on site, kept for the other side"),
        required=False,
        min_value=0,
        max_value=10_000,
        help_text=_("For people from across the border; free for everybody three days before the event."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args, event, **kwargs):
        initial = {name: getattr(event, name) for name in ("capacity", "online_capacity", "seats_held")}
        super().__init__(*args, **{**kwargs, "initial": initial})
        unused = set()
        if Way.ONSITE not in event.ways:
            unused |= {"capacity", "seats_held"}
        if Way.ONLINE not in event.ways:
            unused.add("online_capacity")
        if not event.side:
            unused.add("seats_held")
        for name in unused:
            del self.fields[name]

    def clean_seats_held(self):
        return self.cleaned_data["seats_held"] or 0


class OnlineForm(ReasonForm):
    online_link = forms.URLField(
        label=_("Online link"), assume_scheme="https", help_text=_("Shown to registered people only.")
    )
    field_order = ("online_link", "reason")


@step(
    title=_("Publish the event"),
    text=_("It appears in the agenda, and people can register. The room chosen is held."),
    submit=_("Publish"),
    done=_("The event is in the agenda."),
    clashes=clashes_of,
)
def publish_page(request, event):
    operations.publish(event=event, by=request.user)


@step(
    title=_("Take the event out of the agenda"),
    text=_("It is a draft again, with its room, and can be changed, published again or deleted. Nobody is told."),
    submit=_("Unpublish"),
    done=_("The event is a draft again."),
)
def unpublish_page(request, event):
    operations.unpublish(event=event, by=request.user)


@step(
    form_class=MoveForm,
    initial=lambda event: {"starts_at": event.starts_at, "ends_at": event.ends_at},
    title=_("Move the event"),
    text=_if_draft(
        _("The room follows, or the event stays where it is."),
        _("The room follows, or the event stays where it is. Everybody registered is told."),
    ),
    submit=_if_draft(_("Move the event"), _("Move and tell everybody")),
    done=_if_draft(_("The event is moved."), _("The event is moved; who is registered is told by mail.")),
)
def move_page(request, event, **data):
    warn_of_clashes(request, operations.move_event(event=event, by=request.user, **data))
    warn_of_silent(request, registered_at([event]))


@step(
    form_class=ReasonForm,
    title=_("Cancel the event"),
    text=_("The room is free again, and everybody registered is told."),
    submit=_("Cancel the event and tell everybody"),
    done=_("The event is cancelled; who is registered is told by mail."),
)
def cancel_page(request, event, **data):
    operations.cancel_event(event=event, by=request.user, **data)
    warn_of_silent(request, registered_at([event]))


@step(
    form_class=CapacityForm,
    title=_("Seats"),
    text=_("Seats gained go to the first in line, who are told."),
    submit=_("Change the number of seats"),
    done=_("The number of seats is changed."),
)
def capacity_page(request, event, **data):
    warn_of_silent(request, operations.change_capacity(event=event, by=request.user, **data))


@step(
    form_class=OnlineForm,
    initial=lambda event: {"online_link": event.online_link},
    title=_("Hold the event online instead"),
    text=_("Registrations stay, the room is free again, and everybody registered is told the link."),
    submit=_("Hold it online and tell everybody"),
    done=_("The event takes place online; who is registered is told by mail."),
)
def online_page(request, event, **data):
    operations.switch_online(event=event, by=request.user, **data)
    warn_of_silent(request, registered_at([event]))


@step(
    title=_("Mark as held"),
    text=_("The event took place: it counts in the reports."),
    submit=_("Mark as held"),
    done=_("The event is marked as held."),
)
def held_page(request, event):
    operations.mark_held(event=event, by=request.user)


def _may_be_published(event):
    return event.state == EventState.DRAFT and not event.has_begun


def _took_place(event):
    """Return True if the event has begun and is not marked as held. A draft may be entered afterwards."""
    if not event.has_begun:
        return False
    return event.state == EventState.DRAFT or (event.state == EventState.PUBLISHED and rules.attendance_is_open(event))


def _is_ahead(event):
    return event.state == EventState.PUBLISHED and not event.is_past


def _may_be_unpublished(event):
    return event.is_open and not event.seats_taken and not event.online_seats_taken


def _may_go_online(event):
    return event.is_open and event.mode != Mode.ONLINE


PAGES = [
    Page("publish", publish_page, _("Publish"), Group.PREPARE, is_possible=_may_be_published),
    Page("held", held_page, _("Mark as held"), Group.DAY, is_possible=_took_place),
    Page("capacity", capacity_page, _("Seats"), is_possible=_is_ahead),
    Page("move", move_page, _("Move"), is_possible=_is_ahead),
    Page("online", online_page, _("Hold it online instead"), is_possible=_may_go_online),
    Page("unpublish", unpublish_page, _("Unpublish"), Group.CANCEL, is_possible=_may_be_unpublished),
    Page("cancel", cancel_page, _("Cancel the event"), Group.CANCEL, is_possible=_is_ahead),
]
