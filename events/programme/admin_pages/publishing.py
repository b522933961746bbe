"""Pages on which managers publish, move and cancel an event, hold it online, change its seats or mark it as held."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import PlainTextMixin
from spaces.timing.hours import Stretch

from ...core import rules
from ...core.admin_pages.forms import ReasonForm, local_time_field
from ...core.admin_pages.steps import step, step_with_effects
from ...core.admin_pages.telling import seats_in_words
from ...enums import EventState, Mode, Way
from .. import operations
from ..queries import clashes_at, clashes_of, refusal_to_unmark_held, switched_online
from ..rules import BY_MISTAKE, refusal_of_new_start, refusal_to_switch_back


class MoveForm(ReasonForm):
    """The new time of an event, and the reason, unless it is a draft of which nobody knows."""

    takes_event = True

    starts_at = local_time_field(label=_("Begins"))
    ends_at = local_time_field(label=_("Ends"), follows="starts_at")
    field_order = ("starts_at", "ends_at", "reason")

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        if event.state == EventState.DRAFT:
            del self.fields["reason"]

    def clean(self):
        """Say of the time what the operation would refuse, beside what else is missing."""
        data = super().clean()
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if starts_at and (refusal := refusal_of_new_start(starts_at, timezone.now())):
            self.add_error("starts_at", refusal.message)
        if starts_at and ends_at and (refusal := rules.refusal_of_time(starts_at, ends_at)):
            self.add_error("ends_at", refusal.message)
        return data


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


def _what_publishing_does(event):
    if event.has_begun:
        return _(
            "It appears in the agenda. It has begun, so nobody can register any more; you add who came on its page "
            "“Attendance”. The room chosen is held."
        )
    return _("It appears in the agenda, and people can register. The room chosen is held.")


@step(
    title=_("Publish the event"),
    text=_what_publishing_does,
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


def _clashes_then(event, data):
    """Return what speaks against the time to which the event is to be moved."""
    return clashes_at(event, [Stretch(data["starts_at"], data["ends_at"])])[0]


@step(
    form_class=MoveForm,
    initial=lambda event: {"starts_at": event.starts_at, "ends_at": event.ends_at},
    title=_("Move the event"),
    text=_("The room follows, or the event stays where it is."),
    submit=_if_draft(_("Move the event"), _("Move and tell everybody")),
    submit_untold=_("Move the event"),
    done=_("The event is moved."),
    clashes_then=_clashes_then,
    tells=True,
)
def move_page(request, event, **data):
    operations.move_event(event=event, by=request.user, **data)


@step(
    form_class=ReasonForm,
    title=_("Cancel the event"),
    text=_(
        "This is final: a cancelled event cannot be taken up again, only copied. The room is free again. To hold it on "
        "another day, move it; while nobody is registered, take it out of the agenda."
    ),
    submit=_("Cancel the event and tell everybody"),
    submit_untold=_("Cancel the event"),
    done=_("The event is cancelled."),
    tells=True,
)
def cancel_page(request, event, **data):
    operations.cancel_event(event=event, by=request.user, **data)


@step_with_effects(
    form_class=CapacityForm,
    title=_("Seats"),
    text=_(
        "Seats gained go to the first in line, who are told. Nobody loses a seat: there are never fewer than taken."
    ),
    submit=_("Change the number of seats"),
    done=_("The number of seats is changed."),
    facts=seats_in_words,
    tells_all=False,
)
def capacity_page(request, event, **data):
    operations.change_capacity(event=event, by=request.user, **data)


@step_with_effects(
    form_class=OnlineForm,
    initial=lambda event: {"online_link": event.online_link},
    title=_("Hold the event online instead"),
    text=_("Registrations stay, and the room is free again."),
    submit=_("Hold it online and tell everybody"),
    submit_untold=_("Hold it online"),
    done=_("The event takes place online. For an hour you can take that back here."),
    sample=lambda event: {"online_link": event.online_link, "reason": BY_MISTAKE},
)
def _go_online(request, event, **data):
    operations.switch_online(event=event, by=request.user, **data)


def online_page(request, event, *, admin):
    """Hold the event online instead; of one that takes place online already, say so on its own page."""
    if event.mode == Mode.ONLINE:
        messages.info(request, _("The event takes place online already."))
        return redirect("admin:events_event_change", event.pk)
    return _go_online(request, event, admin=admin)


def _submit_back(effects):
    if effects and effects.lacking:
        return _("Hold it on site without what is taken, and tell everybody")
    if effects and not effects.told:
        return _("Hold it on site")
    return _("Hold it on site and tell everybody")


@step_with_effects(
    form_class=ReasonForm,
    initial=lambda event: {"reason": BY_MISTAKE},
    title=_("Hold the event on site after all"),
    text=_("People take part as before, and rooms are held again where they are still free."),
    submit=_submit_back,
    done=_("The event takes place on site again."),
    sample=lambda event: {"reason": BY_MISTAKE},
)
def switch_back_page(request, event, **data):
    operations.switch_back(event=event, by=request.user, **data)


@step(
    title=_("Mark as held"),
    text=_("The event took place. The coordination can count it in a report."),
    submit=_("Mark as held"),
    done=_("The event is marked as held."),
)
def held_page(request, event):
    operations.mark_held(event=event, by=request.user)


@step(
    title=_("Take back that it was held"),
    text=_("The event is published again, and not counted as held. Nobody is told."),
    submit=_("Undo it"),
    done=_("The event is no longer marked as held."),
)
def not_held_page(request, event):
    operations.unmark_held(event=event, by=request.user)


def _may_be_published(event):
    return event.state == EventState.DRAFT and not event.is_past


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


def _may_switch_back(event):
    """Return True while an event that went online can be taken back. Only for one online is the change looked up."""
    is_online = event.is_open and event.mode == Mode.ONLINE
    return is_online and refusal_to_switch_back(event, switched_online(event), timezone.now()) is None


PAGES = [
    Page("publish", publish_page, _("Publish"), Group.PREPARE, is_possible=_may_be_published),
    Page("held", held_page, _("Mark as held"), Group.DAY, is_possible=_took_place),
    Page("capacity", capacity_page, _("Seats"), is_possible=_is_ahead),
    Page("move", move_page, _("Move"), is_possible=_is_ahead),
    Page("online", online_page, _("Hold it online instead"), is_possible=_may_go_online),
    Page("switch_back", switch_back_page, _("On site after all"), is_possible=_may_switch_back),
    Page(
        "not_held",
        not_held_page,
        _("Take back that it was held"),
        is_possible=lambda event: refusal_to_unmark_held(event) is None,
    ),
    Page("unpublish", unpublish_page, _("Unpublish"), Group.CANCEL, is_possible=_may_be_unpublished),
    Page("cancel", cancel_page, _("Cancel the event"), Group.CANCEL, is_possible=_is_ahead),
]
