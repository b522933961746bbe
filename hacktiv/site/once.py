"""Carry out a form once, however often it arrives: by a double click, a hurried phone, a proxy that tries again.

    @sent_once
    def notice_new(request): ...

Django writes a token against forgery into each form it draws, another one each time. A form that arrives again is known
by that token together with all that was filled in: so the same form with another content, from a page that the browser
kept, is a new one. It is claimed by a row, in the transaction of what it writes and before the first thing that it
writes or locks; the others wait there for that transaction, and are sent to where the first one led, or shown the page
(`Done`) that told what was done. One that waits longer than the database lets it is told that the first one is being
worked on. A form that only draws a page, as a preview does, writes nothing: it claims nothing and waits for nobody.

The claim holds for KEPT_FOR, and no longer than until another form of the same visitor is carried out: who goes back
and sends the first one anew after that, as when its outcome was cancelled on another page, means it. A form that was
refused is not claimed: it is shown again, because something in it needs mending, or its answer tells an error and no
success.

Views of what may well happen twice have it: a second document, a second row of a list. All pages of the admin have it
by their site. Anything else should rather be a constraint, or an operation that a second time changes nothing.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.shortcuts import render, resolve_url
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.errors import LockNotAvailable

from .models import SentForm

#: A form that arrives again later is carried out again: a double click and a proxy that tries again come sooner.
KEPT_FOR = timedelta(minutes=5)
#: The same where it asks for a mail: who goes back and asks once more has not got it.
ASKED_ANEW = timedelta(seconds=30)
#: Figures of a fingerprint that stand for the visitor; the others for the page that was drawn, and the content.
OF_VISITOR = 32


class Done(TemplateResponse):
    """A page that tells what a form has done. The same form that arrives again is shown it again."""


class _BeingWorkedOn(Exception):
    """Another request has worked on the same form for longer than this one may wait."""


class _CarriedOut(Exception):
    """Another request has carried out the same form."""

    def __init__(self, form: SentForm) -> None:
        super().__init__(form.pk)
        self.form = form


#: Statements that write or lock: before the first of them the form is claimed.
_CHANGES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|WITH)\b|.*\bFOR (?:(?:NO KEY )?UPDATE|KEY SHARE)\b|.*\bpg_advisory", re.S
)
_SAVES = "SAVEPOINT "
_UNDOES = "ROLLBACK TO SAVEPOINT "


class _Claim:
    """The claim of one form, made as soon as the view is about to write; it looks at each statement of the view."""

    def __init__(self, fingerprint: str, kept_for: timedelta) -> None:
        self.fingerprint = fingerprint
        self.kept_for = kept_for
        self.form: SentForm | None = None
        self._is_claiming = False
        self._savepoints_before_it: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not self._is_claiming:
            self._look_at(str(sql))
        return execute(sql, params, many, context)

    def _look_at(self, sql: str) -> None:
        if not self.form and _CHANGES.match(sql):
            self.make()
        elif not self.form and sql.startswith(_SAVES):
            self._savepoints_before_it.add(sql.removeprefix(_SAVES))
        elif sql.startswith(_UNDOES) and sql.removeprefix(_UNDOES) in self._savepoints_before_it:
            self.form = None  # it is undone with what was refused: what is written next claims the form anew

    def make(self) -> None:
        """Claim the form; while another request works on it, wait for its end.

        Raises _BeingWorkedOn where that lasts longer than the database lets a request wait, or where its outcome is not
        known any more, _CarriedOut where the other one has carried it out."""
        self._is_claiming = True
        try:
            form, _is_new = SentForm.objects.select_for_update().get_or_create(fingerprint=self.fingerprint)
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise _BeingWorkedOn from error
            raise
        except IntegrityError as error:
            # Carried out while this one waited, and forgotten since for the visitor's next form.
            raise _BeingWorkedOn from error
        finally:
            self._is_claiming = False
        self._refuse(form)
        self.form = form

    def refuse_if_carried_out(self) -> None:
        """Raise _CarriedOut where another request has carried out the form, and wait for none."""
        self._refuse(SentForm.objects.filter(pk=self.fingerprint).first())

    def _refuse(self, form: SentForm | None) -> None:
        if form and form.outcome and timezone.now() - form.sent_at < self.kept_for:
            raise _CarriedOut(form)


def sent_once(
    view: Callable[..., HttpResponseBase], *, kept_for: timedelta = KEPT_FOR
) -> Callable[..., HttpResponseBase]:
    """Have the view carry out each form that was drawn once; see the module's docstring."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        fingerprint = _fingerprint(request)
        if fingerprint is None:
            return view(request, *args, **kwargs)
        claim = _Claim(fingerprint, kept_for)
        try:
            with transaction.atomic():
                claim.refuse_if_carried_out()
                told = len(messages.get_messages(request))
                try:
                    with connection.execute_wrapper(claim):
                        response = view(request, *args, **kwargs)
                except Http404:
                    claim.refuse_if_carried_out()  # meanwhile: the other one may have deleted what is not found
                    raise
                if claim.form:
                    _keep(claim.form, {} if _tells_refusal(request, told) else _outcome(response))
                else:
                    claim.refuse_if_carried_out()  # meanwhile: what the view has found may be what the other one did
            return response
        except _CarriedOut as other:
            return _as_before(request, other.form.outcome)
        except _BeingWorkedOn:
            return render(request, "being_worked_on.html", {"page": _page_of(request)}, status=409)

    return answer


