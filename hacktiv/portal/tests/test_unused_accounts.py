"""Accounts that nobody uses are warned twice and erased; whoever comes back, or has things ahead, keeps theirs."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from events.models import Registration
from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from hacktiv.common import dates
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from hacktiv.portal.admin.people_filters import UnusedFilter
from hacktiv.portal.operations import tend_unused_accounts
from hacktiv.portal.operations.retiring import ACCOUNT_UNUSED, MONTH
from members.enums import AffiliationRole, NetworkRoleKind
from members.models import Affiliation, DatedRole, NetworkRole, UnusedAccount, User
from members.tests.factories import AffiliationFactory, NetworkRoleFactory, UserFactory
from reporting.models import PartnerPerson
from reporting.tests.factories import PartnerPersonFactory
from spaces.models import Booking, SpaceRole
from spaces.tests.factories import BookingFactory, MembershipFactory, SpaceRoleFactory, WaitFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LONG_AGO = NOW - 40 * MONTH
LIST = reverse("admin:members_user_changelist")


def unused(**fields):
    return UserFactory(date_joined=LONG_AGO, last_login=LONG_AGO, **fields)


@pytest.fixture
def zoe():
    return unused(email="zoe@ardenne.example")


def night(days):
    return tend_unused_accounts(now=NOW + timedelta(days=days))


def all_of_a_life():
    """Do each night's work for four months."""
    for days in range(0, 130, 2):
        night(days)


def mails():
    return list(Message.objects.filter(template=ACCOUNT_UNUSED).values_list("to_email", flat=True))


def test_an_unused_account_is_warned_twice_then_erased_with_a_last_mail(zoe, mailoutbox):
    assert night(0)["warned"] == 1
    assert mails() == [zoe.email]
    assert night(45)["warned again"] == 0
    assert night(46)["warned again"] == 1
    assert mails() == [zoe.email] * 2
    assert night(59)["erased"] == 0
    assert night(60)["erased"] == 1
    assert not User.objects.filter(pk=zoe.pk).exists()
    assert not Message.objects.filter(template=ACCOUNT_UNUSED).exists()
    send_due()
    assert [sent.to for sent in mailoutbox] == [[zoe.email]]


def test_a_warning_names_the_day_and_one_link(zoe, mailoutbox):
    night(0)
    send_due()
    [sent] = mailoutbox
    assert "/fr/me/" in sent.body
    assert str((NOW + timedelta(days=60)).year) in sent.subject


def test_the_same_night_done_again_warns_nobody_twice(zoe):
    for _number in range(3):
        night(0)
    assert mails() == [zoe.email]


def test_nights_that_were_left_out_shorten_no_warning(zoe):
    night(0)
    assert night(100) == {"kept": 0, "warned": 0, "warned again": 1, "erased": 0}
    assert night(113)["erased"] == 0
    assert night(114)["erased"] == 1


def test_signing_in_keeps_the_account_and_drops_what_was_to_be_sent(zoe, client, mailoutbox):
    night(0)
    client.force_login(zoe)
    assert send_due() == 0 or mailoutbox == []
    assert night(1)["kept"] == 1
    all_of_a_life()
    assert User.objects.filter(pk=zoe.pk).exists()
    assert not UnusedAccount.objects.exists()


def test_who_comes_back_and_leaves_again_is_warned_anew(zoe):
    night(0)
    User.objects.filter(pk=zoe.pk).update(last_login=NOW)
    night(1)
    User.objects.filter(pk=zoe.pk).update(last_login=LONG_AGO)
    assert night(50) == {"kept": 0, "warned": 1, "warned again": 0, "erased": 0}


def booked_lately(user):
    booking = BookingFactory(user=user)
    Booking.objects.filter(pk=booking.pk).update(created_at=LONG_AGO)


def registered_long_ago(user):
    registration = RegistrationFactory(user=user, event=EventFactory(starts_at=NOW + timedelta(days=200)))
    Registration.objects.filter(pk=registration.pk).update(registered_at=LONG_AGO)


def registered_lately(user):
    PastEventFactory().registrations.create(
        user=user, participant_number=user.participant_number, status="confirmed", registered_at=LONG_AGO
    )


