"""Forms to book, move, repeat, cancel and search."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from hacktiv.common import dates
from hacktiv.common.forms import PlainForm
from hacktiv.common.templatetags.hacktiv import wording

from ..enums import Country, Pattern, ResourceKind
from ..models import Booking, Series
from ..timing import recurrence
from ..timing.hours import Stretch, at_local
from .queries.search import Wanted, Whereabouts, all_features, known_names, whereabouts
from .queries.sentence import understand

#: From today, for each form with a day: further than any resource can be booked ahead.
FURTHEST = timedelta(days=730)


class ResourceChoiceField(forms.ChoiceField):
    """One of the resources that `accept` names, chosen by its slug."""

    default_error_messages = forms.ModelChoiceField.default_error_messages
    resources, offered = {}, ()

    def accept(self, resources, offered):
        """Accept all of `resources`, and show `offered` to choose from."""
        self.resources, self.offered = {resource.slug: resource for resource in resources}, offered
        self.choices = [
            (resource.slug, f"{resource.name} ({resource.get_kind_display().lower()})") for resource in offered
        ]

    def valid_value(self, value):
        return value in self.resources

    def clean(self, value):
        return self.resources.get(super().clean(value))


class DayField(forms.DateField):
    """A day from today on, within `FURTHEST`."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)

    def get_bound_field(self, form, field_name):
        """Set the earliest day when the form is shown: when the program starts, today is another day."""
        if not self.widget.is_hidden:
            self.widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"
        return super().get_bound_field(form, field_name)

    def clean(self, value):
        day, today = super().clean(value), timezone.localdate()
        if day and day < today:
            raise forms.ValidationError(_("This day has passed. Choose a later one."), code="in_the_past")
        if day and day > today + FURTHEST:
            raise forms.ValidationError(_("Choose a day within the next two years."), code="too_far")
        return day


class PeopleField(forms.IntegerField):
    """A number of people: one, where nothing is said."""

    def clean(self, value):
        return super().clean(1 if value in self.empty_values else value)


class DayForm(PlainForm):
    """A resource and a day: the address of a booking page."""

    resource = ResourceChoiceField(label=_("What would you like to book?"))
    day = DayField(label=_("Which day?"))

    def __init__(self, *args, resources, offered=None, **kwargs):
        """Accept all of `resources`, and show `offered` to choose from: those that the person may book."""
        super().__init__(*args, **kwargs)
        self.resources = resources
        self.fields["resource"].accept(resources, resources if offered is None else offered)

    def clean(self):
        """Refuse a day that is too far ahead for the resource, as the operation would."""
        cleaned = super().clean()
        resource, day = cleaned.get("resource"), cleaned.get("day")
        if resource:
            last = timezone.localdate() + timedelta(days=resource.max_days_ahead)
            self.fields["day"].widget.attrs["max"] = f"{last:%Y-%m-%d}"
            if day and day > last:
                message = _("{resource} can be booked up to {days} days ahead.")
                message = message.format(resource=resource.name, days=resource.max_days_ahead)
                self.add_error("day", forms.ValidationError(message, code="too_far"))
        return cleaned


class DayChoiceForm(PlainForm):
    """The day for which the rooms of a space are shown."""

    day = DayField(label=_("Which day?"))


def unit_label(unit):
    """Return the number and the name, « 3 · Près de la fenêtre », or « Place 3 » for a unit without a name."""
    return f"{unit.number} · {unit.name}" if unit.name else unit.label


def check_unit(form, unit):
    """Add an error to the form if the chosen unit belongs to another resource than the chosen one."""
    resource = form.cleaned_data.get("resource")
    if unit and resource and unit.resource != resource:
        text = _("This place belongs to %(resource)s.") % {"resource": unit.resource.name}
        form.add_error("unit", forms.ValidationError(text, code="elsewhere"))


