"""Let the people of a partner tell their part."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.common.languages import texts_of
from hacktiv.site.once import sent_once

from ...building.queries.content import read
from ...enums import PartnerRole, Section
from ...errors import ReportingError
from ...models import ContributionText, Spending
from ...models.spending import AMOUNTS
from ...plan.forms import InLanguagesForm
from .. import operations, queries
from ..forms import CountsForm, OwnProofForm, SpendingForm
from .base import NOTHING_DONE, form_page, of_own_part, said_at, seen_anew, status_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@never_cache
@of_own_part()
@sent_once
def text(request, period, partner, section):
    """Write the partner's text for a section of the report."""
    if section not in Section:
        raise Http404

    def standing():
        return ContributionText.objects.filter(
            contribution__partner=partner, contribution__period=period, section=section
        ).first()

    row = standing()
    context = {"section": Section(section)}
    initial = {"shown": row.version if row else 0} | (texts_of(row, "text") if row else {})
    form = InLanguagesForm(request.POST or None, initial=initial, label_suffix="")
    status = None
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["shown"]
        try:
            operations.write_text(
                partner=partner,
                period=period,
                section=section,
                texts=form.texts,
                seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1,
                by=request.user,
            )
        except ReportingError as refusal:
            status = status_of(refusal)
            if refusal.code == "moved":
                row = standing()
                form = seen_anew(InLanguagesForm, request, "shown", row.version if row else 0)
                context["standing"] = texts_of(row, "text") if row else {}
            form.add_error(None, refusal.message)
        else:
            words = _("Your text is kept: %(section)s.") % {"section": Section(section).label}
            return said_at(f"text-{partner.pk}-{section}", words, request=request, period=period)
    return form_page(request, "reporting/parts/text.html", form, period, partner, status=status, **context)


@require_http_methods(GET_OR_POST)
@never_cache
@of_own_part(coordinator=True)
@sent_once
def spending(request, period, partner):
    """Tell what the partner spent in the half-year."""
    if partner.role == PartnerRole.ASSOCIATED:
        raise Http404
    row = Spending.objects.filter(partner=partner, period=period).first()
    initial = {"shown": queries.spending_seen(row)} | {name: getattr(row, name) for name in AMOUNTS if row}
    form = SpendingForm(request.POST or None, initial=initial, label_suffix="")
    status, context = None, {}
    if request.method == "POST" and form.is_valid():
        try:
            operations.write_spending(
                partner=partner,
                period=period,
                amounts=form.amounts,
                seen=form.cleaned_data["shown"],
                by=request.user,
            )
        except ReportingError as refusal:
            status = status_of(refusal)
            if refusal.code == "moved":
                row = Spending.objects.filter(partner=partner, period=period).first()
                form = seen_anew(SpendingForm, request, "shown", queries.spending_seen(row))
                context["standing"] = [(form.fields[name].label, getattr(row, name, None)) for name in AMOUNTS]
            form.add_error(None, refusal.message)
        else:
            words = _("The spending of %(partner)s is kept.") % {"partner": partner}
            return said_at(f"spending-{partner.pk}", words, request=request, period=period)
    return form_page(request, "reporting/parts/spending.html", form, period, partner, status=status, **context)


@require_http_methods(GET_OR_POST)
@never_cache
@of_own_part()
def counts(request, period, partner, slug):
    """Say whether the counts of an action are right."""
    action = queries.own_action(period, partner, slug)
    if action is None:
        raise Http404
    seen = queries.written_counts(queries.counts_of(action))
    is_counted = queries.is_counted(action)
    form = CountsForm(request.POST or None, is_counted=is_counted, initial={"counts": seen}, label_suffix="")
    status = None
    if request.method == "POST" and form.is_valid():
        is_right = form.is_right
        try:
            operations.say_of_counts(
                partner=partner,
                period=period,
                slug=slug,
                seen=form.cleaned_data["counts"],
                is_right=is_right,
                word=form.cleaned_data["word"],
                by=request.user,
            )
        except ReportingError as refusal:
            status = status_of(refusal)
            if refusal.code == "moved":
                form = seen_anew(CountsForm, request, "counts", seen, is_counted=is_counted)
            form.add_error(None, refusal.message)
        else:
            words = _("Confirmed: %(action)s.") if is_right else _("Noted, for the lead to correct: %(action)s.")
            words %= {"action": read(action.title)}
            return said_at(f"action-{partner.pk}-{slug}", words, request=request, period=period)
    context = {"action": action, "is_counted": is_counted}
    return form_page(request, "reporting/parts/counts.html", form, period, partner, status=status, **context)


