"""Pages on which managers pause, change or end a membership, once they have read what the person loses by it."""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hacktiv.common.admin_pages import NAMED, Group, Page
from spaces.core.admin_pages import sent
from spaces.enums import CURRENT_MEMBERSHIPS, MembershipState
from spaces.memberships.admin_pages.steps import AskFirst, in_state, is_current, step
from spaces.memberships.forms.deciding import ChangeKindForm, EndForm, PauseForm, day_after
from spaces.memberships.operations import change_kind, end_membership, pause_membership
from spaces.memberships.rules import opened_by

from ..operations.giving_back import carry_out, what_is_lost


def pause_page(request, membership, *, admin):
    """Take the rights of a membership until it is resumed."""

    def change_of(data):
        return partial(pause_membership, membership=membership, by=request.user, reason=data["reason"])

    words = {"title": _("Pause the membership"), "submit": _("Pause"), "done": _("The membership is paused.")}
    form = PauseForm(sent(request))
    return _taking_away(request, membership, form, [MembershipState.ACTIVE], change_of, admin=admin, **words)


def change_kind_page(request, membership, *, admin):
    """Make it a membership of another kind."""

    def change_of(data):
        return partial(change_kind, membership=membership, kind=data["kind"], by=request.user, until=data["until"])

    form = ChangeKindForm(sent(request), membership=membership, initial={"kind": membership.wished_kind_id})
    words = {
        "title": _("Change the kind"),
        "submit": _("Change the kind"),
        "done": _("The membership is of another kind now."),
        "remark": _("The days of the membership stay.") if membership.until else _("It has no end."),
    }
    kinds = [membership.kind, *form.fields["kind"].queryset]
    words["kinds"] = [(kind, opened_by(kind, membership.space), kind == membership.kind) for kind in kinds]
    words["wished"] = membership.wished_kind
    if len(kinds) == 1:
        messages.error(request, _("There is no other kind of membership to choose from: add one first."))
        return redirect("admin:spaces_membership_change", membership.pk)
    return _taking_away(request, membership, form, CURRENT_MEMBERSHIPS, change_of, admin=admin, **words)


def end_page(request, membership, *, admin):
    """End a membership after a last day."""

    def change_of(data):
        on = day_after(data["last_day"])
        return partial(end_membership, membership=membership, by=request.user, on=on, reason=data["reason"])

    form = EndForm(sent(request), membership=membership)
    words = {"title": _("End the membership"), "submit": _("End the membership"), "done": _("The end is noted.")}
    return _taking_away(request, membership, form, CURRENT_MEMBERSHIPS, change_of, admin=admin, **words)


def _taking_away(request, membership, form, states, change_of, *, admin, done, **page):
    """Show the form of a step that takes rights, then what the person loses by it; carry it out once that was seen."""

    def write(data):
        change = change_of(data)
        coming = what_is_lost(user=membership.user, change=change)
        if not coming.is_within(request.POST.getlist("seen")):
            raise AskFirst(list(zip(coming.marks, coming.names, strict=True)))
        given_back = carry_out(user=membership.user, change=change, by=request.user).names
        what = "; ".join([*given_back[:NAMED], *(["…"] if len(given_back) > NAMED else [])])
        return [done, *([_("Cancelled: %(what)s") % {"what": what}] if what else [])]

    return step(request, membership, form, states, write, admin=admin, **page)


PAGES = [
    Page("change_kind", change_kind_page, gettext_lazy("Change the kind…"), is_possible=is_current),
    Page("pause", pause_page, gettext_lazy("Pause…"), is_possible=in_state(MembershipState.ACTIVE)),
    Page("end", end_page, gettext_lazy("End…"), Group.END, is_possible=is_current),
]
