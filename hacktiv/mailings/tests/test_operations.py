"""A mailing tells each person once, or not at all, and can be stopped."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.mailings.enums import LeftOut, MailingState, RecipientState
from hacktiv.mailings.errors import MailingError
from hacktiv.mailings.models import Mailing, MailingRecipient
from hacktiv.mailings.operations import (
    Plan,
    change_mailing,
    draft_mailing,
    expand,
    expanding,
    forget_old,
    resume_mailings,
    send_test,
    stop_mailing,
)
from hacktiv.mailings.operations.writing import Words
from hacktiv.mailings.queries import addressees, fingerprint_of, mailings_to, progress_of, reach_of, recipients_in
from hacktiv.outbox.models import Message, MessageState, Priority
from hacktiv.outbox.operations import refuse_optional, send_due
from members.enums import ConsentPurpose
from members.profiles.operations import choose_news, leave_news
from members.tests.factories import UserFactory
from spaces.enums import MembershipState
from spaces.tests.factories import HomeSpaceFactory, MembershipFactory, MembershipKindFactory, SpaceFactory

from .factories import IN_FRENCH, a_draft, let_leave, members_of, sent_off

pytestmark = pytest.mark.django_db

NEWS = ConsentPurpose.NEWS_SPACE


@pytest.fixture
def space():
    return SpaceFactory(name="La Ferme", contact_email="ferme@ardenne.example")


def reached(mailing):
    return {one.email for one in addressees(mailing) if not one.reason}


def left_out(mailing):
    return {one.email: one.reason for one in addressees(mailing) if one.reason}


# --- whom it reaches ---


def test_a_service_message_reaches_the_active_members_of_the_space(space):
    [active] = members_of(space, 1)
    MembershipFactory(space=space, state=MembershipState.PAUSED)
    MembershipFactory(space=space, state=MembershipState.REQUESTED, since=None)
    MembershipFactory(space=space, until=timezone.localdate() - timedelta(days=1))
    MembershipFactory()
    MembershipFactory(space=space, user=UserFactory(is_active=False))
    assert reached(a_draft(space)) == {active.email}


def test_states_kinds_and_languages_narrow_the_members(space):
    kind = MembershipKindFactory(space=space)
    paused = MembershipFactory(space=space, kind=kind, state=MembershipState.PAUSED, user__language="nl").user
    other = MembershipFactory(space=space, state=MembershipState.PAUSED, user__language="nl").user
    members_of(space, 1)
    assert reached(a_draft(space, states=("paused",))) == {paused.email, other.email}
    assert reached(a_draft(space, states=("paused",), kinds=(kind.pk,))) == {paused.email}
    assert reached(a_draft(space, states=("paused",), languages=("fr",))) == set()
    assert reached(a_draft(space, states=("paused",), people=(other.pk,))) == {other.email}


def test_the_side_is_that_of_the_home_space_else_of_the_residence(space):
    at_home, resident, unknown = members_of(space, 3)
    HomeSpaceFactory(user=at_home, space=SpaceFactory(country="FR"))
    at_home.residence, resident.residence = "BE", "BE"
    at_home.save(), resident.save()
    assert reached(a_draft(space, sides=("FR",))) == {at_home.email}
    assert reached(a_draft(space, sides=("BE",))) == {resident.email}
    assert reached(a_draft(space, sides=("unknown", "BE"))) == {resident.email, unknown.email}


def test_ticked_people_of_another_space_are_not_reached(space):
    stranger = MembershipFactory().user
    assert reached(a_draft(space, people=(stranger.pk,))) == set()


def test_the_networks_mailing_reaches_the_members_of_all_spaces_once(space):
    [both] = members_of(space, 1)
    MembershipFactory(user=both)
    other = MembershipFactory().user
    mailing = a_draft(None)
    assert reached(mailing) == {both.email, other.email}
    assert len(addressees(mailing)) == 2


def test_registrants_are_reached_by_state_and_way_each_address_once():
    event = EventFactory(mode="hybrid", online_capacity=20)
    member = RegistrationFactory(event=event).user
    guest = GuestRegistrationFactory(event=event, email="invite@ardenne.example", language="nl")
    GuestRegistrationFactory(event=event, confirmed=False)
    mailing = a_draft(event=event)
    assert mailing.space == event.space
    assert reached(mailing) == {member.email, guest.guest_email}
    assert reached(a_draft(event=event, states=("waiting",))) == set()
    assert reached(a_draft(event=event, ways=("online",))) == set()
    assert reached(a_draft(event=event, languages=("nl",))) == {guest.guest_email}


def test_people_without_an_address_are_counted_and_said(space):
    event = EventFactory()
    event.registrations.create(guest_name="Sans Adresse", status="confirmed")
    reach = reach_of(a_draft(event=event))
    assert (reach.total, reach.written_to, reach.left_out) == (1, 0, [(LeftOut.NO_ADDRESS, 1)])


def test_an_address_that_nobody_confirmed_is_left_out(space):
    unconfirmed = MembershipFactory(space=space, user=UserFactory(verified=False)).user
    assert left_out(a_draft(space)) == {unconfirmed.email: LeftOut.UNCONFIRMED}


@pytest.mark.parametrize(
    ("topics", "refuses", "reason"),
    [
        ([], False, LeftOut.NO_CONSENT),
        ([ConsentPurpose.NEWS_EVENTS], False, LeftOut.NO_CONSENT),
        ([NEWS], True, LeftOut.REFUSES),
        ([NEWS], False, ""),
        ([NEWS, ConsentPurpose.NEWS_EVENTS], False, ""),
    ],
)
def test_news_reach_only_who_agreed_to_the_topic(space, topics, refuses, reason):
    [person] = members_of(space, 1)
    choose_news(user=person, topics=topics)
    if refuses:
        refuse_optional(email=person.email)
    assert [one.reason for one in addressees(a_draft(space, topic=NEWS))] == [reason]
    assert reached(a_draft(space)) == {person.email}  # what concerns a service that they use


def test_a_consent_taken_back_counts_no_more_and_keeps_its_dates(space):
    [person] = members_of(space, 1)
    choose_news(user=person, topics=[NEWS, ConsentPurpose.NEWS_EVENTS])
    leave_news(user=person, topic=NEWS)
    assert left_out(a_draft(space, topic=NEWS)) == {person.email: LeftOut.NO_CONSENT}
    assert reached(a_draft(space, topic=ConsentPurpose.NEWS_EVENTS)) == {person.email}
    assert person.consents.filter(withdrawn_at__isnull=False).count() == 1


def test_guests_of_an_event_get_no_news():
    event = EventFactory()
    guest = GuestRegistrationFactory(event=event)
    assert left_out(a_draft(event=event, topic=NEWS)) == {guest.guest_email: LeftOut.NO_CONSENT}


def test_the_reach_says_who_gets_another_language(space):
    members_of(space, 2, language="nl")
    members_of(space, 1)
    reach = reach_of(a_draft(space))
    assert [(one.language, one.number, one.is_fallback) for one in reach.languages] == [
        ("nl", 2, True),
        ("fr", 1, False),
    ]


# --- drafts ---


@pytest.mark.parametrize(
    ("sort", "topic", "words", "code"),
    [
        ("service", "", {}, "no_words"),
        ("service", "", {"fr": Words("", "")}, "no_words"),
        ("service", "", {"fr": Words("Sujet", "")}, "half_written"),
        ("news", "", IN_FRENCH, "no_topic"),
    ],
)
def test_a_draft_that_lacks_something_is_refused(space, sort, topic, words, code):
    with pytest.raises(MailingError) as refusal:
        draft_mailing(plan=Plan(space=space, sort=sort, topic=topic, words=words), by=UserFactory())
    assert refusal.value.code == code
    assert not Mailing.objects.exists()


def test_a_draft_is_changed_and_a_language_taken_out(space):
    mailing = a_draft(space, words={**IN_FRENCH, "nl": Words("Werken", "Dicht.")}, topic=NEWS)
    plan = Plan(space=space, sort="service", topic=NEWS, words={"nl": Words("Werken", "Open.")})
    change_mailing(mailing=mailing, plan=plan, by=UserFactory(), seen=fingerprint_of(mailing))
    mailing.refresh_from_db()
    assert (mailing.sort, mailing.topic) == ("service", "")
    assert list(mailing.texts.values_list("language", "text")) == [("nl", "Open.")]


def test_what_leaves_is_changed_and_sent_no_more(space):
    members_of(space, 1)
    mailing = sent_off(a_draft(space))
    plan = Plan(space=space, sort="service", words=IN_FRENCH)
    steps = (
        lambda: change_mailing(mailing=mailing, plan=plan, by=UserFactory(), seen=fingerprint_of(mailing)),
        lambda: let_leave(mailing, 1),
        lambda: send_test(mailing=mailing, to=UserFactory()),
    )
    for step in steps:
        with pytest.raises(MailingError) as refusal:
            step()
        assert refusal.value.code == "not_draft"


# --- sending ---


def test_each_person_is_put_in_line_once_behind_the_others(space):
    people = members_of(space, 3)
    mailing = sent_off(a_draft(space))
    mails = Message.objects.filter(about=mailing.about)
    assert {mail.to_email for mail in mails} == {person.email for person in people}
    assert {(mail.priority, mail.reply_to, mail.template) for mail in mails} == {
        (Priority.MAILING, "ferme@ardenne.example", "mailings.service")
    }
    assert (mailing.total, mailing.queued, mailing.skipped) == (3, 3, 0)
    assert not expand(mailing_id=mailing.pk)
    assert mails.count() == 3


def test_a_mailing_that_would_reach_nobody_does_not_leave(space):
    with pytest.raises(MailingError) as refusal:
        let_leave(a_draft(space), 0)
    assert refusal.value.code == "nobody"


def test_a_mailing_does_not_leave_to_another_number_than_was_read(space):
    members_of(space, 2)
    mailing = a_draft(space)
    with pytest.raises(MailingError) as refusal:
        let_leave(mailing, 1)
    assert refusal.value.code == "moved"
    mailing.refresh_from_db()
    assert mailing.state == MailingState.DRAFT


def test_who_is_left_out_is_noted_with_the_reason(space):
    [agreed, other] = members_of(space, 2)
    choose_news(user=agreed, topics=[NEWS])
    mailing = sent_off(a_draft(space, topic=NEWS))
    noted = set(mailing.recipients.values_list("email", "state", "reason"))
    assert noted == {
        (agreed.email, RecipientState.QUEUED, ""),
        (other.email, RecipientState.LEFT_OUT, LeftOut.NO_CONSENT),
    }
    assert (mailing.total, mailing.queued, mailing.skipped) == (1, 1, 1)
    assert progress_of(mailing).left_out == [(LeftOut.NO_CONSENT, 1)]


def test_a_mailing_ends_when_none_of_its_mails_waits(space, mailoutbox):
    members_of(space, 2)
    mailing = sent_off(a_draft(space))
    resume_mailings()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.finished_at) == (MailingState.SENDING, None)
    send_due()
    resume_mailings()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.sent, mailing.failed) == (MailingState.SENT, 2, 0)
    assert mailing.finished_at
    Message.objects.all().delete()  # after 90 days
    progress = progress_of(mailing)
    assert (progress.sent, progress.waiting, progress.percent) == (2, 0, 100)


def test_a_test_goes_to_its_author_in_each_language_alone(space, mailoutbox):
    members_of(space, 2)
    author = UserFactory(email="moi@ardenne.example")
    mailing = a_draft(space, words={**IN_FRENCH, "nl": Words("Werken", "Dicht.")})
    assert send_test(mailing=mailing, to=author) == 2
    send_due()
    assert {mail.to[0].rpartition(" ")[2] for mail in mailoutbox} == {"<moi@ardenne.example>"}
    assert sorted(mail.subject.rpartition("] ")[2] for mail in mailoutbox) == ["Travaux jeudi", "Werken"]
    assert not MailingRecipient.objects.exists()


# --- stopping ---


def test_what_waits_is_cancelled_when_a_mailing_is_stopped(space, mailoutbox):
    members_of(space, 4)
    mailing = sent_off(a_draft(space))
    send_due(limit=1)
    assert stop_mailing(mailing=mailing) == 3
    send_due()
    resume_mailings()
    mailing.refresh_from_db()
    assert len(mailoutbox) == 1
    assert (mailing.state, mailing.sent) == (MailingState.STOPPED, 1)
    progress = progress_of(mailing)
    assert (progress.sent, progress.not_sent, progress.waiting) == (1, 3, 0)
    with pytest.raises(MailingError) as refusal:
        stop_mailing(mailing=mailing)
    assert refusal.value.code == "not_leaving"


def test_a_mailing_stopped_once_all_had_left_is_sent(space):
    members_of(space, 2)
    mailing = sent_off(a_draft(space))
    send_due()
    assert stop_mailing(mailing=mailing) == 0
    resume_mailings()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.sent, mailing.stopped_at) == (MailingState.SENT, 2, None)


def test_a_mail_put_back_in_line_after_the_stop_does_not_leave(space, mailoutbox):
    members_of(space, 1)
    mailing = sent_off(a_draft(space))
    stop_mailing(mailing=mailing)
    # A sender had it, and the mail server refused it for now.
    recipient = mailing.recipients.get()
    context = {"mailing": mailing.pk, "recipient": recipient.pk}
    Message.objects.filter(about=mailing.about).update(state=MessageState.PENDING, context=context)
    send_due()
    assert mailoutbox == []
    assert Message.objects.get(about=mailing.about).state == MessageState.DROPPED


@pytest.fixture
def failing(space):
    """Return a mailing on its way whose recipients the database refuses beyond the first, and let it fail once."""
    members_of(space, 3)
    mailing = let_leave(a_draft(space), 3)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF (SELECT count(*) FROM mailings_mailingrecipient WHERE mailing_id = NEW.mailing_id) > 0"
            " THEN RAISE 'refused'; END IF; RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON mailings_mailingrecipient FOR EACH ROW"
            f" WHEN (NEW.mailing_id = {mailing.pk}) EXECUTE FUNCTION refuse()"
        )
    return mailing


def a_minute_later():
    Mailing.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_mailing_that_fails_stops_no_other(space, failing, mailoutbox):
    other = let_leave(a_draft(members_of(SpaceFactory(), 1)[0].memberships.get().space), 1)
    assert not expand(mailing_id=failing.pk)
    a_minute_later()
    resume_mailings()
    send_due()
    resume_mailings()
    other.refresh_from_db()
    assert (other.state, other.sent) == (MailingState.SENT, 1)


def test_a_mailing_that_fails_again_and_again_is_given_up_and_what_is_in_line_leaves(failing, mailoutbox, monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 1)
    for _try in range(expanding.MOST_TAKEN + 1):
        a_minute_later()
        resume_mailings()
    failing.refresh_from_db()
    assert (failing.state, failing.gave_up, failing.queued) == (MailingState.STOPPED, True, 1)
    send_due()
    resume_mailings()
    failing.refresh_from_db()
    assert (len(mailoutbox), failing.sent) == (1, 1)
    assert failing.finished_at


def test_a_mailing_stopped_before_it_is_in_line_puts_nothing_in_line(space):
    members_of(space, 2)
    mailing = let_leave(a_draft(space), 2)
    stop_mailing(mailing=mailing)
    assert not expand(mailing_id=mailing.pk)
    assert not Message.objects.filter(about=mailing.about).exists()


def test_a_mailing_stopped_between_two_batches_writes_no_third(space, monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 2)
    members_of(space, 6)
    mailing = let_leave(a_draft(space), 6)
    after = {1: lambda: stop_mailing(mailing=mailing)}
    assert not expand(mailing_id=mailing.pk, after_batch=lambda number: after.get(number, int)())
    states = list(Message.objects.filter(about=mailing.about).values_list("state", flat=True))
    assert states == [MessageState.CANCELLED] * 4
    mailing.refresh_from_db()
    assert (mailing.state, mailing.expanded_at) == (MailingState.STOPPED, None)
    resume_mailings()
    assert mailing.recipients.count() == 4


# --- workers that die, people who go ---


class Killed(BaseException):
    pass


def die(number):
    if number == 1:
        raise Killed


def test_a_worker_that_takes_over_tells_nobody_twice(space, monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 2)
    members_of(space, 7)
    mailing = let_leave(a_draft(space), 7)
    with pytest.raises(Killed):
        expand(mailing_id=mailing.pk, after_batch=die)
    assert mailing.recipients.count() == 4
    assert resume_mailings() == 0  # its lease still stands
    Mailing.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert resume_mailings() == 1
    mailing.refresh_from_db()
    assert (mailing.total, mailing.queued) == (7, 7)
    keys = list(Message.objects.filter(about=mailing.about).values_list("to_email", flat=True))
    assert len(keys) == len(set(keys)) == 7


def test_a_worker_taken_for_dead_writes_no_more(space, monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 2)
    members_of(space, 5)
    mailing = let_leave(a_draft(space), 5)

    def another_takes_over(number):
        if number == 0:
            Mailing.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            assert resume_mailings() == 1

    assert not expand(mailing_id=mailing.pk, after_batch=another_takes_over)
    assert Message.objects.filter(about=mailing.about).count() == mailing.recipients.count() == 5


def test_a_person_erased_between_two_batches_is_passed_over(space, monkeypatch):
    monkeypatch.setattr(expanding, "BATCH", 2)
    people = sorted(members_of(space, 5), key=lambda person: person.email)
    mailing = let_leave(a_draft(space), 5)
    expand(mailing_id=mailing.pk, after_batch=lambda number: number or people[4].delete())
    mailing.refresh_from_db()
    assert set(mailing.recipients.values_list("email", flat=True)) == {person.email for person in people[:4]}


def test_the_database_refuses_a_second_row_for_one_address(space):
    members_of(space, 1)
    mailing = sent_off(a_draft(space))
    row = mailing.recipients.get()
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        MailingRecipient.objects.create(mailing=mailing, email=row.email, language="fr", state="queued")


# --- afterwards ---


def test_recipients_are_listed_by_what_became_of_their_mail(space, mailoutbox):
    people = members_of(space, 3)
    mailing = sent_off(a_draft(space))
    send_due(limit=1)
    failed = Message.objects.pending().filter(about=mailing.about).first()
    Message.objects.filter(pk=failed.pk).update(state=MessageState.FAILED)
    numbers = {shown: recipients_in(mailing, shown).count() for shown in ("", "sent", "waiting", "trouble", "left_out")}
    assert numbers == {"": 3, "sent": 1, "waiting": 1, "trouble": 1, "left_out": 0}
    assert recipients_in(mailing, "trouble").get().email == failed.to_email
    assert len(people) == 3


def test_what_was_written_to_a_person_is_told_by_space(space):
    [person] = members_of(space, 1)
    mailing = sent_off(a_draft(space))
    MembershipFactory(user=person)
    sent_off(a_draft(None))
    assert [one.mailing for one in mailings_to(person, [space.pk])] == [mailing]
    assert not mailings_to(person, [SpaceFactory().pk])


def test_after_a_year_the_numbers_stay_and_the_addresses_go(space):
    members_of(space, 1)
    mailing = sent_off(a_draft(space))
    assert forget_old() == 0
    Mailing.objects.update(started_at=timezone.now() - timedelta(days=366))
    assert forget_old() == 1
    mailing.refresh_from_db()
    assert (mailing.total, mailing.recipients.count()) == (1, 0)
