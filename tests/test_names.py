"""A name that one person types for another reaches no mailbox that nobody has confirmed, and holds no link anywhere."""

from datetime import timedelta

import pytest
from django.forms import modelform_factory
from django.utils import timezone

from events.attendance.operations import mark_attendance
from events.models import Event
from events.models.messages import usual_messages
from events.programme.operations import (
    add_speaker,
    cancel_event,
    move_event,
    switch_back,
    switch_online,
)
from events.programme.operations.edits import SECOND_THOUGHTS, follow_edit, whereabouts_of
from events.registering.operations import (
    bring_companion,
    cancel_companion,
    cancel_registration,
    promote,
    register,
    register_guest,
    register_person,
    tend_lines,
    write_to_people,
)
from events.reminders.operations import mails_by_rule
from events.tests.factories import EventFactory, PastEventFactory
from hacktiv.common.forms import NameField
from hacktiv.mailings.tests.factories import a_draft, sent_off
from hacktiv.outbox import registry
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue_all, send_due
from members.tests.factories import UserFactory
from spaces.admin.spaces import TeamMemberForm
from spaces.booking.operations import (
    BookingRequest,
    SeriesRequest,
    book,
    book_series,
    cancel_booking,
    cancel_series,
    change_booking,
    release_missed,
)
from spaces.memberships.operations import Wish, invite
from spaces.models import TeamMember
from spaces.places.operations import answer_message, send_message
from spaces.tests.factories import MembershipKindFactory, ResourceFactory, SpaceFactory, in_days
from tests.test_markup import our_forms

#: Typed as every name, and found in no mail to STRANGER.
TYPED = "Zorglub"
STRANGER = "stranger@ardenne.example"
#: The kinds of mail that go to no address that somebody else typed. To members, who ask or share by their account:
TO_MEMBERS = {
    "mailings.news",
    "mailings.test",
    "merging.merged",
    "portal.account_unused",
    "portal.archive_ready",
    "portal.losses",
    "events.topic_accepted",
    "events.topic_declined",
    "events.travel",
    "spaces.booking_refused",
    "spaces.booking_requested",
    "spaces.membership_ends",
    "spaces.membership_news",
    "spaces.notice_answered",
    "spaces.wait_booked",
    "spaces.wait_closed",
    "spaces.wait_told",
}
#: To speakers who agreed by the link in their mail:
TO_WHO_AGREED = {"events.speaker", "events.speaker_cancelled", "events.speaker_removed"}
#: To the teams of spaces:
TO_TEAMS = {
    "members.contact_news",
    "members.role_news",
    "reporting.part_asked",
    "reporting.part_given_back",
    "reporting.monthly_changes",
    "reporting.part_news",
    "reporting.part_reminder",
    "reporting.proposal_decided",
    "spaces.role_news",
    "events.topic_proposed",
    "spaces.booking_to_decide",
    "spaces.contact",
    "spaces.membership_invitation_answered",
    "spaces.membership_left",
    "spaces.membership_other_kind",
    "spaces.membership_stays",
    "spaces.membership_to_decide",
    "spaces.membership_to_renew",
    "spaces.membership_unanswered",
    "spaces.series_to_decide",
}
#: The columns for the name of a person, and the forms in which `name` is that of a thing.
PERSONS = {"first_name", "last_name", "full_name", "guest_name", "name"}
OF_THINGS = {
    "AddPasskeyForm",
    "EditPasskeyForm",
    "EvidenceForm",
    "MaterialsForm",
    "OwnProofForm",
    "ProofForm",
    "SentListForm",
    "UnitForm",
}


def test_each_field_for_the_name_of_a_person_takes_names_only():
    team = modelform_factory(TeamMember, form=TeamMemberForm, fields=["name"])
    asked = {
        f"{form.__name__}.{name}": field
        for form in {*our_forms(), team}
        for name, field in getattr(form, "base_fields", {}).items()
        if name in PERSONS and form.__name__ not in OF_THINGS
    }
    assert {"TeamMemberForm.name", "UserAddForm.first_name", "ProfileForm.last_name"} <= asked.keys()
    assert {which for which, field in asked.items() if not isinstance(field, NameField)} == set()


