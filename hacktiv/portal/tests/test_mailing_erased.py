"""People are erased while a mailing to them is put in line: nothing of them comes back."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection

from events.tests.factories import EventFactory, GuestRegistrationFactory
from hacktiv.mailings.models import MailingRecipient
from hacktiv.mailings.operations import expand, expanding, resume_mailings, stop_mailing
from hacktiv.mailings.queries import progress_of
from hacktiv.mailings.tests.factories import a_draft, let_leave, members_of, sent_off
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from hacktiv.portal.operations import NothingHeldError, erase_address, erase_person
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(works):
    """Do each work in a thread with a connection of its own."""

    def alone(work):
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(alone, work) for work in works]:
            done.result(timeout=120)


def test_members_and_guests_erased_meanwhile_leave_no_trace(monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 2)
    space = SpaceFactory()
    people = members_of(space, 12)
    event = EventFactory(space=space, capacity=50)
    guests = [GuestRegistrationFactory(event=event).guest_email for _each in range(12)]
    mailings = [a_draft(space), a_draft(event=event)]
    for mailing in mailings:
        let_leave(mailing, 12)

    def erase_members():
        for user in people[::3]:
            erase_person(user=user)

    def erase_guests():
        for address in guests[::3]:
            with suppress(NothingHeldError):
                erase_address(address=address)

    together([erase_members, erase_guests, *(lambda pk=mailing.pk: expand(mailing_id=pk) for mailing in mailings)])
    gone = [*(user.email for user in people[::3]), *guests[::3]]
    assert not MailingRecipient.objects.filter(email__in=gone).exists()
    assert not Message.objects.filter(to_email__in=gone, template__startswith="mailings.").exists()
    for mailing in mailings:
        assert mailing.recipients.count() == Message.objects.filter(about=mailing.about).count() == 8


def test_a_guest_erased_between_two_batches_does_not_come_back(monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 2)
    event = EventFactory(capacity=50)
    guests = sorted(GuestRegistrationFactory(event=event).guest_email for _each in range(5))
    mailing = let_leave(a_draft(event=event), 5)
    expand(mailing_id=mailing.pk, after_batch=lambda number: number or erase_address(address=guests[-1]))
    assert set(mailing.recipients.values_list("email", flat=True)) == set(guests[:-1])
    assert set(Message.objects.filter(about=mailing.about).values_list("to_email", flat=True)) == set(guests[:-1])


def test_what_left_to_an_erased_person_stays_in_the_numbers(mailoutbox):
    space = SpaceFactory()
    members_of(space, 4)
    mailing = sent_off(a_draft(space))
    send_due(limit=2)
    left = Message.objects.filter(about=mailing.about, state="sent").first()
    waits = Message.objects.filter(about=mailing.about, state="pending").first()
    for mail in (left, waits):
        erase_address(address=mail.to_email)
    send_due()
    resume_mailings()
    mailing.refresh_from_db()
    assert (mailing.total, mailing.sent) == (4, 3)
    progress = progress_of(mailing)
    assert (progress.sent, progress.not_sent, progress.written_to) == (3, 1, 4)


def test_a_stop_while_all_are_erased_keeps_the_sum():
    space = SpaceFactory()
    people = members_of(space, 12)
    mailing = sent_off(a_draft(space))

    def erase(those):
        for user in those:
            erase_person(user=user)

    together([lambda: erase(people[:6]), lambda: erase(people[6:]), lambda: stop_mailing(mailing=mailing)])
    resume_mailings()
    mailing.refresh_from_db()
    assert mailing.finished_at
    assert (progress_of(mailing).not_sent, progress_of(mailing).written_to) == (12, 12)
