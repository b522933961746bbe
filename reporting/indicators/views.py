"""Show the coordinator the indicators of a project; let them choose, aim and remove."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.site.once import sent_once

from ..core.access import coordinator_only
from ..errors import ReportingError
from ..models import Project
from . import operations
from .catalogue import of_period
from .forms import AimForm
from .queries import to_choose, with_aims


@require_safe
@never_cache
@coordinator_only
def indicators(request, project):
    project = get_object_or_404(Project, slug=project)
    chosen = with_aims(project)
    context = {
        "project": project,
        "programming": of_period(project.programming_period),
        "chosen": chosen,
        "to_choose": to_choose(project, [row for _one, row in chosen]),
    }
    return render(request, "reporting/indicators/indicators.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def aim(request, project, code):
    """Choose an indicator with what the project aims at, or change that."""
    project, one, row = _indicator(project, code)
    form = AimForm(request.POST or None, one=one, row=row, label_suffix="")
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            _write(project, one, row, form, by=request.user)
        except ReportingError as refusal:
            form.add_error(None, refusal.message)
            if refusal.code == "moved":
                form.data = form.data.copy()
                form.data["seen"] = form.initial["seen"]
            status = HTTPStatus.CONFLICT
        else:
            words = _("%(code)s is kept. Build the report again to see it there.")
            messages.success(request, words % {"code": one.code})
            return redirect(_page_after(project, form.cleaned_data["half_year"]))
    elif form.errors:
        status = HTTPStatus.BAD_REQUEST
    context = {"project": project, "one": one, "row": row, "form": form}
    return render(request, "reporting/indicators/aim.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def drop(request, project, code):
    project, one, _row = _indicator(project, code)
    if request.method == "POST":
        try:
            operations.drop_indicator(project=project, code=one.code, by=request.user)
        except ReportingError as refusal:
            messages.error(request, refusal.message)
            return redirect("reporting:aim", project.slug, one.code)
        messages.success(request, _("%(code)s is removed.") % {"code": one.code})
    return redirect("reporting:indicators", project.slug)


def _page_after(project, half_year):
    """Return the address of what else is not chosen in the half-year that led here, if one did."""
    if project.periods.filter(label=half_year).exists():
        return f"{reverse('reporting:classify', args=[project.slug, half_year])}#unchosen"
    return reverse("reporting:indicators", args=[project.slug])


def _write(project, one, row, form, by):
    if row is None:
        operations.choose_indicator(project=project, code=one.code, aim=form.aim, by=by)
    else:
        operations.change_aim(project=project, code=one.code, aim=form.aim, seen=form.cleaned_data["seen"], by=by)


def _indicator(project, code):
    """Return the project, the indicator of its programming period, and the row if it is chosen; else 404."""
    project = get_object_or_404(Project, slug=project)
    one = {each.code: each for each in of_period(project.programming_period).indicators}.get(code)
    if one is None:
        raise Http404
    return project, one, project.indicators.prefetch_related("milestones").filter(code=code).first()
