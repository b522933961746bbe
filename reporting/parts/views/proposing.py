"""Let the people of a partner propose an action that the agenda lacks; then read, change or withdraw it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.site.once import sent_once

from ...core.queries import closing_of
from ...enums import ProposalState
from ...errors import ReportingError
from ...models import ProposedAction
from .. import operations
from ..forms import MissingForm
from ..rules import proposal_seen, refusal_to_tell
from .base import NOTHING_DONE, form_page, of_own_part, said_at, seen_anew, status_of
from .telling import GET_OR_POST

#: The field beside which a refusal is said.
FIELDS = {"title": "title", "twice": "title", "days": "earliest", "latest": "latest"}


@require_http_methods(GET_OR_POST)
@never_cache
@of_own_part()
@sent_once
def missing(request, period, partner):
    """Tell of an action that the agenda lacks."""
    form = MissingForm(request.POST or None, label_suffix="")
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            operations.propose_action(
                partner=partner, period=period, missing=form.missing, language=get_language(), by=request.user
            )
        except ReportingError as refusal:
            status = status_of(refusal)
            form.add_error(FIELDS.get(refusal.code), refusal.message)
        else:
            words = _("The action is proposed: the lead decides on it.")
            return said_at(f"missing-{partner.pk}", words, request=request, period=period)
    return form_page(request, "reporting/parts/missing.html", form, period, partner, status=status)


@require_http_methods(GET_OR_POST)
@never_cache
@of_own_part()
@sent_once
def own_proposal(request, period, partner, pk):
    """Show an action that the partner proposed; while it waits its people change it."""
    found = _of_part(period, partner, pk)
    form = MissingForm(request.POST or None, initial=_told(found), label_suffix="")
    status, context = None, {}
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_proposal(
                proposal=found,
                missing=form.missing,
                seen=form.cleaned_data["shown"],
                language=get_language(),
                by=request.user,
            )
        except ReportingError as refusal:
            status = status_of(refusal)
            found = _of_part(period, partner, pk)
            if refusal.code == "moved":
                form = seen_anew(MissingForm, request, "shown", proposal_seen(found))
                context["is_moved"] = True
            form.add_error(FIELDS.get(refusal.code), refusal.message)
        else:
            words = _("The proposal is changed: %(action)s.") % {"action": form.missing.title}
            return said_at(f"missing-{partner.pk}", words, request=request, period=period)
    is_open = refusal_to_tell(found.contribution, closing_of(period)) is None
    context |= {"proposal": found, "is_changed": is_open and found.state == ProposalState.WAITING}
    return form_page(request, "reporting/parts/own_proposal.html", form, period, partner, status=status, **context)


@require_http_methods(GET_OR_POST)
@never_cache
@of_own_part()
def withdraw(request, period, partner, pk):
    """Take back a proposal that waits."""
    found = _of_part(period, partner, pk)
    here = {"request": request, "period": period}
    anchor = f"missing-{partner.pk}"
    if request.method != "POST":
        messages.warning(request, NOTHING_DONE)
        return redirect("reporting:part_proposal", period.project.slug, period.label, partner.pk, pk)
    try:
        operations.withdraw_proposal(proposal=found, by=request.user)
    except ReportingError as refusal:
        return said_at(anchor, refusal.message, level=messages.ERROR, **here)
    return said_at(anchor, _("The proposal is withdrawn: %(action)s.") % {"action": found}, **here)


def _of_part(period, partner, pk):
    """Return a proposal of the partner in the half-year, else 404."""
    rows = ProposedAction.objects.select_related("contribution__partner", "contribution__period__project", "event")
    return get_object_or_404(rows, contribution__period=period, contribution__partner=partner, pk=pk)


def _told(proposal):
    """Return what the form of a proposal shows: a day that is known stands alone."""
    names = ("title", "earliest", "latest", "place", "organisers", "note")
    told = {name: getattr(proposal, name) for name in names} | {"shown": proposal_seen(proposal)}
    return told | ({"latest": None} if proposal.latest == proposal.earliest else {})
