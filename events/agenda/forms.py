"""The agenda's filters, read from its address."""

from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from hacktiv.common.dates import day
from hacktiv.common.forms import PlainForm
from hacktiv.common.freshness import catalogue
from members.enums import Country
from spaces.models import Space

from ..enums import Way
from ..models import Event, EventType
from .queries import search
from .queries.months import months_with_events

#: In minutes of travel: the choices of distance from a town.
AWAY = (15, 30, 45, 60, 90)
#: Periods that only the list has, not the month.
NEAR = ("today", "week", "weekend")
#: Filters that the form always shows; the others are behind « more filters ».
MAIN = ("q", "period", "type", "town")
#: Filters that a feed leaves out: a feed is followed for months.
NOT_OF_A_FEED = ("period", "past", "view")
#: Filters that leave events out; the other fields choose the view.
NARROWING = ("q", "period", "type", "town", "space", "country", "mode", "language")


class AgendaFilters(PlainForm):
    """The filters in an address. A wrong value filters nothing, and the form says so."""

    q = forms.CharField(label=_("Words"), required=False, max_length=80)
    period = forms.ChoiceField(label=_("When"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    town = forms.ChoiceField(label=_("Town"), required=False)
    within = forms.ChoiceField(label=_("How far away"), required=False)
    space = forms.ChoiceField(label=_("Space"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    mode = forms.ChoiceField(label=_("On site or online"), required=False)
    language = forms.ChoiceField(label=_("Language spoken"), required=False)
    past = forms.ChoiceField(required=False, choices=[("1", "1")], widget=forms.HiddenInput)
    view = forms.ChoiceField(required=False, choices=[("month", "month")], widget=forms.HiddenInput)

    def __init__(self, data):
        super().__init__(data, label_suffix="")
        self.today = timezone.localdate()
        self.types, self.spaces = _types_and_spaces()
        self.fields["q"].widget.input_type = "search"
        towns = sorted({space.town for space in self.spaces})
        self._offer("type", _("All types"), [(kind.slug, kind.name) for kind in self.types])
        self._offer("town", _("All towns"), [(town, town) for town in towns])
        self._offer("within", _("In the town itself"), [(str(minutes), _away(minutes)) for minutes in AWAY])
        self._offer("space", _("All spaces"), [(space.slug, space.name) for space in self.spaces])
        self._offer("country", _("Both sides"), Country.choices)
        self._offer("mode", _("Both"), Way.choices)
        self._offer("language", _("All languages"), [(code, _language(code)) for code, _name in settings.LANGUAGES])
        self._offer_periods()
        self.is_valid()

    def _offer(self, name, nothing, choices):
        self.fields[name].choices = [("", nothing), *choices]

    def _offer_periods(self):
        """Offer the near periods, each month with events, and the period that the address names."""
        word = self.data.get("period", "")
        self.period = search.period_of(word, self.today)
        # The month shows whole months only, so it offers no near period.
        is_list = self.data.get("view") != "month"
        choices = list(zip(NEAR, (_("Today"), _("This week"), _("This weekend")), strict=True))
        choices = choices if is_list and not self.shows_past else []
        months = months_with_events(timezone.now(), past=self.shows_past)
        choices = choices + [(f"{month:%Y-%m}", date_format(month, "F Y")) for month in months]
        if self.period and word not in dict(choices):
            choices.append((word, self.period_in_words))
        self._offer("period", _("Any time"), choices)

    @cached_property
    def shows_past(self):
        """Return whether the past is shown: the address asks for it, or the period is over."""
        return self.data.get("past") == "1" or bool(self.period and self.period.end <= self.today)

    @property
    def shows_month(self):
        return self.cleaned_data.get("view") == "month"

    @property
    def period_in_words(self):
        is_month = self.period == search.month_of(self.period.start)
        return date_format(self.period.start, "F Y") if is_month else day(self.period.start)

    def events(self):
        """Return the events of the list: those to come or those that are over, filtered."""
        events = self.narrowed(Event.objects.past() if self.shows_past else Event.objects.announced())
        return search.between(events, self.period) if self.period else events

    def narrowed(self, events):
        """Return the events filtered by all filters but the period."""
        wish = self.cleaned_data
        if wish.get("q"):
            events = search.matching(events, wish["q"])
        if wish.get("type"):
            events = events.filter(type=next(kind for kind in self.types if kind.slug == wish["type"]))
        if wish.get("space"):
            events = events.of_space(next(space for space in self.spaces if space.slug == wish["space"]))
        if wish.get("country"):
            events = events.on_side(wish["country"])
        if wish.get("town"):
            events = search.reachable(events, wish["town"], int(wish.get("within") or 0))
        if wish.get("mode"):
            events = search.by_mode(events, wish["mode"])
        if wish.get("language"):
            events = search.spoken(events, wish["language"])
        return events

    # --- addresses ---

    @property
    def _chosen(self):
        """Return {name: value} of the valid filters in the address, in the order of the fields."""
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}

    def query(self, **changes):
        """Return the query string with changed values; None removes a value."""
        wish = {**self._chosen, **changes}
        return urlencode({name: wish[name] for name in self.fields if wish.get(name)})

    @property
    def coming_period(self):
        """Return the period, or None if it is over."""
        return self.cleaned_data.get("period") if self.period and self.period.end > self.today else None

    def query_of(self, view):
        """Return the query string of the view "month" or "past", else of what is coming, with what is chosen."""
        if view == "month":
            period = self.cleaned_data.get("period")
            return self.query(view="month", past=None, period=None if period in NEAR else period)
        if view == "past":
            return self.query(view=None, past="1", period=None)
        return self.query(view=None, past=None, period=self.coming_period)

    @property
    def feed_query(self):
        return self.query(**dict.fromkeys(NOT_OF_A_FEED))

    @property
    def is_narrowed(self):
        return bool(self.chosen_count)

    @property
    def chosen_count(self):
        """Return how many filters leave events out."""
        return sum(bool(self.data.get(name)) for name in NARROWING)

    def is_plain(self, query_string):
        """Return whether the query string is the one that the site itself writes, without words to search.

        Only such addresses are kept for all, so that their number has a limit."""
        page = self.data.get("page", "")
        own = self.query() + (f"{'&' if self.query() else ''}page={page}" if page.isdecimal() else "")
        return not self.cleaned_data.get("q") and query_string == own

    @property
    def in_words(self):
        """Return the words of the filters of a feed."""
        chosen = {name: value for name, value in self._chosen.items() if name not in NOT_OF_A_FEED}
        if "town" not in chosen:
            chosen.pop("within", None)
        return [str(value if name == "q" else dict(self.fields[name].choices)[value]) for name, value in chosen.items()]

    # --- the form ---

    @property
    def main_fields(self):
        return [self[name] for name in MAIN]

    @property
    def more_fields(self):
        return [self[name] for name in self.fields if name not in MAIN and not self[name].is_hidden]

    @property
    def uses_more(self):
        return any(self.data.get(field.name) for field in self.more_fields)


@catalogue("agenda")
def _types_and_spaces():
    return list(EventType.objects.all()), list(Space.objects.published())


def _away(minutes):
    return _("Up to %(minutes)s min away") % {"minutes": minutes}


def _language(code):
    return capfirst(get_language_info(code)["name_translated"])
