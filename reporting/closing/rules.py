"""Check a draft before it is closed, and say what is amiss: one list, each with its gravity and where it is mended.

A capability above this one adds its own with `register`, when the app is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hacktiv.common.dates import day

from ..building.queries.content import Action, Report, read
from ..building.queries.versions import Since
from ..enums import Level
from ..models import Period
from ..outputs.renderers import classification, correction_labels, labels


@dataclass(frozen=True)
class Facts:
    """The draft that is to be closed, and what the records say beside it, for the checks to look at.

    `unreported` are the labels of the half-years before it that ended without any report; `undecided` are the titles of
    held events about which nobody said whether the project counts them."""

    period: Period
    report: Report
    since: Since | None = None
    unreported: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One thing that is amiss, in words. `slug` is the event whose records mend it, `address` the page where it is
    decided, where there is one of its own."""

    words: str
    slug: str = ""
    address: str = ""

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Check:
    """One thing that closing looks at.

    `find` returns a line for each thing that is amiss, or its words. `says` makes the sentence over them from their
    number. `mended_at` names the page on which it is mended, `fragment` the place on it; `mending` is the words of the
    link. With `events_apart` that page mends no event: its own records do.
    """

    code: str
    level: Level
    find: Callable[[Facts], Iterable[str | Line]]
    says: Callable[[int], str]
    mended_at: str = ""
    fragment: str = ""
    mending: str | Promise = ""
    events_apart: bool = False


@dataclass(frozen=True)
class Finding:
    """The findings of one check in one draft: `lines` is empty where nothing is amiss."""

    check: Check
    lines: tuple[Line, ...]

    @property
    def has_page(self) -> bool:
        """Return whether the page of the check mends some of what was found."""
        mends = not self.check.events_apart or any(not line.slug for line in self.lines)
        return bool(self.check.mended_at) and mends

    @property
    def number(self) -> int:
        return len(self.lines)

    @property
    def sentence(self) -> str:
        return self.check.says(self.number)

    @property
    def refusal(self) -> str:
        """Return why closing without a reason is refused."""
        return _("%(sentence)s Write why you close anyway.") % {"sentence": self.sentence}


def findings(facts: Facts) -> list[Finding]:
    """Return what is amiss, the gravest first."""
    found = [Finding(check, tuple(map(_line, check.find(facts)))) for check in CHECKS]
    order = list(Level)
    return sorted((one for one in found if one.lines), key=lambda one: order.index(one.check.level))


def _line(found: str | Line) -> Line:
    return found if isinstance(found, Line) else Line(found)


def register(check: Check) -> None:
    """Add a check to the list; the same again changes nothing."""
    if all(check.code != other.code for other in CHECKS):
        CHECKS.append(check)


def _not_over(facts: Facts) -> Iterable[str]:
    if not facts.period.is_over:
        ends_on = day(facts.period.ends_on, year=True)
        yield _("This half-year ends on %(day)s: its report can be closed from the day after.") % {"day": ends_on}
        left = ngettext(
            "%(days)s day is left, in which more may take place and be counted.",
            "%(days)s days are left, in which more may take place and be counted.",
            facts.period.days_left,
        )
        yield left % {"days": facts.period.days_left}


def _older(facts: Facts) -> Iterable[str]:
    if facts.since is None:
        return
    for part in facts.since.statements:
        yield _("%(title)s – %(what)s: %(then)s in this draft, now %(now)s") % {
            "title": read(part.title),
            "what": correction_labels.corrected(part),
            "then": correction_labels.said(part),
            "now": correction_labels.known(part),
        }
    if not facts.since.statements:
        yield _("What stands behind the figures has changed.")


def _owed(facts: Facts) -> Iterable[Line]:
    for part in facts.report.lacking_proof:
        kinds = [labels.proof_kind(kind) for kind in getattr(part, "missing", ())]
        owed = ", ".join(kinds) or _("no evidence that was checked")
        yield Line(f"{read(part.title)} – {owed}", part.slug if isinstance(part, Action) else "")


