"""Choose which held events a project counts."""

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
from .queries import contributions, decided_actions, uncounted_events


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
        if form.cleaned_data["step"] in {CountForm.COUNT, CountForm.LEAVE_OUT}:
            _count(request, period, form)
            return redirect("reporting:uncounted", period.project.slug, period.label)
        adds = contributions(period, form.ticked)
        context = {"period": period, "form": form, "adds": adds, "is_closed": is_closed(period)}
        return render(request, "reporting/counting/count.html", context)
    context = {
        "period": period,
        "form": form,
        "ticked": request.POST.getlist("events"),
        "rows": contributions(period, events),
        "decided": decided_actions(period),
        "is_closed": is_closed(period),
    }
    return render(request, "reporting/counting/uncounted.html", context)


def _count(request, period, form):
    counts = form.cleaned_data["step"] == CountForm.COUNT
    operations.count_events(
        period=period, events=form.ticked, counts=counts, indicator=form.cleaned_data["indicator"] if counts else ""
    )
    number = len(form.ticked)
    if counts:
        words = ngettext("%(number)d event is counted.", "%(number)d events are counted.", number)
    else:
        words = ngettext("%(number)d event is left out.", "%(number)d events are left out.", number)
    messages.success(request, words % {"number": number})


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_only
@sent_once
def take_back(request, project, period):
    period = period_or_404(project, period)
    if request.method == "POST":
        form = TakeBackForm(request.POST, actions=decided_actions(period))
        try:
            number = operations.take_back(period=period, actions=form.ticked) if form.is_valid() else None
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
