"""Pages on which managers register somebody, or give them a seat out of turn."""

from functools import partial

from django import forms
from django.conf import settings
from django.contrib import messages
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import NameField, PlainTextMixin

from ...core.admin_pages.namesakes import NamesakesMixin
from ...core.admin_pages.steps import step, step_page
from ...core.admin_pages.telling import promotion_in_words, warn_of_silent, with_address
from ...core.forms import residence_field
from ...core.queries import position_in_line
from ...enums import Way
from .. import operations
from ..forms import CONSENT_OF_ANOTHER, AnswersForm, way_field


class PromoteForm(PlainTextMixin, forms.Form):
    takes_event = True
    registration = forms.ModelChoiceField(label=_("Person"), queryset=None, empty_label=None)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Kept with the event."))

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["registration"].queryset = event.registrations.in_line().select_related("user", "brought_by__user")
        self.fields["registration"].label_from_instance = with_address


class OfStaffForm(AnswersForm):
    """Answers that staff write for somebody: none is required. The form's values have them as `answers`."""

    insists = False
    consent_label = CONSENT_OF_ANOTHER

    def clean(self):
        data = super().clean()
        answers = self.answers if self.questions else None
        own = {name: value for name, value in data.items() if name != "consent" and not name.startswith("question_")}
        return {**own, "answers": answers}


class PersonForm(NamesakesMixin, OfStaffForm):
    """A person on the phone, by the name and the address that they give."""

    takes_event = True
    name = NameField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("The confirmation goes there, with a link to see or cancel the registration."),
    )
    residence = residence_field(help_text=_("For the seats of each side and the statistics, without the name."))
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, event=event, **kwargs)
        if len(event.ways) > 1:
            self.fields["way"] = way_field(event, label=_("Takes part"))
            self.order_fields(["name", "namesakes", "email", "way", "residence", "language"])


def _promotion_in_words(event, data):
    """Return what the seat does to others and to the person, before it is given."""
    registration = data["registration"]
    registration.event = event
    return promotion_in_words(registration)


@step(
    form_class=PromoteForm,
    title=_("Give a seat out of turn"),
    text=_("Where all seats are taken, one is added. Who has an address is told by mail."),
    submit=_("Give the seat"),
    done=_("The person has a seat."),
    clashes_then=_promotion_in_words,
)
def promote_page(request, event, **data):
    operations.promote(by=request.user, **data)
    warn_of_silent(request, [data["registration"]])


def register_page(request, event, *, admin):
    return step_page(
        request,
        event,
        admin=admin,
        title=_("Register somebody"),
        text=_text_of_phone(event),
        submit=pgettext_lazy("somebody else", "Register"),
        form_class=partial(PersonForm, event=event),
        initial={"language": get_language(), **_in_address(request)},
        perform=lambda data: _register(request, event, **data),
        done=None,
        back="registrations",
    )


def _in_address(request):
    """Return what a link of ours carries of the person whom it is about."""
    return {name: request.GET[name] for name in ("name", "email", "language") if name in request.GET}


def _text_of_phone(event):
    full = [way for way in event.ways if event.seats_left_of(way) == 0]
    if not full:
        return _("Who is on the phone gets a seat at once, or a place in line.")
    if len(full) == len(event.ways):
        return _("All seats are taken: who is on the phone gets a place in line.")
    ways = {"full": Way(full[0]).label}
    return _("“%(full)s” has no seat left: who is on the phone gets a place in that line.") % ways


def _register(request, event, **data):
    registration = operations.register_person(event=event, by=request.user, **data)
    warn_of_silent(request, [registration])
    position = position_in_line(registration)
    if position:
        text = _("All seats are taken: the person is number %(position)s on the waiting list.")
        messages.warning(request, text % {"position": position})
    else:
        messages.success(request, _("The person is registered and has a seat."))


def _has_a_line(event):
    return event.is_open and event.people_in_line


PAGES = [
    Page("register", register_page, _("Register somebody"), Group.PREPARE, is_possible=lambda event: event.is_open),
    Page("promote", promote_page, _("Give a seat out of turn"), Group.PREPARE, is_possible=_has_a_line),
]
