"""Forms of the pages on which managers agree on places for the people of an organisation."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm
from members.models import Organisation

from ...core.forms import day_field, within_reach
from ...models import Space
from ...models.agreements import MOST_PLACES
from .deciding import KindField, day_after, kinds_to_give, last_day_field


class PlacesForm(PlainForm):
    """The places of an agreement and its last day."""

    places = forms.IntegerField(label=_("Number of places"), min_value=1, max_value=MOST_PLACES)
    last_day = last_day_field(required=False, help_text=_("Empty: until somebody ends it."))

    def wish(self):
        return {"places": self.cleaned_data["places"], "until": day_after(self.cleaned_data["last_day"])}


class ChangeAgreementForm(PlacesForm):
    """Other places and another end; who has none of fewer places leaves on a day."""

    fewer_from = day_field(
        _("First day with fewer places"),
        required=False,
        validators=[within_reach],
        help_text=_(
            "Only where there are more people than places: who leaves is a member until the day before. Empty: today. "
            "Nobody new gets a place that goes."
        ),
    )
    cancels = forms.BooleanField(
        label=_("Cancel the agreement"),
        required=False,
        help_text=_("It never begins. What was invited or given for it is shown first."),
    )
    field_order = ("places", "fewer_from", "last_day", "cancels")

    def __init__(self, *args, agreement, **kwargs):
        last_day = None if agreement.is_empty else agreement.last_day
        initial = {"places": agreement.places, "last_day": last_day, "cancels": agreement.is_empty}
        super().__init__(*args, initial=initial, **kwargs)
        self.agreement = agreement
        if not agreement.is_to_come:
            del self.fields["cancels"]

    def clean_fewer_from(self):
        day = self.cleaned_data["fewer_from"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over: choose today or a later day."), code="over")
        return day

    def wish(self):
        wish = {**super().wish(), "fewer_from": self.cleaned_data["fewer_from"]}
        return {**wish, "until": self.agreement.since} if self.cleaned_data.get("cancels") else wish


class AgreementForm(PlacesForm):
    """A new agreement."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.all(),
    )
    space = forms.ModelChoiceField(label=_("Space"), queryset=Space.objects.none())
    kind = KindField()
    since = day_field(_("First day"), validators=[within_reach])
    field_order = ("organisation", "space", "kind", "places", "since", "last_day")

    def __init__(self, *args, spaces, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces
        self.fields["kind"].queryset = kinds_to_give(kinds)
        self.fields["kind"].names_space = len(spaces) > 1
        self.fields["since"].initial = timezone.localdate()
        if len(spaces) == 1:
            self.fields["space"].initial = spaces[0]

    def wish(self):
        names = ("organisation", "space", "kind", "since")
        return {**super().wish(), **{name: self.cleaned_data[name] for name in names}}
