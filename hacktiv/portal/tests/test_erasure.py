"""An account is erased with everything personal; what the reports count stays exactly as it was."""

from datetime import date, time, timedelta
from html import unescape

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from events.attendance.operations import mark_attendance, mark_list_complete
from events.enums import RegistrationStatus
from events.followup.files.certificates import certificate_code, registration_of_certificate
from events.followup.operations import tell_outcome
from events.models import EventOutcome, Participation, Registration
from events.programme.operations import mark_held
from events.tests.factories import EventFactory, GuestRegistrationFactory, PastEventFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import purge, send_due
from hacktiv.portal.operations import erase_guest, erase_person
from members.models import User
from members.tests.factories import PASSWORD, AffiliationFactory, UserFactory
from reporting.building.queries.build import build_report
from reporting.core.operations import ensure_periods
from reporting.models import CountedAction
from reporting.tests.factories import PartnerPersonFactory, ProjectFactory
from spaces.booking.operations import SeriesRequest, book_series, check_in
from spaces.enums import BookingStatus, HandoverKind, MembershipState
from spaces.lending.operations import take_back
from spaces.models import Booking, Handover, Occupancy, Series
from spaces.tests.factories import (
    BookingFactory,
    EquipmentFactory,
    HomeSpaceFactory,
    MembershipFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
    running_booking,
)

pytestmark = pytest.mark.django_db

DELETE = "/fr/me/delete/"


@pytest.fixture
def zoe():
    return UserFactory(first_name="Zoé", email="zoe@ardenne.example")


def everything_known_of(word):
    """Return every text of the database in which the word stands."""
    found = []
    for model in (User, Registration, Booking, Series, Message, Participation, LogEntry):
        for row in model.objects.all().values():
            found += [(model.__name__, name) for name, value in row.items() if word in str(value).lower()]
    return found


def test_nothing_personal_is_left(zoe):
    HomeSpaceFactory(user=zoe)
    BookingFactory(user=zoe, purpose="Zoé reçoit zoe@ardenne.example")
    RegistrationFactory(user=zoe)
    GuestRegistrationFactory(name="Zoé Lambert", email="zoe@ardenne.example")
    guest = {"guest_name": "Zoé Lambert", "guest_email": "zoe@ardenne.example"}
    week = {"first_day": in_days(1, 9).date(), "until": in_days(8, 9).date(), "starts": time(9), "ends": time(10)}
    asked = SeriesRequest(resource=ResourceFactory(), pattern="weekly", **guest, **week)
    book_series(asked=asked, by=UserFactory(), as_manager=True)
    past = PastEventFactory()
    registration = past.registrations.create(user=zoe, participant_number=zoe.participant_number, status="confirmed")
    LogEntry.objects.log_actions(UserFactory().pk, [registration, zoe], CHANGE, "Zoé est venue", single_object=False)
    send_due()
    assert everything_known_of("zoe@")
    erase_person(user=zoe)
    assert everything_known_of("zoe@") == []
    assert everything_known_of("zoé") == []


def test_places_to_come_go_to_the_next(zoe):
    event = EventFactory(capacity=1)
    RegistrationFactory(event=event, user=zoe)
    next_in_line = RegistrationFactory(event=event)
    room = ResourceFactory()
    booking = BookingFactory(resource=room, user=zoe)
    erase_person(user=zoe)
    next_in_line.refresh_from_db()
    assert next_in_line.status == RegistrationStatus.CONFIRMED
    assert Message.objects.filter(template="events.promoted", to_email=next_in_line.user.email).count() == 1
    booking.refresh_from_db()
    assert (booking.status, booking.user) == (BookingStatus.CANCELLED, None)
    assert Occupancy.objects.count() == 0


def test_other_people_keep_all_of_theirs(zoe):
    other = UserFactory()
    booking, registration = BookingFactory(user=other), RegistrationFactory(user=other)
    mails = set(Message.objects.values_list("key", flat=True))
    erase_person(user=zoe)
    booking.refresh_from_db()
    registration.refresh_from_db()
    assert (booking.user, booking.status) == (other, BookingStatus.CONFIRMED)
    assert (registration.user, registration.status) == (other, RegistrationStatus.CONFIRMED)
    assert set(Message.objects.values_list("key", flat=True)) == mails


