"""Two accounts of one person become one: nothing is lost, nothing counts twice, nobody gains rights."""

import threading
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone, translation

from events.attendance.operations import add_walk_in
from events.enums import RegistrationStatus
from events.models import Participation, ResidenceCorrection, Speaker, SurveyTaken, TopicProposal
from events.registering.operations import correct_residence, register, register_person
from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from hacktiv.common.errors import OperationError
from hacktiv.common.personal_data import all_ties
from hacktiv.merging.errors import MergingError
from hacktiv.merging.operations import merge_accounts, say_two_people
from hacktiv.merging.queries import (
    foresee,
    hints_for,
    refers_to_people,
    trace_of,
)
from hacktiv.merging.queries.tables import name_of_table, names_of_columns
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import refuse_optional, refuses_optional, send_due
from members.enums import ConsentPurpose, NetworkRoleKind
from members.feeds.operations import renew_calendar_feed
from members.models import CalendarFeed, Consent, EarlierAddress, NetworkRole, User, UserSkill
from members.profiles.operations import set_skills, update_profile
from members.tests.factories import PASSWORD, AffiliationFactory, NetworkRoleFactory, SkillFactory, UserFactory
from spaces.enums import MembershipState
from spaces.models import Booking, HomeSpace, Membership, SpaceRole, StaffNote, Visit, Wait
from spaces.passes.operations import correct_side
from spaces.roles.operations import end_role
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    MembershipFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    SpaceRoleFactory,
    VisitFactory,
    WaitFactory,
)
from tests.one_person import administrator

from .conftest import OLD

pytestmark = pytest.mark.django_db

ENDED, ACTIVE = MembershipState.ENDED, MembershipState.ACTIVE


@pytest.fixture
def merge(kept, gone, by):
    def merged(**instead):
        trace = merge_accounts(**{"kept": kept, "gone": gone, "by": by} | instead)
        kept.refresh_from_db()
        return trace

    return merged


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


# --- the account ---


def test_the_account_that_goes_opens_no_more(client, merge, kept):
    merge()
    assert not User.objects.filter(email=OLD).exists()
    assert list(kept.earlier_addresses.values_list("email", flat=True)) == [OLD]
    assert not client.login(email=OLD, password=PASSWORD)
    assert client.login(email=kept.email, password=PASSWORD)
    assert not EmailAddress.objects.filter(email=OLD).exists()


def test_its_sessions_second_factors_and_feed_end(merge, kept, gone):
    signed_in = Client()
    signed_in.force_login(gone)
    session = signed_in.session.session_key
    UserSession.objects.get_or_create(user=gone, session_key=session, defaults={"ip": "192.0.2.1", "user_agent": "F"})
    Authenticator.objects.create(user=gone, type=Authenticator.Type.TOTP, data={})
    Authenticator.objects.create(user=kept, type=Authenticator.Type.WEBAUTHN, data={})
    own, theirs = renew_calendar_feed(user=kept), renew_calendar_feed(user=gone)
    merge()
    assert not Session.objects.filter(session_key=session).exists()
    assert list(Authenticator.objects.values_list("type", flat=True)) == [Authenticator.Type.WEBAUTHN]
    assert list(CalendarFeed.objects.all()) == [own]
    assert signed_in.get(f"/calendar/{theirs.token}.ics").status_code == 404


def test_both_addresses_get_a_mail_and_neither_learns_the_other_whole(mailoutbox, merge, kept):
    merge()
    send_due()
    texts = {mail.to[0].split("<")[-1].strip(">"): mail.body for mail in mailoutbox}
    assert set(texts) == {OLD, kept.email}
    assert kept.email not in texts[OLD]
    assert OLD not in texts[kept.email]
    assert "e…@ardenne.example" in texts[OLD]


def test_a_trace_says_who_when_and_how_many_without_a_name(merge, kept, gone, by):
    BookingFactory(user=gone)
    key = gone.erasure_key
    trace = merge()
    assert (trace.kept, trace.merged_by, trace.gone_key) == (kept, by, key)
    assert trace.rows["spaces.Booking"] == {"user": 1, "created_by": 1}
    told = f"{trace.rows} {trace.facts}"
    assert not [word for word in (OLD, "Petit", "PETIT", kept.email) if word in told]
    assert LogEntry.objects.filter(user=by, object_id=str(kept.pk), action_flag=CHANGE).count() == 1


