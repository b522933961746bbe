"""Choose which held events a project counts."""

from http import HTTPStatus

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.site.once import sent_once

from ..core.access import coordinator_only, period_or_404
from ..core.queries import is_closed
from ..errors import ReportingError
from . import operations
from .forms import CountForm, TakeBackForm
from .queries import contributions, counted_elsewhere, decided_actions, uncounted_events


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def uncounted(request, project, period):
    """List the held events on which nobody decided; count those that are ticked, or leave them out, after a preview."""
    period = period_or_404(project, period)
    events = uncounted_events([period])[period]
    form = CountForm(request.POST or None, events=events, label_suffix="")
    if request.method == "POST" and form.is_valid():
        step = form.cleaned_data["step"]
        if step in {CountForm.COUNT, CountForm.LEAVE_OUT} and _count(request, period, form):
            onward = "reporting:classify" if step == CountForm.COUNT else "reporting:uncounted"
            return redirect(onward, period.project.slug, period.label)
        return _preview(request, period, form)
    context = {
        "period": period,
        "form": form,
        "ticked": request.POST.getlist("events"),
        "rows": contributions(period, events),
        "decided": decided_actions(period),
        "is_closed": is_closed(period),
    }
    return render(request, "reporting/counting/uncounted.html", context)


def _preview(request, period, form):
    adds = contributions(period, form.ticked)
    doubles = [(event, others) for event in form.ticked if (others := counted_elsewhere(event, period.project))]
    context = {"period": period, "form": form, "adds": adds, "doubles": doubles, "is_closed": is_closed(period)}
    status = HTTPStatus.CONFLICT if form.errors else HTTPStatus.OK
    return render(request, "reporting/counting/count.html", context, status=status)


def _count(request, period, form):
    """Count what is ticked, or leave it out; return whether that was done."""
    counts = form.cleaned_data["step"] == CountForm.COUNT
    try:
        operations.count_events(
            period=period,
            events=form.ticked,
            counts=counts,
            twice_because=form.cleaned_data["twice_because"],
            by=request.user,
        )
    except ReportingError as refusal:
        form.add_error("twice_because" if refusal.code == "in_another_project" else None, refusal.message)
        return False
    number = len(form.ticked)
    if counts:
        words = ngettext("%(number)d event is counted.", "%(number)d events are counted.", number)
    else:
        words = ngettext("%(number)d event is left out.", "%(number)d events are left out.", number)
    messages.success(request, words % {"number": number})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_only
@sent_once
def take_back(request, project, period):
    period = period_or_404(project, period)
    if request.method == "POST":
        form = TakeBackForm(request.POST, actions=decided_actions(period))
        try:
            number = (
                operations.take_back(period=period, actions=form.ticked, by=request.user) if form.is_valid() else None
            )
        except ReportingError as refusal:
            messages.error(request, refusal.message)
        else:
            if number is None:
                messages.error(request, _("Tick at least one event."))
            else:
                words = ngettext(
                    "%(number)d event waits for a decision again.",
                    "%(number)d events wait for a decision again.",
                    number,
                )
                messages.success(request, words % {"number": number})
    return redirect("reporting:uncounted", period.project.slug, period.label)
