import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from hacktiv.common.forms import LONGEST_ADDRESS, NameField, PlainForm, UntouchedMixin
from tests.pages import Page


class AddressForm(PlainForm):
    email = forms.EmailField()


def errors_of(address):
    return AddressForm({"email": address}).errors.as_data().get("email", [])


def test_an_address_is_one_that_mail_can_carry():
    label = "b" * 60
    longest = f"{'a' * 60}@{label}.{label}.{label}.{'c' * 10}"
    assert len(longest) == LONGEST_ADDRESS
    assert errors_of(longest) == []
    assert [error.code for error in errors_of(f"a{longest}")] == ["max_length"]
    assert AddressForm().fields["email"].widget.attrs["maxlength"] == "254"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("aline@forêt.example", None),
        ("aline@ardenne.example", None),
        ("zoé@ardenne.example", "accents_before_at"),
        ("aline", "invalid"),
        # Short enough to type, too long for DNS.
        (f"aline@{'é' * 60}.example", "invalid"),
    ],
)
def test_accents_are_accepted_in_the_domain_only(address, code):
    assert [error.code for error in errors_of(address)] == ([code] if code else [])


@pytest.mark.parametrize(
    "name",
    [
        "Anne-Sophie d’Hoore",
        "J.-P. O'Neill (Namur)",
        "Œuvre & Fils, asbl",
        "Łukasz Żółć",
        "李小龍",
        "Le 6e Continent",
        "R2",
    ],
)
def test_a_name_is_taken_as_people_write_it(name):
    assert NameField().clean(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "Gagnez sur evil.com",
        "https://evil.example/x",
        "www.evil.example",
        "Écrivez à win@evil.example",
        "Anne\nDupont",
        "Anne <b>",
        "Gagnez 500 € !",
        "Vous avez gagné un voyage pour deux et il faut répondre aujourd'hui même à ce message",
        "x" * 121,
    ],
)
def test_what_is_no_name_is_refused_beside_it(name):
    with pytest.raises(ValidationError):
        NameField().clean(name)


class RowForm(UntouchedMixin, PlainForm):
    name = NameField()
    seats = forms.IntegerField(required=False)
    is_open = forms.BooleanField(required=False)
    days = forms.MultipleChoiceField(
        choices=[("mo", "Monday"), ("tu", "Tuesday")], required=False, widget=forms.CheckboxSelectMultiple
    )


ROW = {"name": "Aline", "seats": 3, "is_open": True, "days": []}


def sent(initial, *, shown=ROW, **changes):
    """Return the form of a row that is `initial` now, sent from a page that was opened when it was `shown`."""
    page = Page(f"<form method=post>{RowForm(initial=shown)}</form>").forms[0].data(**changes)
    data = QueryDict(mutable=True)
    for name, values in page.items():
        data.setlist(name, values)
    form = RowForm(data, initial=initial)
    assert form.is_valid()
    return form


def test_a_field_that_was_not_touched_is_taken_as_the_row_stands_now():
    now = {"name": "Aline", "seats": 4, "is_open": False, "days": ["tu"]}
    form = sent(now, name="Zoé")
    assert (form.cleaned_data, form.touched) == (now | {"name": "Zoé"}, {"name"})
    assert not any(field.disabled for field in form.fields.values())


def test_what_was_touched_is_taken_also_where_it_is_emptied_or_the_row_changed_too():
    form = sent(ROW | {"seats": 4}, seats="", is_open=None, days=["mo"])
    assert form.cleaned_data == {"name": "Aline", "seats": None, "is_open": False, "days": ["mo"]}


def test_a_page_shown_again_after_a_mistake_still_says_what_it_showed_first():
    form = RowForm(
        {"name": "https://x.example", "initial-name": "Aline", "initial-seats": "3", "seats": "3"}, initial=ROW
    )
    assert not form.is_valid()
    again = Page(f"<form method=post>{form}</form>").forms[0].fields
    assert (again["initial-name"], again["initial-seats"]) == (["Aline"], ["3"])


def test_a_form_without_what_its_page_showed_is_taken_whole():
    form = RowForm({"name": "Aline"}, initial=ROW)
    assert form.is_valid()
    assert form.cleaned_data == {"name": "Aline", "seats": None, "is_open": False, "days": []}


class TextForm(PlainForm):
    text = forms.CharField(widget=forms.Textarea, max_length=7)


def test_a_line_ends_with_one_sign_and_counts_as_one():
    form = TextForm({"text": "a\r\nb\rc\nd"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["text"] == "a\nb\nc\nd"
