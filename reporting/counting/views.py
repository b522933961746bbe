"""Choose which held events a project counts, and correct how many came to them."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.models import Event
from hacktiv.site.once import sent_once

from ..core.access import coordinator_only, period_or_404
from ..core.queries import is_closed
from ..errors import ReportingError
from . import operations
from .forms import CorrectCountForm, CountForm, TakeBackForm
from .queries import (
    contributions,
    counted_elsewhere,
    counts_seen,
    decided_actions,
    objections_to,
    uncounted_events,
)


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
        "rows": contributions(period.project, events),
        "decided": decided_actions(period),
        "is_closed": is_closed(period),
    }
    return render(request, "reporting/counting/uncounted.html", context)


def _preview(request, period, form):
    adds = contributions(period.project, form.ticked)
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


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def correct_counts(request, slug):
    """Correct how many came to an event that a project counts, whoever runs it."""
    counted = get_object_or_404(Event.objects.filter(counted__counts=True).distinct(), slug=slug)
    initial = {"shown": counts_seen(counted), "back": _page_before(request)}
    form = CorrectCountForm(request.POST or None, initial=initial, label_suffix="")
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    if form.is_bound and form.is_valid():
        try:
            _correct(counted, form, request.user)
        except ReportingError as refusal:
            status = HTTPStatus.CONFLICT if refusal.code == "moved" else HTTPStatus.BAD_REQUEST
            form = _asked_anew(request, counted, form, refusal)
        else:
            messages.success(request, _("The count is noted: %(event)s.") % {"event": counted})
            return redirect(_of_this_site(form.cleaned_data["back"]) or reverse("reporting:desk"))
    counting = (
        counted.counted.filter(counts=True).order_by("project__is_example", "pk").select_related("project").first()
    )
    if counting is None:
        messages.error(request, _("No project counts this event: its team declares its counts."))
        return redirect(_of_this_site(form["back"].value()) or reverse("reporting:desk"))
    [(_event, action)] = contributions(counting.project, [counted])
    context = {
        "event": counted,
        "action": action,
        "form": form,
        "named": counted.participations.count(),
        "objections": objections_to(counted),
        "back": _of_this_site(form["back"].value()),
    }
    return render(request, "reporting/counting/counts.html", context, status=status)


def _correct(event, form, user):
    told = {name: form.cleaned_data[name] for name in ("measure", "lower", "upper", "reason")}
    despite_others = form.cleaned_data["meant"] == form.count
    seen = form.cleaned_data["shown"]
    operations.correct_count(event=event, seen=seen, despite_others=despite_others, by=user, **told)


def _asked_anew(request, event, form, refusal):
    """Return the form with what was typed and why it is refused; what contradicts another count is asked about."""
    typed = request.POST.copy()
    typed["shown"] = counts_seen(event)
    is_asked = refusal.code == "other_count"
    typed["meant"] = form.count if is_asked else ""
    anew = CorrectCountForm(typed, label_suffix="")
    anew.is_valid()
    anew.add_error({"not_in_order": "upper", "reason": "reason"}.get(refusal.code), refusal.message)
    if is_asked:
        anew.add_error(None, _("Is the count right all the same? Then send it once more."))
    return anew


def _page_before(request):
    """Return the path of the page of this site that led here; blank if it is this very page, or another site's."""
    before = urlsplit(request.headers.get("Referer", ""))
    is_ours = before.netloc == request.get_host() and before.path != request.path
    return before._replace(scheme="", netloc="", fragment="").geturl() if is_ours else ""


def _of_this_site(address):
    is_ours = address and address.startswith("/") and url_has_allowed_host_and_scheme(address, None)
    return address if is_ours else ""
