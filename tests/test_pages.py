"""Every page that people can reach exists, is whole, and is in their language."""

from collections import Counter

import pytest
from django.utils import translation

from tests.site import LANGUAGES, ROLES, view_of, walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_data")]

# A walk that does not meet these pages proves nothing.
LANDMARKS = {
    "visitor": {"portal:home", "spaces:list", "portal:space", "events:agenda", "events:event", "account_signup"},
    "member": {"portal:me", "portal:directory", "portal:member", "members:profile", "members:skills", "spaces:book"},
    "manager": {
        "admin:index",
        "admin:spaces_booking_changelist",
        "admin:spaces_booking_add",
        "admin:spaces_membership_approve",
        "admin:spaces_membershipkind_add",
        "admin:events_event_add",
    },
    "coordinator": {"admin:index", "reporting:projects", "reporting:report"},
}


def faults(answer, page, language):
    """Yield what is wrong with one page, in words."""
    if answer.status_code >= 400:
        yield f"answers {answer.status_code} {getattr(answer, 'exc_info', None) or ''}"
    if page is None:
        return
    if page.leaks:
        yield f"shows {page.leaks}"
    if page.language != language:
        yield f"says it is in {page.language!r}"
    if not page.title.split("–")[0].split("|")[0].strip():
        yield "has no title"
    if [level for level, _text in page.headings].count(1) != 1:
        yield f"has the first headings {[text for level, text in page.headings if level == 1]}"
    if empty := [level for level, text in page.headings if not text]:
        yield f"has empty headings of level {empty}"
    if twice := sorted(name for name, number in Counter(page.ids).items() if number > 1):
        yield f"has ids twice: {twice}"


def walked(role, language, each):
    with translation.override(language):
        views, wrong = set(), []
        for url, answer, page, found_on in walk(role, each=each):
            views.add(view_of(url))
            # The admin speaks the language of the person's account.
            spoken = "fr" if url.startswith("/admin/") else (url.split("/")[1] if url[3:4] == "/" else language)
            wrong += [f"{url} (linked from {found_on}) {fault}" for fault in faults(answer, page, spoken)]
    return views, wrong


def test_every_link_of_a_member_leads_to_a_whole_page():
    """The long profile walks as everybody, over more pages of each kind."""
    views, wrong = walked("member", "fr", each=1)
    assert not wrong, "\n".join(wrong)
    assert LANDMARKS["member"] <= views


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_every_link_leads_to_a_whole_page_in_each_language(role, language):
    views, wrong = walked(role, language, each=2)
    assert not wrong, "\n".join(wrong)
    assert {view for view in LANDMARKS[role] if language == "fr" or not view.startswith("admin:")} <= views
