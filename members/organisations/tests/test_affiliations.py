"""Test who belongs to an organisation, from when to when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.enums import AffiliationRole
from members.errors import MemberError
from members.models import Affiliation
from members.organisations.operations import affiliate, end_affiliation
from members.tests.factories import AffiliationFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def wish(**fields):
    since = fields.pop("since", timezone.localdate())
    return {"role": AffiliationRole.CONTACT, "since": since, "by": None, **fields}


def is_contact(person, organisation, on=None):
    return Affiliation.objects.held(on).of_contacts().filter(user=person, organisation=organisation).exists()


def test_a_contact_is_one_on_the_days_of_the_row():
    person, organisation, today = UserFactory(), OrganisationFactory(), timezone.localdate()
    affiliate(**wish(user=person, organisation=organisation, until=today + timedelta(days=2)))
    assert is_contact(person, organisation)
    assert not is_contact(person, organisation, today + timedelta(days=2))


def test_one_of_the_people_is_no_contact():
    row = AffiliationFactory(role=AffiliationRole.PERSON)
    assert not is_contact(row.user, row.organisation)


def test_a_person_belongs_once_at_a_time_and_again_later():
    row, today = AffiliationFactory(), timezone.localdate()
    with pytest.raises(MemberError, check=lambda error: error.code == "held"):
        affiliate(**wish(user=row.user, organisation=row.organisation))
    with pytest.raises(IntegrityError):
        Affiliation.objects.create(user=row.user, organisation=row.organisation, since=today)


def test_an_end_frees_the_days_after_it():
    row, today = AffiliationFactory(), timezone.localdate()
    end_affiliation(affiliation=row, on=today, by=None)
    with pytest.raises(MemberError, check=lambda error: error.code == "over"):
        end_affiliation(affiliation=row, on=today, by=None)
    affiliate(**wish(user=row.user, organisation=row.organisation))
    assert is_contact(row.user, row.organisation)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_note_it_once():
    person, organisation, barrier = UserFactory(), OrganisationFactory(), Barrier(8)

    def note(_number):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            affiliate(**wish(user=person, organisation=organisation))
        except MemberError as error:
            return error.code
        else:
            return "noted"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(note, range(8))) == [*["held"] * 7, "noted"]


def test_who_administers_nothing_notes_nobody():
    row, somebody, today = AffiliationFactory(), UserFactory(), timezone.localdate()
    for write in (
        lambda: affiliate(**wish(user=UserFactory(), organisation=row.organisation, by=somebody)),
        lambda: end_affiliation(affiliation=row, on=today, by=somebody),
    ):
        with pytest.raises(MemberError, check=lambda error: error.code == "not_yours"):
            write()


def mails():
    return list(Message.objects.filter(template="members.contact_news").order_by("pk"))


def test_a_contact_is_told_when_named_and_when_it_ends():
    today = timezone.localdate()
    row = affiliate(**wish(user=UserFactory(), organisation=OrganisationFactory(name="Les Tisserands")))
    [given] = mails()
    assert (given.to_email, "Les Tisserands" in render(given).body) == (row.user.email, True)
    end_affiliation(affiliation=row, on=today + timedelta(days=3), by=None)
    [given, ended] = mails()
    assert "/memberships/" in render(ended).body
    end_affiliation(affiliation=row, on=today, by=None)
    assert render(given) is None, "It is over: nobody is told any more that it begins."
    assert "/memberships/" not in render(mails()[-1]).body


def test_one_of_the_people_gets_no_mail_about_it():
    row = affiliate(**wish(user=UserFactory(), organisation=OrganisationFactory(), role=AffiliationRole.PERSON))
    end_affiliation(affiliation=row, on=timezone.localdate(), by=None)
    assert mails() == []
