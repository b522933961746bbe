"""Show a step about a membership as a page of the admin, and carry it out."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from hacktiv.common import dates

from ...core.admin_pages import form_page
from ...enums import CURRENT_MEMBERSHIPS, MembershipState
from ...errors import BookingError
from ..operations import check_state

TEMPLATE = "admin/spaces/membership/step.html"
#: The field beside which a refusal of an operation is told, by its code; without one, above the form.
FIELDS = {"reason_needed": "reason", "kind": "kind", "already_member": "user"}


def days_in_words(membership):
    """Write the days of a membership: from its first day on, with its last day, or that it has none."""
    first = dates.day(membership.since, weekday=False)
    if membership.is_empty:
        return _("never began (first day: %(first)s)") % {"first": first}
    if membership.last_day is None:
        return _("from %(first)s on, without an end") % {"first": first}
    return _("from %(first)s to %(last)s") % {"first": first, "last": dates.day(membership.last_day, weekday=False)}


def told(membership):
    """Say who is mailed."""
    return _("%(person)s is told by mail.") % {"person": membership.user}


class AskFirst(Exception):
    """The person would lose what the page has not shown yet."""

    def __init__(self, lost):
        super().__init__()
        self.lost = lost


def refuse(form, error):
    """Tell what an operation refused, beside the field that it is about."""
    field = "last_day" if error.code == "days" else FIELDS.get(error.code)
    form.add_error(field if field in form.fields else None, error.message)


def step(request, membership, form, states, write, *, admin, **words):
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
            refuse(form, error)
        except AskFirst as question:
            words["lost"] = question.lost
        else:
            messages.success(request, f"{done} {told(membership)}")
            for sentence in more:
                messages.info(request, sentence)
            return redirect(back)
    return page(request, form, admin=admin, membership=membership, back_url=back, **words)


def page(request, form, *, admin, **words):
    return form_page(request, admin, form, template=TEMPLATE, **words)


def is_requested(membership):
    return membership.state == MembershipState.REQUESTED


def is_current(membership):
    return membership.state in CURRENT_MEMBERSHIPS


def in_state(state):
    return lambda membership: membership.state == state
