"""Show a person their own page; erase what is held about them."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.common.ratelimit import limit
from hacktiv.merging.queries import was_merged
from hacktiv.site.once import sent_once
from members.models import User
from spaces.errors import BookingError
from spaces.memberships import operations as memberships
from spaces.memberships.queries import homes_to_choose
from spaces.passes.operations import redeem_voucher
from spaces.passes.queries import pass_book, shown_schemes

from .. import operations
from ..forms import DeleteAccountForm, HomeSpaceForm, VoucherForm, home_space_form
from ..queries import me as queries
from ..queries.memberships import in_short, latest_decision, own_memberships
from ..queries.welcome import welcome_of

#: By person: a forgotten open session must not serve to guess a password.
PASSWORDS_AN_HOUR = "5/h"
#: By person: nobody finds a code by trying.
CODES_AN_HOUR = "10/h"


@login_required
@never_cache
def me(request):
    return _my_page(request)


def _my_page(request, *, voucher_form=None, status=200):
    now = timezone.now()
    today = timezone.localdate(now)
    schemes = shown_schemes()
    passes = pass_book(request.user, today, schemes=schemes)
    mine = own_memberships(request.user, today)
    home, homes = passes.home(today), queries.homes_to_choose(mine, today)
    diary = queries.diary(request.user, now)
    context = {
        "memberships": in_short(mine),
        "decision": latest_decision(mine, today),
        "voucher_form": voucher_form or VoucherForm(),
        "has_vouchers": queries.has_vouchers(schemes, today),
        "diary": diary,
        "home_space": home,
        "balance": passes.balance(today),
        "home_space_form": home_space_form(home, homes),
        "calendar_address": diary.calendar_address,
        "missing": queries.missing_in_profile(request.user, diary.skills),
        "welcome": welcome_of(request.user) if request.user.is_newcomer else None,
    }
    return render(request, "portal/me.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def redeem(request):
    """Give the person the pass of a voucher, by its code."""
    if request.method != "POST":
        return redirect("portal:me")
    limit(request, "voucher", CODES_AN_HOUR, guards_secret=True)
    form = VoucherForm(request.POST)
    if form.is_valid():
        try:
            scheme = redeem_voucher(user=request.user, code=form.cleaned_data["code"])
        except BookingError as refusal:
            form.add_error("code", refusal.message)
        else:
            messages.success(request, _("You have the pass “%(name)s”.") % {"name": scheme})
            return redirect("portal:me")
    return _my_page(request, voucher_form=form, status=400)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_home_space(request):
    if request.method != "POST":
        return redirect("portal:me")
    today = timezone.localdate()
    form = HomeSpaceForm(request.POST, homes=homes_to_choose(request.user, today))
    if form.is_valid():
        space = form.cleaned_data["space"]
        try:
            memberships.choose_home_space(user=request.user, space=space, on=today)
        except BookingError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Your home space is %(space)s.") % {"space": space})
    else:
        messages.error(request, _("Choose one of the spaces of the list."))
    return redirect("portal:memberships" if "memberships" in request.POST else "portal:me")


def _delete_account(request):
    is_merged = False
    try:
        operations.erase_person(user=request.user, tells=True)
    except User.DoesNotExist:  # a second click, or an administrator has just made two accounts one
        is_merged = was_merged(request.user)
    logout(request)
    if is_merged:
        words = _("Nothing is erased: two accounts of yours have just become one. Sign in to it, and delete it there.")
        messages.error(request, words)
    else:
        messages.success(request, _("Your account and your personal data are erased. Goodbye, and thank you."))
    return redirect("portal:home")


@never_cache
@sent_once
@login_required
def delete_account(request):
    """Erase the account, once its owner has typed their password. A second click, when nobody is signed in any more,
    leads to where the first one led."""
    if request.method == "POST":
        limit(request, "delete-account", PASSWORDS_AN_HOUR, guards_secret=True)
    today = timezone.localdate()
    managed = queries.roles_of_manager(request.user, today)
    left = queries.spaces_left_without_manager(managed, today)
    form = DeleteAccountForm(request.POST if request.method == "POST" else None, user=request.user, left=left)
    if form.is_valid():
        return _delete_account(request)
    status = 400 if form.is_bound else 200
    context = {"form": form, "held": queries.held(request.user, managed)}
    return render(request, "portal/delete_account.html", context, status=status)
