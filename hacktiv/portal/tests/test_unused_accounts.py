"""Accounts that nobody uses are warned twice and erased; whoever comes back, or has things ahead, keeps theirs."""

import threading
from datetime import date, time, timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from events.models import Registration, Speaker
from events.tests.factories import EventFactory, GuestRegistrationFactory, PastEventFactory, RegistrationFactory
from hacktiv.common import dates
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import send_due
from hacktiv.portal.admin.people_filters import UnusedFilter
from hacktiv.portal.operations import tend_unused_accounts
from hacktiv.portal.operations.retiring import ACCOUNT_UNUSED, MONTH
from members.enums import AffiliationRole, NetworkRoleKind
from members.models import Affiliation, DatedRole, EarlierAddress, NetworkRole, UnusedAccount, User
from members.tests.factories import AffiliationFactory, NetworkRoleFactory, UserFactory
from reporting.models import PartnerPerson
from reporting.tests.factories import PartnerPersonFactory
from spaces.enums import Pattern
from spaces.models import Booking, Invitation, Series, SpaceRole
from spaces.tests.factories import (
    BookingFactory,
    MembershipFactory,
    MembershipKindFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    SpaceRoleFactory,
    WaitFactory,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LONG_AGO = NOW - 40 * MONTH
LIST = reverse("admin:members_user_changelist")


def unused(**fields):
    return UserFactory(date_joined=LONG_AGO, last_login=LONG_AGO, **fields)


@pytest.fixture
def zoe():
    return unused(email="zoe@ardenne.example")


def night(days, *, mails_leave=True):
    """Do the work of a night; its mails leave then, or stay in line."""
    done = tend_unused_accounts(now=NOW + timedelta(days=days))
    if mails_leave:
        leave(days)
    return done


def leave(days):
    waiting = Message.objects.pending().filter(template=ACCOUNT_UNUSED)
    waiting.update(state=MessageState.SENT, sent_at=NOW + timedelta(days=days), context={})


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
    night(0, mails_leave=False)
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
    night(0, mails_leave=False)
    client.force_login(zoe)
    send_due()
    assert mailoutbox == []
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


def made_long_ago(model):
    for name in ("created_at", "registered_at"):
        if hasattr(model, name):
            model.objects.update(**{name: LONG_AGO})


def phoned(user):
    BookingFactory(guest_name="Zoé Lambert", guest_email=user.email.upper(), as_manager=True)
    made_long_ago(Booking)


def registered_as_guest(user):
    event = EventFactory(starts_at=NOW + timedelta(days=200))
    GuestRegistrationFactory(event=event, email=user.email)
    made_long_ago(Registration)


def registered_under_an_earlier_address(user):
    EarlierAddress.objects.create(user=user, email="zoe@of-old.example")
    event = EventFactory(starts_at=NOW + timedelta(days=200))
    GuestRegistrationFactory(event=event, email="Zoe@of-old.example")
    made_long_ago(Registration)


def comes_with_somebody(user):
    other = RegistrationFactory(event=EventFactory(starts_at=NOW + timedelta(days=200)))
    of_companion = {"guest_name": "Zoé", "guest_email": user.email, "status": "confirmed", "brought_by": other}
    Registration.objects.create(event=other.event, **of_companion)
    made_long_ago(Registration)


def has_a_series_by_phone(user):
    first = timezone.localdate(NOW) + timedelta(days=30)
    Series.objects.create(
        resource=ResourceFactory(),
        guest_name="Zoé Lambert",
        guest_email=user.email,
        pattern=Pattern.WEEKLY,
        first_day=first,
        until=first + timedelta(days=30),
        starts=time(9),
        ends=time(12),
    )


def speaks_as_guest(user):
    event = EventFactory(starts_at=NOW + timedelta(days=200))
    Speaker.objects.create(event=event, guest_name="Zoé Lambert", guest_email=user.email)


def has_a_voucher(user):
    PassSchemeFactory(starts_on=timezone.localdate(LONG_AGO), code="ARDENNE-26").members.add(user)


def is_invited(user):
    space = SpaceFactory()
    Invitation.objects.create(
        space=space,
        kind=MembershipKindFactory(),
        email=user.email,
        sent_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=29),
    )


def registered_lately(user):
    PastEventFactory().registrations.create(
        user=user, participant_number=user.participant_number, status="confirmed", registered_at=LONG_AGO
    )


