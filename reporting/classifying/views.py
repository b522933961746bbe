"""Decide under which indicators the actions of a half-year count."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.site.once import sent_once

from ..building.queries.behind import behind_of
from ..core.access import coordinator_only, period_or_404
from ..core.queries import is_closed
from ..errors import ReportingError
from ..models import Period, Project
from . import operations
from .forms import NONE, AcceptForm, ClassifyForm
from .queries import classified_actions, countable_actions, terms_of, to_classify
from .rules import mark_of

#: Actions that the page lists at most at a time; the next ones come once these are decided.
LISTED = 200
#: Refusals that are told one by one.
TOLD = 5


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def classify(request, project, period):
    """List the actions of a half-year with what is proposed for each; accept what is ticked."""
    period = period_or_404(project, period)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["actions"]
        _tell(request, operations.accept_proposals(project=period.project, seen=seen, by=request.user))
        return redirect("reporting:classify", period.project.slug, period.label)
    work = to_classify(period)
    every = (*work.undecided, *work.contradicted, *work.decided)
    slugs = {one.action.event.slug for one in every if one.action.is_event}
    context = {
        "period": period,
        "work": work,
        "behind": behind_of(slugs, request.user),
        "listed": LISTED,
        "form": form,
        "all_ticked": request.GET.get("tick") == "all",
        "is_closed": is_closed(period),
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "reporting/classifying/classify.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def classify_action(request, project, pk):
    """Show what the records say of one action, and choose under which indicators it counts."""
    action, found = _action(project, pk)
    form = ClassifyForm(request.POST or None, terms=terms_of(action.project), initial=_initial(action), label_suffix="")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            operations.classify(action=action, choice=form.choice, by=request.user, seen=form.cleaned_data["shown"])
        except ReportingError as refusal:
            action, found = _action(project, pk)
            form.add_error(None, refusal.message)
            form.data = {**form.data.dict(), "codes": form.data.getlist("codes"), "shown": mark_of(action)}
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("The decision is kept with its reason."))
            return _onward(action, found)
    period = Period.objects.filter(pk=found.action.period_id).first()
    context = {
        "action": action,
        "one": found,
        "period": period,
        "form": form,
        "shown": mark_of(action),
        "is_closed": period is not None and is_closed(period),
    }
    return render(request, "reporting/classifying/action.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_only
@sent_once
def take_back(request, project, pk):
    action, found = _action(project, pk)
    if request.method == "POST":
        try:
            operations.take_back(action=action, by=request.user, seen=request.POST.get("shown", ""))
        except ReportingError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The action waits for a decision again."))
            return _onward(action, found)
    return redirect("reporting:classify_action", action.project.slug, action.pk)


def _action(project, pk):
    """Return a counted action of a project with what its records say; 404 where it does not count or was not held."""
    project = get_object_or_404(Project, slug=project)
    action = get_object_or_404(countable_actions(project), pk=pk)
    found = classified_actions(project, [action.pk]).get(action.pk)
    if found is None:
        raise Http404
    return action, found


def _initial(action):
    rows = list(action.classifications.all())
    part = next((row for row in rows if row.is_of_a_part), None)
    return {
        "shown": mark_of(action),
        "codes": [row.indicator or NONE for row in rows],
        "at_least": part.lower if part else None,
        "at_most": part.upper if part else None,
    }


def _onward(action, found):
    """Lead back to the actions of the half-year, or to the page of the action where none was chosen."""
    period = Period.objects.filter(pk=found.action.period_id).first()
    if period is None:
        return redirect("reporting:classify_action", action.project.slug, action.pk)
    return redirect("reporting:classify", action.project.slug, period.label)


def _tell(request, outcome):
    """Say how many proposals are accepted, and why others are not."""
    number = len(outcome.done)
    if number:
        words = ngettext("%(number)d action is classified.", "%(number)d actions are classified.", number)
        messages.success(request, words % {"number": number})
    for action, refusal in outcome.refused[:TOLD]:
        messages.error(request, _("%(action)s: %(refusal)s") % {"action": action, "refusal": refusal.message})
    more = len(outcome.refused) - TOLD
    if more > 0:
        words = ngettext("%(number)d more was not classified.", "%(number)d more were not classified.", more)
        messages.error(request, words % {"number": more})