class SummedUp:
    """Base of a form whose page sums its choice up: the form sends along what was summed up, as `seen`.

    What is sent must be what was seen: without a script, the summary may show an earlier choice.
    """

    #: The fields on which the summary depends.
    chosen = ()

    def choice(self):
        """Return what the page sums up, as the query of its address."""
        return urlencode({name: self[name].value() or "" for name in self.chosen if name in self.fields})

    def is_as_seen(self):
        """Return True unless the form says that the page summed up another choice."""
        return self.data.get("seen", self.choice()) == self.choice()

    def placed_units(self):
        """Return the units that stand on the plan, each with True if it is the chosen one."""
        chosen = self.chosen_unit()
        return [(choice, choice.unit == chosen) for choice in self.units if choice.unit.is_placed]


class BookingForm(SummedUp, DayForm):
    """Some hours of one day. The operation decides if they can be booked.

    The day of the resource (`plan`) draws a grid of hours; a button of it sends `pick`, and `picking` says if
    that is the first hour or the last.
    """

    any_unit = _("Any of them")
    chosen = ("resource", "day", "start", "end", "people", "unit")

    start = forms.TimeField(label=pgettext_lazy("hour", "From"), input_formats=["%H:%M"], widget=forms.Select)
    end = forms.TimeField(label=pgettext_lazy("hour", "To"), input_formats=["%H:%M"], widget=forms.Select)
    people = PeopleField(label=_("For how many people?"), min_value=1, max_value=200, initial=1)
    unit = forms.ChoiceField(label=_("Which place?"), required=False)
    purpose = forms.CharField(
        label=_("What for?"), required=False, max_length=200, help_text=_("Read by the space's managers only.")
    )

    def __init__(self, *args, plan=None, **kwargs):
        """Ask for hours of the day `plan`; without it, keep what was sent until there is a day to choose from."""
        super().__init__(*args, **kwargs)
        self.plan, self.units = plan, []
        if plan is None:
            for name in {"start", "end", "unit"} & set(self.fields):
                self.fields[name] = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
            return
        self.show_units_of(plan)
        starts = [_choice(slot.start, slot.free >= plan.wanted) for slot in plan.starts_ahead]
        self.fields["start"].widget.choices = starts
        self.fields["end"].widget.choices = [_choice(end, is_free) for end, is_free in plan.ends_ahead]
        self._keep_the_hours_shown(plan.day)
        self._ask_for_people()

    def _ask_for_people(self):
        """Say what the number of people is for: a place for each, or a room prepared for all."""
        if "people" not in self.fields:
            return
        resource, field = self.plan.resource, self.fields["people"]
        field.help_text = _("The team prepares the room for so many.")
        most = resource.seats
        if resource.seats_one_each:
            field.help_text = _("A place is booked for each of you.")
            most = len(self.plan.free_units)
        if most:
            field.widget.attrs["max"] = most

    def units_wanted(self):
        """Return how many units the people take."""
        return self.cleaned_data["people"] if self.cleaned_data["resource"].seats_one_each else 1

    def people_shown(self):
        """Return the number of people in the form, which may not be checked yet; 1 for anything else."""
        with suppress(ValueError, TypeError):
            return max(1, int(self["people"].value()))
        return 1

    def on(self, plan, sent=None, **values):
        """Return the form anew, for the day `plan` of the same choice."""
        offered = self.fields["resource"].offered
        return type(self)(sent, resources=self.resources, offered=offered, plan=plan, **values)

    def _keep_the_hours_shown(self, day):
        """Keep an hour that is not offered, or no longer, in its field, for the person to see and change."""
        for name in ("start", "end"):
            shown, widget = self[name].value() or "", self.fields[name].widget
            if shown in dict(widget.choices):
                continue
            with suppress(forms.ValidationError):
                hour = self.fields[name].clean(shown)
                widget.choices = sorted([*widget.choices, (shown, dates.hour(at_local(day, hour)))])

    def show_units_of(self, plan):
        """Offer the units of the plan, each as it is at the hours in the form."""
        hours = self.hours_shown() or (None, None)
        self.units = plan.choices(*hours)
        if not self.units:
            self.fields.pop("unit", None)
            return
        labels = [
            (str(unit.pk), unit_label(unit) if is_free else _("%(hour)s (taken)") % {"hour": unit_label(unit)})
            for unit, is_free in self.units
        ]
        self.fields["unit"].choices = [("", self.any_unit), *labels]

    def hours_shown(self):
        """Return the stretch of the hours in the form, or None where there is none."""
        return stretch_of(self.plan.day, self["start"].value(), self["end"].value())

    def grid(self):
        """Return the slots that may still be booked: each with True if enough is free, and if it is chosen."""
        shown = self.hours_shown()
        return [
            (slot, slot.free >= self.plan.wanted, bool(shown and slot.start < shown.end and shown.start < slot.end))
            for slot in self.plan.slots_ahead
        ]

    @property
    def picks_last(self):
        """Return True if the next click on the grid is the last hour of the booking."""
        return self["start"].value() and (self.data or self.initial).get("picking") == "last"

    def chosen_unit(self):
        """Return the unit that is chosen in the form, or None for any."""
        chosen = str(self["unit"].value() or "") if self.units else ""
        return next((choice.unit for choice in self.units if str(choice.unit.pk) == chosen), None)

    def clean_unit(self):
        return self.chosen_unit()

    def stretch(self):
        """Return the chosen beginning and end as instants."""
        day = self.cleaned_data["day"]
        return at_local(day, self.cleaned_data["start"]), at_local(day, self.cleaned_data["end"])


