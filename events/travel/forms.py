"""Forms for sharing a car."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm
from members.enums import Country

from ..enums import Direction
from ..models.travel import LONGEST_WAY, MOST_SEATS
from .queries.distances import estimate


class WishForm(PlainForm):
    direction = forms.ChoiceField(
        label=_("Which way?"), choices=Direction, initial=Direction.BOTH, widget=forms.RadioSelect
    )
    town = forms.CharField(
        label=_("From which town?"),
        max_length=80,
        help_text=_("The others read it with your first name, and nothing else of you."),
        widget=forms.TextInput(attrs={"list": "towns", "autocomplete": "address-level2"}),
    )
    side = forms.ChoiceField(label=_("In which country is it?"), choices=Country, widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class RideForm(WishForm):
    leaves_at = forms.TimeField(
        label=_("Leaves at"),
        help_text=_("On the way there; if you only drive back, on the way back."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    meeting_point = forms.CharField(
        label=_("Meeting point"),
        max_length=200,
        required=False,
        help_text=_("In words: the car park of the station, for example. Only your passengers read it."),
    )
    seats = forms.IntegerField(label=_("Seats for passengers"), min_value=1, max_value=MOST_SEATS, initial=3)
    kilometres = forms.IntegerField(
        label=_("Kilometres, one way"),
        min_value=1,
        max_value=LONGEST_WAY,
        required=False,
        help_text=_("If you leave this empty, we estimate it from the town."),
    )

    def __init__(self, *args, place=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.place = place

    def clean(self):
        wish = super().clean()
        if wish.get("town") and wish.get("kilometres") is None and "kilometres" not in self.errors:
            wish["kilometres"] = estimate(wish["town"], self.place)
            if wish["kilometres"] is None:
                self.add_error("kilometres", _("We do not know this town: write how far it is."))
        return wish


class SeatMessageForm(PlainForm):
    message = forms.CharField(
        label=_("A word to the other"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Where to pick you up, for example. It is erased a week after the event."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
