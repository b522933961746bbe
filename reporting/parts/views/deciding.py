"""Let the coordinator ask for the parts of partners, give them back, decide on proposals, and take texts over."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.site.once import sent_once

from ...building.queries.behind import behind_of
from ...core.access import coordinator_only, period_or_404
from ...core.queries import is_closed
from ...enums import Principle, ProposalState, Section
from ...errors import ReportingError
from ...models import ProposedAction
from .. import operations, queries
from ..forms import DecideForm, GiveBackForm, TakeOverForm, UntilForm
from ..rules import proposal_seen
from .base import NOTHING_DONE, form_page, said_at, seen_anew, status_of, to_parts
from .telling import GET_OR_POST


@require_http_methods(GET_OR_POST)
@coordinator_only
def ask(request, project, period, partner):
    """Mail the people of a partner that its part is awaited."""
    period = period_or_404(project, period)
    partner = get_object_or_404(period.project.partners, pk=partner)
    here = {"request": request, "period": period}
    anchor = f"where-{partner.pk}"
    if request.method == "POST":
        try:
            number = operations.ask_again(partner=partner, period=period, by=request.user)
        except ReportingError as refusal:
            return said_at(anchor, refusal.message, level=messages.ERROR, **here)
        else:
            words = ngettext(
                "%(partner)s is asked: a mail leaves to %(number)d person.",
                "%(partner)s is asked: a mail leaves to %(number)d people.",
                number,
            )
            if number:
                return said_at(anchor, words % {"partner": partner, "number": number}, **here)
            words = _("%(partner)s was asked today already.") % {"partner": partner}
            return said_at(anchor, words, level=messages.INFO, **here)
    return said_at(anchor, NOTHING_DONE, level=messages.WARNING, **here)


@require_http_methods(GET_OR_POST)
@never_cache
@coordinator_only
@sent_once
def give_back(request, project, period, partner):
    """Give a part that is done, or shut by the closing, back to the partner, with a word."""
    period = period_or_404(project, period)
    partner = get_object_or_404(period.project.partners, pk=partner)
    [told] = queries.told_parts(period, [partner])
    if told.is_open:
        raise Http404
    form = GiveBackForm(request.POST or None, label_suffix="")
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            operations.give_back(partner=partner, period=period, by=request.user, **form.cleaned_data)
        except ReportingError as refusal:
            status = status_of(refusal)
            form.add_error("word", refusal.message)
        else:
            words = _("The part is given back to %(partner)s, by a mail.") % {"partner": partner}
            return said_at(f"where-{partner.pk}", words, request=request, period=period)
    context = {"is_closed": is_closed(period)}
    return form_page(request, "reporting/parts/give_back.html", form, period, partner, status=status, **context)


@require_http_methods(GET_OR_POST)
@never_cache
@coordinator_only
def until(request, project, period):
    """Set the date until which the partners tell their part."""
    period = period_or_404(project, period)
    form = UntilForm(request.POST or None, initial={"until": period.partners_until}, label_suffix="")
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_partners_until(period=period, by=request.user, **form.cleaned_data)
        except ReportingError as refusal:
            status = status_of(refusal)
            if refusal.code == "past":
                form = seen_anew(UntilForm, request, "meant", form.cleaned_data["until"].isoformat())
            form.add_error("until", refusal.message)
        else:
            return said_at("where", _("The date is kept."), request=request, period=period)
    return form_page(request, "reporting/parts/until.html", form, period, status=status)


@require_http_methods(GET_OR_POST)
@never_cache
@coordinator_only
@sent_once
def proposal(request, project, period, pk):
    """Accept an action that a partner proposed, or refuse it."""
    period = period_or_404(project, period)
    rows = ProposedAction.objects.select_related("contribution__partner", "event")
    found = get_object_or_404(rows, contribution__period=period, pk=pk)
    initial = {"counts": True, "shown": proposal_seen(found)}
    form = DecideForm(request.POST or None, proposal=found, initial=initial, label_suffix="")
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            _decide(found, form.cleaned_data, request.user)
        except ReportingError as refusal:
            status = status_of(refusal)
            found = get_object_or_404(rows, pk=pk)
            form = seen_anew(DecideForm, request, "shown", proposal_seen(found), proposal=found)
            form.add_error(None, refusal.message)
        else:
            is_accepted = form.cleaned_data["step"] == DecideForm.ACCEPT
            words = _("“%(action)s” is in the agenda now.") if is_accepted else _("“%(action)s” is refused.")
            messages.success(request, words % {"action": found})
            # Once accepted, the page leads on to its counts.
            return redirect(request.path) if is_accepted else to_parts(period)
    is_waiting = found.state == ProposalState.WAITING
    behind = behind_of([found.event.slug] if found.event else [], request.user)
    context = {"proposal": found, "is_waiting": is_waiting, "known": next(iter(behind.values()), None)}
    return form_page(
        request, "reporting/parts/proposal.html", form, period, found.contribution.partner, status=status, **context
    )


def _decide(proposal, answers, user):
    if answers["step"] == DecideForm.REFUSE:
        operations.refuse_proposal(proposal=proposal, word=answers["word"], seen=answers["shown"], by=user)
        return
    names = ("type", "mode", "counts", "organisers")
    operations.accept_proposal(
        proposal=proposal, seen=answers["shown"], by=user, **{name: answers[name] for name in names}
    )


@require_http_methods(GET_OR_POST)
@never_cache
@coordinator_only
def texts(request, project, period):
    """Show the texts of the partners beside each other, and take those that are ticked over into the report."""
    period = period_or_404(project, period)
    written = queries.written_texts(period)
    form = TakeOverForm(request.POST or None, texts=written, label_suffix="")
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            taken = operations.take_over(period=period, versions=form.ticked, by=request.user)
        except ReportingError as refusal:
            status = status_of(refusal)
            form.add_error(None, refusal.message)
            written = queries.written_texts(period)
        else:
            _tell_taken(request, taken)
            return redirect("reporting:part_texts", period.project.slug, period.label)
    sections = [(section, [text for text in written if text.section == section]) for section in Section]
    context = {"period": period, "form": form, "texts": written, "sections": sections, "principles": list(Principle)}
    return render(request, "reporting/parts/texts.html", context, status=status)


def _tell_taken(request, taken):
    words = ngettext(
        "%(number)d text is in the report now. Build it again to see it.",
        "%(number)d texts are in the report now. Build it again to see them.",
        taken.number,
    )
    messages.success(request, words % {"number": taken.number})
    if taken.beside:
        words = _(
            "The text of the report was changed where an earlier text of theirs stood: %(partners)s. The new one is "
            "added at its end. Strike out there what no longer holds."
        )
        messages.warning(request, words % {"partners": ", ".join(taken.beside)})
