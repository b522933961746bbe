"""Forms to book, move, repeat, cancel and search."""

from collections import defaultdict
from contextlib import suppress
from datetime import date, time, timedelta
from typing import NamedTuple

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
from ..models import Booking
from ..places.forms import HourInput
from ..timing.hours import at_local
from .queries import units_to_choose
from .queries.search import Wanted, Whereabouts, all_features, known_names, whereabouts
from .queries.sentence import understand

#: From today, for each form with a day: further than any resource can be booked ahead.
FURTHEST = timedelta(days=730)


class ResourceChoiceField(forms.ChoiceField):
    """One of the resources that `accept` names, chosen by its slug."""

    default_error_messages = forms.ModelChoiceField.default_error_messages
    resources = {}

    def accept(self, resources, offered):
        """Accept all of `resources`, and show `offered` to choose from."""
        self.resources = {resource.slug: resource for resource in resources}
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


class UnitSelect(forms.Select):
    """A choice of units, each with its free hours: a script marks those that are taken at the chosen hours."""

    choices_of_day = ()

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        for choice in self.choices_of_day:
            if str(choice.unit.pk) == str(value):
                label = unit_label(choice.unit)
                option["attrs"] |= {
                    "data-free": choice.hours,
                    "data-label": label,
                    "data-label-taken": _("%(hour)s (taken)") % {"hour": label},
                }
        return option


def unit_label(unit):
    """Return the number and the name, « 3 · Près de la fenêtre », or « Place 3 » for a unit without a name."""
    return f"{unit.number} · {unit.name}" if unit.name else unit.label


def check_unit(form, unit):
    """Add an error to the form if the chosen unit belongs to another resource than the chosen one."""
    resource = form.cleaned_data.get("resource")
    if unit and resource and unit.resource != resource:
        text = _("This place belongs to %(resource)s.") % {"resource": unit.resource.name}
        form.add_error("unit", forms.ValidationError(text, code="elsewhere"))


