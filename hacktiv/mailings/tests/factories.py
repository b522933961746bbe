"""Drafts for the tests of mailings."""

from hacktiv.mailings.enums import Sort
from hacktiv.mailings.operations import Plan, draft_mailing, expand, send_mailing
from hacktiv.mailings.operations.writing import Words
from hacktiv.mailings.queries import fingerprint_of, reach_of
from hacktiv.mailings.rules import Selection
from members.tests.factories import UserFactory
from spaces.tests.factories import MembershipFactory

IN_FRENCH = {"fr": Words("Travaux jeudi", "Bonjour,\n\nla **salle** est fermée jeudi.")}


def a_draft(space=None, *, event=None, by=None, words=None, topic="", **chosen):
    """Draft a mailing in French; a `topic` makes it news. What else is named is the choice among the audience."""
    plan = Plan(
        space=space,
        event=event,
        sort=Sort.NEWS if topic else Sort.SERVICE,
        topic=topic,
        words=words or IN_FRENCH,
        selection=Selection(**chosen),
    )
    return draft_mailing(plan=plan, by=by or UserFactory())


def members_of(space, number, **fields):
    """Return people with an active membership of the space."""
    return [MembershipFactory(space=space, user=UserFactory(**fields)).user for _each in range(number)]


def let_leave(mailing, number):
    """Let a draft leave as it is, to the number of people that was read."""
    return send_mailing(mailing=mailing, expected=number, seen=fingerprint_of(mailing, number))


def sent_off(mailing):
    """Let a draft leave to all whom it reaches, and put its mails in line."""
    mailing = let_leave(mailing, reach_of(mailing).written_to)
    expand(mailing_id=mailing.pk)
    mailing.refresh_from_db()
    return mailing
