import pytest
from django import forms
from django.core.exceptions import ValidationError

from hacktiv.common.forms import LONGEST_ADDRESS, NameField, PlainForm


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
