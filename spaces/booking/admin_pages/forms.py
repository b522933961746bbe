"""Forms of the admin pages about closures, rooms and exports."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.forms import PlainForm, UntouchedMixin

from ...core.forms import check_clocks, day_field, on_record, time_field, within_reach
from ...models import Resource, Space
from ...timing.hours import at_local

#: Between the first and the last day of an export: a leap year.
LONGEST_EXPORT = timedelta(days=366)


class CloseForm(PlainForm):
    """A time, from some hours to several days, in which a space or a room cannot be booked."""

    space = forms.ModelChoiceField(label=_("Space"), queryset=Space.objects.none())
    resource = forms.ModelChoiceField(
        label=_("Resource"), required=False, queryset=Resource.objects.none(), empty_label=_("The whole space")
    )
    first_day = day_field(_("First day"), validators=[within_reach])
    last_day = day_field(_("Last day"), required=False, validators=[within_reach], help_text=_("Empty: one day."))
    start = time_field(pgettext_lazy("hour", "From"), required=False, help_text=_("Empty: from the morning on."))
    end = time_field(pgettext_lazy("hour", "To"), required=False, help_text=_("Empty: to the end of the day."))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Shown to everybody, and mailed."))

    def __init__(self, *args, spaces, resources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces
        self.fields["resource"].queryset = resources
        if len(spaces) == 1:
            self.fields["space"].initial = spaces[0]

    def clean(self):
        cleaned = super().clean()
        space, resource = cleaned.get("space"), cleaned.get("resource")
        if space and resource and resource.space_id != space.pk:
            self.add_error("resource", _("This room is in another space."))
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes after the first."))
        check_clocks(self, "start", first)
        check_clocks(self, "end", last or first)
        return cleaned

    def stretch(self):
        """Return the time from the first day's hour (or midnight) to the last day's hour (or the midnight after it)."""
        data = self.cleaned_data
        last = data["last_day"] or data["first_day"]
        start = at_local(data["first_day"], data["start"] or datetime.min.time())
        end = at_local(last, data["end"]) if data["end"] else at_local(last + timedelta(days=1), time(0))
        return start, end


class ChangeClosureForm(UntouchedMixin, CloseForm):
    """The time and the reason of a closure; once it has begun, its beginning is only shown."""

    def __init__(self, *args, closure, **kwargs):
        start, end = (timezone.localtime(bound) for bound in (closure.period.lower, closure.period.upper))
        ends_at_midnight = end.time() == time(0)
        last = end.date() - timedelta(days=1) if ends_at_midnight else end.date()
        known = {
            "first_day": start.date(),
            "start": start.time() if start.time() != time(0) else None,
            "last_day": last if last != start.date() else None,
            "end": None if ends_at_midnight else end.time(),
            "reason": closure.reason,
        }
        super().__init__(*args, initial=known, spaces=Space.objects.none(), resources=Resource.objects.none(), **kwargs)
        del self.fields["space"], self.fields["resource"]
        if closure.period.lower <= timezone.now():
            for name in ("first_day", "start"):
                self.fields[name].disabled = True


class TimelineForm(PlainForm):
    day = day_field(_("Day"), validators=[within_reach])


class ExportForm(PlainForm):
    """The days of the bookings to export, however long ago, and the kind of file."""

    first_day = day_field(_("First day"), validators=[on_record])
    last_day = day_field(_("Last day"), validators=[on_record])
    format = forms.ChoiceField(label=_("Kind of file"), choices=[("xlsx", _("Spreadsheet (XLSX)")), ("csv", "CSV")])

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes after the first."))
        elif first and last and last - first > LONGEST_EXPORT:
            self.add_error("last_day", _("Take away at most a year at once."))
        return cleaned