def test_what_staff_did_with_either_account_is_of_the_one_that_stays(merge, kept, gone):
    people = ContentType.objects.get_for_model(User)
    about = LogEntry.objects.create(
        user=gone, content_type=people, object_id=str(gone.pk), object_repr="x", action_flag=CHANGE
    )
    merge()
    about.refresh_from_db()
    assert (about.user, about.object_id) == (kept, str(kept.pk))


# --- profile and consents ---


def test_the_profile_is_filled_where_it_is_empty(merge, kept, gone):
    skills = SkillFactory.create_batch(2)
    update_profile(user=kept, headline="Potière", residence="")
    update_profile(user=gone, headline="Autre", about="Je tourne", residence="BE", status="student")
    set_skills(user=kept, offered=skills[:1], sought=[])
    set_skills(user=gone, offered=skills, sought=[])
    merge()
    assert (kept.headline, kept.about, kept.residence, kept.status) == ("Potière", "Je tourne", "BE", "student")
    assert UserSkill.objects.filter(user=kept).count() == 2


def test_nothing_becomes_public_by_merging(merge, kept, gone):
    update_profile(user=kept, is_listed=True)
    update_profile(user=gone, about="Pour moi seul")
    set_skills(user=gone, offered=[SkillFactory()], sought=[])
    merge()
    assert (kept.is_listed, kept.about, UserSkill.objects.count()) == (True, "", 0)


def test_who_is_not_in_the_directory_does_not_come_into_it(merge, kept, gone):
    update_profile(user=gone, is_listed=True)
    merge()
    assert not kept.is_listed
    assert not Consent.objects.filter(withdrawn_at=None).exists()


def test_a_consent_that_was_taken_back_later_is_taken_back(merge, kept, gone):
    update_profile(user=kept, is_listed=True, gender="woman", news=[ConsentPurpose.NEWS_EVENTS])
    update_profile(user=gone, is_listed=True, gender="woman", news=[ConsentPurpose.NEWS_EVENTS])
    update_profile(user=gone, is_listed=False, gender="", news=[])
    merge()
    assert (kept.is_listed, kept.gender) == (False, "")
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert Consent.objects.filter(user=kept).count() == 6


def test_a_later_consent_to_statistics_and_news_holds(merge, kept, gone):
    update_profile(user=kept, gender="woman", news=[ConsentPurpose.NEWS_SPACE])
    update_profile(user=kept, gender="", news=[])
    update_profile(user=gone, gender="woman", age_band="35-44", news=[ConsentPurpose.NEWS_SPACE])
    merge()
    assert (kept.gender, kept.age_band) == ("woman", "35-44")
    current = Consent.objects.filter(user=kept, withdrawn_at=None).values_list("purpose", flat=True)
    assert set(current) == {ConsentPurpose.STATISTICS, ConsentPurpose.NEWS_SPACE}


def test_a_refusal_of_either_address_holds(merge, kept):
    refuse_optional(email=OLD)
    merge()
    assert refuses_optional(kept.email)


# --- spaces ---


def test_one_current_membership_for_each_space(merge, kept, gone):
    here, there = SpaceFactory(), SpaceFactory()
    own = MembershipFactory(user=kept, space=here, since=today(-10))
    double = MembershipFactory(user=gone, space=here, since=today(-30))
    other = MembershipFactory(user=gone, space=there, since=today(-30))
    trace = merge()
    for membership in (own, double, other):
        membership.refresh_from_db()
        assert membership.user == kept
    assert (own.state, own.since, own.until) == (ACTIVE, today(-10), None)
    assert (double.state, double.since, double.until) == (ENDED, today(-30), today(-10))
    assert (other.state, other.until) == (ACTIVE, None)
    assert trace.facts["became_one"]["memberships"]["ended"] == [double.pk]


def test_a_membership_that_is_over_does_not_end_the_other(merge, kept, gone):
    space = SpaceFactory()
    past = MembershipFactory(user=kept, space=space, since=today(-30), until=today(-1))
    current = MembershipFactory(user=gone, space=space, since=today(-20))
    merge()
    past.refresh_from_db()
    current.refresh_from_db()
    assert (past.state, past.until) == (ENDED, today(-1))
    assert (current.state, current.since, current.until) == (ACTIVE, today(-1), None)