def stretch_of(day, start, end):
    """Return the stretch between two hours as they are sent (« 09:30 »); None for anything else, or out of order."""
    try:
        hours = [at_local(day, datetime.strptime(hour or "", "%H:%M").time()) for hour in (start, end)]  # noqa: DTZ007
    except ValueError:
        return None
    return Stretch(*hours) if hours[0] < hours[1] else None


def is_a_look(sent):
    """Return True if the form asks to be drawn again for what is chosen in it, not to be carried out."""
    return "look" in sent or "pick" in sent


def seen_before(sent):
    """Return the choice that the page had summed up when this was sent, by field."""
    return dict(parse_qsl(sent.get("seen", "")))


def settled(sent, plan):
    """Return what was sent as the page shows it next: a click on the grid becomes hours, the end follows the beginning,
    and hours that this day does not have give way to the first free ones."""
    sent, before = sent.copy(), seen_before(sent)
    chosen = stretch_of(plan.day, sent.get("start"), sent.get("end"))
    was = stretch_of(plan.day, before.get("start"), before.get("end"))
    is_new_day = any(sent.get(name) != before.get(name) for name in ("resource", "day"))
    is_last = sent.get("picking") == "last" and not is_new_day
    if pick := sent.get("pick"):
        hour, _to, last = pick.partition(" ")
        clicked = stretch_of(plan.day, hour, last or "23:59")
        if clicked and last:
            chosen, is_last = clicked, False
        elif clicked:
            chosen, is_last = plan.after_click(chosen, clicked.start, is_last=is_last)
    elif was and (sent.get("look") == "start" or not chosen):
        chosen, is_last = _moved_along(plan, sent.get("start"), was), False
    if not chosen or not plan.is_open(*chosen) or (is_new_day and not plan.begins_at(chosen.start)):
        chosen, is_last = plan.first_free(), False
    sent["picking"] = "last" if is_last else "first"
    sent["start"], sent["end"] = (f"{dates.local(moment):%H:%M}" for moment in chosen) if chosen else ("", "")
    return sent


def _moved_along(plan, start, was):
    """Return the stretch `was` from another beginning on, within what the day is open; None where it cannot begin."""
    begins = stretch_of(plan.day, start, "23:59")
    if begins is None:
        return None
    ends = [end for end, _free in plan.ends_ahead if end > begins.start and plan.is_open(begins.start, end)]
    wished = begins.start + (was.end - was.start)
    return Stretch(begins.start, min(ends, key=lambda end: abs(end - wished))) if ends else None


