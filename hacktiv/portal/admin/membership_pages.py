"""Pages on which managers decide about a membership: approve, refuse, pause, resume, change its kind, renew, end."""

from functools import partial
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hacktiv.common import dates
from hacktiv.common.admin_pages import NAMED, Group, Page
from spaces.core.admin_pages import form_page
from spaces.enums import CURRENT_MEMBERSHIPS, MembershipState
from spaces.errors import BookingError
from spaces.memberships.operations import (
    approve_membership,
    change_kind,
    check_state,
    end_membership,
    give_membership,
    pause_membership,
    refuse_membership,
    renew_membership,
    resume_membership,
)
from spaces.models import Membership, MembershipKind, Space

from ..operations.giving_back import carry_out, what_is_lost
from .forms import (
    ApproveForm,
    ChangeKindForm,
    EndForm,
    GiveForm,
    PauseForm,
    RefuseForm,
    RenewForm,
    day_after,
    day_before,
)

TEMPLATE = "admin/spaces/membership/step.html"
#: The field beside which a refusal of an operation is told, by its code; without one, above the form.
FIELDS = {"reason_needed": "reason", "kind": "kind", "already_member": "user"}


def days_in_words(membership):
    """Write the days of a membership: from its first day on, or with its last day."""
    first = dates.day(membership.since, weekday=False)
    if membership.last_day is None:
        return _("from %(first)s on, without an end") % {"first": first}
    return _("from %(first)s to %(last)s") % {"first": first, "last": dates.day(membership.last_day, weekday=False)}


def told(membership):
    """Say who is mailed."""
    return _("%(person)s is told by mail.") % {"person": membership.user}


def approve_page(request, membership, *, admin):
    """Give what was asked for, or another kind."""
    form = ApproveForm(_sent(request), membership=membership)

    def write(data):
        given = approve_membership(membership=membership, by=request.user, **form.days())
        return [_("Approved: %(kind)s, %(days)s.") % {"kind": given.kind, "days": days_in_words(given)}]

    words = {"title": _("Approve the request"), "submit": _("Approve")}
    return _step(request, membership, form, [MembershipState.REQUESTED], write, admin=admin, **words)


def refuse_page(request, membership, *, admin):
    """Refuse a request with a word."""

    def write(data):
        refuse_membership(membership=membership, by=request.user, reason=data["reason"])
        return [_("The request is refused.")]

    words = {"title": _("Refuse the request"), "submit": _("Refuse")}
    form = RefuseForm(_sent(request))
    return _step(request, membership, form, [MembershipState.REQUESTED], write, admin=admin, **words)


def pause_page(request, membership, *, admin):
    """Take the rights of a membership until it is resumed."""

    def change_of(data):
        return partial(pause_membership, membership=membership, by=request.user, reason=data["reason"])

    words = {"title": _("Pause the membership"), "submit": _("Pause"), "done": _("The membership is paused.")}
    form = PauseForm(_sent(request))
    return _taking_away(request, membership, form, [MembershipState.ACTIVE], change_of, admin=admin, **words)


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


def change_kind_page(request, membership, *, admin):
    """Make it a membership of another kind."""

    def change_of(data):
        return partial(change_kind, membership=membership, kind=data["kind"], by=request.user, until=data["until"])

    form = ChangeKindForm(_sent(request), membership=membership)
    words = {
        "title": _("Change the kind"),
        "submit": _("Change the kind"),
        "done": _("The membership is of another kind now."),
        "remark": _("The days of the membership stay.") if membership.until else _("It has no end."),
    }
    if not form.fields["kind"].queryset.exists():
        messages.error(request, _("There is no other kind of membership to choose from: add one first."))
        return redirect("admin:spaces_membership_change", membership.pk)
    return _taking_away(request, membership, form, CURRENT_MEMBERSHIPS, change_of, admin=admin, **words)


def renew_page(request, membership, *, admin):
    """Move the end of a membership to a later day."""
    suggested = day_before(membership.renewed_end())
    form = RenewForm(_sent(request), initial={"last_day": suggested})

    def write(data):
        renewed = renew_membership(membership=membership, by=request.user, until=day_after(data["last_day"]))
        return [_("Renewed: %(days)s.") % {"days": days_in_words(renewed)}]

    words = {"title": _("Renew the membership"), "submit": _("Renew")}
    if membership.until:
        words["remark"] = _("Its last day is %(day)s.") % {"day": dates.day(membership.last_day)}
    return _step(request, membership, form, CURRENT_MEMBERSHIPS, write, admin=admin, **words)


