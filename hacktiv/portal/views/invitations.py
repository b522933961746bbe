"""Pages on which an invited person reads what a space offers, accepts or declines it."""

from functools import partial, wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.dates import day
from hacktiv.common.ratelimit import limit
from hacktiv.site.once import sent_once
from members.core.queries import was_theirs
from spaces.errors import BookingError
from spaces.memberships.operations import accept, decline
from spaces.memberships.queries import invitation_by_token, membership_at
from spaces.memberships.rules import goes_on_from, may_go_on_through

from ..forms import AcceptForm, DeclineForm
from ..operations import carry_out, what_is_lost
from .memberships import MEMBERSHIPS_AN_HOUR, REFUSED, WRONG

#: The page of an invitation that cannot be answered any more.
GONE = 410


@never_cache
@require_safe
def invitation(request, token):
    """Show an invitation to whoever has its link. To open it changes nothing: mail programs open links too."""
    found, is_latest = _found(token)
    return _page(request, found, token, is_latest=is_latest)


def _found(token):
    found, is_latest = invitation_by_token(token)
    if found is None:
        raise Http404
    return found, is_latest


def _page(request, found, token, *, is_latest, form=None, status=None):
    """Show the invitation to the invited person, a visitor, or somebody signed in to another account."""
    user = request.user
    is_theirs = user.is_authenticated and was_theirs(user, found.email, at=found.made_at)
    is_own = bool(user.is_authenticated and found.membership and found.membership.user_id == user.pk)
    can_be_answered = is_latest and found.is_open
    address = reverse("portal:invitation", args=[token])
    context = {
        "invitation": found,
        "space": found.space,
        "kind": found.kind,
        "begins_on": found.begins_on(timezone.localdate()) if found.first_day else None,
        "can_be_answered": can_be_answered,
        "is_replaced": found.is_unanswered and not is_latest,
        "is_theirs": is_theirs,
        "is_own": is_own,
        "is_of_another": user.is_authenticated and not is_theirs,
        "masked": _masked(found.email),
        "form": form or DeclineForm(),
        "token": token,
        "address": address,
        "is_changed": status == REFUSED,
        **(_of_member(request.user, found, token) if is_theirs and can_be_answered else {}),
    }
    status = status or WRONG if form or status else 200 if can_be_answered or is_own else GONE
    return render(request, "portal/invitation.html", context, status=status)


def _of_member(user, found, token):
    """Gather what a member of the space reads before they accept: what they have, and what it would become."""
    membership = membership_at(user, found.space)
    if membership is None:
        return {}
    context = {"member": membership, "accept_address": reverse("portal:accept_invitation", args=[token])}
    today = timezone.localdate()
    if not may_go_on_through(found, membership, today):
        is_later = found.begins_on(today) > today and membership.organisation_id != found.organisation_id
        return {**context, "goes_on_from": goes_on_from(found, today) if is_later else None}
    try:
        lost = what_is_lost(user=user, change=partial(_going_on, found, user))
    except BookingError as refusal:
        return {**context, "why_not": refusal.message}
    form = AcceptForm(organisation=found.organisation, initial={"seen": " ".join(lost.marks)})
    return {**context, "accept_form": form, "lost": lost}


def _going_on(found, user):
    return accept(invitation=found, user=user, goes_on=True).membership


def _masked(email):
    """Return an address of which its owner knows that it is theirs, and others learn little."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _answer(view):
    """Hand the invitation to a view that answers it; an earlier link, and a page that is only opened, show it."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @sent_once
    @wraps(view)
    def answered(request, token):
        found, is_latest = _found(token)
        if request.method != "POST" or not is_latest:
            return redirect("portal:invitation", token)
        limit(request, "membership", MEMBERSHIPS_AN_HOUR)
        return view(request, found, token)

    return answered


@login_required
@_answer
def accept_invitation(request, found, token):
    """Give the person the membership. A member of the space chooses whether theirs goes on through the organisation."""
    form = AcceptForm(request.POST, organisation=found.organisation)
    goes_on = form.is_valid() and form.cleaned_data["goes_on"] and found.is_open
    try:
        if goes_on and membership_at(request.user, found.space):
            change = partial(_going_on, found, request.user)
            lost = what_is_lost(user=request.user, change=change)
            if not lost.is_within(form.cleaned_data["seen"].split()):
                return _page(request, found, token, is_latest=True, status=REFUSED)
            carry_out(user=request.user, change=change, by=request.user)
            words = _("Your membership of %(space)s goes on through %(organisation)s: a mail confirms it.")
            names = {"space": found.space.name, "organisation": found.organisation}
            messages.success(request, words % names)
            return redirect("portal:memberships")
        accepted = accept(invitation=found, user=request.user)
    except BookingError as refusal:
        messages.error(request, refusal.message)
        return redirect("portal:invitation", token)
    messages.success(request, _said_of(accepted, found))
    return redirect("portal:memberships")


def _said_of(accepted, found):
    words = _("You are a member of %(space)s now: a confirmation is on its way to your mailbox.")
    membership = accepted.membership
    if not accepted.is_new:
        words = _("You are a member of %(space)s already: your membership stays as it is.")
    elif membership.since > timezone.localdate():
        words = _("You have accepted: your membership of %(space)s begins on %(day)s.")
    since = day(membership.since) if membership else ""
    return words % {"space": found.space.name, "day": since}


@_answer
def decline_invitation(request, found, token):
    """Decline it with a word to the team; who has the link needs no account for that."""
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, found, token, is_latest=True, form=form)
    user = request.user if request.user.is_authenticated else None
    try:
        decline(invitation=found, user=user, words=form.cleaned_data["words"])
    except BookingError as refusal:
        messages.error(request, refusal.message)
        return redirect("portal:invitation", token)
    messages.success(request, _("You have declined: the team of %(space)s is told.") % {"space": found.space.name})
    return redirect("portal:memberships" if user else "portal:home")
