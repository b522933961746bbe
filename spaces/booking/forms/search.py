"""The search for a place: one box of words, and the fields that these words fill."""

from datetime import time, timedelta
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
from members.enums import Country

from ...enums import ResourceKind
from ..queries.sentence import COMMA, MOST_PLACES, understand
from ..queries.sentence.days import NO_SUCH_DAY, OTHER_WEEKDAY, WEEK_OVER, WHOLE_MONTH
from ..queries.whereabouts import all_features, known_names, places_named, whereabouts
from ..queries.wishes import Wanted
from .days import DayField

#: Of the day that a sentence names, by the code of `sentence.Understood.remarks`.
REMARKS = {
    OTHER_WEEKDAY: _("The weekday and the date do not go together. Shown is the date:"),
    WEEK_OVER: _("This week is over. Shown is the next one, from:"),
    WHOLE_MONTH: _("A whole month does not fit on one page. Shown is its beginning, from:"),
}
REMARK_WITHOUT_DAY = _("The calendar has no such date. Shown is:")


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
        max_length=240,
        help_text=_("One place or several: Chimay, Couvin"),
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

    def clean_where(self):
        """Return the places that are named, each as it was typed."""
        places = places_named(self.cleaned_data["where"])
        if len(places) > MOST_PLACES:
            said = _("Name %(most)s places at most.") % {"most": MOST_PLACES}
            raise forms.ValidationError(said, code="too_many_places")
        return places

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
        query.setlist("heard", [*(["1"] if found.unknown else []), *found.remarks])
        if found.by_week:
            query["view"] = "week"
        return _without_the_empty(query).urlencode()

    def remark(self):
        """Return what the words said of the day and the search does not show, or None."""
        heard = self.sent.getlist("heard")
        if "day" in self.sent:
            return next((REMARKS[code] for code in heard if code in REMARKS), None)
        return REMARK_WITHOUT_DAY if NO_SUCH_DAY in heard else None

    def chips(self):
        """Return what is searched for, each part with the search without it; defaults that nobody chose are no part."""
        wish, sent = self.cleaned_data, self.sent
        kinds, sides = dict(ResourceKind.choices), dict(Country.choices)
        people = ngettext("%(people)s person", "%(people)s people", wish["people"]) % {"people": wish["people"]}
        parts = [
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
        chips = [Chip("map-pin", place, self._query_without(place=place)) for place in wish["where"]]
        chips += [Chip(icon, label, self._query_without(*names)) for is_part, icon, label, names in parts if is_part]
        return chips + self.chips_of_features(wish.get("features", ()))

    def chips_of_features(self, slugs):
        """Return these features, each with the search without it."""
        chosen = [self.listed[slug] for slug in slugs]
        return [Chip(one.icon, wording(one, "name"), self._query_without(feature=one.slug)) for one in chosen]

    def _query_without(self, *names, place=None, feature=None):
        query = self.sent.copy()
        for name in ("page", *names):
            query.pop(name, None)
        if place:
            query["where"] = COMMA.join(one for one in self.cleaned_data["where"] if one != place)
        query.setlist("features", [slug for slug in query.getlist("features") if slug != feature])
        return _without_the_empty(query).urlencode()

    def query_at(self, stretch):
        """Return the query string of this search at that time."""
        query, (start, end) = self.sent.copy(), map(dates.local, stretch)
        for name in ("page", "heard"):
            query.pop(name, None)
        query["day"], query["start"], query["end"] = f"{start:%Y-%m-%d}", f"{start:%H:%M}", f"{end:%H:%M}"
        return query.urlencode()

    # --- what is wished ---

    def whereabouts(self, home):
        wish = self.cleaned_data
        return whereabouts(wish["where"], by_time=wish["sort"] == "time", home=home)

    def unoffered(self):
        """Return the wished features that nothing to be booked has: to ask for them would find nothing at all."""
        chosen = [self.listed[slug] for slug in self.cleaned_data.get("features", ())]
        return [feature for feature in chosen if not feature.is_offered]

    def wanted(self, there):
        """Return the wish, at the place that `whereabouts` says."""
        wish = {name: value for name, value in self.cleaned_data.items() if name not in {"q", "sort", "where"}}
        if "features" in wish:
            wish["features"] = tuple(slug for slug in wish["features"] if self.listed[slug].is_offered)
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
