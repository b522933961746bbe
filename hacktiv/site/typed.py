"""Lose nothing that somebody typed while their session ended, or while they signed in anew in another tab.

A form that arrives without a session is answered by a page to sign in, which a browser opens by GET: the text would be
gone. Where it holds a text worth keeping, the answer is a page that carries all of it in hidden fields instead, for
the same address. The person signs in in another tab, and sends it once more from there. By then the token against
forgery is another one, so the form is refused; that refusal too shows what was typed, with the token of today.

Nothing is kept on the server, and nothing is carried out before the person has pressed a button on a page of ours.
"""

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.shortcuts import render, resolve_url
from django.views.csrf import csrf_failure as failure_of_django

AGAINST_FORGERY = "csrfmiddlewaretoken"
#: A text of several words, this long in characters, is worth keeping: what is shorter is typed again in a moment.
WORTH_KEEPING = 40
#: In the names of fields whose content no page repeats. A code alone is none: work packages and indicators have one,
#: and a form that asks for a code to sign in or to pay holds no text.
SECRET = re.compile(r"password|credential|secret|recovery", re.IGNORECASE)
PLACES_TO_SIGN_IN = ("account_login", "admin:login")


class Typed(NamedTuple):
    """Hold what a form had: its fields with all their values, the texts among them, the names of its files."""

    fields: list[tuple[str, str]]
    texts: list[str]
    files: list[str]


class SignedOutMiddleware:
    """Answer a form that arrives without a session, and holds a text worth keeping, with a page that carries it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        answer = self.get_response(request)
        if request.method == "POST" and answer.status_code == 302 and _asks_to_sign_in(request, answer.url):
            typed = typed_in(request)
            if typed:
                return render(request, "signed_out.html", {"typed": typed, "sign_in": answer.url}, status=403)
        return answer


def csrf_failure(request, reason=""):
    """Show a form whose token is another one by now once more, to be sent with that of today; else say what is wrong.

    Only what a page of this site sent is shown again: a browser names that page's origin."""
    typed = typed_in(request) if _is_of_this_site(request) else None
    if typed is None:
        return failure_of_django(request, reason)
    return render(request, "form_again.html", {"typed": typed}, status=403)


def typed_in(request):
    """Return what the form held, or None where no text of it is worth keeping, or it holds a secret."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != AGAINST_FORGERY]
    if any(SECRET.search(name) for name, _value in fields):
        return None
    texts = [value.strip() for _name, value in fields if len(value.split()) > 1]
    if sum(map(len, texts)) < WORTH_KEEPING:
        return None
    return Typed(fields, texts, [file.name for file in request.FILES.values()])


def _asks_to_sign_in(request, address):
    parts = urlsplit(address)
    leads_back = parse_qs(parts.query).get(REDIRECT_FIELD_NAME) == [request.get_full_path()]
    return leads_back and parts.path in {resolve_url(place) for place in PLACES_TO_SIGN_IN}


def _is_of_this_site(request):
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
