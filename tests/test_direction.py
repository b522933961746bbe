"""Signs that turn the direction of writing are removed from every name, however it comes."""

import pytest
from django import forms

from events.attendance.files.online_lists import read_list
from events.tests.factories import EventFactory, GuestRegistrationFactory
from hacktiv.common.forms import NameField, PlainForm
from hacktiv.common.text import without_direction
from members.tests.factories import UserFactory
from spaces.tests.factories import OrganisationFactory

TURNED = "\u202eMia \u2066Peeters\u2069\u200f"


class PersonForm(PlainForm):
    name = NameField()
    title = forms.CharField()
    text = forms.CharField(widget=forms.Textarea)


def test_a_form_removes_them_from_each_line_and_says_nothing():
    form = PersonForm({"name": TURNED, "title": f" {TURNED} ", "text": "Oui"})
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["name"], form.cleaned_data["title"]) == ("Mia Peeters", "Mia Peeters")


def test_a_line_of_nothing_else_is_empty():
    assert list(PersonForm({"name": "\u202e", "title": "x", "text": "x"}).errors) == ["name"]


def test_letters_of_every_script_and_their_joiners_stay():
    for name in ("محمد علي", "נועה", "می\u200cخواهم", "Zoé"):
        assert without_direction(name) == name


@pytest.mark.django_db
def test_no_way_into_the_database_keeps_them():
    user = UserFactory(first_name=f"{TURNED}", last_name="\u202eL")
    guest = GuestRegistrationFactory(event=EventFactory(title_fr=f"Atelier {TURNED}"), name=TURNED)
    organisation = OrganisationFactory(name=TURNED)
    for row in (user, guest, guest.event, organisation):
        row.refresh_from_db()
    assert (user.first_name, user.last_name) == ("Mia Peeters", "L")
    assert (guest.guest_name, organisation.name, guest.event.title_fr) == (
        "Mia Peeters",
        "Mia Peeters",
        "Atelier Mia Peeters",
    )


def test_a_list_of_a_video_tool_brings_none():
    [person] = read_list(f"Name,Duration\n{TURNED},45".encode()).people
    assert (person.name, person.written) == ("Mia Peeters", "Mia Peeters")
