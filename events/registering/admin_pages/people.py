"""Pages on which managers register somebody, or give them a seat out of turn."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import NameField, PlainTextMixin

from ...core.admin_pages.namesakes import NamesakesMixin
from ...core.admin_pages.steps import step
from ...core.admin_pages.telling import warn_of_silent, with_address
from ...core.queries import position_in_line
from .. import operations


class PromoteForm(PlainTextMixin, forms.Form):
    takes_event = True
    registration = forms.ModelChoiceField(label=_("Person"), queryset=None, empty_label=None)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Kept with the event."))

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["registration"].queryset = event.registrations.in_line().select_related("user", "brought_by__user")
        self.fields["registration"].label_from_instance = with_address


class PersonForm(NamesakesMixin, PlainTextMixin, forms.Form):
    """A person on the phone, by the name and the address that they give."""

    name = NameField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("The confirmation goes there, with a link to see or cancel the registration."),
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)


@step(
    form_class=PromoteForm,
    title=_("Give a seat out of turn"),
    text=_("Where all seats are taken, one is added. Who has an address is told by mail."),
    submit=_("Give the seat"),
    done=_("The person has a seat."),
)
def promote_page(request, event, **data):
    operations.promote(by=request.user, **data)
    warn_of_silent(request, [data["registration"]])


@step(
    form_class=PersonForm,
    initial=lambda event: {"language": get_language()},
    title=_("Register somebody"),
    text=_("Who is on the phone gets a seat at once, or a place in line."),
    submit=pgettext_lazy("somebody else", "Register"),
)
def register_page(request, event, **data):
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
