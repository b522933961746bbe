"""Lead from a list or a person's page to the page on which a mailing to these people is written."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

#: The address of a page names at most so many people.
MOST_TICKED = 300


def mailing_url(memberships):
    """Return the address of the page for a mailing to the people of these memberships.

    It names no person where they are too many, and no space where they are members of several."""
    people = dict.fromkeys(each.user_id for each in memberships)
    spaces = {each.space_id for each in memberships}
    query = {"people": ",".join(map(str, people))} if len(people) <= MOST_TICKED else {}
    query["states"] = sorted({each.state for each in memberships})
    if len(spaces) == 1:
        query["space"] = spaces.pop()
    return reverse("admin:mailings_mailing_add", query=query)


def lead_to_mailing(request, memberships):
    """Lead to the page for a mailing to the people of these memberships (a queryset). None where there is none."""
    chosen = list(memberships)
    if not chosen:
        messages.error(request, _("None of them is a member or has asked to be: a mailing would reach nobody."))
        return None
    if len({each.user_id for each in chosen}) > MOST_TICKED:
        messages.info(request, _("Too many to tick: choose them on the next page by kind and state."))
    return redirect(mailing_url(chosen))
