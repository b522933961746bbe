"""Send one form five times at the same moment, and compare the rows of all tables with those that one leaves."""

from collections import Counter
from typing import NamedTuple
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import models, transaction
from django.test import Client

from hacktiv.site.models import SentForm
from tests.http import Visitor, all_at_once
from tests.pages import Page

TIMES = 5
#: The form that is sent once is undone, and commits nothing.
WRITTEN_AFTER_THE_COMMIT = {"is_in_journal"}


class Post(NamedTuple):
    """A form as a person sends it: who they are, their page, where its form leads, and what they fill in."""

    user: object
    page: str
    address: str
    typed: dict


class Sent(NamedTuple):
    """The effects of one form: sent once, and five times at once."""

    status: int
    once: dict
    answers: list
    five: dict

    def told(self):
        return sorted({(answer.status, urlsplit(answer.location).path) for answer in self.answers})


class Undone(Exception):
    pass


def send(server, post):
    """Send a form once, and undo it; then send it from the running server's page, five times at once."""
    cache.clear()
    status, once = _send_once(post)
    cache.clear()
    visitor = Visitor(server, post.user)
    wish = filled(Page(visitor.get(post.page).text, post.page), post)
    before = state()
    answers = all_at_once(
        [visitor] * TIMES, lambda each, connection: each.post(post.address, files_anew(wish), connection)
    )
    return Sent(status, once, answers, difference(before, state()))


def _send_once(post):
    client = Client()
    if post.user:
        client.force_login(post.user)
    wish = filled(Page(client.get(post.page).text, post.page), post)
    before = state()
    try:
        with transaction.atomic():
            status = client.post(post.address, files_anew(wish)).status_code
            once = difference(before, state())
            raise Undone
    except Undone:
        return status, once


def filled(page, post):
    """Return the fields of the page's form with what is typed; without that form, what is typed and the token."""
    forms = [form for form in page.forms if form.method == "post"]
    own = [form for form in forms if form.path == urlsplit(post.address).path]
    for form in own:
        if set(post.typed) <= set(form.kinds) | {name for name, _value in form.buttons}:
            # What a page summed up before these values were typed is left out.
            return form.data(**{"seen": None, **post.typed})
    token = next((form.fields["csrfmiddlewaretoken"] for form in forms if "csrfmiddlewaretoken" in form.fields), None)
    return {**post.typed, **({"csrfmiddlewaretoken": token} if token else {})}


def files_anew(wish):
    """Open the files of a form again, each time that it is sent."""
    return {name: value() if callable(value) else value for name, value in _single_files(wish)}


def _single_files(wish):
    for name, value in wish.items():
        is_file = isinstance(value, list) and len(value) == 1 and callable(value[0])
        yield name, value[0] if is_file else value


def state():
    """Return the rows of all tables, by model: how many, and of each its counts, its yes and no, and its choices.

    Keys, moments and texts are left out: they would be others in a second row that should not be there."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy and model not in {Session, UserSession, SentForm}:
            names = [field.name for field in model._meta.concrete_fields if _is_told(field)]
            found[model._meta.label] = Counter(model._base_manager.values_list(*names or ["pk"]))
            if not names:
                found[model._meta.label] = Counter(rows=found[model._meta.label].total())
    return found


def _is_told(field):
    if field.primary_key or field.is_relation or field.name in WRITTEN_AFTER_THE_COMMIT:
        return False
    return isinstance(field, models.BooleanField | models.IntegerField) or bool(field.choices)


def difference(before, after):
    """Return what `after` has more, and less, by model."""
    return {
        label: (dict(rows - before[label]), dict(before[label] - rows))
        for label, rows in after.items()
        if rows != before[label]
    }
