"""A file is chosen once: it is there again when the form comes again."""

from datetime import timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hacktiv.common.kept_files import FOLDER, KEPT_FOR, KeptFileField, forget_kept_files
from hacktiv.common.storage import private_storage
from tests.pages import Page


class LetterForm(forms.Form):
    to = forms.CharField()
    letter = KeptFileField(max_length=20)


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path}},
    }


def sent(fields, file=None):
    form = LetterForm(fields, {"letter": file} if file else {})
    form.is_valid()
    return form


def shown_again(form):
    """Return the hidden fields of the form as a browser shows it."""
    return {name: values[0] for name, values in Page(f'<form method="post">{form}</form>').forms[0].fields.items()}


def test_a_file_comes_again_with_the_form():
    form = sent({"to": ""}, SimpleUploadedFile("lettre.txt", b"Bonjour", "text/plain"))
    again = sent({**shown_again(form), "to": "Maugis"})
    letter = again.cleaned_data["letter"]
    assert (letter.name, letter.read(), letter.size, letter.content_type) == ("lettre.txt", b"Bonjour", 7, "text/plain")
    assert "lettre.txt est gardé" in str(form)


def test_a_form_shown_three_times_keeps_one_file():
    form = sent({"to": ""}, SimpleUploadedFile("lettre.txt", b"Bonjour"))
    again = sent({**shown_again(form), "to": ""})
    assert shown_again(again)["letter-kept"] == shown_again(form)["letter-kept"]
    assert "required" not in str(again["letter"])


def test_another_file_takes_its_place():
    form = sent({"to": ""}, SimpleUploadedFile("lettre.txt", b"Bonjour"))
    again = sent({**shown_again(form), "to": "Maugis"}, SimpleUploadedFile("autre.txt", b"Bonsoir"))
    assert again.cleaned_data["letter"].read() == b"Bonsoir"


def test_a_refused_file_is_not_kept():
    form = sent({"to": ""}, SimpleUploadedFile("une-lettre-au-nom-trop-long.txt", b"Bonjour"))
    assert "letter-kept" not in shown_again(form)


@pytest.mark.parametrize("token", ["", "x", "kept/../../etc/passwd"])
def test_nothing_else_is_read_by_the_field(token):
    assert set(sent({"to": "Maugis", "letter-kept": token}).errors) == {"letter"}


def test_a_kept_file_is_forgotten():
    form = sent({"to": ""}, SimpleUploadedFile("lettre.txt", b"Bonjour"))
    fields = shown_again(form)
    forget_kept_files(now=timezone.now() + KEPT_FOR - timedelta(minutes=1))
    assert sent({**fields, "to": "Maugis"}).is_valid()
    forget_kept_files(now=timezone.now() + KEPT_FOR + timedelta(minutes=1))
    assert private_storage().listdir(FOLDER)[1] == []
    assert set(sent({**fields, "to": "Maugis"}).errors) == {"letter"}