class BookingForm(DayForm):
    """Some hours of one day. The operation decides if they can be booked."""

    any_unit = _("Any of them")

    start = forms.TimeField(label=pgettext_lazy("hour", "From"), input_formats=["%H:%M"], widget=forms.Select)
    end = forms.TimeField(label=pgettext_lazy("hour", "To"), input_formats=["%H:%M"], widget=forms.Select)
    unit = forms.ChoiceField(label=_("Which place?"), required=False, widget=UnitSelect)
    purpose = forms.CharField(
        label=_("What for?"), required=False, max_length=200, help_text=_("Read by the space's managers only.")
    )

    def __init__(self, *args, plan=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.show_units_of(plan)
        self.fields["resource"].widget = forms.HiddenInput()
        self.fields["day"].widget = forms.HiddenInput()
        if plan:
            self.fields["start"].widget.choices = [_choice(slot.start, slot.free) for slot in plan.starts_ahead]
            self.fields["end"].widget.choices = [_choice(end, is_free) for end, is_free in plan.ends_ahead]
            self._keep_the_hours_sent(plan.day)

    def _keep_the_hours_sent(self, day):
        """Keep an hour that is not offered, or no longer, in its field, for the person to see and change."""
        for name in ("start", "end"):
            sent, widget = self.data.get(name, ""), self.fields[name].widget
            if sent in dict(widget.choices):
                continue
            with suppress(forms.ValidationError):
                hour = self.fields[name].clean(sent)
                widget.choices = sorted([*widget.choices, (sent, dates.hour(at_local(day, hour)))])

    def show_units_of(self, plan):
        """Offer the units of the plan, each as it is at the hours in the form."""
        self.units = plan.choices(*self._hours_shown(plan.day)) if plan else []
        if not self.units:
            self.fields.pop("unit", None)
            return
        labels = [
            (str(unit.pk), unit_label(unit) if is_free else _("%(hour)s (taken)") % {"hour": unit_label(unit)})
            for unit, is_free, _hours in self.units
        ]
        self.fields["unit"].choices = [("", self.any_unit), *labels]
        self.fields["unit"].widget.choices_of_day = self.units

    def _hours_shown(self, day):
        try:
            hours = [self.fields[name].clean(self[name].value()) for name in ("start", "end")]
        except forms.ValidationError:
            return None, None
        return [at_local(day, hour) for hour in hours]

    def placed_units(self):
        """Return the units that stand on the plan, each with True if it is the chosen one."""
        chosen = str(self["unit"].value() or "") if self.units else ""
        return [(choice, str(choice.unit.pk) == chosen) for choice in self.units if choice.unit.is_placed]

    def clean_unit(self):
        """Return the unit itself, or None for any unit."""
        chosen = self.cleaned_data["unit"]
        return next((choice.unit for choice in self.units if str(choice.unit.pk) == chosen), None)

    def stretch(self):
        """Return the chosen beginning and end as instants."""
        day = self.cleaned_data["day"]
        return at_local(day, self.cleaned_data["start"]), at_local(day, self.cleaned_data["end"])


class MoveDayForm(DayForm):
    """The new day of a booking; its resource stays."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resource"].widget = forms.HiddenInput()


class MoveForm(BookingForm):
    """The new hours of a booking."""

    any_unit = _("The same as now if it is free, else another")
    purpose = None

    def __init__(self, *args, booking, **kwargs):
        super().__init__(*args, **kwargs)
        # A manager may lengthen a booking that has begun, so its own beginning stays in the list.
        start = f"{dates.local(booking.start):%H:%M}", dates.hour(booking.start)
        if self.fields["start"].widget.choices and start[0] < self.fields["start"].widget.choices[0][0]:
            self.fields["start"].widget.choices = [start, *self.fields["start"].widget.choices]


class CheckInForm(PlainForm):
    """The choice of one of the person's bookings of today, to check in."""

    booking = forms.ModelChoiceField(
        queryset=Booking.objects.none(), to_field_name="reference", widget=forms.HiddenInput
    )

    def __init__(self, *args, bookings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["booking"].queryset = bookings


class SeriesForm(DayForm):
    """A series: equal hours on several days. The operation decides which of the days can be booked."""

    start = forms.TimeField(label=pgettext_lazy("hour", "From"), input_formats=["%H:%M"], widget=HourInput)
    end = forms.TimeField(label=pgettext_lazy("hour", "To"), input_formats=["%H:%M"], widget=HourInput)
    pattern = forms.ChoiceField(label=_("How often?"), choices=Pattern)
    until = DayField(label=_("Until which day?"))
    unit = forms.ChoiceField(
        label=_("Which place?"),
        required=False,
        help_text=_("Yours on each day on which it is free; on the others you get another one."),
    )
    purpose = forms.CharField(
        label=_("What for?"), required=False, max_length=200, help_text=_("Read by the space's managers only.")
    )
    field_order = ["resource", "pattern", "day", "until", "start", "end", "unit", "purpose"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].label = _("From which day on?")
        self.units = {str(unit.pk): unit for unit in units_to_choose(self.resources)}
        if not self.units:
            del self.fields["unit"]
            return
        groups = defaultdict(list)
        for pk, unit in self.units.items():
            groups[unit.resource.name].append((pk, unit_label(unit)))
        self.fields["unit"].choices = [("", BookingForm.any_unit), *groups.items()]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("start") and cleaned.get("end") and cleaned["end"] <= cleaned["start"]:
            self.add_error("end", _("The end comes after the beginning."))
        if cleaned.get("day") and cleaned.get("until") and cleaned["until"] < cleaned["day"]:
            self.add_error("until", _("The last day does not come before the first."))
        check_unit(self, self.units.get(cleaned.get("unit")))
        return cleaned

    def wish(self):
        """Return the fields of a `SeriesRequest`, without the person."""
        names = {"first_day": "day", "starts": "start", "ends": "end"}
        wish = {name: self.cleaned_data[field] for name, field in names.items()}
        wish["unit"] = self.units.get(self.cleaned_data.get("unit"))
        return {**wish, **{name: self.cleaned_data[name] for name in ("resource", "pattern", "until", "purpose")}}


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