#: (days of the account that stays, days of the one that goes), from today; None is without an end.
OVERLAPS = [
    ((-10, None), (-30, None)),
    ((-30, None), (-10, None)),
    ((-30, 5), (-10, 20)),
    ((5, None), (-10, None)),
    ((-10, None), (5, None)),
    ((-20, -10), (-30, None)),
    ((-20, None), (-30, -10)),
    ((-20, -10), (-15, -12)),
    ((-10, 30), (-10, 30)),
    ((-20, -10), (-30, -5)),
]


@pytest.mark.parametrize(("own_days", "their_days"), OVERLAPS)
def test_the_days_that_are_foreseen_are_those_that_stay(merge, kept, gone, own_days, their_days):
    space, made = SpaceFactory(), []
    for user, (first, end) in ((kept, own_days), (gone, their_days)):
        over = end is not None and end <= 0
        since, until = today(first), None if end is None else today(end)
        made.append(
            MembershipFactory(user=user, space=space, since=since, until=until, state=ENDED if over else ACTIVE)
        )
    own, double = made
    [change] = foresee(kept, gone).memberships or [None]
    own.refresh_from_db()
    assert own.since == today(own_days[0])
    trace = merge()
    rows = Membership.objects.filter(user=kept).exclude(pk=own.pk).order_by("since").values_list("since", "until")
    stay = [days for days in rows if days[0] != days[1]]
    assert stay == (change.fit.parts if change else [(double.since, double.until)])
    changed = trace.facts["became_one"]["memberships"]["changed"]
    assert [each["before"][0] for each in changed if change] == [double.since.isoformat()] * len(changed)
    own.refresh_from_db()
    assert own.since == (today() if change and change.fit.begins else today(own_days[0]))


def test_a_request_gives_way_to_a_membership(merge, kept, gone):
    space = SpaceFactory()
    asked = MembershipFactory(user=kept, space=space, state=MembershipState.REQUESTED, since=None)
    current = MembershipFactory(user=gone, space=space, since=today(-5))
    merge()
    asked.refresh_from_db()
    current.refresh_from_db()
    assert (asked.state, current.state, current.user) == (MembershipState.WITHDRAWN, ACTIVE, kept)


def test_one_home_at_a_time(merge, kept, gone):
    here, there = SpaceFactory(), SpaceFactory()
    HomeSpaceFactory(user=kept, space=here, since=today(-10))
    HomeSpaceFactory(user=gone, space=there, since=today(-30))
    merge()
    homes = HomeSpace.objects.order_by("since").values_list("user", "space", "since", "until")
    assert list(homes) == [(kept.pk, there.pk, today(-30), today(-10)), (kept.pk, here.pk, today(-10), None)]


def test_bookings_of_both_at_one_hour_stay(merge, kept, gone):
    room = ResourceFactory(units=2)
    own, theirs = BookingFactory(user=kept, resource=room), BookingFactory(user=gone, resource=room)
    merge()
    assert list(Booking.objects.filter(user=kept).order_by("pk")) == [own, theirs]
    assert {booking.status for booking in Booking.objects.all()} == {own.status}


def test_two_visits_of_one_day_become_the_surer(merge, kept, gone):
    space, number = SpaceFactory(), kept.participant_number
    unsure = VisitFactory(participant_number=number, space=space, day=today(-3), home_side="", home_space=None)
    VisitFactory(participant_number=gone.participant_number, space=space, day=today(-3), home_side="FR")
    VisitFactory(participant_number=gone.participant_number, space=space, day=today(-2))
    merge()
    assert Visit.objects.filter(participant_number=number).count() == Visit.objects.count() == 2
    assert Visit.objects.get(day=today(-3)).home_side == "FR"
    assert not Visit.objects.filter(pk=unsure.pk).exists()


