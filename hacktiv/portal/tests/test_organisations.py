"""Test the pages on which an organisation's places are agreed, and filled by its contact."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from hacktiv.common import dates
from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.enums import AffiliationRole
from members.models import Affiliation
from members.tests.factories import AffiliationFactory, NetworkRoleFactory, OrganisationFactory, UserFactory
from spaces.enums import BookedBy, InvitationState, MembershipState
from spaces.memberships.operations import end_membership, invite_own_people
from spaces.memberships.queries.places import places_used
from spaces.models import Agreement, Invitation, Membership
from spaces.tests.asking import text
from spaces.tests.factories import (
    AgreementFactory,
    BookingFactory,
    MembershipFactory,
    ResourceFactory,
    SpaceFactory,
    SpaceRoleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def agreement(db):
    return AgreementFactory(
        organisation__slug="tisserands", organisation__name="Les Tisserands", space=SpaceFactory(with_hours=True)
    )


@pytest.fixture
def contact(client, agreement):
    user = AffiliationFactory(organisation=agreement.organisation, user__language="en").user
    client.force_login(user)
    return user


@pytest.fixture
def boss(client, agreement):
    user = SpaceRoleFactory(space=agreement.space, user__language="en").user
    client.force_login(user)
    return user


def page_of(agreement):
    return reverse("portal:organisation", args=[agreement.organisation.slug])


def through(agreement, **fields):
    return MembershipFactory(space=agreement.space, organisation=agreement.organisation, kind=agreement.kind, **fields)


def sent_by(agreement, contact, *addresses):
    return invite_own_people(agreement=agreement, addresses=addresses, language="fr", by=contact).sent


# --- the contact ---


def test_the_contact_reads_who_uses_the_places_and_what_is_left(client, agreement, contact):
    through(agreement, user__first_name="Zélie")
    shown = text(client.get(page_of(agreement)))
    assert "Zélie" in shown
    assert "1 place left" in shown


def test_the_contact_invites_several_by_address(client, agreement, contact):
    Agreement.objects.update(places=3)
    sent = {"agreement": agreement.pk, "addresses": "a@ardenne.example, <b@ardenne.example>\nA@ardenne.example"}
    answer = client.post(page_of(agreement), {**sent, "language": "nl", "words": "Kom"}, follow=True)
    assert "2 people are invited" in text(answer)
    rows = Invitation.objects.order_by("email").values_list("email", "language", "words", "organisation")
    organisation = agreement.organisation.pk
    assert list(rows) == [(f"{one}@ardenne.example", "nl", "Kom", organisation) for one in "ab"]


@pytest.mark.parametrize(
    ("addresses", "status", "said"),
    [
        ("a@ardenne.example b@ardenne.example c@ardenne.example", 409, "Left: 2. That is one person too many."),
        ("a@ardenne.example, nobody", 400, "Not an e-mail address: nobody"),
        ("nobody, a@ardenne.example, no-one", 400, "Not e-mail addresses: nobody, no-one"),
        ("=cmd()|🦊", 400, "Not an e-mail address"),
        (" , ; ", 400, "Write at least one address"),
    ],
)
def test_what_cannot_be_invited_is_said_and_invites_nobody(client, agreement, contact, addresses, status, said):
    sent = {"agreement": agreement.pk, "addresses": addresses, "language": "fr"}
    answer = client.post(page_of(agreement), sent)
    assert answer.status_code == status
    assert said in text(answer)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "pasted",
    [
        "Zoé Lambert <a@ardenne.example>, Bram <b@ardenne.example>",
        "Lambert, Zoé <a@ardenne.example>; Vos, Bram <b@ardenne.example>;",
        '"Lambert, Zoé" <A@ardenne.example>\r\nb@ardenne.example',
        "Zoé <a@ardenne.example> Bram <b@ardenne.example>",
    ],
)
def test_a_list_is_pasted_as_mail_programs_write_it(client, agreement, contact, pasted):
    client.post(page_of(agreement), {"agreement": agreement.pk, "addresses": pasted, "language": "fr"})
    sent = Invitation.objects.order_by("email").values_list("email", flat=True)
    assert list(sent) == ["a@ardenne.example", "b@ardenne.example"]


@pytest.mark.parametrize("wrong", ["Zoé <nobody>", "<", "Zoé <", "<<>> x <y>", "Zoé <a@ardenne.example", "a@b@c <>"])
def test_what_is_no_list_of_a_mail_program_invites_nobody_wrong(client, agreement, contact, wrong):
    answer = client.post(page_of(agreement), {"agreement": agreement.pk, "addresses": wrong, "language": "fr"})
    assert answer.status_code in {302, 400}
    assert set(Invitation.objects.values_list("email", flat=True)) <= {"a@ardenne.example"}


def test_an_address_of_an_act_that_is_only_opened_leads_back(client, agreement, contact):
    [invitation] = sent_by(agreement, contact, "a@ardenne.example")
    for name in ("again", "back"):
        answer = client.get(reverse(f"portal:organisation_{name}", args=["tisserands", invitation.pk]))
        assert (answer.status_code, answer.url) == (302, page_of(agreement))
    invitation.refresh_from_db()
    assert invitation.is_open


def test_invitations_are_told_among_the_places_taken(client, agreement, contact):
    sent_by(agreement, contact, "a@ardenne.example", "b@ardenne.example")
    shown = text(client.get(page_of(agreement)))
    assert "2 of them are kept for invitations without an answer" in shown
    assert "no invitation has been accepted" in shown


def test_one_that_ends_already_says_until_when(client, agreement, contact):
    last = timezone.localdate() + timedelta(days=9)
    membership = through(agreement, until=last + timedelta(days=1), end_is_decided=True)
    shown = text(client.get(reverse("portal:organisation_end", args=["tisserands", membership.pk])))
    assert "its last day is " + " ".join(dates.day(last).split()) in shown


def test_the_only_contact_is_warned_before_they_delete_their_account(client, agreement, contact):
    page = reverse("portal:delete_account")
    assert "the only contact of Les Tisserands" in text(client.get(page))
    AffiliationFactory(organisation=agreement.organisation)
    assert "the only contact" not in text(client.get(page))


def test_the_answer_is_the_same_with_and_without_an_account(client, agreement, contact):
    known = UserFactory().email
    answers = []
    for address in (known, "nobody@ardenne.example"):
        sent = {"agreement": agreement.pk, "addresses": address, "language": "fr"}
        client.post(page_of(agreement), sent)
        answers.append(text(client.get(page_of(agreement))).replace(address, "…"))
        Invitation.objects.all().delete()
    assert answers[0] == answers[1]


def test_the_contact_takes_back_and_sends_again(client, agreement, contact):
    one, other = sent_by(agreement, contact, "a@ardenne.example", "b@ardenne.example")
    client.post(reverse("portal:organisation_back", args=["tisserands", one.pk]))
    Invitation.objects.filter(pk=other.pk).update(sent_at=timezone.now() - timedelta(hours=1))
    client.post(reverse("portal:organisation_again", args=["tisserands", other.pk]))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state, other.sendings) == (InvitationState.TAKEN_BACK, InvitationState.OPEN, 2)


def test_the_contact_ends_somebodys_membership_and_what_it_opened(client, agreement, contact):
    membership = through(agreement)
    room = ResourceFactory(space=agreement.space, booked_by=BookedBy.MEMBERS)
    booking = BookingFactory(resource=room, user=membership.user, days=3)
    address = reverse("portal:organisation_end", args=["tisserands", membership.pk])
    assert room.name not in text(client.get(address))
    answer = client.post(address, {"last": f"{timezone.localdate()}"}, follow=True)
    assert "ends" in text(answer)
    membership.refresh_from_db()
    booking.refresh_from_db()
    assert membership.until == timezone.localdate() + timedelta(days=1)
    assert booking.status == "cancelled"
    assert Message.objects.filter(template="spaces.membership_news", to_email=membership.user.email).count() == 1


def test_a_last_day_without_a_day_after_it_is_no_error(client, agreement, contact):
    own = MembershipFactory(user=contact)
    ends = [
        reverse("portal:organisation_end", args=["tisserands", through(agreement).pk]),
        reverse("portal:leave", args=[own.pk]),
    ]
    assert [client.post(address, {"last": "9999-12-31"}).status_code for address in ends] == [400, 400]


@pytest.mark.parametrize("role", ["stranger", "person", "contact of another", "former contact"])
def test_nobody_else_finds_the_page(client, agreement, role):
    today = timezone.localdate()
    user = {
        "stranger": UserFactory,
        "person": lambda: AffiliationFactory(organisation=agreement.organisation, role=AffiliationRole.PERSON).user,
        "contact of another": lambda: AffiliationFactory().user,
        "former contact": lambda: AffiliationFactory(organisation=agreement.organisation, until=today).user,
    }[role]()
    client.force_login(user)
    membership = through(agreement)
    [invitation] = sent_by(agreement, AffiliationFactory(organisation=agreement.organisation).user, "a@a.example")
    assert client.get(page_of(agreement)).status_code == 404
    for name, pk in (("end", membership.pk), ("again", invitation.pk), ("back", invitation.pk)):
        assert client.post(reverse(f"portal:organisation_{name}", args=["tisserands", pk])).status_code == 404


def test_a_contact_ends_nobody_of_elsewhere(client, agreement, contact):
    other = MembershipFactory(space=agreement.space)
    assert client.get(reverse("portal:organisation_end", args=["tisserands", other.pk])).status_code == 404


def test_my_page_and_that_of_memberships_lead_to_it(client, agreement, contact):
    for name in ("portal:me", "portal:memberships"):
        assert page_of(agreement) in client.get(reverse(name)).text


# --- the invited person ---


@pytest.fixture
def invited_member(client, agreement):
    """Return the invitation, by a contact, of somebody who is a member of the space already; they are signed in."""
    contact = AffiliationFactory(
        organisation=agreement.organisation, user__first_name="Berthe", user__last_name="Aubry"
    ).user
    person = MembershipFactory(space=agreement.space, user__language="en").user
    [invitation] = invite_own_people(
        agreement=agreement, addresses=[person.email], language="en", words="Venez", by=contact
    ).sent
    client.force_login(person)
    return invitation


def test_a_member_reads_that_accepting_changes_nothing_unless_they_choose(client, agreement, invited_member):
    address = reverse("portal:invitation", args=[invited_member.token])
    shown = text(client.get(address))
    assert "You are already a member of" in shown
    assert "the place is free again for Les Tisserands" in shown
    accept = reverse("portal:accept_invitation", args=[invited_member.token])
    assert accept not in client.get(reverse("portal:memberships")).text
    client.post(accept, {"seen": ""})
    own = Membership.objects.get()
    assert own.organisation is None
    assert "You were already a member of" in text(client.get(address))


def test_a_member_sees_what_they_lose_before_they_go_on_through_it(client, agreement, invited_member):
    agreement.kind.opens_bookings = False
    agreement.kind.save()
    own = Membership.objects.get()
    room = ResourceFactory(space=agreement.space, booked_by=BookedBy.MEMBERS, name="Atelier")
    booking = BookingFactory(resource=room, user=own.user, days=3)
    accept = reverse("portal:accept_invitation", args=[invited_member.token])
    refused = client.post(accept, {"goes_on": "on", "seen": ""})
    assert refused.status_code == 409
    assert "Atelier" in text(refused)
    own.refresh_from_db()
    assert own.organisation is None
    client.post(accept, {"goes_on": "on", "seen": f"booking-{booking.pk}"})
    own.refresh_from_db()
    booking.refresh_from_db()
    assert (own.organisation, own.kind) == (agreement.organisation, agreement.kind)
    assert booking.status == "cancelled"


def test_an_invitation_speaks_for_the_contact_and_not_for_the_team(client, agreement, invited_member):
    agreement.kind.prices, agreement.kind.included = "30 € a month", 5
    agreement.kind.save()
    pages = [
        text(client.get(address))
        for address in (
            reverse("portal:invitation", args=[invited_member.token]),
            reverse("portal:memberships"),
        )
    ]
    mail = render(Message.objects.get(template="spaces.membership_invitation"))
    for shown in (*pages[:1], mail.body, mail.alternatives[0][0]):
        assert "Les Tisserands" in shown
        assert "30 €" not in shown
    for shown in (*pages, mail.body, mail.alternatives[0][0]):
        assert "A word from Berthe Aubry: “Venez”" in shown
        assert "which has an agreement with the space" in shown
        assert "5 days a month" in shown
        assert "from the team" not in shown


def test_who_loses_their_place_asks_to_go_on_in_their_own_name(client, agreement):
    last = timezone.localdate() + timedelta(days=60)
    own = through(agreement, user__language="en", until=last, end_is_decided=True)
    client.force_login(own.user)
    shown = text(client.get(reverse("portal:another_kind", args=[own.pk])))
    assert "through Les Tisserands" in shown
    assert f"keep that place until {' '.join(dates.day(last - timedelta(days=1)).split())}" in shown
    assert "Continue in my own name" in text(client.get(reverse("portal:memberships")))
    answer = client.post(reverse("portal:renew_membership", args=[own.pk]), follow=True)
    assert "to continue in your own name: the team answers" in text(answer)
    assert "Continue in my own name" not in text(answer)


# --- the team ---


def test_a_manager_makes_an_agreement_and_names_its_contact(client, agreement, boss):
    person = MembershipFactory(space=agreement.space).user
    other = OrganisationFactory()
    wish = {"organisation": other.pk, "space": agreement.space.pk, "kind": agreement.kind.pk, "places": 4}
    wish |= {"since": f"{timezone.localdate()}", "last_day": ""}
    client.post(reverse("admin:spaces_agreement_add"), wish)
    made = Agreement.objects.get(organisation=other)
    assert (made.places, made.space, made.made_by) == (4, agreement.space, boss)
    named = {"email": person.email, "role": "contact", "since": f"{timezone.localdate()}", "last_day": ""}
    client.post(reverse("admin:spaces_agreement_people", args=[made.pk]), named)
    row = Affiliation.objects.get(organisation=other)
    assert (row.user, row.role, row.given_by) == (person, AffiliationRole.CONTACT, boss)
    client.post(reverse("admin:spaces_agreement_person_end", args=[made.pk, row.pk]), {"on": f"{timezone.localdate()}"})
    row.refresh_from_db()
    assert row.until == timezone.localdate()


def test_a_manager_names_nobody_who_is_not_of_the_space(client, agreement, boss):
    named = {"email": UserFactory().email, "role": "contact", "since": f"{timezone.localdate()}", "last_day": ""}
    answer = client.post(reverse("admin:spaces_agreement_people", args=[agreement.pk]), named)
    assert answer.status_code == 400
    assert not Affiliation.objects.exists()


def test_an_administrator_names_anybody_without_an_agreement(client):
    client.force_login(NetworkRoleFactory(role="administrator").user)
    organisation, person = OrganisationFactory(), UserFactory()
    named = {"email": person.email, "role": "contact", "since": f"{timezone.localdate()}", "last_day": ""}
    client.post(reverse("admin:members_organisation_people", args=[organisation.pk]), named)
    assert Affiliation.objects.get().user == person


def test_the_coordinator_and_another_manager_change_no_agreement(client, agreement):
    for user in (NetworkRoleFactory().user, SpaceRoleFactory().user):
        client.force_login(user)
        for name in ("alter", "people"):
            assert client.get(reverse(f"admin:spaces_agreement_{name}", args=[agreement.pk])).status_code == 404
        address = reverse("admin:members_organisation_people", args=[agreement.organisation.pk])
        assert client.get(address).status_code in {403, 404}


def test_fewer_places_show_before_what_they_take_and_then_take_it(client, agreement, boss):
    kept, lost = (through(agreement, decided_at=timezone.now() - timedelta(days=days)) for days in (9, 3))
    room = ResourceFactory(space=agreement.space, booked_by=BookedBy.MEMBERS, name="Atelier")
    booking = BookingFactory(resource=room, user=lost.user, days=3)
    address, wish = reverse("admin:spaces_agreement_alter", args=[agreement.pk]), {"places": 1, "last_day": ""}
    shown = client.post(address, wish)
    assert str(lost.user) in text(shown)
    assert "Atelier" in text(shown)
    agreement.refresh_from_db()
    assert agreement.places == 2
    seen = [mark for one in shown.context["coming"].ending for mark in one.marks]
    client.post(address, {**wish, "seen": seen})
    for row in (agreement, kept, lost, booking):
        row.refresh_from_db()
    assert (agreement.places, kept.state, lost.state) == (1, MembershipState.ACTIVE, MembershipState.ENDED)
    assert booking.status == "cancelled"


def test_memberships_end_with_the_agreement(client, agreement, boss):
    membership, last = through(agreement), timezone.localdate() + timedelta(days=9)
    address, wish = reverse("admin:spaces_agreement_alter", args=[agreement.pk]), {"places": 2, "last_day": f"{last}"}
    shown = client.post(address, wish)
    seen = [mark for one in shown.context["coming"].ending for mark in one.marks]
    client.post(address, {**wish, "seen": seen})
    membership.refresh_from_db()
    assert membership.until == last + timedelta(days=1)
    assert membership.state == MembershipState.ACTIVE


def alter(client, agreement, **wish):
    wish = {"places": agreement.places, "last_day": agreement.last_day or "", **wish}
    return client.post(reverse("admin:spaces_agreement_alter", args=[agreement.pk]), wish)


def confirm(client, agreement, shown, **wish):
    coming, offers = shown.context["coming"], shown.context["offers"]
    return alter(client, agreement, seen=sorted(coming.marks), offered=offers.values(), **wish)


def test_the_manager_chooses_who_leaves_and_from_when(client, agreement, boss):
    first, second = (through(agreement, decided_at=timezone.now() - timedelta(days=days)) for days in (9, 3))
    day = timezone.localdate() + timedelta(days=20)
    wish = {"places": 1, "fewer_from": f"{day}"}
    shown = alter(client, agreement, **wish)
    assert shown.context["coming"].choice == [(second, True), (first, False)]
    assert "will no longer be a member" in text(shown)
    none = confirm(client, agreement, shown, **wish)
    assert (none.status_code, "Tick 1 more person" in text(none)) == (400, True)
    other = confirm(client, agreement, shown, **wish, leaving=[first.pk])
    assert [one.membership for one in other.context["coming"].ending] == [first], "It is shown before it is done."
    confirm(client, agreement, other, **wish, leaving=[first.pk])
    for row in (agreement, first, second):
        row.refresh_from_db()
    assert (agreement.places, first.until, second.until) == (1, day, None)
    again = alter(client, agreement)
    assert again.status_code == 302, "Who leaves on a day to come is not ended today by the next change."


def test_what_ended_with_the_agreement_may_last_longer_with_it(client, agreement, boss):
    today, staying, own = timezone.localdate(), through(agreement), through(agreement)
    Agreement.objects.update(until=today + timedelta(days=9))
    Membership.objects.update(until=today + timedelta(days=9))
    end_membership(membership=own, by=own.user, on=today + timedelta(days=9))
    agreement.refresh_from_db()
    later = f"{today + timedelta(days=400)}"
    shown = alter(client, agreement, last_day=later)
    assert [(one.membership, one.is_wished) for one in shown.context["coming"].longer] == [(staying, True)]
    confirm(client, agreement, shown, last_day=later, longer=[staying.pk])
    for row in (agreement, staying, own):
        row.refresh_from_db()
    assert agreement.until == staying.until == today + timedelta(days=401)
    assert own.until == today + timedelta(days=9)
    assert Message.objects.filter(template="spaces.membership_news", to_email=staying.user.email).exists()


def test_nobody_lasts_longer_who_is_not_ticked(client, agreement, boss):
    today, membership = timezone.localdate(), through(agreement, until=timezone.localdate() + timedelta(days=9))
    Agreement.objects.update(until=today + timedelta(days=9))
    agreement.refresh_from_db()
    shown = alter(client, agreement, last_day="")
    confirm(client, agreement, shown, last_day="")
    for row in (agreement, membership):
        row.refresh_from_db()
    assert (agreement.until, membership.until) == (None, today + timedelta(days=9))


def test_an_impossible_last_day_is_refused_before_losses_are_shown(client, agreement, boss):
    through(agreement)
    shown = alter(client, agreement, last_day=f"{timezone.localdate() - timedelta(days=2)}")
    assert (shown.status_code, "coming" in shown.context) == (400, False)


def test_the_agreement_leads_to_its_members_and_says_until_when(client, agreement, boss):
    membership = through(agreement, until=timezone.localdate() + timedelta(days=9))
    shown = client.get(reverse("admin:spaces_agreement_change", args=[agreement.pk])).text
    assert reverse("admin:members_user_person", args=[membership.user_id]) in shown
    assert dates.day(membership.last_day, weekday=False) in shown
    listed = client.get(
        reverse("admin:spaces_membership_changelist"), {"organisation__id__exact": agreement.organisation_id}
    )
    assert list(listed.context["cl"].result_list) == [membership]
    assert reverse("admin:mailings_mailing_add") in shown


def test_the_space_leads_to_its_agreements(client, agreement, boss):
    other = AgreementFactory()
    shown = client.get(reverse("admin:spaces_space_agreements", args=[agreement.space.pk]), follow=True)
    assert "Les Tisserands" in text(shown)
    assert other.organisation.name not in text(shown)
    change = text(client.get(reverse("admin:spaces_agreement_change", args=[agreement.pk])))
    assert "Les Tisserands" in change


def test_nobody_is_a_member_by_a_row_of_an_organisation(agreement):
    AffiliationFactory(organisation=agreement.organisation)
    assert not Membership.objects.exists()


# --- what a page costs ---


def queries_of(client, address):
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def more_agreements(agreement, number):
    for _number in range(number):
        through(AgreementFactory(organisation=agreement.organisation))


def test_the_page_of_a_contact_costs_the_same_with_three_agreements(client, agreement, contact):
    address = page_of(agreement)
    through(agreement)
    client.get(address)
    one = queries_of(client, address)
    more_agreements(agreement, 2)
    shown = client.get(address)
    assert len(shown.context["places"]) == 3
    assert shown.text.count("<option") >= 3
    assert queries_of(client, address) == one


def test_the_list_of_agreements_costs_the_same_with_three(client, agreement):
    client.force_login(NetworkRoleFactory(role="administrator", user__language="en").user)
    address = reverse("admin:spaces_agreement_changelist")
    through(agreement)
    contact = AffiliationFactory(organisation=agreement.organisation).user
    sent_by(agreement, contact, "a@ardenne.example")
    client.get(address)
    one = queries_of(client, address)
    more_agreements(agreement, 2)
    Agreement.objects.filter(pk=agreement.pk).update(places=7)
    sent_by(agreement, contact, "b@ardenne.example")
    rows = client.get(address).context["cl"].result_list
    assert {row.pk: row.used for row in rows} == {row.pk: places_used(row) for row in rows}
    assert sorted(row.used for row in rows) == [1, 1, 3]
    assert queries_of(client, address) == one
