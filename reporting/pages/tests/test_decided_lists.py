"""The lists of what is to be decided are told by pages: the report's page does not grow with them."""

import pytest
from django.urls import reverse

from members.tests.factories import UserFactory
from reporting.classifying.tests.actions import closed_action, of_both_sides, public_action
from reporting.tests.builds import draft
from reporting.tests.factories import ClassificationFactory, CountedEventFactory, PeriodFactory, ProjectFactory

pytestmark = pytest.mark.django_db

#: Entries of such a list on one page.
ON_A_PAGE = 20


@pytest.fixture
def period():
    """Return a built half-year with more of each than a page shows, each counted by another project too."""
    period, other, both = PeriodFactory(), ProjectFactory(), of_both_sides()
    for number in range(ON_A_PAGE + 2):
        waits = closed_action(period.project, both, title_fr=f"Attend {number:02}")
        CountedEventFactory(project=other, event=waits.event)
        contradicted = public_action(period.project, organisers=both, title_fr=f"Contredit {number:02}")
        ClassificationFactory(action=contradicted)
    draft(period)
    return period


def listed(page, anchor):
    notice = page.text.partition(f'aria-labelledby="{anchor}"')[2].partition("</section>")[0]
    return notice.partition("<ul")[2].partition("</ul>")[0].count("<li>")


def test_each_list_has_pages_of_its_own(client, period):
    client.force_login(UserFactory(coordinates=True))
    address = reverse("reporting:report", args=[period.project.slug, period.label])
    page = client.get(address)
    anchors = ("unclassified", "misclassified", "doubles")
    assert [listed(page, anchor) for anchor in anchors] == [ON_A_PAGE] * 3
    second = client.get(address, {"misclassified": 2})
    assert [listed(second, anchor) for anchor in anchors] == [ON_A_PAGE, 2, ON_A_PAGE]
    whole = client.get(address, {"print": 1})
    assert [listed(whole, anchor) for anchor in anchors] == [ON_A_PAGE + 2] * 3
    classify = client.get(reverse("reporting:classify", args=[period.project.slug, period.label]))
    assert listed(classify, "doubles") == ON_A_PAGE
    unchosen = page.text.partition('aria-labelledby="unchosen"')[2].partition("</section>")[0]
    assert (unchosen.count("Contredit"), "…" in unchosen) == (5, True)
