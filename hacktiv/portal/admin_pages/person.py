"""The page of a person in the admin: what the reader's spaces know of them, and what can be done from here."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hacktiv.common import dates
from hacktiv.common.admin_pages import Page
from hacktiv.merging.queries import mergings_of
from members.accounts.queries import has_second_factor
from members.admin.permissions import may_remove_factor
from members.core.rules import administers
from spaces.core.scoping import run_space_ids
from spaces.enums import OPEN_MEMBERSHIPS
from spaces.memberships.admin_pages.notes import spaces_of, with_rights
from spaces.memberships.admin_pages.steps import days_in_words
from spaces.memberships.admin_pages.writing import mailing_url
from spaces.memberships.forms.notes import NoteForm
from spaces.models import Membership

from ..queries.person import person_file

#: The lists that a part leads to, with what they are asked for besides the person.
LISTS = {
    "memberships": ("admin:spaces_membership_changelist", {"show": "all"}),
    "bookings": ("admin:spaces_booking_changelist", {"when": "all"}),
    "registrations": ("admin:events_registration_changelist", {}),
}


class Act(NamedTuple):
    """Something that can be done for the person: its icon, its address, its words."""

    icon: str
    url: str
    words: str


@require_safe
def person_page(request, person, *, admin):
    """Show a person to those who run a space to which they belong."""
    spaces = spaces_of(request)
    found = person_file(person, spaces, timezone.now())
    for membership in found.memberships:
        _complete(request, membership, admin.admin_site.get_model_admin(Membership))
    context = admin.page_context(
        request,
        title=str(person),
        person=person,
        file=found,
        member_since=found.member_since and dates.day(found.member_since, weekday=False),
        several=spaces is None or len(spaces) > 1,
        is_home_here=found.home is not None and (spaces is None or found.home.space_id in spaces),
        erased_on=_erased_on(person),
        mergings=mergings_of(person) if administers(request.user) else [],
        acts=_acts(request, person, found),
        lists={name: _list_of(person, *of) for name, of in LISTS.items()},
        known=urlencode({"name": person, "email": person.email, "language": person.language}),
        notes=with_rights(found.notes, request),
        form=NoteForm(spaces=run_space_ids(request)),
    )
    return TemplateResponse(request, "portal/admin/person.html", context)


def _erased_on(person):
    """Return in words the day on which the account is erased if nobody uses it; blank where that is not ahead."""
    notice = getattr(person, "unused", None)
    return dates.day(notice.erased_on, weekday=False, year=True) if notice and notice.is_due else ""


def _complete(request, membership, admin):
    """Give a membership its days in words and the pages by which it is decided now."""
    membership.days = days_in_words(membership) if membership.since else ""
    membership.is_open = membership.state in OPEN_MEMBERSHIPS
    groups = admin.page_groups(request, membership)
    membership.buttons = [button for _group, buttons in groups for button in buttons]


def _acts(request, person, found):
    """Return what can be done for the person from their page, the most usual first."""
    who = urlencode({"user": person.pk})
    runs = run_space_ids(request)
    open_here = [each for each in found.memberships if each.state in OPEN_MEMBERSHIPS and each.space_id in runs]
    acts = [Act("calendar", f"{reverse('admin:spaces_booking_add')}?{who}", _("Book for them"))]
    if open_here:
        acts.append(Act("mail", mailing_url(open_here), _("Write to them")))
    if may_remove_factor(request.user, person) and has_second_factor(person):
        address = reverse("admin:members_user_second_factor", args=[person.pk])
        acts.append(Act("lock", address, _("Second factor lost")))
    if runs - {each.space_id for each in open_here}:
        acts.append(Act("users", f"{reverse('admin:spaces_membership_add')}?{who}", _("Give a membership")))
    return acts


def _list_of(person, name, query):
    return f"{reverse(name)}?{urlencode({'user__id__exact': person.pk, **query})}"


PAGES = [Page("person", person_page)]
