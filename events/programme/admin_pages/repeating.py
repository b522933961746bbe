"""Pages on which managers repeat an event, extend, publish and thin out its series, with a box for each day.

Beside each day stands what speaks against it: a holiday, a closure, the room taken, an event of the same type, a topic
proposed. Such a day is not ticked; nothing forbids to tick it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.dates import day as day_in_words
from spaces.enums import Pattern

from ...core.admin_pages.forms import day_within_reach
from ...core.admin_pages.steps import attempt_result, page_of_outcomes
from ...core.admin_pages.telling import registered_at, warn_of_silent
from ...enums import EventState
from ...errors import EventError
from ...models import Event
from .. import operations, rules
from ..queries import (
    MOST_EVENTS,
    PlannedDay,
    days_of_extension,
    days_of_repetition,
    following_in_series,
    last_of_series,
    planned_days,
)

#: Events of a new series, with the first one, unless a manager says otherwise: a season of weeks.
USUAL_COUNT = 10


class HowFarForm(forms.Form):
    """The end of a series: so many events, or to a last day."""

    count = forms.IntegerField(
        label=gettext_lazy("How many events"),
        min_value=1,
        max_value=MOST_EVENTS,
        initial=USUAL_COUNT,
        required=False,
        help_text=gettext_lazy("Days with something against them are passed over and not counted."),
    )
    until = forms.DateField(
        label=gettext_lazy("or until"),
        required=False,
        validators=[day_within_reach],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("A last day counts instead of the number."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_count(self):
        return self.cleaned_data["count"] or USUAL_COUNT


class RepetitionForm(HowFarForm):
    pattern = forms.ChoiceField(label=gettext_lazy("How often"), choices=Pattern, initial=Pattern.WEEKLY)
    field_order = ("pattern", "count", "until")


class DaysForm(forms.Form):
    """The days to tick among those of `rows`, each a PlannedDay; at first those that have nothing against them."""

    days = forms.TypedMultipleChoiceField(coerce=date.fromisoformat)

    def __init__(self, *args, rows, all_unticked=False, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.rows = rows
        self.fields["days"].choices = [(row.day.isoformat(), day_in_words(row.time.start)) for row in rows]
        self.fields["days"].error_messages["required"] = _("Tick at least one day.")
        self.initial["days"] = [] if all_unticked else [row.day.isoformat() for row in rows if not row.clashes]

    @property
    def lines(self):
        """Return for each day its row and whether it is ticked."""
        ticked = set(self["days"].value() or [])
        return [(row, row.day.isoformat() in ticked) for row in self.rows]

    @property
    def left_out(self):
        return [row.day for row in self.rows if row.day not in self.cleaned_data["days"]]


class MakingForm(DaysForm):
    """The days on which events are made, as drafts or `published`."""

    published = forms.BooleanField(required=False)


class ExcludingForm(DaysForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Asked where somebody is registered: everybody registered reads it in the mail."),
    )


@dataclass(frozen=True)
class Making:
    """A page that makes events: the form that asks how far they go, the days that follow from its values, and the
    operation that makes the events of the ticked ones. `first` is the day of an event that is there already."""

    title: str
    text: str
    asks: type[HowFarForm]
    rows_of: Callable[..., list[PlannedDay]]
    make: Callable[..., list[Event]]
    refusal: EventError | None
    first: PlannedDay | None = None


@dataclass(frozen=True)
class Choosing:
    """A page that does something with the events of a series from one on, of those in `states`: `perform` gets the form
    with the ticked days and returns the outcome of each event."""

    title: str
    text: str
    submit: str
    states: tuple[EventState, ...]
    perform: Callable[[DaysForm], list[operations.Outcome]]
    form_class: Callable[..., DaysForm] = DaysForm


def repeat_page(request, event, *, admin):
    refusal = rules.refusal_to_repeat(event)
    making = Making(
        title=_("Repeat the event"),
        text=_("Each day is an event of its own, with its own registrations."),
        asks=RepetitionForm,
        rows_of=partial(days_of_repetition, event),
        make=partial(operations.repeat_event, event=event, by=request.user),
        refusal=refusal,
        first=None if refusal else planned_days([event])[0],
    )
    return _making_page(request, event, making, admin=admin)


def extend_page(request, event, *, admin):
    last = event.series and last_of_series(event.series)
    making = Making(
        title=_("Extend the series"),
        text=_("The further events are made as the last one of the series is."),
        asks=HowFarForm,
        rows_of=partial(days_of_extension, event.series, last),
        make=partial(operations.extend_series, series=event.series, by=request.user),
        refusal=rules.refusal_without_series(event) or rules.refusal_to_extend(last),
    )
    return _making_page(request, event, making, admin=admin)


def _making_page(request, event, making, *, admin):
    """Ask how far a series goes, show its days with boxes, and make the events of the ticked ones.

    The form says which days were shown, so that those made are among them whatever changes meanwhile. Where its fields
    say something else than they did for these days, the days are shown anew and nothing is made."""
    fields = making.asks.base_fields
    usual = {name: str(field.initial) for name, field in fields.items() if field.initial is not None}
    typed = {name: request.POST[name] for name in fields if name in request.POST}
    if "show" in request.POST or ("asked" in request.POST and typed != QueryDict(request.POST["asked"]).dict()):
        if "show" not in request.POST:
            messages.warning(request, _("These are the days of what you changed: look at them, then go on."))
        return redirect(f"{request.path}?{urlencode(typed)}")
    shown = QueryDict(request.POST["shown"]) if "shown" in request.POST else request.GET
    asking = making.asks({**usual, **shown.dict()})
    rows = [] if making.refusal or not asking.is_valid() else making.rows_of(**asking.cleaned_data)
    form = MakingForm(request.POST if request.method == "POST" else None, rows=rows)
    context = admin.page_context(
        request,
        title=making.title,
        event=event,
        text=making.text,
        refusal=making.refusal,
        asking=asking,
        form=form,
        first=making.first,
    )
    if rows:
        context["most"] = MOST_EVENTS if len(rows) == MOST_EVENTS else None
        context["shown"] = QueryDict(mutable=True)
        context["shown"].update({**asking.cleaned_data, "until": rows[-1].day})
        context["asked"] = urlencode({name: asking.data.get(name, "") for name in fields})
    if request.method == "POST" and form.is_valid():
        wish = {name: value for name, value in asking.cleaned_data.items() if name == "pattern"}
        wish |= {"until": rows[-1].day, "without": form.left_out, "publishes": form.cleaned_data["published"]}
        went_through, made = attempt_result(form, lambda _data: making.make(**wish))
        if went_through:
            return _outcomes(request, context, [operations.Outcome(one) for one in made])
    return TemplateResponse(request, "admin/events/event/repeat.html", context)


def publish_all_page(request, event, *, admin):
    choosing = Choosing(
        title=_("Publish this and the following"),
        text=_("The drafts of the series from this one on appear in the agenda."),
        submit=_("Publish those ticked"),
        states=(EventState.DRAFT,),
        perform=lambda form: operations.publish_from(event=event, without=form.left_out, by=request.user),
    )
    return _choosing_page(request, event, choosing, admin=admin)


def exclude_page(request, event, *, admin):
    def perform(form):
        days, reason = form.cleaned_data["days"], form.cleaned_data["reason"]
        outcomes = operations.exclude_days(event=event, days=days, reason=reason, by=request.user)
        warn_of_silent(request, registered_at([outcome.event for outcome in outcomes if not outcome.refusal]))
        return outcomes

    choosing = Choosing(
        title=_("Take days out of the series"),
        text=_(
            "An event at which nobody was ever registered is deleted; any other is cancelled, and everybody is told."
        ),
        submit=_("Take out those ticked"),
        states=(EventState.DRAFT, EventState.PUBLISHED),
        perform=perform,
        form_class=partial(ExcludingForm, all_unticked=True),
    )
    return _choosing_page(request, event, choosing, admin=admin)


def _choosing_page(request, event, choosing, *, admin):
    """Show the events of a series from this one on with boxes, and do with the ticked ones what the page is for."""
    refusal = rules.refusal_without_series(event)
    rows = [] if refusal else planned_days(following_in_series(event, *choosing.states))
    form = choosing.form_class(request.POST if request.method == "POST" else None, rows=rows)
    context = admin.page_context(
        request,
        title=choosing.title,
        event=event,
        text=choosing.text,
        refusal=refusal,
        submit=choosing.submit,
        form=form,
    )
    if request.method == "POST" and form.is_valid():
        went_through, outcomes = attempt_result(form, lambda _data: choosing.perform(form))
        if went_through:
            return _outcomes(request, context, outcomes)
    return TemplateResponse(request, "admin/events/event/repeat.html", context)


def _outcomes(request, context, outcomes):
    """Show the outcome of each event. The way back leads to the event, or to the list if it is deleted."""
    event = Event.objects.filter(pk=context["event"].pk).first()
    states = dict(Event.objects.filter(pk__in=[one.event.pk for one in outcomes]).values_list("pk", "state"))
    for one in outcomes:
        one.event.state = states.get(one.event.pk, one.event.state)
    context = {**context, "event": event, "outcomes": outcomes, "says_state": True}
    return page_of_outcomes(request, "admin/events/event/outcomes.html", context)


PAGES = [
    Page(
        "publish_all",
        publish_all_page,
        gettext_lazy("Publish this and the following"),
        Group.PREPARE,
        is_possible=lambda event: event.state == EventState.DRAFT and rules.is_ahead(event) and rules.recurs(event),
    ),
    Page(
        "repeat", repeat_page, gettext_lazy("Repeat"), is_possible=lambda event: rules.refusal_to_repeat(event) is None
    ),
    Page("extend", extend_page, gettext_lazy("Extend the series"), is_possible=rules.recurs),
    Page(
        "exclude",
        exclude_page,
        gettext_lazy("Take days out of the series"),
        is_possible=lambda event: rules.is_ahead(event) and rules.recurs(event),
    ),
]