@pytest.mark.long
@pytest.mark.django_db
def test_no_mail_to_an_address_that_nobody_confirmed_repeats_what_was_typed(mailoutbox):
    manager = UserFactory()
    who = {"name": TYPED, "email": STRANGER, "language": "en"}
    _by_phone(manager, who)
    _around_an_event(manager, who)
    _as_companion(manager)
    register_guest(event=EventFactory(), **who)
    add_speaker(event=EventFactory(), name=TYPED, email=STRANGER, about=TYPED, by=manager)
    _bookings(manager)
    wish = Wish(email=STRANGER, full_name=TYPED, language="en", kind=MembershipKindFactory())
    invite(space=SpaceFactory(managers=[manager]), wish=wish, by=manager)
    _written_to(manager, who)
    _told()
    mails = [mail for mail in mailoutbox if STRANGER in " ".join(mail.to)]
    assert len(mails) > 9
    for mail in mails:
        for text in (*mail.to, mail.subject, mail.body, mail.alternatives[0][0]):
            assert TYPED not in text
        for attached in mail.attachments:
            assert TYPED not in str(attached)
    sent = Message.objects.filter(to_email=STRANGER, state="sent")
    kinds = set(sent.values_list("template", flat=True))
    assert kinds == set(registry.kinds()) - TO_MEMBERS - TO_WHO_AGREED - TO_TEAMS


def _told(now=None):
    """Send what waits until `now`, so that each mail is built while it is still true."""
    while send_due(now=now):
        pass


def _written_to(manager, who):
    event = EventFactory()
    register_guest(event=event, by=manager, **who)
    sent_off(a_draft(event=event, by=manager))
    message = send_message(space=SpaceFactory(managers=[manager]), text=TYPED, **who)
    answer_message(message=message, text="Yes", by=manager)


def _by_phone(manager, who):
    event = EventFactory(capacity=1)
    first = register(event=event, user=UserFactory())
    registration = register_person(event=event, by=manager, **who)
    _told()
    cancel_registration(registration=first)
    _told()
    start = event.starts_at + timedelta(days=1)
    move_event(event=event, starts_at=start, ends_at=start + timedelta(hours=1), reason="Neige", by=manager)
    _told()
    switch_online(
        event=Event.objects.get(pk=event.pk), online_link="https://visio.example/x", reason="Neige", by=manager
    )
    _told()
    switch_back(event=Event.objects.get(pk=event.pk), reason="Dégel", by=manager)
    write_to_people(event=event, registrations=[registration], subject="Parking", text="Derrière.", by=manager)
    _told()
    cancel_registration(registration=registration, by=manager)
    again = register_person(event=Event.objects.get(pk=event.pk), by=manager, **who)
    assert again.is_standing
    _told()
    cancel_event(event=Event.objects.get(pk=event.pk), reason="Neige", by=manager)
    _told()


def _around_an_event(manager, who):
    """Register by phone, and send all that leaves on another change, near the start and after the end."""
    event = EventFactory()
    registration = register_person(event=event, by=manager, **who)
    register_guest(event=event, **who)
    before = whereabouts_of(event)
    Event.objects.filter(pk=event.pk).update(place="Au fond de la cour")
    follow_edit(event=event, before=before)
    _by_rule(registration, event, is_before=True)
    _told(now=timezone.now() + SECOND_THOUGHTS)
    soon = EventFactory(starts_at=timezone.now() + timedelta(hours=20), capacity=1)
    first = register(event=soon, user=UserFactory())
    register_person(event=soon, by=manager, **who)
    cancel_registration(registration=first)
    _told()
    tend_lines(now=timezone.now() + timedelta(hours=4))
    _told()
    past = PastEventFactory()
    guest = {"guest_name": TYPED, "guest_email": STRANGER, "language": "en", "registered_by": manager}
    registration = past.registrations.create(status="confirmed", **guest)
    mark_attendance(event=past, registrations=[registration], by=manager)
    _by_rule(registration, past, is_before=False)
    _told(now=timezone.now() + timedelta(days=43))