def test_one_place_in_each_line_and_each_pass_once(merge, kept, gone):
    room = ResourceFactory()
    BookingFactory(resource=room, days=2)
    first = WaitFactory(user=gone, resource=room)
    last = WaitFactory(user=kept, resource=room)
    Wait.objects.filter(pk=last.pk).update(period=first.period)
    scheme = PassSchemeFactory()
    scheme.members.add(kept, gone)
    merge()
    assert list(Wait.objects.values_list("pk", "user")) == [(first.pk, kept.pk)]
    assert list(scheme.members.all()) == [kept]


def test_staff_notes_talks_and_proposals_come_along(merge, kept, gone, by):
    space, event = SpaceFactory(), EventFactory()
    StaffNote.objects.create(space=space, person=gone, author=by, text="Vient le mardi")
    for user in (kept, gone):
        Speaker.objects.create(event=event, user=user)
        TopicProposal.objects.create(
            space=space, user=user, day=date(2027, 3, 5), title="T", summary="S", language="fr"
        )
    merge()
    assert StaffNote.objects.get().person == kept
    assert (Speaker.objects.get().user, TopicProposal.objects.get().user) == (kept, kept)


def test_roles_are_not_carried_over(merge, kept, gone):
    role = SpaceRoleFactory(user=gone)
    SpaceRoleFactory(space=role.space)
    NetworkRoleFactory(user=gone, role=NetworkRoleKind.FACILITATOR)
    given = SpaceRoleFactory(given_by=gone)
    trace = merge()
    given.refresh_from_db()
    assert given.given_by == kept
    assert not SpaceRole.objects.filter(user=kept).exists()
    assert not NetworkRole.objects.filter(user=kept).exists()
    assert len(trace.facts["roles"]) == 2


def test_roles_at_organisations_are_named_in_preview_trace_and_mails(mailoutbox, merge, kept, gone):
    AffiliationFactory(user=gone, organisation__name="Forges de Signy")
    AffiliationFactory(user=gone, organisation__name="Ancienne", until=today())
    [foreseen] = foresee(kept, gone).roles
    assert "Forges de Signy" in foreseen
    trace = merge()
    assert trace_of(trace).roles == [foreseen]
    send_due()
    assert [("Forges de Signy" in mail.body, "Ancienne" in mail.body) for mail in mailoutbox] == [(True, False)] * 2


@pytest.mark.parametrize("starts", [-30, 30])
def test_the_last_manager_of_a_space_does_not_go(merge, kept, gone, starts):
    role = SpaceRoleFactory(user=gone, space__name="La Ferme", since=today(starts))
    assert [space.name for space in foresee(kept, gone).unmanaged] == ["La Ferme"]
    assert refused(merge) == "last_manager"
    other = SpaceRoleFactory(space=role.space, user=kept, since=today(starts), until=today(60))
    assert refused(merge) == "last_manager"
    other.until = None
    other.save()
    assert foresee(kept, gone).unmanaged == []
    merge()
    assert SpaceRole.objects.get().user == kept


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_go_at_once_leave_one(kept, gone, by):
    """The other manager's role is ended, and that is not committed yet."""
    role = SpaceRoleFactory(user=gone)
    other = SpaceRoleFactory(space=role.space)
    codes = []

    def merge():
        try:
            merge_accounts(kept=kept, gone=gone, by=by)
        except OperationError as error:
            codes.append(error.code)
        finally:
            connection.close()

    thread = threading.Thread(target=merge)
    with transaction.atomic():
        end_role(role=other, on=today(), by=UserFactory(superuser=True))
        thread.start()
        thread.join(timeout=1)
    thread.join(timeout=60)
    assert codes == ["last_manager"]
    assert SpaceRole.objects.held().get() == role


# --- events ---


def test_a_seat_of_each_is_one_and_the_line_moves(merge, kept, gone):
    event = EventFactory(capacity=2)
    own, double = register(event=event, user=kept), register(event=event, user=gone)
    waiting, elsewhere = RegistrationFactory(event=event), register(event=EventFactory(), user=gone)
    merge()
    for row in (own, double, waiting, elsewhere, event):
        row.refresh_from_db()
    confirmed, cancelled = RegistrationStatus.CONFIRMED, RegistrationStatus.CANCELLED
    assert (own.status, double.status, waiting.status, event.seats_taken) == (confirmed, cancelled, confirmed, 2)
    assert (double.user, elsewhere.user, elsewhere.participant_number) == (kept, kept, kept.participant_number)


