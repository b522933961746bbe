"""Test what an invitation to a place of an agreement promises: how long the membership lasts, and what a member may
choose."""

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from hacktiv.common import dates
from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.tests.factories import AffiliationFactory, UserFactory
from spaces.memberships.operations import Wish, accept, invite_own_people, previewed
from spaces.models import Invitation
from spaces.tests.factories import AgreementFactory, MembershipFactory, MembershipKindFactory, away

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def agreed(*, months=12, **fields):
    """Make an agreement with a kind that lasts so many months, and its contact."""
    agreement = AgreementFactory(kind=MembershipKindFactory(lasts_months=months), **fields)
    return agreement, AffiliationFactory(organisation=agreement.organisation).user


def invited(agreement, contact, person):
    found = invite_own_people(agreement=agreement, addresses=[person.email], language="en", by=contact)
    return found.sent[0]


def in_words(day):
    return written(dates.day(day))


def written(text):
    return " ".join(strip_tags(text).split())


def said(client, invitation, person):
    """Return what the mail says in both its forms, the preview, the page of the invitation and the person's own."""
    mail = render(Message.objects.get(template="spaces.membership_invitation"))
    wish = Wish(email="a@b.example", kind=invitation.kind, language="en", organisation=invitation.organisation)
    texts = [mail.body, mail.alternatives[0][0], previewed(space=invitation.space, wish=wish, by=None).text]
    client.force_login(person)
    texts += [client.get(f"/en/memberships/invitations/{invitation.token}/").text, client.get("/en/memberships/").text]
    return [written(text) for text in texts]


CASES = {
    "the agreement ends first": (12, 31, "The membership lasts until {day}, as long as the agreement."),
    "a kind without an end": (None, 31, "The membership lasts until {day}, as long as the agreement."),
    "the kind ends first": (1, 300, "The membership lasts 1 month."),
    "it depends on the answer": (1, 40, "The membership lasts 1 month, until {day} at the latest"),
    "neither ends": (None, None, "The membership lasts until you or the space end it."),
}


@pytest.mark.parametrize("case", CASES)
def test_an_invitation_names_the_end_that_comes_first(client, case):
    months, days, words = CASES[case]
    agreement, contact = agreed(months=months, until=days and away(days))
    zoe = UserFactory(language="en")
    invitation = invited(agreement, contact, zoe)
    last = days and away(days - 1)
    words = words.format(day=in_words(last) if last else "")
    *mails, page, own_page = said(client, invitation, zoe)
    assert all(words in text for text in (*mails, page, own_page))
    assert all(text.count("The membership lasts") == 1 for text in (*mails, page))  # hers lists the kinds too
    until = accept(invitation=invitation, user=zoe).membership.until
    assert (until == agreement.until) == ("as long as the agreement" in words or days is None)


def test_an_invitation_to_the_next_agreement_names_its_end(client):
    present, contact = agreed(until=away(10))
    here = {"organisation": present.organisation, "space": present.space, "kind": present.kind}
    coming = AgreementFactory(**here, since=present.until, until=away(100))
    invited(coming, contact, UserFactory())
    mail = render(Message.objects.get(template="spaces.membership_invitation"))
    assert f"The membership lasts until {in_words(away(99))}, as long as the agreement." in written(mail.body)


@pytest.mark.parametrize(("begins", "offers"), [(0, True), (5, False), (60, False)])
def test_a_member_reads_from_when_they_may_choose_that_theirs_goes_on(client, begins, offers):
    """Say in the mail what the page offers: the choice, the day from which it is there, or neither."""
    agreement, contact = agreed(since=away(begins))
    zoe = MembershipFactory(space=agreement.space).user
    invitation = invited(agreement, contact, zoe)
    mail = render(Message.objects.get(template="spaces.membership_invitation"))
    client.force_login(zoe)
    page = client.get(f"/en/memberships/invitations/{invitation.token}/").text
    assert ('name="goes_on"' in page) == offers
    day = f"From {in_words(away(begins))} on you can choose"
    for text in (mail.body, mail.alternatives[0][0]):
        assert ("unless you choose on the page" in written(text)) == offers
        assert (day in written(text)) == (begins == 5)
        assert "your membership stays as it is" in written(text)
    assert (f"{day} here" in written(page)) == (begins == 5)


def test_a_first_day_that_is_over_is_not_told_by_a_later_mail():
    agreement, contact = agreed()
    invitation = invited(agreement, contact, UserFactory())
    Invitation.objects.filter(pk=invitation.pk).update(first_day=away(-3))
    mail = render(Message.objects.get(template="spaces.membership_invitation"))
    assert f"First day: {in_words(away(0))}" in written(mail.body)
