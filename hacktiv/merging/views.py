"""Pages of the admin on which the network's administrators look at two accounts, and merge them."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members.core.rules import administers, network_roles
from members.models import User
from members.profiles.queries import news_of
from spaces.models import SpaceRole

from .errors import MergingError
from .forms import MergeForm, TwoAddressesForm
from .models import Merging, TwoPeople
from .operations import merge_accounts, propose_again, say_two_people
from .queries import HINTS, foresee, hints_for, latest_mergings, proposed_pairs, trace_of, two_people_for
from .rules import refusal_to_merge


@require_safe
def pairs_page(request, *, site):
    """Show the accounts that may be one person's, and what was merged; superusers may compare any two."""
    if not administers(request.user):
        raise PermissionDenied
    form = TwoAddressesForm(request.GET) if "first" in request.GET else TwoAddressesForm()
    if not request.user.is_superuser:
        form = None
    elif form.is_bound and form.is_valid():
        found = form.cleaned_data
        return redirect("admin:one_person_pair", found["first"].pk, found["second"].pk)
    context = {
        **site.each_context(request),
        "title": _("Accounts of one person"),
        "pairs": proposed_pairs(request.user),
        "two_people": two_people_for(request.user),
        "mergings": latest_mergings(),
        "form": form,
    }
    status = HTTPStatus.BAD_REQUEST if form and form.errors else HTTPStatus.OK
    return TemplateResponse(request, "merging/pairs.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def pair_page(request, kept_pk, gone_pk, *, site):
    """Show two accounts side by side and what merging them does; merge them, or note that they are two people's."""
    kept, gone, hints = _pair(request, kept_pk, gone_pk)
    form = MergeForm(request.POST if "merge" in request.POST else None)
    if "two_people" in request.POST and "is_sure" not in request.POST:
        return _ask_if_two_people(request, kept, gone, site)
    if request.method == "POST":
        try:
            if "two_people" in request.POST:
                say_two_people(one=kept, other=gone, by=request.user)
                messages.success(request, _("Noted: these are two people. They are not proposed again."))
                return redirect("admin:one_person")
            if form.is_valid():
                merge_accounts(kept=kept, gone=gone, by=request.user)
                done = _("The two accounts are one. A mail says so to %(person)s, at both addresses.")
                messages.success(request, done % {"person": kept})
                return redirect("admin:members_user_person", kept.pk)
        except MergingError as error:
            messages.error(request, error.message)
            return redirect("admin:one_person")
    context = {
        **site.each_context(request),
        "title": _("Are these accounts one person’s?"),
        "people": [_told_of(kept), _told_of(gone)],
        "kept": kept,
        "gone": gone,
        "hints": [HINTS[hint] for hint in hints],
        "foreseen": foresee(kept, gone),
        "form": form,
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return TemplateResponse(request, "merging/pair.html", context, status=status)


@require_safe
def trace_page(request, pk, *, site):
    """Write out what a merging did, so that one made by mistake can be traced back."""
    if not administers(request.user):
        raise PermissionDenied
    merging = get_object_or_404(Merging.objects.select_related("kept", "merged_by"), pk=pk)
    trace = trace_of(merging)
    context = {
        **site.each_context(request),
        "title": _("What was merged"),
        "merging": merging,
        "trace": trace,
        "tables": [(given, _linked(request, site, given)) for given in trace.given],
        "became_one": [(one, _linked(request, site, one)) for one in trace.became_one],
    }
    return TemplateResponse(request, "merging/trace.html", context)


def _linked(request, site, rows):
    """Return (key, address) of rows: the address of what the signed-in person may open and is there yet, else blank."""
    if rows.model is None or not site.is_registered(rows.model):
        return [(key.pk, "") for key in rows.keys]
    opens = site.get_model_admin(rows.model).has_view_permission(request)
    name = f"admin:{rows.model._meta.app_label}_{rows.model._meta.model_name}_change"
    return [(key.pk, reverse(name, args=[key.pk]) if opens and key.is_there else "") for key in rows.keys]


def _ask_if_two_people(request, kept, gone, site):
    context = {
        **site.each_context(request),
        "title": _("Are these two people?"),
        "pair": (kept, gone),
        "does": _("They are not proposed again, until an administrator takes that back."),
        "name": "two_people",
        "submit": _("These are two people"),
        "back": reverse("admin:one_person_pair", args=[kept.pk, gone.pk]),
    }
    return TemplateResponse(request, "merging/ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def again_page(request, pk, *, site):
    """Take back that two accounts are of two people; ask before."""
    rows = {row.pk: row for row in two_people_for(request.user)} if administers(request.user) else {}
    if request.method == "POST" and administers(request.user) and not TwoPeople.objects.filter(pk=pk).exists():
        messages.info(request, _("These two accounts may be proposed again already."))
        return redirect("admin:one_person")
    if pk not in rows:
        raise Http404
    row = rows[pk]
    if request.method == "POST":
        try:
            propose_again(row=row, by=request.user)
        except MergingError as error:
            messages.error(request, error.message)
        else:
            messages.success(
                request, _("They are proposed again, as long as something tells that they are one person’s.")
            )
        return redirect("admin:one_person")
    context = {
        **site.each_context(request),
        "title": _("Propose these accounts again?"),
        "pair": (row.first, row.second),
        "does": _("They are proposed again, as long as something tells that they are one person’s."),
        "name": "again",
        "submit": _("Propose again"),
        "back": reverse("admin:one_person"),
    }
    return TemplateResponse(request, "merging/ask.html", context)


def _pair(request, kept_pk, gone_pk):
    """Return both accounts and the hints, for who may merge them; else raise 404."""
    people = User.objects.in_bulk([kept_pk, gone_pk])
    if not administers(request.user) or len(people) != len({kept_pk, gone_pk}):
        raise Http404
    kept, gone = people[kept_pk], people[gone_pk]
    hints = hints_for(kept, gone)
    if refusal_to_merge(request.user, kept, gone) or not (hints or request.user.is_superuser):
        raise Http404
    return kept, gone, hints


def _told_of(person):
    """Return what the page shows of one of the accounts."""
    roles = SpaceRole.objects.held().filter(user=person).select_related("space")
    return {
        "person": person,
        "homes": person.homes.select_related("space").order_by("-since")[:3],
        "memberships": person.memberships.open().select_related("space", "kind"),
        "earlier": person.earlier_addresses.order_by("left_at"),
        "roles": [*sorted(network_roles(person)), *roles],
        "news": news_of(person),
    }
