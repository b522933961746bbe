import re
from email.utils import getaddresses

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from hacktiv.common.forms import PlainForm
from members.enums import Country, SkillDirection
from members.models import Skill
from members.profiles.forms import SkillsForm
from spaces.memberships.forms.deciding import within_a_membership
from spaces.models import Agreement, MembershipKind, Space

from .queries.directory import skills_to_choose, spaces_to_choose


def _offer(field, objects):
    """Have a field offer these objects, which are read already; what is chosen is looked for in its queryset."""
    shown = [(field.prepare_value(one), field.label_from_instance(one)) for one in objects]
    field.choices = [("", field.empty_label), *shown]


#: In characters: what the column of an address holds.
LONGEST_ADDRESS = 254


class DirectoryForm(PlainForm):
    """The search in the members' directory. Every field may stay empty."""

    q = forms.CharField(label=_("Name or trade"), required=False, max_length=80)
    skill = forms.ModelChoiceField(
        label=_("Skill"),
        queryset=Skill.objects.select_related("category"),
        to_field_name="slug",
        required=False,
        empty_label=_("All skills"),
    )
    direction = forms.ChoiceField(
        label=_("Offered or sought"),
        required=False,
        choices=[("", _("Offered or sought")), *SkillDirection.choices],
    )
    space = forms.ModelChoiceField(
        label=_("Home space"),
        queryset=Space.objects.published(),
        to_field_name="slug",
        required=False,
        empty_label=_("All spaces"),
    )
    side = forms.ChoiceField(
        label=_("Side of the border"), required=False, choices=[("", _("Both sides")), *Country.choices]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        _offer(self.fields["skill"], skills_to_choose())
        _offer(self.fields["space"], spaces_to_choose())

    def search(self):
        """Return the cleaned search in the words of `queries.directory.people`."""
        data = self.cleaned_data
        return {
            "search": data["q"],
            "skill": data["skill"],
            "direction": data["direction"],
            "space": data["space"],
            "side": data["side"],
        }

    def chosen_count(self):
        """Return how many fields search for something."""
        return sum(bool(self.data.get(name)) for name in self.fields)


class IntroductionForm(SkillsForm):
    """Introduce a newcomer: a line about them, their skills, and whether they may be found."""

    headline = forms.CharField(
        label=_("Headline"), max_length=140, required=False, help_text=_("What you do, in one line.")
    )
    is_listed = forms.BooleanField(
        label=_("Show me in the members’ directory"),
        required=False,
        help_text=_(
            "Other members then see your name, headline, presentation, website, home space and skills. "
            "Your e-mail address stays hidden."
        ),
    )


class VoucherForm(PlainForm):
    code = forms.CharField(label=_("Code of a voucher"), max_length=30)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autocomplete"] = "off"


class HomeSpaceForm(PlainForm):
    """The choice among `homes`, the spaces of which the person is a member. Another published space is told apart from
    what is no space at all."""

    space = forms.ModelChoiceField(label=_("Home space"), queryset=Space.objects.none(), empty_label=_("Choose"))

    def __init__(self, *args, homes, **kwargs):
        super().__init__(*args, **kwargs)
        own = Space.objects.filter(pk__in=[space.pk for space in homes])
        self.fields["space"].queryset = Space.objects.published() | own
        _offer(self.fields["space"], homes)


def home_space_form(home, homes):
    """Return the form with which a person chooses their home space; None where there is no other than the present."""
    return HomeSpaceForm(initial={"space": home}, homes=homes) if set(homes) - {home} else None


class JoinForm(PlainForm):
    """The request for a membership of one of the `kinds` that a space offers."""

    kind = forms.ModelChoiceField(
        label=_("Kind of membership"),
        queryset=MembershipKind.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose a kind of membership."),
            "invalid_choice": _("This kind of membership is not offered here now. Choose another one."),
        },
    )
    note = forms.CharField(
        label=_("A word to the team"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=500,
        help_text=_("What you do, since when you come, what you would like: whatever helps them answer."),
    )

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        field.queryset = MembershipKind.objects.filter(pk__in=[kind.pk for kind in kinds])
        field.choices = [(kind.pk, kind.name) for kind in kinds]
        self.kinds = {kind.pk: kind for kind in kinds}

    @property
    def choices_shown(self):
        """Return each button beside its kind."""
        return [(button, self.kinds[int(str(button.data["value"]))]) for button in self["kind"]]


class LeaveForm(PlainForm):
    """The last day of a membership that its person ends. `seen` marks what the page said would be lost."""

    last = forms.DateField(
        label=_("Last day of your membership"),
        validators=[within_a_membership],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    reason = forms.CharField(
        label=_("Why you leave"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=500,
        help_text=_("The team reads it."),
    )

    def __init__(self, *args, membership, **kwargs):
        self.first, self.furthest = timezone.localdate(), membership.last_day
        super().__init__(*args, initial={"last": self.first}, **kwargs)
        attrs = self.fields["last"].widget.attrs
        attrs["min"] = f"{self.first:%Y-%m-%d}"
        if self.furthest:
            attrs["max"] = f"{self.furthest:%Y-%m-%d}"

    def clean_last(self):
        last = self.cleaned_data["last"]
        if last < self.first:
            raise forms.ValidationError(_("The last day is today or later."), code="past")
        if self.furthest and last > self.furthest:
            raise forms.ValidationError(_("Your membership ends before that day already."), code="beyond")
        return last


class GiveUpForm(PlainForm):
    """The word of a person who gives a membership up before its first day."""

    understood = forms.BooleanField(label=_("I give it up. Only the team can give it to me again."))
    reason = forms.CharField(
        label=_("Why you give it up"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=500,
        help_text=_("The team reads it."),
    )


class AcceptForm(PlainForm):
    """The choice of who is a member already: keep their membership, or have it through the organisation that invites.
    `seen` marks what the page said would be lost."""

    goes_on = forms.BooleanField(required=False)
    seen = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        words = _("My membership goes on through %(organisation)s from today")
        self.fields["goes_on"].label = words % {"organisation": organisation or ""}


class DeclineForm(PlainForm):
    words = forms.CharField(
        label=_("A word to the team"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=500,
    )


class ContactMemberForm(PlainForm):
    message = forms.CharField(
        label=_("Your message"),
        widget=forms.Textarea(attrs={"rows": 6}),
        min_length=10,
        max_length=3000,
        help_text=_("It leaves by e-mail with your name and your address, so that the person can answer you."),
    )


class EraseGuestForm(PlainForm):
    """A guest has no password: the link that was sent to their address lets them in."""

    understood = forms.BooleanField(label=_("I understand that nothing of it can be brought back."))


class DeleteAccountForm(PlainForm):
    """Erasing an account asks for its password: an open session is not enough. `left` are the names of the spaces that
    nobody manages then: the person agrees to it apart."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        max_length=128,
    )
    understood = forms.BooleanField(label=_("I understand that nothing of it can be brought back."))

    def __init__(self, *args, user, left=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if left:
            words = _("I understand that nobody manages %(spaces)s then. Better give the role to somebody first.")
            self.fields["leaves_nobody"] = forms.BooleanField(label=words % {"spaces": ", ".join(left)})

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."), code="wrong_password")
        return password


class InviteOwnForm(PlainForm):
    """The addresses that a contact of an organisation invites to its places; the first with a free one is chosen."""

    agreement = forms.ModelChoiceField(label=_("Places"), queryset=Agreement.objects.none(), empty_label=None)
    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One a line, or with commas between them; with names too, as mail programs write them."),
    )
    first_day = forms.DateField(
        label=_("First day"),
        required=False,
        validators=[within_a_membership],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=_("Empty: as soon as there is a place."),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    words = forms.CharField(
        label=_("A word from you"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the mail."),
    )

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["agreement"]
        field.queryset = Agreement.objects.filter(pk__in=[one.agreement.pk for one in places])
        field.choices = [(one.agreement.pk, _places_named(one)) for one in places]  # read already
        self.fields["first_day"].widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"
        with_places = [one for one in places if one.left] + [one for one in places if one.later]
        self.has_places = bool(with_places)
        if places:
            field.initial = (with_places or places)[0].agreement.pk
        if len(places) == 1:
            field.widget = forms.HiddenInput()

    def clean_addresses(self):
        """Return the addresses, each once, and name those that are none."""
        written = _written_in(self.cleaned_data["addresses"])
        wrong = [word for word in written if not _is_address(word)]
        if wrong:
            named = wrong[:10]
            message = ngettext("No e-mail address: %(what)s", "No e-mail addresses: %(what)s", len(named))
            raise forms.ValidationError(message % {"what": ", ".join(named)}, code="invalid")
        if not written:
            raise forms.ValidationError(_("Write at least one address."), code="required")
        return list(dict.fromkeys(word.lower() for word in written))


def _places_named(places):
    """Name the places of an agreement with its days, and how many are left."""
    agreement = places.agreement
    names = {"places": f"{agreement.space.name} – {agreement.kind.name}", "days": places.days}
    return _("%(left)s: %(places)s, %(days)s") % {**names, "left": free_in_words(places)}


def free_in_words(places):
    """Say how many places of an agreement are left, or from which day on."""
    if places.left:
        return ngettext("%(count)d place left", "%(count)d places left", places.left) % {"count": places.left}
    if places.later is None:
        return gettext("No place left")
    day, number = places.later
    words = ngettext("%(count)d place left from %(day)s on", "%(count)d places left from %(day)s on", number)
    return words % {"count": number, "day": dates.day(day, weekday=False)}


def _written_in(text):
    """Return what stands for an address in the text: words, or what mail programs write, « Name <address> »."""
    found = []
    for line in re.split(r"[;\r\n]+", text):
        if "<" not in line:
            found += [word for word in re.split(r"[\s,]+", line) if word.strip(">")]
            continue
        pairs = [pair for pair in getaddresses([line.replace(">", ">,")]) if pair[1]]
        # « Lambert, Zoé <zoe@…> »: the family name comes first, and is no address.
        names = {number for number, pair in enumerate(pairs[:-1]) if "@" not in pair[1] and pairs[number + 1][0]}
        found += [address for number, (_name, address) in enumerate(pairs) if number not in names]
        if not pairs and line.strip("<>, \t"):
            found.append(line.strip())
    return found


def _is_address(word):
    try:
        validate_email(word)
    except forms.ValidationError:
        return False
    return len(word) <= LONGEST_ADDRESS


class EndOfOneForm(LeaveForm):
    """The last day of the membership of somebody of an organisation, which its contact ends."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        self.fields["last"].label = _("Last day of the membership")

    def clean_last(self):
        last = self.cleaned_data["last"]
        if last < self.first:
            raise forms.ValidationError(_("The last day is today or later."), code="past")
        if self.furthest and last > self.furthest:
            raise forms.ValidationError(_("It ends before that day already."), code="beyond")
        return last
