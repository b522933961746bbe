"""Forms of the pages on which managers decide about memberships."""

from datetime import timedelta

from django import forms
from django.contrib.admin.widgets import AdminRadioSelect, AdminTextareaWidget
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hacktiv.common import dates
from hacktiv.common.autocompletes import AutocompleteSelect
from hacktiv.common.forms import PlainForm, UntouchedMixin
from members.models import Organisation, User

from ...core.forms import day_field, within_reach
from ...models import Membership, MembershipKind, Space
from ...models.memberships import LONGEST_MEMBERSHIP
from ..rules import included_in_words

#: In days, from today: the latest last day of a membership, with a year for one that begins later.
LATEST_END = timedelta(days=LONGEST_MEMBERSHIP * 31 + 366)


def within_a_membership(day):
    """Check that a last day lies within a year back and the longest membership ahead: any other is a typing error."""
    today = timezone.localdate()
    if not today - timedelta(days=366) <= day <= today + LATEST_END:
        raise forms.ValidationError(_("Check the year."), code="far_away")


def last_day_field(**kwargs):
    return day_field(_("Last day"), validators=[within_a_membership], **kwargs)


def reason_field(**kwargs):
    return forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("The person reads it in the mail."),
        **kwargs,
    )


def day_after(last_day):
    """Return the first day after a last day; None where there is none."""
    return last_day and last_day + timedelta(days=1)


def day_before(until):
    """Return the last day before the first day without; None where there is none."""
    return until and until - timedelta(days=1)


def last_day_of(kind, first_day):
    """Return the last day that a kind of membership suggests; None if it lasts until it is ended."""
    return day_before(kind.end_of(first_day))


def kinds_to_give(kinds, present=None):
    """Keep the kinds that managers give today, and the present one."""
    given = kinds.given(timezone.localdate())
    return (given | kinds.filter(pk=present.pk) if present else given).select_related("space")


class KindField(forms.ModelChoiceField):
    """A kind of membership, with how long it lasts and how much it includes a month, and its space where those of
    several spaces are offered."""

    def __init__(self, **kwargs):
        super().__init__(label=_("Kind of membership"), queryset=MembershipKind.objects.none(), **kwargs)
        self.names_space = False

    def label_from_instance(self, kind):
        parts = [kind.name]
        if kind.lasts_months:
            months = ngettext("%(number)d month", "%(number)d months", kind.lasts_months)
            parts.append(months % {"number": kind.lasts_months})
        if kind.opens_bookings and kind.included:
            parts.append(str(included_in_words(kind)))
        if self.names_space and kind.space:
            parts.append(kind.space.name)
        return " – ".join(parts)


class DaysForm(UntouchedMixin, PlainForm):
    """The kind and the days of a membership. A last day left as it was suggested follows from the kind and the first
    day."""

    kind = KindField()
    first_day = day_field(_("First day"), validators=[within_reach])
    last_day = last_day_field(
        required=False,
        help_text=_("Recalculated if you change the kind or the first day, unless you edit it."),
    )

    organisation = forms.ModelChoiceField(
        label=_("Through the organisation"),
        queryset=Organisation.objects.all(),
        required=False,
        help_text=_("Where a company, an association or a school has the membership. Empty: the person has it."),
    )

    def clean(self):
        cleaned = super().clean()
        kind, first_day = cleaned.get("kind"), cleaned.get("first_day")
        if kind and first_day and "last_day" not in self.touched:
            cleaned["last_day"] = last_day_of(kind, first_day)
        last_day = cleaned.get("last_day")
        if first_day and last_day and last_day < first_day:
            self.add_error("last_day", _("The last day comes after the first."))
        elif last_day and last_day < timezone.localdate():
            self.add_error("last_day", _("The last day is over already."))
        return cleaned

    def days(self):
        """Return what the operations ask for: kind, first day, first day after it, organisation."""
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "since": data["first_day"],
            "until": day_after(data["last_day"]),
            "organisation": data["organisation"],
        }


class ApproveForm(DaysForm):
    def __init__(self, *args, membership, **kwargs):
        today = timezone.localdate()
        suggested = {
            "kind": membership.kind,
            "first_day": today,
            "last_day": last_day_of(membership.kind, today),
            "organisation": membership.organisation,
        }
        super().__init__(*args, initial=suggested, **kwargs)
        kinds = MembershipKind.objects.of(membership.space)
        self.fields["kind"].queryset = kinds_to_give(kinds, membership.kind)