def _uncounted(facts: Facts) -> Iterable[Line]:
    for part in facts.report.actions:
        if part.participations.bounds.is_unknown:
            yield Line(read(part.title), part.slug)


def _budgets(facts: Facts) -> Iterable[str]:
    whole, sums = facts.report.project.total_budget, facts.report.partner_totals.total
    if whole is not None and sums is not None and whole != sums:
        yield _("The partners’ budgets make %(sum)s, the project’s is %(whole)s.") % {
            "sum": labels.euros(sums),
            "whole": labels.euros(whole),
        }


def _overspent(facts: Facts) -> Iterable[str]:
    for part in facts.report.spending:
        spent = part.total.claimed.known
        if part.budget is not None and spent is not None and spent > part.budget:
            yield _("%(partner)s: %(spent)s were claimed so far, of a budget of %(budget)s") % {
                "partner": part.partner,
                "spent": labels.euros(spent),
                "budget": labels.euros(part.budget),
            }


def _reported_otherwise(facts: Facts) -> Iterable[str]:
    report = facts.report
    for figure in (*report.indicators, *report.figures, *report.crossings, *report.travel):
        if figure.previous_now:
            yield _("%(figure)s: %(reported)s was reported, the records say %(now)s today") % {
                "figure": labels.figure_name(figure),
                "reported": labels.bounds(figure.previous),
                "now": labels.bounds(figure.previous_now),
            }