USES = {
    "a booking ahead": booked_lately,
    "a place waited for": lambda user: WaitFactory(user=user),
    "an event ahead": registered_long_ago,
    "an event of late": registered_lately,
    "a membership": lambda user: MembershipFactory(user=user),
    "a role in a space": lambda user: SpaceRoleFactory(user=user),
    "a role in the network": lambda user: NetworkRoleFactory(user=user),
}


@pytest.mark.parametrize("use", USES)
def test_whoever_has_something_keeps_the_account(use):
    person = unused()
    USES[use](person)
    assert night(0)["warned"] == 0
    assert mails() == []


ROLES = {
    Affiliation: lambda user: AffiliationFactory(user=user, role=AffiliationRole.CONTACT),
    NetworkRole: lambda user: NetworkRoleFactory(user=user),
    PartnerPerson: lambda user: PartnerPersonFactory(user=user),
    SpaceRole: lambda user: SpaceRoleFactory(user=user),
}


def test_each_kind_of_role_keeps_the_account_while_it_lasts():
    """Say in `ROLES` how a new kind of role is held, and let `unused_accounts` ask for it."""
    assert set(ROLES) == set(DatedRole.__subclasses__())
    people = {model: unused() for model in ROLES}
    roles = [give(people[model]) for model, give in ROLES.items()]
    assert night(0)["warned"] == 0
    for role in roles:
        type(role).objects.filter(pk=role.pk).update(since=date(2000, 1, 1), until=date(2000, 1, 2))
    assert night(0)["warned"] == len(ROLES)


@pytest.mark.parametrize("fields", [{"superuser": True}, {"is_staff": True}, {"is_example": True}])
def test_the_staff_and_the_demo_are_left_alone(fields):
    unused(**fields)
    assert night(0)["warned"] == 0


def test_a_new_account_that_never_signed_in_is_no_unused_one():
    UserFactory(last_login=None)
    assert night(0)["warned"] == 0


def test_where_the_network_sets_no_time_nobody_is_erased(zoe, settings):
    settings.UNUSED_ACCOUNT_MONTHS = 0
    assert night(0) == {}
    assert mails() == []


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_repeated_at_the_same_moment_warns_and_erases_once():
    people = [unused() for _number in range(5)]

    def nights(days):
        barrier, failed = threading.Barrier(4), []

        def run():
            try:
                barrier.wait(timeout=30)
                night(days)
            except Exception as error:
                failed.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        assert failed == []

    nights(0)
    assert sorted(mails()) == sorted(person.email for person in people)
    nights(46)
    nights(60)
    assert User.objects.count() == 0
    assert Message.objects.filter(template="portal.erased").count() == len(people)


def test_an_error_with_one_account_leaves_the_others_for_the_next_night(zoe, monkeypatch):
    """A run that dies in the middle has done whole accounts, and the next one does the rest."""
    other = unused()
    night(0)
    UnusedAccount.objects.filter(user=zoe).update(warned_again_at=NOW, erased_on=timezone.localdate(NOW))
    assert night(1)["erased"] == 1
    assert list(User.objects.values_list("pk", flat=True)) == [other.pk]
    assert UnusedAccount.objects.get().warned_again_at is None


# --- in the admin ---


def test_administrators_see_whose_account_is_to_be_erased(zoe, client):
    night(0)
    erased_on = zoe.unused.erased_on
    client.force_login(NetworkRoleFactory(user=UserFactory(), role=NetworkRoleKind.ADMINISTRATOR).user)
    page = reverse("admin:members_user_person", args=[zoe.pk])
    assert dates.day(erased_on, weekday=False, year=True) in client.get(page).text
    shown = client.get(LIST).context["cl"]
    [chosen] = [one for one in shown.filter_specs if isinstance(one, UnusedFilter)]
    [_all, link] = [choice["query_string"] for choice in chosen.choices(shown)]
    assert list(client.get(LIST + link).context["cl"].result_list) == [zoe]
    User.objects.filter(pk=zoe.pk).update(last_login=timezone.now())
    assert dates.day(erased_on, weekday=False, year=True) not in client.get(page).text
    assert list(client.get(LIST + link).context["cl"].result_list) == []


def test_managers_have_no_such_filter(client):
    client.force_login(SpaceRoleFactory().user)
    assert UnusedFilter not in map(type, client.get(LIST).context["cl"].filter_specs)