def test_each_event_counts_the_person_once(merge, kept, gone, by):
    both, own, theirs = PastEventFactory(), PastEventFactory(), PastEventFactory()
    for event, user in ((both, kept), (both, gone), (own, kept), (theirs, gone)):
        mark = add_walk_in(event=event, user=user, by=by)
        SurveyTaken.objects.create(event=event, participant_number=mark.participant_number)
    merge()
    marks = Participation.objects.values_list("event", "participant_number", "registration__user")
    assert sorted(marks) == sorted((event.pk, kept.participant_number, kept.pk) for event in (both, own, theirs))
    assert SurveyTaken.objects.filter(participant_number=kept.participant_number).count() == 3


def said(mark):
    mark.refresh_from_db()
    return mark.residence, mark.status, mark.gender, mark.home_space, mark.home_side


def test_a_presence_is_filled_with_what_the_other_account_knows(merge, kept, gone, by):
    space = HomeSpaceFactory(user=gone, since=date(2019, 1, 1)).space
    own, both = PastEventFactory(), PastEventFactory()
    mark, joint = (add_walk_in(event=event, user=kept, by=by) for event in (own, both))
    theirs = add_walk_in(event=PastEventFactory(), user=gone, by=by)
    add_walk_in(event=both, user=gone, by=by)
    User.objects.filter(pk=gone.pk).update(residence="FR", status="student")
    User.objects.filter(pk=kept.pk).update(status="employee")
    trace = merge()
    assert [said(one) for one in (mark, joint)] == [
        ("FR", "student", "", space, space.country),
        ("FR", "student", "", space, space.country),
    ]
    assert said(theirs) == ("", "employee", "", space, space.country), "What it says itself since then fills nothing."
    told = trace.facts["became_one"]["presences_filled"]
    assert set(told[str(mark.pk)]) == {"residence", "status", "home_space_id", "home_side"}
    assert told[str(theirs.pk)] == ["status"]
    with translation.override("en"):
        (line,) = [one for one in trace_of(trace).became_one if str(one.words).startswith("Presences that were")]
    assert {key.pk for key in line.keys} == set(told)


def test_gender_is_filled_only_as_the_later_consent_says(merge, kept, gone, by):
    mark = add_walk_in(event=PastEventFactory(), user=kept, by=by)
    User.objects.filter(pk=gone.pk).update(gender="female")
    merge()
    assert said(mark)[2] == "", "Nobody agreed to the statistics."


def test_a_residence_that_staff_corrected_is_not_filled(merge, kept, gone, by):
    mark = add_walk_in(event=PastEventFactory(), user=kept, by=by)
    ResidenceCorrection.objects.create(participation=mark, before="BE", after="", reason="Habite ailleurs", made_by=by)
    User.objects.filter(pk=gone.pk).update(residence="FR")
    merge()
    assert said(mark)[0] == ""


@pytest.mark.parametrize("after", ["FR", ""])
@pytest.mark.parametrize("which", [0, 1])
def test_the_residence_that_staff_corrected_stays_of_two(merge, kept, gone, by, which, after):
    User.objects.filter(pk__in=[kept.pk, gone.pk]).update(residence="BE")
    event = PastEventFactory()
    marks = [add_walk_in(event=event, user=User.objects.get(pk=one.pk), by=by) for one in (kept, gone)]
    correct_residence(registration=marks[which].registration, residence=after, by=by, reason="Habite ailleurs")
    merge()
    (mark,) = Participation.objects.all()
    assert (mark.residence, [one.after for one in mark.residence_corrections.all()]) == (after, [after])


@pytest.mark.parametrize("after", ["FR", ""])
@pytest.mark.parametrize("which", [0, 1])
def test_the_side_that_staff_corrected_stays_of_two(merge, kept, gone, by, which, after):
    day = {"space": SpaceFactory(), "day": today(-3), "home_space": None, "home_side": "BE"}
    visits = [VisitFactory(participant_number=one.participant_number, **day) for one in (kept, gone)]
    correct_side(visit=visits[which], side=after, by=by, reason="Habite ailleurs")
    merge()
    (visit,) = Visit.objects.all()
    assert (visit.home_side, [one.after for one in visit.side_corrections.all()]) == (after, [after])


