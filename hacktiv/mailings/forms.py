"""The form on which a manager writes to many people."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.translation import gettext_lazy as _

from events.enums import LISTED_REGISTRATIONS, RegistrationStatus
from events.models import Event
from hacktiv.common.forms import PlainForm, whole_numbers
from hacktiv.common.languages import CODES, own_name
from members.enums import NEWS_TOPICS, Country
from members.models import Organisation
from spaces.models import Membership, MembershipKind, Space

from .enums import Sort
from .models import LONGEST_SUBJECT, LONGEST_TEXT, Mailing
from .operations.writing import Plan, Words
from .rules import CHOOSABLE_STATES, UNKNOWN, Selection

#: The field beside which a refusal of an operation is told, by its code; without one, above the form.
FIELDS = {"no_topic": "topic"}
SORTS = [
    (Sort.SERVICE, _("Service message: about what they use, to all of them")),
    (Sort.NEWS, _("News: to those alone who agreed to get them")),
]
SIDES = [*Country.choices, (UNKNOWN, _("Not known"))]


def several(label: Any, choices: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    """Return a field of ticks; none means all."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


def _fields_of_words() -> dict[str, forms.CharField]:
    """Return a subject and a text in each language."""
    fields = {}
    for code in CODES:
        fields[f"subject_{code}"] = forms.CharField(
            label=_("Subject"), required=False, max_length=LONGEST_SUBJECT, widget=AdminTextInputWidget
        )
        fields[f"text_{code}"] = forms.CharField(
            label=_("Text"),
            required=False,
            max_length=LONGEST_TEXT,
            widget=AdminTextareaWidget(attrs={"rows": 10}),
            help_text=_("An empty line begins a paragraph. **bold**, *italic*, - list, ## title, [link](https://…)."),
        )
    return fields


#: The form with the words alone, one subject and one text for each language of the settings.
WordsForm = type(PlainForm)("WordsForm", (PlainForm,), _fields_of_words())


class WriteForm(WordsForm):  # type: ignore[misc, valid-type]
    """Choose among an audience, say what sort of message it is, and write it in one language or more.

    Subclasses hold the choice among their audience, `CHOICE` its fields."""

    CHOICE: tuple[str, ...] = ()
    sides = several(_("Side of the border"), SIDES, _("Nothing ticked: everybody."))
    languages = several(_("Language of their mails"), [(code, own_name(code)) for code in CODES])
    sort = forms.ChoiceField(label=_("Sort"), choices=SORTS, initial=Sort.SERVICE, widget=forms.RadioSelect)
    topic = forms.ChoiceField(
        label=_("Topic of the news"),
        required=False,
        choices=[("", _("None: it is a service message")), *((topic.value, topic.label) for topic in NEWS_TOPICS)],
        help_text=_("Of news: only those who agreed to this topic get it, and they leave it by one click."),
    )

    @classmethod
    def initial_of(cls, mailing: Mailing) -> dict[str, Any]:
        """Return what the form shows of a draft."""
        shown: dict[str, Any] = {"sort": mailing.sort, "topic": mailing.topic, "space": mailing.space_id}
        shown |= Selection.of(mailing.selection).stored()
        shown["people"] = ",".join(map(str, shown.get("people", [])))
        for text in mailing.texts.all():
            shown |= {f"subject_{text.language}": text.subject, f"text_{text.language}": text.text}
        return shown

    def words(self) -> dict[str, Words]:
        said = self.cleaned_data
        return {code: Words(said[f"subject_{code}"], said[f"text_{code}"]) for code in CODES}

    def fieldsets(self) -> list[tuple[Any, dict[str, Any]]]:
        """Return the fields in groups, as a page of the admin shows them."""
        choice = [name for name in self.CHOICE if not self[name].is_hidden]
        words = [(own_name(code).capitalize(), {"fields": [f"subject_{code}", f"text_{code}"]}) for code in CODES]
        return [
            (_("To whom"), {"fields": [*choice, "sides", "languages"]}),
            (_("Sort of message"), {"fields": ["sort", "topic"]}),
            *words,
        ]

    def clean(self):
        said = super().clean()
        for code in CODES:
            subject, text = said.get(f"subject_{code}"), said.get(f"text_{code}")
            if subject and text == "":
                self.add_error(f"text_{code}", _("Write the text too, or leave both empty."))
            if text and subject == "":
                self.add_error(f"subject_{code}", _("Write the subject too, or leave both empty."))
        if said.get("sort") == Sort.NEWS and not said.get("topic"):
            self.add_error("topic", _("Choose the topic of these news."))
        return said