@require_http_methods(GET_OR_POST)
@never_cache
@of_own_part()
def all_counts(request, period, partner):
    """Confirm all counts that the page of the part showed; each is sent as « slug=10,10,8,8 »."""
    if request.method == "POST":
        seen = dict(each.partition("=")[::2] for each in request.POST.getlist("counts"))
        try:
            number = operations.confirm_counts(partner=partner, period=period, seen=seen, by=request.user)
        except ReportingError as refusal:
            return said_at(
                f"counts-{partner.pk}", refusal.message, request=request, period=period, level=messages.ERROR
            )
        else:
            words = ngettext(
                "The counts of %(number)d action are confirmed.",
                "The counts of %(number)d actions are confirmed.",
                number,
            )
            words %= {"number": number}
            return said_at(f"counts-{partner.pk}", words, request=request, period=period)
    return said_at(f"counts-{partner.pk}", NOTHING_DONE, request=request, period=period, level=messages.WARNING)


@require_http_methods(GET_OR_POST)
@never_cache
@of_own_part()
@sent_once
def proof(request, period, partner, slug):
    """Add a proof of one of the partner's actions."""
    titles = queries.own_events(period, partner)
    if slug not in titles:
        raise Http404
    kinds = request.GET.get("kind", "")
    form = OwnProofForm(request.POST or None, request.FILES or None, initial={"kind": kinds}, label_suffix="")
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_own_proof(partner=partner, period=period, slug=slug, by=request.user, **form.cleaned_data)
        except ReportingError as refusal:
            status = status_of(refusal)
            form.add_error("file", refusal.message)
        else:
            words = _("The proof is kept. It proves something once somebody else has checked it.")
            return said_at(f"action-{partner.pk}-{slug}", words, request=request, period=period)
    return form_page(
        request, "reporting/parts/proof.html", form, period, partner, status=status, title_of_action=titles[slug]
    )


@require_http_methods(GET_OR_POST)
@never_cache
@of_own_part()
def done(request, period, partner):
    """Mark the partner's part as done; first tell what is still empty in it, and ask."""
    level, words = messages.WARNING, NOTHING_DONE
    if request.method == "POST":
        [told] = queries.told_parts(period, [partner])
        if told.is_open and not told.is_complete and "is_sure" not in request.POST:
            context = {"period": period, "partner": partner, "told": told}
            return render(request, "reporting/parts/done.html", context)
        try:
            operations.mark_done(partner=partner, period=period, by=request.user)
        except ReportingError as refusal:
            level, words = messages.ERROR, refusal.message
        else:
            level, words = messages.SUCCESS, _("Your part is marked as done. The coordination sees it.")
    return said_at(f"part-{partner.pk}", words, request=request, period=period, level=level)


@require_http_methods(GET_OR_POST)
@never_cache
@of_own_part()
def reopen(request, period, partner):
    """Take back that the partner's part is done."""
    level, words = messages.WARNING, NOTHING_DONE
    if request.method == "POST":
        try:
            operations.take_done_back(partner=partner, period=period, by=request.user)
        except ReportingError as refusal:
            level, words = messages.ERROR, refusal.message
        else:
            level, words = messages.SUCCESS, _("Your part is open again. Mark it as done once it is complete.")
    return said_at(f"part-{partner.pk}", words, request=request, period=period, level=level)