def test_a_guest_gets_no_gender_after_the_consent_was_withdrawn(merge, kept, gone, by):
    mark = add_walk_in(event=PastEventFactory(), name="E.", email="elsa.encore@ardenne.example", by=by)
    EarlierAddress.objects.create(user=gone, email="elsa.encore@ardenne.example")
    day = timezone.now() - timedelta(days=9)
    Consent.objects.create(user=kept, purpose=ConsentPurpose.STATISTICS, given_at=day)
    withdrawn = {"given_at": day + timedelta(days=1), "withdrawn_at": day + timedelta(days=8)}
    Consent.objects.create(user=gone, purpose=ConsentPurpose.STATISTICS, **withdrawn)
    User.objects.filter(pk=kept.pk).update(gender="female", status="student")
    merge()
    assert said(mark)[1:3] == ("student", "")


def test_a_visit_gets_the_side_that_the_other_account_knows(merge, kept, gone):
    visit = VisitFactory(participant_number=kept.participant_number, home_space=None, home_side="")
    User.objects.filter(pk=gone.pk).update(residence="FR")
    trace = merge()
    visit.refresh_from_db()
    assert (visit.home_side, trace.facts["became_one"]["sides_filled"]) == ("FR", [visit.pk])


def test_what_staff_made_for_the_address_comes_along(merge, kept, by):
    made = register_person(event=EventFactory(), name="E.", email=OLD, language="fr", by=by)
    merge()
    made.refresh_from_db()
    assert (made.user, made.participant_number) == (kept, kept.participant_number)


# --- who may ---


def refused(merge, **instead):
    with pytest.raises(MergingError) as caught:
        merge(**instead)
    assert User.objects.filter(email=OLD).exists()
    return caught.value.code


def test_nobody_without_that_role_merges(merge):
    manager = SpaceRoleFactory().user
    assert refused(merge, by=manager) == "not_allowed"
    assert refused(merge, by=UserFactory(coordinates=True)) == "not_allowed"


def test_nobody_merges_their_own_account(merge, gone):
    NetworkRoleFactory(user=gone, role=NetworkRoleKind.ADMINISTRATOR)
    assert refused(merge, by=gone) == "own"


@pytest.mark.parametrize("which", ["kept", "gone"])
def test_an_administrator_does_not_merge_wider_rights(merge, kept, gone, which):
    wide = UserFactory(superuser=True)
    EarlierAddress.objects.create(user=kept, email=OLD)
    assert refused(merge, by=administrator(), **{which: wide}) == "rights"
    assert refused(merge, by=administrator(), **{which: administrator()}) == "rights"


def test_an_administrator_merges_what_a_hint_proposes(merge, kept):
    admin = administrator()
    assert refused(merge, by=admin) == "not_proposed"
    EarlierAddress.objects.create(user=kept, email=OLD)
    assert merge(by=admin).merged_by == admin


def test_an_administrator_does_not_merge_two_people(merge, kept, gone):
    admin = administrator()
    EarlierAddress.objects.create(user=kept, email=OLD)
    say_two_people(one=gone, other=kept, by=admin)
    assert hints_for(kept, gone) == hints_for(gone, kept) == ()
    assert refused(merge, by=admin) == "not_proposed"


def test_an_account_that_nobody_confirmed_is_nobodys(merge, gone):
    EmailAddress.objects.filter(user=gone).update(verified=False)
    assert refused(merge) == "unconfirmed"


def test_a_closed_account_stays_closed(merge, kept):
    kept.is_active = False
    kept.save()
    assert refused(merge) == "closed"


def test_merged_twice_the_second_is_told(merge):
    merge()
    with pytest.raises(MergingError) as caught:
        merge()
    assert caught.value.code == "gone"
    assert Message.objects.filter(template="merging.merged").count() == 2


def test_no_table_calls_an_account_a_user():
    named = {
        tie.model: f"{name_of_table(tie.rows.model)} {names_of_columns(tie.rows.model, columns)}".lower()
        for tie in all_ties()
        if (columns := [column for column in tie.columns if refers_to_people(tie, column)])
    }
    assert {model: words for model, words in named.items() if "user" in words or "utilisateur" in words} == {}
