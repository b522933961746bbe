"""Show the people of a partner their own part of a project."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.core.rules import coordinates

from ...building.queries.behind import behind_of
from ...core.access import period_or_404
from .. import queries
from ..forms import UntilForm


@require_safe
@never_cache
@login_required
def own_projects(request):
    """List the half-years whose part of their own the person reads; 404 for who is of no partner."""
    projects = list(queries.own_projects(request.user))
    if not projects:
        raise Http404
    found = queries.standings(
        (partner, period)
        for project in projects
        for period in project.periods.all()
        for partner in project.own_partners
    )
    standings = {}
    for one in found:
        standings.setdefault(one.period, []).append(one)
    context = {"projects": [(project, [(p, standings[p]) for p in project.periods.all()]) for project in projects]}
    return render(request, "reporting/parts/own_projects.html", context)


@require_safe
@never_cache
@login_required
def parts(request, project, period):
    """Show people the part of each partner that they belong to, once the half-year has begun, and coordinators those of
    all partners; 404 for anybody else."""
    period = period_or_404(project, period)
    partners = period.project.partners.order_by("order", "pk")
    own = set(queries.partners_of(request.user).values_list("pk", flat=True))
    reads_all = coordinates(request.user)
    has_begun = period.starts_on <= timezone.localdate()
    if not reads_all:
        partners = partners.filter(pk__in=own)
        if not partners or not has_begun:
            raise Http404
    told = queries.told_parts(period, partners)
    context = {
        "period": period,
        "parts": told,
        "reads_all": reads_all,
        "own": own if has_begun else set(),
        "has_begun": has_begun,
        "behind": {},
        "said": [each for each in messages.get_messages(request) if each.extra_tags in set(_places(told, reads_all))],
    }
    if reads_all:
        slugs = {each.action.slug for part in told for each in (*part.actions, *part.elsewhere)}
        context["behind"] = behind_of(slugs, request.user)
        context["until_form"] = UntilForm(initial={"until": period.partners_until}, label_suffix="")
    else:
        context["coordination"] = list(queries.coordination())
    return render(request, "reporting/parts/parts.html", context)


def _places(parts, reads_all):
    """Return the anchors on the page where it is said what was done there."""
    if reads_all:
        yield "where"
    for told in parts:
        pk = told.partner.pk
        if reads_all:
            yield f"where-{pk}"
        yield from (f"{name}-{pk}" for name in ("part", "counts", "missing", "spending"))
        yield from (f"text-{pk}-{text.section}" for text in told.texts)
        yield from (f"action-{pk}-{own.action.slug}" for own in (*told.actions, *told.elsewhere))
        yield from (f"action-{pk}-{event.slug}" for event in told.part.uncounted)
