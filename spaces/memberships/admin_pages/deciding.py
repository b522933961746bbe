"""Pages on which managers decide about a membership: approve, refuse, resume, renew, give.

The steps that take rights are pages of the portal (`hacktiv/portal/admin_pages/taking_away.py`)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hacktiv.common import dates
from hacktiv.common.admin_pages import Page

from ...core.admin_pages import sent
from ...enums import CURRENT_MEMBERSHIPS, MembershipState
from ...errors import BookingError
from ...models import Membership, MembershipKind, Space
from ..forms.deciding import ApproveForm, GiveForm, RefuseForm, RenewForm, day_after, day_before
from ..operations import (
    approve_membership,
    give_membership,
    refuse_kind,
    refuse_membership,
    renew_membership,
    resume_membership,
)
from ..queries.places import renewed_end
from .steps import days_in_words, in_state, is_current, page, refuse, step, told


def approve_page(request, membership, *, admin):
    """Give what was asked for, or another kind."""
    form = ApproveForm(sent(request), membership=membership)

    def write(data):
        given = approve_membership(membership=membership, by=request.user, **form.days())
        return [_("Approved: %(kind)s, %(days)s.") % {"kind": given.kind, "days": days_in_words(given)}]

    words = {"title": _("Approve the request"), "submit": _("Approve")}
    return step(request, membership, form, [MembershipState.REQUESTED], write, admin=admin, **words)


def refuse_page(request, membership, *, admin):
    """Refuse a request with a word."""

    def write(data):
        refuse_membership(membership=membership, by=request.user, reason=data["reason"])
        return [_("The request is refused.")]

    words = {"title": _("Refuse the request"), "submit": _("Refuse")}
    form = RefuseForm(sent(request))
    return step(request, membership, form, [MembershipState.REQUESTED], write, admin=admin, **words)


def refuse_kind_page(request, membership, *, admin):
    """Refuse the wish for another kind with a word."""

    def write(data):
        refuse_kind(membership=membership, by=request.user, reason=data["reason"])
        return [_("The wish for another kind is refused.")]

    words = {"title": _("Refuse another kind"), "submit": _("Refuse")}
    if membership.wished_kind:
        words["remark"] = _("Wished for: %(kind)s") % {"kind": membership.wished_kind}
    return step(request, membership, RefuseForm(sent(request)), CURRENT_MEMBERSHIPS, write, admin=admin, **words)


@require_POST
def resume_page(request, membership, *, admin):
    """Give the rights of a paused membership back."""
    try:
        resume_membership(membership=membership, by=request.user)
    except BookingError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, " ".join([_("The membership is active again."), told(membership)]))
    return redirect("admin:spaces_membership_change", membership.pk)


def renew_page(request, membership, *, admin):
    """Move the end of a membership to a later day."""
    suggested = day_before(renewed_end(membership))
    form = RenewForm(sent(request), initial={"last_day": suggested})

    def write(data):
        renewed = renew_membership(membership=membership, by=request.user, until=day_after(data["last_day"]))
        return [_("Renewed: %(days)s.") % {"days": days_in_words(renewed)}]

    words = {"title": _("Renew the membership"), "submit": _("Renew")}
    if membership.until:
        words["remark"] = _("Its last day is %(day)s.") % {"day": dates.day(membership.last_day)}
    return step(request, membership, form, CURRENT_MEMBERSHIPS, write, admin=admin, **words)


def give_page(request, *, admin):
    """Give a membership to a person of one's spaces; an open request of theirs is answered with it."""
    if not admin.has_add_permission(request):
        raise PermissionDenied
    registry = admin.admin_site._registry
    people = registry[Membership._meta.get_field("user").remote_field.model]
    form = GiveForm(
        sent(request),
        people=people.get_queryset(request),
        spaces=registry[Space].in_scope(request, Space.objects.all()),
        kinds=registry[MembershipKind].in_scope(request, MembershipKind.objects.all()),
        admin_site=admin.admin_site,
        initial=request.GET.dict(),
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            given = give_membership(user=data["user"], space=data["space"], by=request.user, **form.days())
        except BookingError as error:
            refuse(form, error)
        else:
            done = _("%(person)s is a member: %(kind)s, %(days)s.")
            names = {"person": given.user, "kind": given.kind, "days": days_in_words(given)}
            messages.success(request, f"{done % names} {told(given)}")
            return redirect("admin:spaces_membership_change", given.pk)
    words = {"title": _("Add a membership"), "submit": _("Give the membership")}
    return page(request, form, admin=admin, **words)


def _can_be_renewed(membership):
    return is_current(membership) and membership.until is not None


def _wishes_another_kind(membership):
    return is_current(membership) and membership.wished_kind_id is not None


PAGES = [
    Page("approve", approve_page),
    Page("refuse", refuse_page),
    Page("refuse_kind", refuse_kind_page, gettext_lazy("Refuse another kind…"), is_possible=_wishes_another_kind),
    Page("renew", renew_page, gettext_lazy("Renew…"), is_possible=_can_be_renewed),
    Page(
        "resume",
        resume_page,
        gettext_lazy("Resume"),
        is_possible=in_state(MembershipState.PAUSED),
        is_done_at_once=True,
    ),
]
