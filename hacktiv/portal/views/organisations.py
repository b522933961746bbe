"""Pages of a contact of an organisation: who uses its places, and invite its own people to them."""

from datetime import timedelta
from functools import partial, wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.common.dates import day
from hacktiv.common.ratelimit import limit
from hacktiv.site.once import sent_once
from spaces.errors import BookingError
from spaces.memberships.operations import end_membership, invite_own_people, send_again, take_back
from spaces.memberships.queries import organisations_of_contact

from ..forms import EndOfOneForm, InviteOwnForm
from ..operations import carry_out
from ..queries.organisations import agreements_of, invitations_of_contact, memberships_of_contact
from .memberships import MEMBERSHIPS_AN_HOUR, REFUSED, WRONG

#: The field beside which a refusal is said.
FIELDS = {"no_place": "addresses", "days": "first_day"}


def _own_organisation(view):
    """Hand the organisation of which the person is a contact to the view; 404 for anybody else."""

    @never_cache
    @login_required
    @wraps(view)
    def shown(request, slug, **kwargs):
        found = get_object_or_404(organisations_of_contact(request.user), slug=slug)
        if request.method == "POST":
            limit(request, "membership", MEMBERSHIPS_AN_HOUR)
        return view(request, found, **kwargs)

    return shown


@require_http_methods(["GET", "HEAD", "POST"])
@_own_organisation
@sent_once
def organisation(request, found):
    """Show the places of the organisation and who uses them, and invite some of its people."""
    places = agreements_of(request.user, found)
    form = InviteOwnForm(
        request.POST if request.method == "POST" else None,
        places=places,
        initial={"language": request.user.language},
    )
    status = 200
    if form.is_bound:
        status = WRONG
        if form.is_valid():
            try:
                invited = invite_own_people(**form.cleaned_data, by=request.user)
            except BookingError as refusal:
                form.add_error(FIELDS.get(refusal.code), refusal.message)
                status = REFUSED
            else:
                left_out = _left_out_in_words(invited)
                if invited.sent:
                    _say_who_is_invited(request, invited.sent, left_out)
                    return redirect("portal:organisation", found.slug)
                form.add_error("addresses", left_out)
                status = REFUSED
    context = {"organisation": found, "places": places, "form": form, "today": timezone.localdate()}
    return render(request, "portal/organisation.html", context, status=status)


def _say_who_is_invited(request, sent, left_out):
    text = ngettext("%(count)d person is invited by mail.", "%(count)d people are invited by mail.", len(sent))
    messages.success(request, text % {"count": len(sent)})
    if first := sent[0].first_day:
        messages.info(request, _("First day: %(day)s") % {"day": day(first)})
    for words in left_out:
        messages.info(request, words)


def _left_out_in_words(invited):
    """Say of each address that was left out why."""
    again = ", ".join(address for address in invited.left_out if address not in invited.placed)
    words = [_("Invited already: %(addresses)s") % {"addresses": again}] if again else []
    for address, last_day in invited.placed.items():
        names = {"address": address, "day": last_day and day(last_day)}
        if last_day:
            words.append(_("%(address)s has a place until %(day)s: the team of the space renews it.") % names)
        else:
            words.append(_("%(address)s has a place without an end.") % names)
    return words


@require_http_methods(["GET", "HEAD", "POST"])
@_own_organisation
@sent_once
def invite_again(request, found, pk):
    """Send an invitation of the organisation once more."""
    if request.method != "POST":
        return redirect("portal:organisation", found.slug)
    invitation = get_object_or_404(invitations_of_contact(request.user, found), pk=pk)
    try:
        send_again(invitation=invitation, by=request.user)
    except BookingError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The invitation is sent again."))
    return redirect("portal:organisation", found.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@_own_organisation
@sent_once
def take_invitation_back(request, found, pk):
    """Take an invitation of the organisation back: its place is free again."""
    if request.method != "POST":
        return redirect("portal:organisation", found.slug)
    invitation = get_object_or_404(invitations_of_contact(request.user, found), pk=pk)
    try:
        take_back(invitation=invitation, by=request.user)
    except BookingError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The invitation is taken back: its place is free again."))
    return redirect("portal:organisation", found.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@_own_organisation
@sent_once
def end_of_one(request, found, pk):
    """End the membership of somebody of the organisation. What they lose by it, they read in their own mail."""
    membership = get_object_or_404(memberships_of_contact(request.user, found), pk=pk)
    form = EndOfOneForm(request.POST if request.method == "POST" else None, membership=membership)
    status = 200
    if form.is_bound:
        status = WRONG
        if form.is_valid():
            last = form.cleaned_data["last"]
            try:
                end = partial(end_membership, membership=membership, by=request.user, on=last + timedelta(days=1))
                carry_out(user=membership.user, change=end, by=request.user)
            except BookingError as refusal:
                form.add_error(None, refusal.message)
                status = REFUSED
            else:
                words = _("The membership of %(person)s ends: its last day is %(day)s. A mail says so.")
                messages.success(request, words % {"person": membership.user, "day": day(last)})
                return redirect("portal:organisation", found.slug)
    context = {"organisation": found, "membership": membership, "form": form}
    return render(request, "portal/organisation_end.html", context, status=status)