class ToMembersForm(WriteForm):
    """Write to members: of one space, or of all of the network where the author may."""

    CHOICE = ("space", "people", "states", "kinds", "organisations")
    space = forms.ModelChoiceField(label=_("Space"), queryset=Space.objects.none(), required=False)
    people = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20_000)
    states = several(
        _("State of the membership"),
        [(state.value, state.label) for state in CHOOSABLE_STATES],
        _("Nothing ticked: those that are active."),
    )
    kinds = forms.ModelMultipleChoiceField(
        label=_("Kinds of membership"),
        queryset=MembershipKind.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all kinds."),
    )
    organisations = forms.ModelMultipleChoiceField(
        label=_("Through the organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all, those without an organisation too."),
    )
    field_order = CHOICE

    def __init__(self, *args, spaces, kinds, for_network, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces
        self.fields["space"].required = not for_network
        self.fields["space"].empty_label = _("All spaces of the network") if for_network else "---------"
        if not for_network and len(spaces) == 1:
            self.fields["space"].initial = spaces[0].pk
        self.fields["kinds"].queryset = kinds
        through = Membership.objects.exclude(organisation=None)
        if not for_network:
            through = through.filter(space__in=spaces)
        found = Organisation.objects.filter(pk__in=through.values("organisation"))
        self.fields["organisations"].queryset = found
        if not found:
            del self.fields["organisations"]
            self.CHOICE = self.CHOICE[:-1]

    @property
    def chosen_people(self):
        """Return the primary keys of the people who were ticked on a list; none: everybody."""
        return tuple(whole_numbers((self["people"].value() or "").split(",")))

    def plan(self) -> Plan:
        said = self.cleaned_data
        chosen = Selection(
            states=tuple(said["states"]),
            kinds=tuple(kind.pk for kind in said["kinds"]),
            organisations=tuple(one.pk for one in said.get("organisations", ())),
            sides=tuple(said["sides"]),
            languages=tuple(said["languages"]),
            people=tuple(whole_numbers(said["people"].split(","))),
        )
        return Plan(space=said["space"], sort=said["sort"], topic=said["topic"], selection=chosen, words=self.words())


class ToRegistrantsForm(WriteForm):
    """Write to people on the list of an event."""

    CHOICE = ("states", "ways")
    states = several(
        _("State"),
        [(state.value, state.label) for state in RegistrationStatus if state in LISTED_REGISTRATIONS],
        _("Nothing ticked: all that are on the list."),
    )
    ways = several(_("Takes part"), ())
    field_order = CHOICE

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        self.event = event
        if len(event.ways) > 1:
            self.fields["ways"].choices = [(way.value, way.label) for way in event.ways]
        else:
            del self.fields["ways"]
            self.CHOICE = ("states",)

    def plan(self) -> Plan:
        said = self.cleaned_data
        chosen = Selection(
            states=tuple(said["states"]),
            ways=tuple(said.get("ways", ())),
            sides=tuple(said["sides"]),
            languages=tuple(said["languages"]),
        )
        return Plan(
            space=self.event.space,
            event=self.event,
            sort=said["sort"],
            topic=said["topic"],
            selection=chosen,
            words=self.words(),
        )
