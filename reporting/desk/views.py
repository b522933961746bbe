"""Show the coordinator their desk: where a half-year stands, what it lacks and from whom, and what lies ahead."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hacktiv.common.languages import column, in_each_language

from ..building.queries.behind import behind_of
from ..core.access import coordinator_only, period_or_404
from ..outputs.renderers import labels
from .queries.calendar import days_ahead
from .queries.half_years import half_years_of_the_desk, projects_besides
from .queries.missing import at_stake, coached_by_side, missing_in, records_of
from .queries.standing import imbalances_of, standing_of, titles_of_deviations
from .rules import Imbalance

#: How many actions of each line the desk lists; the report has all.
LISTED = 20
#: What may be missing, in words.
WORDS = {
    "proposed": _("Actions that partners propose"),
    "uncounted": _("Held events that nobody has counted"),
    "not_held": _("Past events that nobody marked as held"),
    "straddles": _("Actions whose half-year is to be chosen"),
    "joint": _("Actions of which nobody said whether they are joint"),
    "unclassified": _("Actions whose indicator nobody decided"),
    "misclassified": _("Actions whose records contradict their indicator"),
    "unchosen": _("Indicators that the project has not chosen, though something counts under them"),
    "unknown": _("Actions whose participants nobody counted"),
    "contradictory": _("Actions with counts that contradict each other"),
    "objected": _("Actions whose counts a partner says are not right"),
    "proofs": _("Actions that lack a proof"),
    "to_check": _("Actions with a proof to be checked"),
    "coaching": _("Coaching without checked evidence"),
    "deliverables": _("Deliverables without checked evidence"),
    "partners": _("Partners that are not done with their part"),
}
#: The title of the deviation that is proposed where one side of the border is left behind.
DEVIATIONS = {
    "coaching": _("Coaching on one side of the border only"),
    "crossings": _("Crossings of the border in one direction only"),
    "participations": _("Few participants from one side of the border"),
}


@dataclass(frozen=True)
class Proposal:
    """A side that is left behind, with the address of the form that is filled in with it as a deviation."""

    imbalance: Imbalance
    address: str


@require_safe
@never_cache
@coordinator_only
def desk(request, project=None, period=None):
    """Show the desk of one half-year: the one that is asked for, or the first of those to work on."""
    today = timezone.localdate()
    periods = half_years_of_the_desk(today)
    shown = period_or_404(project, period) if project else next(iter(periods), None)
    context = {"period": shown, "periods": periods, "besides": projects_besides(periods), "today": today}
    if shown is not None:
        context |= _of_half_year(shown, today, request.user)
    return render(request, "reporting/desk/desk.html", context)


def _of_half_year(period, today, reader):
    records, standing = records_of(period), standing_of(period)
    lacking = missing_in(records)
    lines = [(WORDS[line.kind], line, _page_of(line.kind, period)) for line in lacking]
    slugs = {thing.slug for line in lacking for thing in line.things[:LISTED] if thing.slug}
    return {
        "standing": standing,
        "missing": lines,
        "behind": behind_of(slugs, reader),
        "at_stake": (waiting := at_stake(records)),
        "at_stake_by_unit": [
            (labels.FIGURE_NAMES[code], labels.UNITS[code], list(rows))
            for code, rows in groupby(waiting, attrgetter("figure"))
        ],
        "listed": LISTED,
        "proposals": _proposals(period, imbalances_of(standing, coached_by_side(records))),
        "days": days_ahead(period, today),
    }


def _page_of(kind, period):
    """Return the address where all that is missing of a kind is decided on, or none: each thing has its own page."""
    if kind == "uncounted":
        return reverse("reporting:uncounted", args=[period.project.slug, period.label])
    if kind in ("objected", "partners", "proofs"):
        return reverse("reporting:parts", args=[period.project.slug, period.label])
    if kind in ("unclassified", "misclassified"):
        return reverse("reporting:classify", args=[period.project.slug, period.label])
    if kind == "unchosen":
        return f"{reverse('reporting:classify', args=[period.project.slug, period.label])}#unchosen"
    if kind in ("coaching", "deliverables"):
        return reverse("reporting:add_evidence", args=[period.project.slug, period.label])
    if kind in ("straddles", "not_held"):
        return f"{reverse('admin:reporting_countedaction_changelist')}?project__slug={period.project.slug}"
    if kind == "joint":
        return reverse("admin:reporting_jointdecision_changelist")
    return ""


def _proposals(period, found):
    """Return the sides left behind of which no deviation of this half-year speaks yet."""
    told = titles_of_deviations(period)
    titles = {one: in_each_language(DEVIATIONS[one.measure]) for one in found}
    return [Proposal(one, _form_of(period, words)) for one, words in titles.items() if told.isdisjoint(words.values())]


def _form_of(period, words):
    filled = {column("title", code): text for code, text in words.items()}
    return "?".join(
        [
            reverse("admin:reporting_deviation_add"),
            urlencode({"project": period.project_id, "period": period.pk, **filled}),
        ]
    )