USES = {
    "a booking ahead": booked_lately,
    "a place waited for": lambda user: WaitFactory(user=user),
    "an event ahead": registered_long_ago,
    "an event of late": registered_lately,
    "a booking by phone": phoned,
    "an event ahead as a guest": registered_as_guest,
    "an event ahead under an earlier address": registered_under_an_earlier_address,
    "an event ahead with somebody": comes_with_somebody,
    "a series by phone": has_a_series_by_phone,
    "a talk as a guest": speaks_as_guest,
    "a voucher": has_a_voucher,
    "an invitation": is_invited,
    "a membership": lambda user: MembershipFactory(user=user),
    "a role in a space": lambda user: SpaceRoleFactory(user=user),
    "a role in the network": lambda user: NetworkRoleFactory(user=user),
}


@pytest.mark.parametrize("use", USES)
def test_whoever_has_something_keeps_the_account(use):
    person = unused(email="zoe@ardenne.example")
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


@pytest.mark.long
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


def test_what_another_account_has_by_now_keeps_nobody_else(zoe):
    other = UserFactory(email="other@ardenne.example", last_login=NOW)
    EarlierAddress.objects.create(user=zoe, email=other.email)
    GuestRegistrationFactory(event=EventFactory(), email=other.email)
    assert night(0)["warned"] == 1


def test_what_was_over_long_ago_keeps_no_account(zoe):
    event = PastEventFactory(starts_at=LONG_AGO, ends_at=LONG_AGO + timedelta(hours=2))
    event.registrations.create(guest_name="Zoé", guest_email=zoe.email, status="confirmed", registered_at=LONG_AGO)
    PassSchemeFactory(starts_on=LONG_AGO.date(), ends_on=LONG_AGO.date()).members.add(zoe)
    assert night(0)["warned"] == 1


def test_a_lasting_error_at_one_account_stops_no_other_and_is_raised_at_the_end(zoe):
    """The database refuses what is noted of the first account, each night."""
    other = unused()
    night(0)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION keep_it() RETURNS trigger AS $$ BEGIN RAISE 'kept'; END $$ LANGUAGE plpgsql;"
            f"CREATE TRIGGER keep_it BEFORE UPDATE ON members_unusedaccount FOR EACH ROW WHEN (OLD.user_id = {zoe.pk})"
            " EXECUTE FUNCTION keep_it()"
        )
    with pytest.raises(DatabaseError, match="kept"):
        night(46)
    warned_again = UnusedAccount.objects.filter(warned_again_at__isnull=False)
    assert list(warned_again.values_list("user", flat=True)) == [other.pk]


def test_a_warning_that_waits_in_line_erases_nobody_and_time_runs_from_its_leaving(zoe):
    night(0, mails_leave=False)
    night(50, mails_leave=False)
    assert mails() == [zoe.email]
    leave(50)
    assert night(95) == {"kept": 0, "warned": 0, "warned again": 0, "erased": 0}
    assert night(96, mails_leave=False)["warned again"] == 1
    assert night(120)["erased"] == 0
    leave(120)
    assert night(133)["erased"] == 0
    assert night(134)["erased"] == 1


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.DOUBTFUL])
@pytest.mark.parametrize("days", [0, 46])
def test_a_warning_that_could_not_be_sent_stops_the_erasure(zoe, state, days):
    for before in {0, days} - {days}:
        night(before)
    night(days, mails_leave=False)
    Message.objects.pending().update(state=state)
    for later in (50, 80, 120):
        assert night(later)["erased"] == 0
    assert User.objects.filter(pk=zoe.pk).exists()
    assert Message.objects.filter(state=state, to_email=zoe.email).exists()


def test_a_warning_that_was_taken_back_is_given_anew(zoe):
    night(0, mails_leave=False)
    Message.objects.pending().update(state=MessageState.CANCELLED, context={})
    assert night(1)["warned"] == 1
    assert len(mails()) == 2
    assert night(46) == {"kept": 0, "warned": 0, "warned again": 0, "erased": 0}
    assert night(47)["warned again"] == 1


def test_the_mail_names_a_day_reckoned_from_its_leaving(zoe, mailoutbox):
    night(-20, mails_leave=False)
    send_due()
    [sent] = mailoutbox
    with translation.override(zoe.language):
        assert date_format(timezone.localdate() + timedelta(days=60)) in sent.subject


def test_a_run_that_was_killed_has_done_whole_accounts_and_the_next_does_the_rest(zoe):
    night(0)
    night(46)
    other = unused()
    night(59)
    assert night(60)["erased"] == 1
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
