"""What visitors fill in: the agenda's filters, and a guest's registration."""

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm
from members.enums import Residence
from spaces.enums import Country
from spaces.models import Space

from .enums import Way
from .models import Event, EventType


class AgendaFilters(forms.Form):
    """The agenda's filters, kept in the address. What an address says wrongly filters nothing, and is said."""

    type = forms.ModelChoiceField(
        EventType.objects.none(), label=_("Type"), to_field_name="slug", required=False, empty_label=_("All types")
    )
    space = forms.ModelChoiceField(
        Space.objects.none(), label=_("Space"), to_field_name="slug", required=False, empty_label=_("All spaces")
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    month = forms.ChoiceField(label=_("Month"), required=False)
    past = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data):
        super().__init__(data, label_suffix="")
        self.shows_past = data.get("past") == "1"
        self.fields["type"].queryset = EventType.objects.all()
        self.fields["space"].queryset = Space.objects.published()
        self.fields["country"].choices = [("", _("Both sides")), *Country.choices]
        months = self._events().order_by().dates("earliest", "month", order="DESC" if self.shows_past else "ASC")
        self.fields["month"].choices = [
            ("", _("All months")),
            *((f"{month:%Y-%m}", date_format(month, "F Y")) for month in months),
        ]
        self.fields["past"].initial = self.shows_past

    def _events(self):
        return Event.objects.past() if self.shows_past else Event.objects.announced()

    def events(self):
        """What the valid ones of the filters let through."""
        self.is_valid()
        events = self._events()
        wish = self.cleaned_data
        if wish.get("type"):
            events = events.filter(type=wish["type"])
        if wish.get("space"):
            events = events.of_space(wish["space"])
        if wish.get("country"):
            events = events.on_side(wish["country"])
        if wish.get("month"):
            year, month = map(int, wish["month"].split("-"))
            events = events.filter(earliest__year=year, earliest__month=month)
        return events

    @property
    def is_filtered(self):
        return any(self.data.get(name) for name in ("type", "space", "country", "month"))


class GuestForm(PlainForm):
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send you a link there to confirm your registration."),
    )
    residence = forms.ChoiceField(
        label=_("Where do you live?"),
        required=False,
        choices=[("", _("I would rather not say")), *Residence.choices],
        help_text=_("For the statistics of this cross-border project, without your name."),
    )
    way = forms.ChoiceField(label=_("How do you take part?"), choices=Way, required=False, widget=forms.RadioSelect)
    # Not shown to people: who fills it in is a program.
    nickname = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        if len(event.ways) == 1:
            del self.fields["way"]
        else:
            self.fields["way"].choices = [(way.value, way.label) for way in event.ways]
            self.initial.setdefault("way", event.ways[0])

    @property
    def is_from_a_program(self):
        return bool(self.data.get("nickname"))


class TopicForm(PlainForm):
    """A lunch&talk topic that a member proposes."""

    title = forms.CharField(label=_("Your topic"), max_length=160)
    summary = forms.CharField(
        label=_("In one line"), max_length=240, help_text=_("What people will know or be able to do afterwards.")
    )
    language = forms.ChoiceField(label=_("In which language do you speak?"), choices=settings.LANGUAGES)