class MoveForm(BookingForm):
    """The new day and hours of a booking; its resource stays."""

    any_unit = _("The same as now if it is free, else another")
    chosen = ("resource", "day", "start", "end", "unit")
    people = purpose = None

    def __init__(self, *args, booking, **kwargs):
        super().__init__(*args, **kwargs)
        self.booking = booking
        self.fields["resource"].widget = forms.HiddenInput()
        # A manager may lengthen a booking that has begun, so its own beginning stays in the list.
        start = f"{dates.local(booking.start):%H:%M}", dates.hour(booking.start)
        if self.plan and self.fields["start"].widget.choices and start[0] < self.fields["start"].widget.choices[0][0]:
            self.fields["start"].widget.choices = [start, *self.fields["start"].widget.choices]

    def on(self, plan, sent=None, **values):
        return type(self)(sent, resources=self.resources, plan=plan, booking=self.booking, **values)

    def people_shown(self):
        return self.booking.people or 1


class CheckInForm(PlainForm):
    """The choice of one of the person's bookings of today, to check in."""

    booking = forms.ModelChoiceField(
        queryset=Booking.objects.none(), to_field_name="reference", widget=forms.HiddenInput
    )

    def __init__(self, *args, bookings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["booking"].queryset = bookings


class SeriesForm(BookingForm):
    """A series: equal hours on several days. The operation decides which of the days can be booked.

    `plan` is the first day of the series on which the space opens: its hours are offered.
    """

    chosen = ("resource", "pattern", "day", "until", "start", "end", "people", "unit")

    pattern = forms.ChoiceField(label=_("How often?"), choices=Pattern)
    until = DayField(label=_("Until which day?"))
    skip = forms.MultipleChoiceField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].label = _("From which day on?")
        if "unit" in self.fields:
            self.fields["unit"].help_text = _(
                "Yours on each day on which it is free; on the others you get another one."
            )
        shown = self["skip"].value() or []
        self.skipped = {day for day in map(_day_of, shown) if day}
        self.fields["skip"].choices = [(day, day) for day in shown]

    def clean(self):
        cleaned = super().clean()
        if self.plan and cleaned.get("start") and cleaned.get("end") and cleaned["end"] <= cleaned["start"]:
            self.add_error("end", _("The end comes after the beginning."))
        if cleaned.get("day") and cleaned.get("until") and cleaned["until"] < cleaned["day"]:
            self.add_error("until", _("The last day does not come before the first."))
        return cleaned

    def days(self):
        """Return the days of the pattern, those that are left out too."""
        return recurrence.days(*(self.cleaned_data[name] for name in ("pattern", "day", "until")))

    def hours(self):
        """Return the local hours in the form, or None where there are none."""
        shown = self.hours_shown()
        return shown and tuple(dates.local(moment).time() for moment in shown)

    @property
    def in_words(self):
        return Series(pattern=self.cleaned_data["pattern"], first_day=self.cleaned_data["day"]).in_words

    def wish(self):
        """Return the fields of a `SeriesRequest`, without the person."""
        names = {"first_day": "day", "starts": "start", "ends": "end"}
        wish = {name: self.cleaned_data[field] for name, field in names.items()}
        wish |= {name: self.cleaned_data[name] for name in ("resource", "pattern", "until", "purpose")}
        wish |= {"people": self.cleaned_data["people"], "unit_count": self.plan.wanted}
        return {**wish, "unit": self.cleaned_data.get("unit"), "skipped": frozenset(self.skipped)}


def _day_of(text):
    with suppress(ValueError):
        return date.fromisoformat(text)


class ExtendForm(PlainForm):
    until = DayField(label=_("Until which day?"))