def end_page(request, membership, *, admin):
    """End a membership after a last day."""

    def change_of(data):
        on = day_after(data["last_day"])
        return partial(end_membership, membership=membership, by=request.user, on=on, reason=data["reason"])

    form = EndForm(_sent(request), membership=membership)
    words = {"title": _("End the membership"), "submit": _("End the membership"), "done": _("The end is noted.")}
    return _taking_away(request, membership, form, CURRENT_MEMBERSHIPS, change_of, admin=admin, **words)


def give_page(request, *, admin):
    """Give a membership to a person of one's spaces; an open request of theirs is answered with it."""
    if not admin.has_add_permission(request):
        raise PermissionDenied
    registry = admin.admin_site._registry
    people = registry[Membership._meta.get_field("user").remote_field.model]
    form = GiveForm(
        _sent(request),
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
            _refuse(form, error)
        else:
            done = _("%(person)s is a member: %(kind)s, %(days)s.")
            names = {"person": given.user, "kind": given.kind, "days": days_in_words(given)}
            messages.success(request, f"{done % names} {told(given)}")
            return redirect("admin:spaces_membership_change", given.pk)
    words = {"title": _("Add a membership"), "submit": _("Give the membership")}
    return _page(request, form, admin=admin, **words)


class _AskFirst(Exception):
    """The person would lose what the page has not shown yet."""

    def __init__(self, lost):
        super().__init__()
        self.lost = lost


def _sent(request):
    return request.POST if request.method == "POST" else None


def _refuse(form, error):
    """Tell what an operation refused, beside the field that it is about."""
    field = "last_day" if error.code == "days" else FIELDS.get(error.code)
    form.add_error(field if field in form.fields else None, error.message)


def _step(request, membership, form, states, write, *, admin, **page):
    """Show the form of one step, and carry it out: `write` gets the cleaned data and returns sentences of what is done.

    Where the membership is in none of the `states` any more, say so and go back."""
    back = reverse("admin:spaces_membership_change", args=[membership.pk])
    if not form.is_bound:
        try:
            check_state(membership, *states)
        except BookingError as error:
            messages.error(request, error.message)
            return redirect(back)
    if form.is_bound and form.is_valid():
        try:
            done, *more = write(form.cleaned_data)
        except BookingError as error:
            _refuse(form, error)
        except _AskFirst as question:
            page["lost"] = question.lost
        else:
            messages.success(request, f"{done} {told(membership)}")
            for sentence in more:
                messages.info(request, sentence)
            return redirect(back)
    return _page(request, form, admin=admin, membership=membership, back_url=back, **page)


def _taking_away(request, membership, form, states, change_of, *, admin, done, **page):
    """Show the form of a step that takes rights, then what the person loses by it; carry it out once that was seen."""

    def write(data):
        change = change_of(data)
        coming = what_is_lost(user=membership.user, change=change)
        if not coming.is_within(request.POST.getlist("seen")):
            raise _AskFirst(list(zip(coming.marks, _named(coming), strict=True)))
        given_back = _named(carry_out(user=membership.user, change=change, by=request.user))
        what = "; ".join([*given_back[:NAMED], *(["…"] if len(given_back) > NAMED else [])])
        return [done, *([_("Cancelled: %(what)s") % {"what": what}] if what else [])]

    return _step(request, membership, form, states, write, admin=admin, **page)


def _named(lost):
    """Return each thing that the person loses in words, in the order of its marks."""
    waiting = _("waiting list")
    return [
        *(f"{one.event.title}, {dates.span(one.event.starts_at, one.event.ends_at)}" for one in lost.registrations),
        *(f"{one.resource.name}, {one.resource.space.name}, {dates.span(one.start, one.end)}" for one in lost.bookings),
        *(f"{one.resource.name}, {dates.span(one.start, one.end)} ({waiting})" for one in lost.waits),
    ]


def _page(request, form, *, admin, **page):
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return form_page(request, admin, form, status=status, template=TEMPLATE, **page)


def is_requested(membership):
    return membership.state == MembershipState.REQUESTED


def is_current(membership):
    return membership.state in CURRENT_MEMBERSHIPS


def _in_state(state):
    return lambda membership: membership.state == state


def _can_be_renewed(membership):
    return is_current(membership) and membership.until is not None


PAGES = [
    Page("approve", approve_page),
    Page("refuse", refuse_page),
    Page("renew", renew_page, gettext_lazy("Renew…"), is_possible=_can_be_renewed),
    Page("change_kind", change_kind_page, gettext_lazy("Change the kind…"), is_possible=is_current),
    Page("pause", pause_page, gettext_lazy("Pause…"), is_possible=_in_state(MembershipState.ACTIVE)),
    Page(
        "resume",
        resume_page,
        gettext_lazy("Resume"),
        is_possible=_in_state(MembershipState.PAUSED),
        is_done_at_once=True,
    ),
    Page("end", end_page, gettext_lazy("End…"), Group.END, is_possible=is_current),
]
