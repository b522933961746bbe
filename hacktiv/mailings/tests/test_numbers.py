"""The numbers of a mailing sum up to the people to write to, and stay once it has ended."""

import pytest
from django.urls import reverse

from hacktiv.mailings.enums import LeftOut
from hacktiv.mailings.models import Mailing, MailingRecipient
from hacktiv.mailings.operations import count_before_erasing, expand, expanding, resume_mailings, stop_mailing
from hacktiv.mailings.queries import progress_of
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import send_due
from members.enums import ConsentPurpose
from members.profiles.operations import choose_news
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

from .factories import a_draft, let_leave, members_of, sent_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def space():
    return SpaceFactory()


def numbers(mailing):
    """Return the progress as it is now, without who is left out."""
    progress = progress_of(Mailing.objects.get(pk=mailing.pk))
    assert progress.written_to == Mailing.objects.get(pk=mailing.pk).total
    return tuple(progress)[:5]


def erase(mails):
    """Erase mails with their recipients, as an erasure of the people does."""
    keys = [mail.pk for mail in mails]
    count_before_erasing(mails=keys)
    MailingRecipient.objects.filter(email__in=[mail.to_email for mail in mails]).delete()
    Message.objects.filter(pk__in=keys).delete()


def mails_of(mailing, state):
    return Message.objects.filter(about=mailing.about, state=state).order_by("pk")


def test_who_was_not_in_line_yet_is_counted_when_a_mailing_is_stopped(client, space, monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 2)
    members_of(space, 6)
    mailing = let_leave(a_draft(space), 6)
    after = {1: lambda: stop_mailing(mailing=mailing)}
    expand(mailing_id=mailing.pk, after_batch=lambda number: after.get(number, int)())
    assert numbers(mailing) == (0, 0, 0, 0, 6)
    resume_mailings()
    assert Mailing.objects.get().finished_at
    assert numbers(mailing) == (0, 0, 0, 0, 6)
    client.force_login(UserFactory(superuser=True))
    for shown in ("", "not_sent"):
        url = reverse("admin:mailings_mailing_recipients", args=[mailing.pk])
        listed = client.get(url, {"show": shown}).context
        assert (len(listed["recipients"]), listed["nameless"]) == (4, 2)


def test_a_mailing_stopped_before_its_mails_are_in_line_counts_all(space):
    members_of(space, 3)
    mailing = let_leave(a_draft(space), 3)
    assert numbers(mailing) == (3, 0, 0, 0, 0)
    stop_mailing(mailing=mailing)
    assert numbers(mailing) == (0, 0, 0, 0, 3)


def test_erasures_and_forgetting_change_no_number_after_the_end(space, mailoutbox):
    agreeing = members_of(space, 3)
    members_of(space, 2)
    for person in agreeing:
        choose_news(user=person, topics=[ConsentPurpose.NEWS_SPACE])
    mailing = sent_off(a_draft(space, topic=ConsentPurpose.NEWS_SPACE))
    send_due()
    resume_mailings()
    before = progress_of(Mailing.objects.get())
    assert before.left_out == [(LeftOut.NO_CONSENT, 2)]
    assert numbers(mailing) == (0, 0, 3, 0, 0)
    erase(mails_of(mailing, MessageState.SENT)[:1])
    mailing.recipients.filter(reason=LeftOut.NO_CONSENT).first().delete()
    assert progress_of(Mailing.objects.get()) == before
    Message.objects.all().delete()
    mailing.recipients.all().delete()
    assert progress_of(Mailing.objects.get()) == before


def test_what_left_to_people_erased_before_the_end_is_counted(space, mailoutbox):
    members_of(space, 7)
    mailing = sent_off(a_draft(space))
    send_due(limit=3)
    waiting = list(mails_of(mailing, MessageState.PENDING).values_list("pk", flat=True))
    Message.objects.filter(pk=waiting[0]).update(state=MessageState.FAILED)
    erase([*mails_of(mailing, MessageState.SENT)[:1], *mails_of(mailing, MessageState.FAILED)])
    erase(mails_of(mailing, MessageState.PENDING)[:1])
    assert numbers(mailing) == (0, 2, 3, 1, 1)
    send_due()
    assert len(mailoutbox) == 5
    resume_mailings()
    mailing.refresh_from_db()
    assert (mailing.total, mailing.sent, mailing.failed) == (7, 5, 1)
    assert numbers(mailing) == (0, 0, 5, 1, 1)


def test_a_mail_in_the_hands_of_a_sender_is_in_doubt_once_erased(space):
    members_of(space, 2)
    mailing = sent_off(a_draft(space))
    claimed = mails_of(mailing, MessageState.PENDING).first()
    Message.objects.filter(pk=claimed.pk).update(state=MessageState.CLAIMED, claimed_by="a sender")
    erase([claimed])
    assert numbers(mailing) == (0, 1, 0, 1, 0)


def test_a_person_erased_while_mails_are_put_in_line_stays_in_the_sum(space, monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 2)
    people = sorted(members_of(space, 5), key=lambda person: person.email)
    mailing = let_leave(a_draft(space), 5)
    expand(mailing_id=mailing.pk, after_batch=lambda number: number or people[4].delete())
    assert numbers(mailing) == (0, 4, 0, 0, 1)
