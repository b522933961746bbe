"""A text in several languages opens with the reader's own."""

import pytest
from django.utils import translation

from hacktiv.common.languages import CODES
from reporting.plan.forms import InLanguagesForm


@pytest.mark.parametrize("language", CODES)
def test_the_readers_language_comes_first_and_the_others_are_folded(language):
    with translation.override(language):
        form = InLanguagesForm()
        page = str(form)
    assert form.own.name == language
    assert {field.name for field in form.others} == {*CODES} - {language}
    assert page.index(f'name="{language}"') < page.index("<details")


def test_the_other_languages_are_open_where_one_has_a_text_or_an_error():
    other = InLanguagesForm().others[0].name
    assert not InLanguagesForm().opens_others
    assert InLanguagesForm(initial={other: "Tekst"}).opens_others
    assert "open" in str(InLanguagesForm({other: "x" * 100_000})).partition("<details")[2][:8]