class CancelSeriesForm(PlainForm):
    """The first day to cancel, among the days that are still booked."""

    day = forms.TypedChoiceField(label=_("From which day on?"), coerce=date.fromisoformat)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, help_text=_("A word for the other side, if you like.")
    )

    def __init__(self, *args, days, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [(f"{day:%Y-%m-%d}", dates.day(day)) for day in days]


def _choice(moment, is_free):
    label = dates.hour(moment)
    return f"{dates.local(moment):%H:%M}", label if is_free else _("%(hour)s (taken)") % {"hour": label}


class Chip(NamedTuple):
    """A part of a search in words, with the query string of the search without it."""

    icon: str
    label: str
    query: str


class SearchForm(PlainForm):
    """A search in all spaces, in words or field by field, sent with GET: the address of the results can be shared.

    `heard` turns the words into the other fields; what is left of them in `q` filters nothing."""

    q = forms.CharField(
        label=_("What are you looking for?"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}),
    )
    where = forms.CharField(
        label=_("Where?"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off", "placeholder": _("Town or space")}),
    )
    side = forms.ChoiceField(label=_("Side of the border"), required=False, choices=[("", _("Both"))])
    kind = forms.ChoiceField(label=_("What kind of place?"), required=False, choices=[("", _("Any"))])
    people = forms.IntegerField(label=_("For how many people?"), min_value=1, max_value=200)
    day = DayField(label=_("Which day?"))
    start = forms.TimeField(label=pgettext_lazy("hour", "From"), input_formats=["%H:%M"], widget=forms.Select)
    end = forms.TimeField(label=pgettext_lazy("hour", "To"), input_formats=["%H:%M"], widget=forms.Select)
    sort = forms.ChoiceField(
        label=_("In which order?"),
        required=False,
        choices=[("", _("As the network lists them")), ("time", _("The nearest first"))],
    )
    features = forms.MultipleChoiceField(
        label=_("What must it have?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, sent=None):
        self.sent = sent or QueryDict()
        data = QueryDict(mutable=True)
        data.update(search_defaults())
        for name in self.sent:
            data.setlist(name, self.sent.getlist(name))
        super().__init__(data)
        self._offer_features(data)
        self.fields["side"].choices = [*self.fields["side"].choices, *Country.choices]
        self.fields["kind"].choices = [*self.fields["kind"].choices, *ResourceKind.choices]
        for name in ("start", "end"):
            self.fields[name].widget.choices = _half_hours(self.data[name])

    def _offer_features(self, data):
        """Show the features that something to book has, and accept the others of the network's list too."""
        self.listed = {feature.slug: feature for feature in all_features()}
        asked = set(data.getlist("features"))
        choices = [(slug, wording(one, "name")) for slug, one in self.listed.items() if one.is_offered or slug in asked]
        offered = [(slug, name) for slug, name in choices if self.listed[slug].is_offered]
        self.fields["features"].choices = choices
        self.fields["features"].widget.choices = offered
        if not offered and "features" not in data:
            del self.fields["features"]

    @property
    def box(self):
        return self["q"]

    @property
    def filters(self):
        return [field for field in self.visible_fields() if field.name != "q"]

    def clean_features(self):
        return tuple(self.cleaned_data["features"])

    def clean(self):
        wish = super().clean()
        if wish.get("start") and wish.get("end") and wish["end"] <= wish["start"]:
            self.add_error("end", forms.ValidationError(_("The end comes after the beginning."), code="not_in_order"))
        return wish

    # --- in words ---

    def heard(self, now):
        """Return the query string of the search with the words in their fields, or None if none is understood.

        The words that are left are marked as `heard`, until somebody sends the box again: they are read once."""
        text = self.sent.get("q", "")
        if "heard" in self.sent or not text.strip() or len(text) > self.fields["q"].max_length:
            return None
        found = understand(text, known_names(), now=now)
        if not found:
            return None
        query = self.sent.copy()
        query.pop("page", None)
        for name, value in found.fields.items():
            query[name] = value
        query.setlist("features", dict.fromkeys([*self.sent.getlist("features"), *found.features]))
        query["q"] = " ".join(found.unknown)
        query["heard"] = "1" if found.unknown else ""
        if found.by_week:
            query["view"] = "week"
        return _without_the_empty(query).urlencode()

    def chips(self):
        """Return what is searched for, each part with the search without it; defaults that nobody chose are no part."""
        wish, sent = self.cleaned_data, self.sent
        kinds, sides = dict(ResourceKind.choices), dict(Country.choices)
        people = ngettext("%(people)s person", "%(people)s people", wish["people"]) % {"people": wish["people"]}
        parts = [
            (sent.get("where"), "map-pin", wish["where"], ["where"]),
            (wish["side"], "cross-border", sides.get(wish["side"]), ["side"]),
            (wish["kind"], "desk", kinds.get(wish["kind"]), ["kind"]),
            (wish["people"] > 1, "users", people, ["people"]),
            (sent.get("day"), "calendar", capfirst(dates.day(wish["day"])), ["day"]),
            (
                sent.get("start") or sent.get("end"),
                "clock",
                dates.hours(*Wanted(wish["day"], wish["start"], wish["end"]).stretch),
                ["start", "end"],
            ),
            (wish["sort"], "car", _("The nearest first"), ["sort"]),
        ]
        chips = [Chip(icon, label, self._query_without(*names)) for is_part, icon, label, names in parts if is_part]
        chosen = [self.listed[slug] for slug in wish.get("features", ())]
        return chips + [Chip(one.icon, wording(one, "name"), self._query_without(feature=one.slug)) for one in chosen]

    def _query_without(self, *names, feature=None):
        query = self.sent.copy()
        for name in ("page", *names):
            query.pop(name, None)
        query.setlist("features", [slug for slug in query.getlist("features") if slug != feature])
        return _without_the_empty(query).urlencode()

    # --- what is wished ---

    def whereabouts(self, home):
        wish = self.cleaned_data
        return whereabouts(wish["where"], by_time=wish["sort"] == "time", home=home)

    def unoffered(self):
        """Return the wished features that nothing to be booked has: to ask for them would find nothing at all."""
        chosen = [self.listed[slug] for slug in self.cleaned_data.get("features", ())]
        return [feature for feature in chosen if not feature.is_offered]

    def wanted(self, there=None):
        """Return the wish, at the place that `whereabouts` says."""
        wish = {name: value for name, value in self.cleaned_data.items() if name not in {"q", "sort", "where"}}
        if "features" in wish:
            wish["features"] = tuple(slug for slug in wish["features"] if self.listed[slug].is_offered)
        there = there or Whereabouts(self.cleaned_data["where"])
        return Wanted(**wish, where=there.where, near=there.near)


def _without_the_empty(query):
    kept = QueryDict(mutable=True)
    for name in query:
        kept.setlist(name, [value for value in query.getlist(name) if value])
    return kept


def search_defaults():
    """Return the defaults: the next working day, in the morning, for one person."""
    day = timezone.localdate() + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return {"day": f"{day:%Y-%m-%d}", "start": "09:00", "end": "12:00", "people": "1"}


def _half_hours(chosen):
    """Return the half hours from 07:00 to 22:00 to choose from, with the `chosen` hour of the address."""
    hours = {f"{hour:02d}:{minute:02d}": time(hour, minute) for hour in range(7, 22) for minute in (0, 30)}
    hours["22:00"] = time(22)
    try:
        hour, minute = map(int, chosen.split(":"))
        hours.setdefault(f"{hour:02d}:{minute:02d}", time(hour, minute))
    except ValueError:
        pass
    return [(value, dates.hour(moment)) for value, moment in sorted(hours.items())]


class CancelForm(PlainForm):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, help_text=_("A word for the other side, if you like.")
    )
