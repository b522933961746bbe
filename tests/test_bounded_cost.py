"""Requests of the staff cost little, however they are made: rows, words, and texts that a pattern reads."""

from time import process_time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from events.attendance.files.online_lists import read_list
from events.attendance.files.online_matches import match
from events.errors import EventError
from events.tests.factories import RegistrationFactory
from hacktiv.common.documents import FileRefused, inspect
from hacktiv.site.bounded import MOST_ROWS
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    client.force_login(UserFactory(superuser=True))
    return client


class Within:
    """Check that a block takes at most so many seconds of work of this process."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        self.began = process_time()

    def __exit__(self, *error):
        assert process_time() - self.began < self.seconds


@pytest.mark.parametrize("model", ["members_user", "events_event", "spaces_booking"])
def test_a_search_of_a_thousand_words_is_cut(chief, model):
    with Within(3):
        answer = chief.get(reverse(f"admin:{model}_changelist"), {"q": "a " * 1000})
    assert answer.status_code == 200
    assert str(answer.context["cl"].queryset.query).count("UPPER") < 100


@pytest.mark.long
def test_a_form_that_says_it_has_thousands_of_rows_is_refused_in_words(chief):
    url = reverse("admin:spaces_space_change", args=[SpaceFactory().pk])
    form = Page(chief.get(url).text, url).form(url)
    totals = {name: "2000" for name in form.fields if name.endswith("TOTAL_FORMS")}
    assert len(totals) > 3
    with Within(20):
        answer = chief.post(url, form.data(**totals))
    assert answer.status_code == 200
    assert f"au plus {MOST_ROWS} formulaires" in answer.text


def test_a_table_of_spaces_after_a_bracket_is_read_at_once():
    content = b"a;b\n<" + b" " * 100_000 + b";c\n"
    with Within(2):
        assert inspect(SimpleUploadedFile("liste.csv", content))
    for tag in (b"< / script>", b"<\n\n/ html", b"< !doctype"):
        with pytest.raises(FileRefused):
            inspect(SimpleUploadedFile("liste.csv", b"a;b\n" + tag + b";c\n"))


def endless(sign):
    rows = "\n".join(f"{sign * (120_000 // len(sign))};" for _person in range(4))
    return f"Name;Email\n{rows}\n".encode()


@pytest.mark.parametrize("sign", ["a", "a@"])
def test_a_list_of_endless_names_is_read_at_once(sign):
    with Within(3):
        people = read_list(endless(sign)).people
        (found,) = match(people, [RegistrationFactory() for _person in range(3)])
    assert (found.attendee.name[:2], found.registration) == ((sign * 2)[:2], None)


def test_a_list_of_endless_brackets_has_nobody_at_once():
    with Within(3), pytest.raises(EventError) as refusal:
        read_list(endless("("))
    assert refusal.value.code == "empty"
