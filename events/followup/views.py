"""Pages for participants of an event that is over: survey, outcome and certificate."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.ratelimit import limit
from hacktiv.site.once import sent_once

from ..core.views import CONFLICT, own_registration
from ..errors import EventError
from . import operations
from .files.certificates import certificate as certificate_pdf
from .files.certificates import initials, registration_of_certificate, when
from .forms import OutcomeForm, SurveyForm
from .queries import asks_survey, questions_of
from .rules import refusal_of_aftermath

CHECKS_RATE = "60/h"


def _page(request, template, registration, *, refusal=None, **context):
    context = {"registration": registration, "event": registration.event, "refusal": refusal, **context}
    return render(request, template, context, status=CONFLICT if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
@sent_once
def survey(request, registration):
    refusal = refusal_of_aftermath(registration)
    if refusal or not asks_survey(registration):
        return _page(request, "events/followup/survey.html", registration, refusal=refusal, is_answered=not refusal)
    questions = questions_of(registration.event)
    form = SurveyForm(request.POST if request.method == "POST" else None, questions=questions)
    if form.is_bound and form.is_valid():
        try:
            operations.answer_survey(registration=registration, questions=questions, answers=form.answers)
        except EventError as error:
            form.add_error(None, error.message)
            return _page(request, "events/followup/survey.html", registration, form=form, refusal=error)
        return redirect("events:survey", token=registration.token)
    return _page(request, "events/followup/survey.html", registration, form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def outcome(request, registration):
    refusal = refusal_of_aftermath(registration)
    if refusal:
        return _page(request, "events/followup/outcome.html", registration, refusal=refusal)
    told = getattr(registration, "outcome", None)
    names = ("kind", "text", "partner", "may_be_told")
    form = OutcomeForm(
        request.POST if request.method == "POST" else None,
        user=registration.user,
        initial={name: getattr(told, name) for name in names} if told else {},
    )
    if form.is_bound and form.is_valid():
        try:
            operations.tell_outcome(registration=registration, **form.cleaned_data)
        except EventError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Thank you, it is noted. You can change it here at any time."))
            return redirect("events:outcome", token=registration.token)
    return _page(request, "events/followup/outcome.html", registration, form=form, told=told)


@never_cache
@require_safe
@own_registration
def certificate(request, registration):
    refusal = refusal_of_aftermath(registration)
    if refusal:
        return _page(request, "events/followup/no_certificate.html", registration, refusal=refusal)
    return certificate_answer(registration)


def certificate_answer(registration):
    answer = HttpResponse(certificate_pdf(registration), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="attestation-{registration.event.slug}.pdf"'
    return answer


@never_cache
@require_safe
def verify(request, code):
    """Confirm a certificate to anybody who has its code; the page shows initials instead of the name."""
    limit(request, "events-verify", CHECKS_RATE, guards_secret=True)
    registration = registration_of_certificate(code)
    if registration is None:
        raise Http404
    context = {"event": registration.event, "initials": initials(registration), "when": when(registration.event)}
    return render(request, "events/followup/verify.html", context)
