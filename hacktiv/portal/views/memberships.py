"""Pages on which people ask for a membership, see theirs, and leave."""

from datetime import timedelta
from functools import partial, wraps
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.dates import day
from hacktiv.common.ratelimit import limit
from hacktiv.site.once import sent_once
from spaces.core.queries import home_space
from spaces.enums import MembershipState
from spaces.errors import BookingError
from spaces.memberships.operations import (
    ask_membership,
    end_membership,
    take_back_end,
    take_back_wish,
    wish_kind,
    wish_renewal,
    withdraw_request,
)
from spaces.memberships.queries import (
    homes_to_choose,
    invitations_of,
    kinds_offered,
    offers_of,
    organisations_of_contact,
)
from spaces.models import Membership, Space

from ..forms import GiveUpForm, JoinForm, LeaveForm, home_space_form
from ..operations import carry_out, what_is_lost
from ..queries.memberships import latest_decision, own, own_memberships

#: By person: requests, withdrawals, wishes and ends together.
MEMBERSHIPS_AN_HOUR = "30/h"
#: Of what is cancelled with a membership, in the message.
MOST_NAMED = 10
#: The page of a refused form: for an input, and for what the operation refuses.
WRONG, REFUSED = 400, 409


@never_cache
@require_safe
def memberships(request):
    """Show what a membership opens and where one may ask, and to a person their own."""
    today = timezone.localdate()
    offers = offers_of(Space.objects.published(), request.user, today)
    context = {"offers": offers, "is_welcome": "welcome" in request.GET}
    if request.user.is_authenticated:
        mine = own_memberships(request.user, today)
        context |= {
            "decision": latest_decision(mine, today),
            "invitations": invitations_of(request.user),
            "contact_of": organisations_of_contact(request.user),
            "present": [one for one in mine if one.is_open],
            "earlier": [one for one in mine if not one.is_open],
            "home_space": (home := home_space(request.user, today)),
            "home_space_form": home_space_form(home, homes_to_choose(request.user, today)),
        }
    return render(request, "portal/memberships.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def join(request, slug):
    """Ask the space for a membership. Who has one or has asked is told so."""
    space = get_object_or_404(Space.objects.published(), slug=slug)
    [offer] = offers_of([space], request.user, timezone.localdate())
    context = {"space": space, "kinds": offer.kinds, "is_welcome": "welcome" in request.GET}
    context["works_here"] = "already" in request.GET
    if offer.own:
        return render(request, "portal/join.html", {**context, "own": own(offer.own, timezone.localdate())})
    if request.method != "POST":
        note = _("I already work here.") if "already" in request.GET else ""
        form = JoinForm(kinds=offer.kinds, initial={"note": note, **_only_kind(offer.kinds)})
        return render(request, "portal/join.html", {**context, "form": form})
    form, status = JoinForm(request.POST, kinds=offer.kinds), WRONG
    if form.is_valid():
        limit(request, "membership", MEMBERSHIPS_AN_HOUR)
        kind, words = form.cleaned_data["kind"], form.cleaned_data["note"]
        try:
            membership = ask_membership(user=request.user, space=space, kind=kind, words=words)
        except BookingError as refusal:
            form.add_error(None, refusal.message)
            status = REFUSED
        else:
            messages.success(request, _said_of(membership) % {"space": space})
            return redirect("portal:welcome_skills" if context["is_welcome"] else "portal:memberships")
    return render(request, "portal/join.html", {**context, "form": form}, status=status)


def _only_kind(kinds):
    return {"kind": kinds[0]} if len(kinds) == 1 else {}


def _said_of(membership):
    if membership.state == MembershipState.REQUESTED:
        return _("Your request is with the team of %(space)s: the answer comes by e-mail.")
    return _("You are a member of %(space)s now: a confirmation is on its way to your mailbox.")


def _own_membership(view):
    """Hand the person's own membership to the view; 404 for anybody else's."""

    @never_cache
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @sent_once
    @wraps(view)
    def shown(request, pk):
        found = Membership.objects.select_related("space", "kind", "user", "wished_kind")
        membership = get_object_or_404(found, pk=pk, user=request.user)
        if request.method == "POST":
            limit(request, "membership", MEMBERSHIPS_AN_HOUR)
        return view(request, membership)

    return shown


@_own_membership
def withdraw(request, membership):
    """Take the request back."""
    if request.method == "POST":
        try:
            withdraw_request(membership=membership, by=request.user)
        except BookingError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Your request to %(space)s is withdrawn.") % {"space": membership.space})
    return redirect("portal:memberships")


@_own_membership
def renew(request, membership):
    """Ask the team to renew it; a kind that nobody approves is renewed at once."""
    if request.method == "POST":
        try:
            wished = wish_renewal(membership=membership, by=request.user)
        except BookingError as refusal:
            messages.error(request, refusal.message)
        else:
            words = _("Your wish to renew is with the team of %(space)s: the answer comes by e-mail.")
            if wished.wishes_own_name:
                words = _("Your wish to go on in your own name is with the team of %(space)s: it answers by e-mail.")
            elif not wished.renewal_wished_at:
                words = _("Your membership of %(space)s is renewed.")
            messages.success(request, words % {"space": membership.space})
    return redirect("portal:memberships")


@_own_membership
def another_kind(request, membership):
    """Ask the team for another kind that the space offers."""
    today = timezone.localdate()
    kinds = [kind for kind in kinds_offered(membership.space, today) if kind != membership.kind]
    context = {"own": own(membership, today), "space": membership.space, "kinds": kinds}
    initial = {"kind": membership.wished_kind} if membership.wished_kind else _only_kind(kinds)
    form = JoinForm(request.POST if request.method == "POST" else None, kinds=kinds, initial=initial)
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        try:
            words = form.cleaned_data["note"]
            wish_kind(membership=membership, kind=form.cleaned_data["kind"], by=request.user, words=words)
        except BookingError as refusal:
            form.add_error(None, refusal.message)
            status = REFUSED
        else:
            text = _("Your wish is with the team of %(space)s: the answer comes by e-mail.")
            messages.success(request, text % {"space": membership.space})
            return redirect("portal:memberships")
    elif form.errors:
        status = WRONG
    return render(request, "portal/another_kind.html", {**context, "form": form}, status=status)


@_own_membership
def keep_kind(request, membership):
    """Take back the wish for another kind."""
    if request.method == "POST":
        try:
            take_back_wish(membership=membership, by=request.user)
        except BookingError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Your wish for another kind is taken back."))
    return redirect("portal:memberships")


@_own_membership
def stay(request, membership):
    """Take back the end that the person has set."""
    if request.method == "POST":
        try:
            take_back_end(membership=membership, by=request.user)
        except BookingError as refusal:
            messages.error(request, refusal.message)
        else:
            words = _("You stay a member of %(space)s. What was cancelled stays so: book or register again.")
            messages.success(request, words % {"space": membership.space})
    return redirect("portal:memberships")


@_own_membership
def leave(request, membership):
    """Show what the person would lose by leaving on a day, and end their membership once they have seen it. Before its
    first day they give it up whole."""
    shown = own(membership, timezone.localdate())
    if shown.is_requested or not shown.is_open:
        messages.error(request, _("There is nothing to end here: you do not have this membership now."))
        return redirect("portal:memberships")
    form = _form_to_leave(request, shown)
    is_sent = form.is_bound and "look" not in request.POST
    context = {"own": shown, "space": membership.space, "form": form, "seen": form.data.get("seen", "")}
    if form.is_bound and not form.is_valid():
        return render(request, "portal/leave.html", context, status=WRONG)
    said = form.cleaned_data if form.is_bound else form.initial
    last = None if shown.begins_later else said["last"]
    on = last + timedelta(days=1) if last else timezone.localdate()
    end = partial(end_membership, membership=membership, by=request.user, on=on, reason=said.get("reason", ""))
    try:
        lost = what_is_lost(user=request.user, change=end)
        is_day_seen = last is None or form.data.get("shown") == f"{last}"
        is_seen = not lost or (is_day_seen and lost.is_within(form.data.get("seen", "").split()))
        if is_sent and not is_seen:
            return _leave_page(request, {**context, "is_changed": True}, last, lost, status=REFUSED)
        if is_sent:
            lost = carry_out(user=request.user, change=end, by=request.user)
            messages.success(request, _said_of_end(membership, last))
            if lost:
                what = "; ".join([*lost.names[:MOST_NAMED], *(["…"] if len(lost.names) > MOST_NAMED else [])])
                messages.info(request, _("Cancelled: %(what)s") % {"what": what})
            return redirect("portal:memberships")
    except BookingError as refusal:
        if not form.is_bound:
            messages.error(request, refusal.message)
            return redirect("portal:memberships")
        form.add_error(None, refusal.message)
        return render(request, "portal/leave.html", context, status=REFUSED)
    return _leave_page(request, context, last, lost)


def _form_to_leave(request, shown):
    data = request.POST if request.method == "POST" else None
    return GiveUpForm(data) if shown.begins_later else LeaveForm(data, membership=shown.membership)


def _said_of_end(membership, last):
    """Say on which day a membership ends, or that its person has given it up: then `last` is None."""
    if last is None:
        return _("You have given up your membership of %(space)s: it does not begin.") % {"space": membership.space}
    words = _("Your membership of %(space)s ends: its last day is %(day)s.")
    return words % {"space": membership.space, "day": day(last)}


def _leave_page(request, context, last, lost, *, status=200):
    shown = {**context, "last": last, "lost": lost, "seen": " ".join(lost.marks), "is_looked_at": True}
    return render(request, "portal/leave.html", shown, status=status)
