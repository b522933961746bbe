import pytest
from django import forms

from hacktiv.common.forms import LONGEST_ADDRESS, PlainForm


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