#: Each check of closing. docs/reporting.md says what each means.
CHECKS: list[Check] = [
    Check("not_over", Level.REFUSES, _not_over, lambda number: _("This half-year is not over.")),
    Check(
        "proofs_missing",
        Level.REASON,
        _owed,
        lambda number: (
            ngettext(
                "%(number)d entry counts and lacks its proof.", "%(number)d entries count and lack their proof.", number
            )
            % {"number": number}
        ),
        mended_at="reporting:add_evidence",
        mending=gettext_lazy("Add evidence to deliverables and coachings"),
        events_apart=True,
    ),
    Check(
        "counts_unknown",
        Level.REASON,
        _uncounted,
        lambda number: (
            ngettext(
                "Nobody knows how many came to %(number)d action.",
                "Nobody knows how many came to %(number)d actions.",
                number,
            )
            % {"number": number}
        ),
    ),
    Check(
        "older_than_records",
        Level.REASON,
        _older,
        lambda number: _("The records have changed since this draft."),
        mended_at="reporting:build",
        mending=gettext_lazy("Build the draft again"),
    ),
    Check(
        "earlier_unreported",
        Level.REASON,
        lambda facts: facts.unreported,
        lambda number: (
            ngettext(
                "%(number)d half-year before this one has no report.",
                "%(number)d half-years before this one have no report.",
                number,
            )
            % {"number": number}
        ),
        mended_at="reporting:projects",
        mending=gettext_lazy("All projects"),
    ),
    Check(
        "contradictions",
        Level.REASON,
        lambda facts: (f"{read(part.title)} – {labels.contradiction(part)}" for part in facts.report.contradictions),
        lambda number: (
            ngettext(
                "%(number)d pair of counts contradicts itself.",
                "%(number)d pairs of counts contradict each other.",
                number,
            )
            % {"number": number}
        ),
        mended_at="reporting:report",
        fragment="contradictions",
        mending=gettext_lazy("See both numbers"),
    ),
    Check(
        "waiting",
        Level.REASON,
        lambda facts: (f"{read(part.title)} – {labels.PROBLEMS[part.problem]}" for part in facts.report.unassigned),
        lambda number: (
            ngettext(
                "%(number)d action waits for a decision, and widens the figures.",
                "%(number)d actions wait for a decision, and widen the figures.",
                number,
            )
            % {"number": number}
        ),
        mended_at="admin:reporting_countedaction_changelist",
        mending=gettext_lazy("Decide in the administration"),
    ),
    Check(
        "undecided",
        Level.REASON,
        lambda facts: facts.undecided,
        lambda number: (
            ngettext(
                "Of %(number)d held event nobody said whether it counts.",
                "Of %(number)d held events nobody said whether they count.",
                number,
            )
            % {"number": number}
        ),
        mended_at="reporting:uncounted",
        mending=gettext_lazy("Choose what counts"),
    ),
    Check(
        "unclassified",
        Level.REASON,
        lambda facts: (f"{read(part.title)} – {classification.proposal(part)}" for part in facts.report.unclassified),
        lambda number: (
            ngettext(
                "Of %(number)d action the indicator is not decided.",
                "Of %(number)d actions the indicator is not decided.",
                number,
            )
            % {"number": number}
        ),
        mended_at="reporting:classify",
        mending=gettext_lazy("Classify the actions"),
    ),
    Check(
        "misclassified",
        Level.REASON,
        lambda facts: (
            f"{read(part.title)} – {' '.join(map(read, part.reasons))}" for part in facts.report.misclassified
        ),
        lambda number: (
            ngettext(
                "The records contradict the indicator of %(number)d action.",
                "The records contradict the indicators of %(number)d actions.",
                number,
            )
            % {"number": number}
        ),
        mended_at="reporting:classify",
        mending=gettext_lazy("Decide anew"),
    ),
    Check(
        "unchosen",
        Level.REASON,
        lambda facts: (
            f"{part.code} {read(part.name)} – {classification.under_it(part)}" for part in facts.report.unchosen
        ),
        lambda number: (
            ngettext(
                "Something counts under %(number)d indicator that the project has not chosen.",
                "Something counts under %(number)d indicators that the project has not chosen.",
                number,
            )
            % {"number": number}
        ),
        mended_at="reporting:classify",
        fragment="unchosen",
        mending=gettext_lazy("Choose them for the project"),
    ),
    Check(
        "doubles",
        Level.REASON,
        lambda facts: (
            f"{read(part.title)} – {classification.elsewhere(part)}" for part in facts.report.doubles if not part.reason
        ),
        lambda number: (
            ngettext(
                "%(number)d action counts in another project too, and nobody wrote why.",
                "%(number)d actions count in another project too, and nobody wrote why.",
                number,
            )
            % {"number": number}
        ),
        mended_at="admin:reporting_countedaction_changelist",
        mending=gettext_lazy("Decide in the administration"),
    ),
    Check(
        "budgets",
        Level.REASON,
        _budgets,
        lambda number: _("The partners’ budgets do not make the project’s."),
        mended_at="admin:reporting_partner_changelist",
        mending=gettext_lazy("Correct the budgets"),
    ),
    Check(
        "overspent",
        Level.REASON,
        _overspent,
        lambda number: (
            ngettext(
                "%(number)d partner claimed more than its budget.",
                "%(number)d partners claimed more than their budget.",
                number,
            )
            % {"number": number}
        ),
        mended_at="reporting:parts",
        mending=gettext_lazy("Parts of the partners"),
    ),
    Check(
        "self_checked",
        Level.TOLD,
        lambda facts: (item.name for item in facts.report.self_checked),
        lambda number: (
            ngettext(
                "%(number)d file was checked by who added it, as the report says: somebody else may still check it.",
                "%(number)d files were checked by who added them, as the report says: others may still check them.",
                number,
            )
            % {"number": number}
        ),
    ),
    Check(
        "reported_otherwise",
        Level.TOLD,
        _reported_otherwise,
        lambda number: (
            ngettext(
                "%(number)d figure was reported otherwise than the records say today; the report tells both.",
                "%(number)d figures were reported otherwise than the records say today; the report tells both.",
                number,
            )
            % {"number": number}
        ),
    ),
]
