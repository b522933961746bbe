"""Several act on one mailing at the same moment, in transactions that overlap; workers run beside each other."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from hacktiv.common import leases
from hacktiv.mailings.enums import MailingState
from hacktiv.mailings.errors import MailingError
from hacktiv.mailings.models import Mailing
from hacktiv.mailings.operations import Plan, change_mailing, expand, expanding, resume_mailings, stop_mailing
from hacktiv.mailings.operations.writing import Words
from hacktiv.mailings.queries import fingerprint_of
from hacktiv.outbox.models import Message, MessageState
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

from .factories import a_draft, let_leave, members_of

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8


def all_at_once(works):
    """Run each work in a thread of its own, all released together; return what each returned or raised."""
    barrier = threading.Barrier(len(works))
    outcomes = [None] * len(works)

    def run(number, work):
        try:
            barrier.wait(timeout=30)
            outcomes[number] = work()
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def codes(outcomes):
    return Counter(one.code for one in outcomes if isinstance(one, MailingError))


@pytest.fixture
def mailing():
    space = SpaceFactory()
    members_of(space, 40)
    return a_draft(space)


def told_once(mailing, number):
    addresses = list(Message.objects.filter(about=mailing.about).values_list("to_email", flat=True))
    assert len(addresses) == len(set(addresses)) == number
    assert mailing.recipients.count() == number


def test_one_of_eight_clicks_sends_the_mailing(mailing):
    outcomes = all_at_once([lambda: let_leave(mailing, 40)] * THREADS)
    assert codes(outcomes) == {"not_draft": THREADS - 1}
    expand(mailing_id=mailing.pk)
    told_once(mailing, 40)


def test_one_of_eight_who_change_a_draft_at_once_is_kept(mailing):
    seen, by = fingerprint_of(mailing), UserFactory()

    def change(number):
        plan = Plan(space=mailing.space, sort="service", words={"fr": Words("Sujet", f"Texte {number}")})
        return change_mailing(mailing=mailing, plan=plan, by=by, seen=seen)

    outcomes = all_at_once([lambda number=number: change(number) for number in range(THREADS)])
    assert codes(outcomes) == {"moved": THREADS - 1}
    [winner] = [number for number, one in enumerate(outcomes) if isinstance(one, Mailing)]
    assert mailing.texts.get().text == f"Texte {winner}"


def test_eight_workers_put_each_person_in_line_once(mailing, monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 5)
    let_leave(mailing, 40)
    outcomes = all_at_once([lambda: expand(mailing_id=mailing.pk)] * THREADS)
    assert sorted(outcomes) == [False] * (THREADS - 1) + [True]
    told_once(mailing, 40)


def test_workers_that_take_each_other_for_dead_tell_nobody_twice(mailing, monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 3)
    monkeypatch.setattr(leases, "LEASE", timedelta(0))
    let_leave(mailing, 40)
    Mailing.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    outcomes = all_at_once([lambda: expand(mailing_id=mailing.pk)] * THREADS)
    assert not [one for one in outcomes if isinstance(one, Exception)]
    while not Mailing.objects.get().expanded_at:
        resume_mailings()
    told_once(mailing, 40)


def test_a_stop_in_the_middle_leaves_no_mail_in_line(mailing, monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 2)
    let_leave(mailing, 40)
    begun = threading.Event()

    def stop():
        assert begun.wait(30)
        return stop_mailing(mailing=mailing)

    works = [lambda: expand(mailing_id=mailing.pk, after_batch=lambda number: begun.set()), stop]
    expanded, stopped = all_at_once(works)
    assert isinstance(stopped, int)
    states = Counter(Message.objects.filter(about=mailing.about).values_list("state", flat=True))
    assert set(states) == {MessageState.CANCELLED}
    assert states.total() == mailing.recipients.count()
    mailing.refresh_from_db()
    assert mailing.state == MailingState.STOPPED
    assert expanded is False or states.total() == 40


def test_one_of_eight_stops_counts_what_it_cancelled(mailing):
    let_leave(mailing, 40)
    expand(mailing_id=mailing.pk)
    outcomes = all_at_once([lambda: stop_mailing(mailing=mailing)] * THREADS)
    assert [one for one in outcomes if isinstance(one, int)] == [40]
    assert codes(outcomes) == {"not_leaving": THREADS - 1}