class GiveForm(DaysForm):
    """A membership that nobody has asked for: whose, of which space, and the rest."""

    user = forms.ModelChoiceField(
        label=_("Person"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Somebody of your spaces: who has booked there, or asked for a membership."),
    )
    email = forms.EmailField(
        label=_("Or their address"),
        required=False,
        help_text=_("The exact address of somebody who asked the space before: their request was refused, say."),
    )
    space = forms.ModelChoiceField(label=_("Space"), queryset=Space.objects.none())
    field_order = ("user", "email", "space", "kind", "first_day", "last_day", "organisation")

    def __init__(self, *args, people, spaces, kinds, admin_site, initial, **kwargs):
        """Offer the people by the autocompletion of the admin."""
        initial = {"first_day": timezone.localdate(), **initial}
        offered, kinds = list(spaces[:2]), kinds_to_give(kinds)
        for name, choices in (("space", offered), ("kind", list(kinds[:2]))):
            if len(choices) == 1:
                initial.setdefault(name, choices[0].pk)
        super().__init__(*args, initial=initial, **kwargs)
        user = self.fields["user"]
        user.queryset = people
        user.widget = AutocompleteSelect(Membership._meta.get_field("user"), admin_site)
        user.widget.choices = user.choices
        self.fields["space"].queryset = spaces
        self.fields["kind"].names_space = len(offered) > 1
        self.fields["kind"].queryset = kinds
        self.fields["last_day"].help_text = _("Left empty, it follows from the kind.")

    def clean(self):
        cleaned = super().clean()
        space, kind = cleaned.get("space"), cleaned.get("kind")
        if space and kind and not kind.is_of(space):
            self.add_error("kind", _("This kind of membership belongs to another space."))
        if not {"user", "email", "space"} & self.errors.keys():
            cleaned["user"] = self._person(cleaned["user"], cleaned["email"], space)
        return cleaned

    def _person(self, chosen, address, space):
        """Return the person who is chosen, or who has asked the space under this address; add an error for nobody."""
        if chosen is None and not address:
            self.add_error("user", _("Choose the person, or write their address."))
        if chosen and address and chosen.email.lower() != address.lower():
            self.add_error("email", _("This is not the address of the person whom you chose: leave one of them empty."))
        if chosen or not address:
            return chosen
        asked = Membership.objects.filter(space=space).values("user")
        found = User.objects.filter(pk__in=asked, email__iexact=address, is_active=True).first()
        if found is None:
            self.add_error("email", _("Nobody has asked this space for a membership under this address."))
        return found


class RefuseForm(PlainForm):
    reason = reason_field()


class PauseForm(PlainForm):
    reason = reason_field(required=False)


class ChangeKindForm(PlainForm):
    """Choose another kind; a membership without an end gets one, as long as the new kind lasts, if that is wished."""

    kind = KindField()
    ends = forms.BooleanField(
        label=_("Give it an end, as the new kind says"),
        required=False,
        initial=True,
        help_text=_("Counted from today; of no effect for a kind that lasts until it is ended."),
    )

    def __init__(self, *args, membership, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = MembershipKind.objects.of(membership.space).exclude(pk=membership.kind_id)
        self.fields["kind"].queryset = kinds_to_give(kinds)
        if membership.until:
            del self.fields["ends"]

    def clean(self):
        """Turn the wish into the first day after the membership; None where its days stay."""
        cleaned = super().clean()
        kind = cleaned.get("kind")
        cleaned["until"] = kind.end_of(timezone.localdate()) if kind and cleaned.get("ends") else None
        return cleaned


class RenewForm(PlainForm):
    last_day = last_day_field(required=False, help_text=_("Empty: until it is ended."))


class EndWhen(models.TextChoices):
    """The choices for the end of a membership."""

    TODAY = "today", _("After today, this day included")
    AT_ONCE = "at_once", _("At once: yesterday is the last day")
    OTHER = "other", _("Another day")


class EndForm(PlainForm):
    when = forms.ChoiceField(
        label=_("When does it end?"),
        choices=EndWhen,
        initial=EndWhen.TODAY,
        widget=AdminRadioSelect(attrs={"class": "radiolist"}),
    )
    last_day = day_field(
        _("Last day"),
        required=False,
        help_text=_("Only for another day, which is included."),
        validators=[within_a_membership],
    )
    reason = reason_field(required=False)

    def __init__(self, *args, membership, **kwargs):
        super().__init__(*args, **kwargs)
        self.ends_before = membership.last_day

    def clean(self):
        """Turn the choice into a last day, which lies ahead of the end that is known."""
        cleaned = super().clean()
        when, today = cleaned.get("when"), timezone.localdate()
        if not when or "last_day" in self.errors:
            return cleaned
        if when != EndWhen.OTHER and cleaned["last_day"]:
            self.add_error("when", _("Choose “Another day” for the day that you gave, or take the day away."))
        elif when != EndWhen.OTHER:
            cleaned["last_day"] = today if when == EndWhen.TODAY else today - timedelta(days=1)
        else:
            self._check_day(cleaned["last_day"], today)
        return cleaned

    def _check_day(self, last_day, today):
        if last_day is None:
            self.add_error("last_day", _("Give the last day."))
        elif last_day < today - timedelta(days=1):
            self.add_error("last_day", _("This day is over: yesterday is the earliest last day."))
        elif self.ends_before and last_day > self.ends_before:
            text = _("It ends earlier: its last day is %(day)s. To move it to a later day, renew the membership.")
            self.add_error("last_day", text % {"day": dates.day(self.ends_before)})