def _by_rule(registration, event, *, is_before):
    rules = [rule for rule in usual_messages() if rule.is_before is is_before]
    enqueue_all([mail for rule in rules for mail in mails_by_rule(rule, registration, event)])
    _told(now=event.starts_at - timedelta(hours=1) if is_before else event.ends_at + timedelta(days=1))


def _as_companion(manager):
    event = EventFactory(capacity=1)
    bringer = register(event=event, user=UserFactory(first_name=TYPED, last_name=TYPED))
    companion = bring_companion(registration=bringer, name=TYPED, email=STRANGER)
    _told()
    promote(registration=companion, reason="Parce que", by=manager)
    _told()
    cancel_companion(companion=companion)
    _told()
    register_guest(event=event, name=TYPED, email=STRANGER, language="en")
    bring_companion(registration=bringer, name=TYPED, email=STRANGER)
    _told()


def _bookings(manager):
    resource = ResourceFactory()
    guest = {"guest_name": TYPED, "guest_email": STRANGER, "guest_language": "en", "purpose": TYPED}
    asked = BookingRequest(resource=resource, start=in_days(1, 9), end=in_days(1, 10), **guest)
    booking = book(asked=asked, by=manager, as_manager=True)
    _told()
    change_booking(booking=booking, start=in_days(1, 11), end=in_days(1, 12), by=manager, as_manager=True)
    _told()
    cancel_booking(booking=booking, by=manager, as_manager=True)
    room = ResourceFactory(release_after_minutes=15)
    asked = BookingRequest(resource=room, start=in_days(1, 9), end=in_days(1, 10), **guest)
    book(asked=asked, by=manager, as_manager=True)
    release_missed(now=in_days(1, 9) + timedelta(minutes=20))
    _told()
    days = {"first_day": in_days(2, 9).date(), "until": in_days(9, 9).date()}
    hours = {"starts": in_days(2, 9).time(), "ends": in_days(2, 10).time()}
    asked = SeriesRequest(resource=resource, pattern="weekly", **days, **hours, **guest)
    series = book_series(asked=asked, by=manager, as_manager=True)
    _told()
    cancel_series(series=series, from_day=days["first_day"], by=manager, as_manager=True)
    _told()


@pytest.mark.django_db
def test_who_is_registered_or_booked_by_a_team_reads_by_whom_and_how_to_end_it(mailoutbox):
    manager, event, resource = UserFactory(), EventFactory(), ResourceFactory()
    register_person(event=event, by=manager, name=TYPED, email=STRANGER, language="en")
    guest = {"guest_name": TYPED, "guest_email": STRANGER, "guest_language": "en"}
    asked = BookingRequest(resource=resource, start=in_days(1, 9), end=in_days(1, 10), **guest)
    book(asked=asked, by=manager, as_manager=True)
    days = {"first_day": in_days(2, 9).date(), "until": in_days(9, 9).date()}
    hours = {"starts": in_days(2, 9).time(), "ends": in_days(2, 10).time()}
    series = SeriesRequest(resource=resource, pattern="weekly", **days, **hours, **guest)
    book_series(asked=series, by=manager, as_manager=True)
    register(event=event, user=UserFactory(language="en", email="own@ardenne.example"))
    _told()
    (own,) = [mail for mail in mailoutbox if "own@ardenne.example" in " ".join(mail.to)]
    assert "noted this for you" not in own.body + own.alternatives[0][0]
    mails = [mail for mail in mailoutbox if STRANGER in " ".join(mail.to)]
    assert len(mails) == 3
    for mail in mails:
        place = event.space.name if event.title_en in mail.subject else resource.space.name
        for text in (mail.body, mail.alternatives[0][0]):
            assert f"The team of {place} has noted this for you" in text
            assert "Was it not you? Cancel it with the link" in text
