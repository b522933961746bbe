"""Tools for the tests of pages on which people ask for a membership, see theirs and leave a space."""

from django.urls import reverse
from django.utils import timezone

from spaces.enums import MembershipState
from spaces.tests.factories import MembershipFactory
from tests.pages import Page

MEMBERSHIPS = "/fr/memberships/"


def today():
    return timezone.localdate()


def join_page(space):
    return reverse("portal:join", args=[space.slug])


def leave_page(membership):
    return reverse("portal:leave", args=[membership.pk])


def requested(user, space, **facts):
    return MembershipFactory(user=user, space=space, state=MembershipState.REQUESTED, since=None, **facts)


def levels(answer):
    return [message.level_tag for message in answer.context["messages"]]


def form_of(client, page, action=None):
    return Page(client.get(page).text, page).form(action or page)


def links_of(answer):
    """Return the links of the page itself: its header and its footer lead to the memberships everywhere."""
    return Page(answer.text.partition("<main")[2].partition("</main")[0], answer.request["PATH_INFO"]).links