def test_no_figure_of_a_report_changes(zoe):
    zoe.residence, zoe.gender, zoe.age_band, zoe.status = "BE", "woman", "25-34", "student"
    zoe.save()
    home = SpaceFactory()
    HomeSpaceFactory(user=zoe, space=home)
    project = ProjectFactory(starts_on=date(timezone.localdate().year - 1, 1, 1), ends_on=date(2100, 12, 31))
    ensure_periods(project=project)
    for _event in range(2):
        event = PastEventFactory(state="published")
        people = [
            event.registrations.create(user=user, participant_number=user.participant_number, status="confirmed")
            for user in (zoe, UserFactory(residence="FR"))
        ]
        mark_attendance(event=event, registrations=people, by=None)
        mark_list_complete(event=event, by=None)
        mark_held(event=event, by=None)
        CountedAction.objects.create(project=project, event=event)
    day = timezone.localdate(event.starts_at)
    period = project.periods.get(starts_on__lte=day, ends_on__gte=day)
    before = build_report(project, period)
    erase_person(user=zoe)
    after = build_report(project, period)
    assert after.figures == before.figures
    assert after.breakdowns == before.breakdowns
    frozen = Participation.objects.filter(participant_number=zoe.participant_number)
    assert set(frozen.values_list("residence", "gender", "age_band", "status", "home_space")) == {
        ("BE", "woman", "25-34", "student", home.pk)
    }


def test_an_outcome_stays_without_words_and_name(zoe):
    event = PastEventFactory()
    mine, others = (
        event.registrations.create(user=user, participant_number=user.participant_number, status="confirmed")
        for user in (zoe, UserFactory())
    )
    mark_attendance(event=event, registrations=[mine, others], by=None)
    tell_outcome(registration=mine, kind="job", text="Engagée par Bram", partner=others.user, may_be_told=True)
    tell_outcome(registration=others, kind="project", text="Un site", partner=zoe)
    code = certificate_code(mine)
    erase_person(user=zoe)
    kept = EventOutcome.objects.order_by("registration").values_list("kind", "text", "partner", "may_be_told")
    assert list(kept) == [("job", "", None, False), ("project", "Un site", None, False)]
    assert registration_of_certificate(code) is None


def test_the_crossings_of_a_report_stay_as_they_were(zoe):
    today = timezone.localdate()
    HomeSpaceFactory(user=zoe, space=SpaceFactory())
    project = ProjectFactory(starts_on=date(today.year, 1, 1), ends_on=date(today.year, 12, 31))
    ensure_periods(project=project)
    period = project.periods.get(starts_on__lte=today, ends_on__gte=today)
    booking = running_booking(ResourceFactory(space=SpaceFactory(french=True)), user=zoe, began=0)
    check_in(booking=booking, by=zoe)
    before = build_report(project, period)
    assert before.crossings[0].current.bounds.floor == 1
    erase_person(user=zoe)
    after = build_report(project, period)
    assert (after.crossings, after.crossing_parts) == (before.crossings, before.crossing_parts)


def test_a_loan_under_way_stays_without_the_erased_name(zoe):
    kit = EquipmentFactory()
    loan = BookingFactory(resource=kit, place=kit.space, user=zoe, purpose="Zoé tourne")
    Booking.objects.update(checked_in_at=timezone.now())
    unit = kit.units.get()
    Handover.objects.create(unit=unit, booking=loan, kind=HandoverKind.LENT, space=kit.space, note="Zoé a le sac")
    erase_person(user=zoe)
    loan.refresh_from_db()
    assert (loan.status, loan.user, loan.purpose) == (BookingStatus.CONFIRMED, None, "")
    assert Handover.objects.get().note == ""
    take_back(booking=loan, space=kit.space, by=UserFactory())
    assert loan.handovers.count() == 2


# --- the page ------------------------------------------------------------------------------------------------------