def _keep(form: SentForm, outcome: dict[str, str]) -> None:
    """Keep the outcome of the form that was claimed; without any, give the claim up."""
    if not outcome:
        form.delete()
        return
    form.outcome, form.sent_at = outcome, timezone.now()
    form.save()
    _forget_others_of_visitor(form)


def _page_of(request: HttpRequest) -> str:
    """Return the address of the page on which the form stands; that of the home page where the browser hides it."""
    page = urlsplit(request.headers.get("Referer", ""))
    is_ours = page.netloc == request.get_host() and page.path.startswith("/")
    return page._replace(scheme="", netloc="").geturl() if is_ours else "/"


def _tells_refusal(request: HttpRequest, told: int) -> bool:
    """Return whether the messages after the first `told` ones tell an error, and nothing that was done."""
    storage = messages.get_messages(request)
    are_shown = storage.used
    new = list(storage)[told:]
    storage.used = are_shown  # reading them here shows them to nobody
    for message in new:
        message.message = str(message.message)  # one that was read is stored as it is, and lazy words cannot be
    levels = {message.level for message in new}
    return messages.ERROR in levels and messages.SUCCESS not in levels


def _forget_others_of_visitor(form: SentForm) -> None:
    others = SentForm.objects.filter(fingerprint__startswith=form.fingerprint[:OF_VISITOR]).exclude(pk=form.pk)
    # One that is locked is being answered by another request: it waits for nobody.
    locked = others.select_for_update(skip_locked=True).values_list("pk", flat=True)
    SentForm.objects.filter(pk__in=list(locked)).delete()


def forget_sent_forms(*, now: Any = None) -> None:
    """Delete what is known of the forms that arrived longer ago than KEPT_FOR."""
    SentForm.objects.filter(sent_at__lt=(now or timezone.now()) - KEPT_FOR).delete()


def _fingerprint(request: HttpRequest) -> str | None:
    """Return what this form and no other has, as 64 hexadecimal figures; None where no page has drawn it."""
    if request.method != "POST" or len(request.POST.get("csrfmiddlewaretoken", "")) != CSRF_TOKEN_LENGTH:
        return None
    token = request.POST["csrfmiddlewaretoken"]
    # The secret in the visitor's cookie, which the tokens of all their pages hide.
    visitor = hashlib.sha256(request.META.get("CSRF_COOKIE", token).encode())
    digest = hashlib.sha256(request.get_full_path().encode())
    for part in _parts(request):
        digest.update(hashlib.sha256(part).digest())
    return visitor.hexdigest()[:OF_VISITOR] + digest.hexdigest()[OF_VISITOR:]


def _parts(request: HttpRequest) -> Iterator[bytes]:
    for name, values in sorted(request.POST.lists()):
        yield repr((name, values)).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield repr((name, file.name)).encode()
            yield hashlib.file_digest(file, "sha256").digest()
            file.seek(0)


def _outcome(response: Any) -> dict[str, str]:
    """Return where the form led, or what it told; nothing if it is shown again."""
    if isinstance(response, HttpResponseRedirect):
        return {} if _asks_to_sign_in(response) else {"address": response.url}
    if isinstance(response, Done):
        return {"page": response.render().content.decode()}
    told = (getattr(response, "context_data", None) or {}).get("popup_response_data")
    return {"popup": told} if told else {}


def _asks_to_sign_in(response: HttpResponseRedirect) -> bool:
    """Return whether the visitor is sent to sign in first, and then back: nothing was carried out."""
    target = urlsplit(response.url)
    return target.path == resolve_url(settings.LOGIN_URL) and REDIRECT_FIELD_NAME in parse_qs(target.query)


def _as_before(request: HttpRequest, outcome: dict[str, str]) -> HttpResponseBase:
    if "popup" in outcome:
        return TemplateResponse(request, "admin/popup_response.html", {"popup_response_data": outcome["popup"]})
    if "page" in outcome:
        return HttpResponse(outcome["page"])
    messages.info(request, _("This form had arrived already: it was carried out once."))
    return HttpResponseRedirect(outcome["address"])