def test_owner_erases_the_account_with_the_password_and_is_signed_out(sign_in, zoe):
    client = sign_in(zoe)
    response = client.post(DELETE, {"password": PASSWORD, "understood": "on"}, follow=True)
    assert response.redirect_chain == [("/fr/", 302)]
    assert "effacés" in response.content.decode()
    assert not User.objects.filter(email=zoe.email).exists()
    assert not response.context["user"].is_authenticated


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"password", "understood"}),
        ({"password": "faux", "understood": "on"}, {"password"}),
        ({"password": PASSWORD}, {"understood"}),
        ({"password": "x" * 10_000, "understood": "on"}, {"password"}),
    ],
)
def test_account_stays_unless_the_password_and_the_tick_are_there(sign_in, zoe, typed, wrong):
    response = sign_in(zoe).post(DELETE, typed)
    assert response.status_code == 400
    assert response.context["form"].errors.keys() == wrong
    assert User.objects.filter(pk=zoe.pk).exists()


def test_password_cannot_be_guessed_on_this_page(sign_in, zoe):
    client = sign_in(zoe)
    answers = [client.post(DELETE, {"password": f"essai {n}", "understood": "on"}).status_code for n in range(6)]
    assert answers == [400] * 5 + [429]


def test_manager_is_told_to_hand_the_space_over(sign_in, zoe):
    SpaceFactory(name="La Ferme", managers=[zoe])
    assert "Vous gérez La Ferme" in sign_in(zoe).get(DELETE).content.decode()


def test_the_page_names_what_ends_with_the_account(sign_in, zoe, django_assert_max_num_queries):
    membership, partner = MembershipFactory(user=zoe), PartnerPersonFactory(user=zoe).partner
    asked = MembershipFactory(user=zoe, state=MembershipState.REQUESTED, since=None)
    over = MembershipFactory(user=zoe, state=MembershipState.ENDED, until=date(2025, 1, 1))
    HomeSpaceFactory(user=zoe, space=membership.space)
    organisation = AffiliationFactory(user=zoe).organisation
    client = sign_in(zoe)
    client.get(DELETE)
    with django_assert_max_num_queries(10):
        page = client.get(DELETE)
    held = page.context["held"]
    assert (held["memberships"], held["requests"], held["homes"], held["partners"]) == (
        [membership.space.name],
        [asked.space.name],
        [membership.space.name],
        [partner.name],
    )
    assert held["organisations_left"] == [organisation.name]
    text = unescape(page.text)
    assert [name in text for name in (membership.space.name, asked.space.name, partner.name)] == [True] * 3
    assert over.space.name not in text


def test_one_last_mail_says_what_is_erased_and_takes_it_out_of_the_calendar(client, zoe, mailoutbox):
    event, booking = EventFactory(), BookingFactory(user=zoe)
    RegistrationFactory(event=event, user=zoe)
    send_due()
    mailoutbox.clear()
    client.force_login(zoe)
    client.post(reverse("portal:delete_account"), {"password": PASSWORD, "understood": "on"})
    assert not User.objects.filter(pk=zoe.pk).exists()
    send_due()
    [letter] = [letter for letter in mailoutbox if letter.to == ["zoe@ardenne.example"]]
    told = letter.alternatives[0][0]
    names = (event.title, booking.resource.name)
    assert [name in letter.body and name in told for name in names] == [True, True]
    files = [Calendar.from_ical(content) for _name, content, _kind in letter.attachments]
    assert [str(file["METHOD"]) for file in files] == ["CANCEL", "CANCEL"]
    entries = [file.walk("VEVENT")[0] for file in files]
    assert {str(entry["UID"]) for entry in entries} == {
        f"event-{event.pk}@hacktivardenne",
        f"{booking.reference}@booking.hacktivardenne",
    }
    assert [int(entry["SEQUENCE"]) for entry in entries] == [1, 1]
    assert everything_known_of("zoe@") == []


def test_a_guest_is_told_once_and_forgotten(client, mailoutbox):
    guest = GuestRegistrationFactory(name="Gus", email="gus@ardenne.example")
    erase_guest(address=guest.guest_email, language="nl")
    send_due()
    [letter] = mailoutbox
    assert letter.to == ["gus@ardenne.example"]
    assert letter.subject == "Uw persoonsgegevens zijn gewist"
    assert everything_known_of("gus@") == []


def test_a_last_mail_that_cannot_leave_is_forgotten_too(zoe):
    erase_person(user=zoe, tells=True)
    assert everything_known_of("zoe@") != []
    purge(now=timezone.now() + timedelta(days=8))
    assert everything_known_of("zoe@") == []
