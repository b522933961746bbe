"""Each mail of memberships is whole in every language, and none leaves once it is out of date."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.tests.factories import OrganisationFactory, UserFactory
from spaces.enums import MembershipState, MembershipStep
from spaces.memberships.operations import Wish, end_membership, invite
from spaces.models import Membership, MembershipChange
from spaces.tests.factories import MembershipFactory, MembershipKindFactory, SpaceFactory
from tests.pages import LEAKS

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES]
#: Steps of which the person is told, each with the end of the membership after it, in days from today.
NEWS = [
    (MembershipStep.GIVEN, None),
    (MembershipStep.GIVEN, 365),
    (MembershipStep.REFUSED, None),
    (MembershipStep.PAUSED, 30),
    (MembershipStep.RESUMED, 30),
    (MembershipStep.CHANGED, None),
    (MembershipStep.RENEWED, 400),
    (MembershipStep.RENEWED, None),
    (MembershipStep.ENDED, 10),
    (MembershipStep.ENDED, 0),
    (MembershipStep.KEPT, None),
    (MembershipStep.KIND_REFUSED, None),
]
TO_TEAMS = [
    "membership_to_decide",
    "membership_unanswered",
    "membership_to_renew",
    "membership_left",
    "membership_stays",
]


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def written(kind, language, **context):
    """Return the mail of this kind, or None, without what leads elsewhere."""
    return render(
        Message(template=f"spaces.{kind}", to_email="aline@ardenne.example", language=language, context=context)
    )


def parts(mail):
    return (mail.subject, mail.body, mail.alternatives[0][0])


def check_whole(mail, *said):
    for part in parts(mail):
        assert not LEAKS.search(part)
        assert "  " not in part.partition("<html")[0].strip()
        assert "L’Étape" in part
    for words in said:
        assert words in mail.body
        assert words in mail.alternatives[0][0]
    assert "\n\n\n" not in mail.body


def membership_of(**facts):
    return MembershipFactory(
        user__first_name="Zoé", space__name="L’Étape", kind__name="Nomade", note="Je viens le jeudi", **facts
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("step", "ends"), NEWS)
def test_the_person_reads_what_was_decided(language, step, ends):
    until = None if ends is None else in_days(ends)
    membership = membership_of(until=until, state=MembershipState.ENDED if ends == 0 else MembershipState.ACTIVE)
    change = MembershipChange.objects.create(
        membership=membership,
        step=step,
        made_by=UserFactory(),
        kind=membership.kind,
        since=None if step == MembershipStep.REFUSED else membership.since,
        until=until,
        reason="Fermé cet hiver",
    )
    mail = written("membership_news", language, change=change.pk)
    check_whole(mail, "Nomade", "Fermé cet hiver", f"/{language}/memberships/")


def test_each_decision_has_words_of_its_own():
    membership, told = membership_of(until=in_days(10)), {}
    for step, ends in NEWS:
        until = None if ends is None else in_days(ends)
        change = MembershipChange.objects.create(
            membership=membership, step=step, kind=membership.kind, since=membership.since, until=until
        )
        told[step, ends] = written("membership_news", "fr", change=change.pk)
    assert len({mail.body for mail in told.values()}) == len(NEWS)
    assert len({mail.subject for mail in told.values()}) == len(NEWS) - 2


@pytest.mark.parametrize(("step", "lists"), [("given", True), ("changed", True), ("paused", False), ("ended", False)])
def test_the_person_reads_what_a_kind_opens(step, lists):
    kind = MembershipKindFactory(opens_events=False)
    membership = MembershipFactory(kind=kind)
    change = MembershipChange.objects.create(membership=membership, step=step, kind=kind, since=membership.since)
    body = written("membership_news", "en", change=change.pk).body
    assert ("- the members’ directory\n- the places and rooms for members" in body) == lists
    assert "the events for members\n" not in body


def test_what_the_person_wrote_on_leaving_is_not_told_as_the_teams_word():
    membership = membership_of()
    end_membership(membership=membership, by=membership.user, on=in_days(3), reason="Je déménage")
    change = membership.changes.get()
    assert "Je déménage" not in written("membership_news", "fr", change=change.pk).body


def test_a_membership_that_never_began_is_told_without_days():
    membership = membership_of(since=in_days(20), until=in_days(20))
    change = MembershipChange.objects.create(
        membership=membership, step="ended", kind=membership.kind, since=in_days(20), until=in_days(20)
    )
    mail = written("membership_news", "fr", change=change.pk)
    assert f"{in_days(20).day}" not in mail.body.partition("http")[0]
    assert f"{in_days(19).day}" not in mail.body.partition("http")[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("needs_approval", [True, False])
def test_the_member_reads_that_it_ends_and_how_to_renew(language, needs_approval):
    kind = MembershipKindFactory(name="Nomade", needs_approval=needs_approval, lasts_months=3)
    membership = MembershipFactory(space__name="L’Étape", kind=kind, until=in_days(20))
    context = {"membership": membership.pk, "until": f"{membership.until}"}
    check_whole(written("membership_ends", language, **context), "Nomade", f"/{language}/memberships/")
    Membership.objects.update(until=in_days(200))
    assert written("membership_ends", language, **context) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TO_TEAMS)
@pytest.mark.parametrize("reminders", [0, 1])
def test_the_team_reads_who_asks_for_what(language, kind, reminders):
    is_request = kind in {"membership_to_decide", "membership_unanswered"}
    facts = {"state": MembershipState.REQUESTED, "since": None} if is_request else {"until": in_days(20)}
    membership = membership_of(reminders=reminders, renewal_wished_at=None if is_request else timezone.now(), **facts)
    change = MembershipChange.objects.create(
        membership=membership, step="ended", kind=membership.kind, reason="Je déménage"
    )
    mail = written(kind, language, membership=membership.pk, change=change.pk)
    said = {"membership_to_renew": (), "membership_stays": (), "membership_left": ("Je déménage",)}.get(
        kind, ("Je viens le jeudi",)
    )
    check_whole(mail, "Nomade", "Zoé", *said, f"/admin/spaces/membership/{membership.pk}/")
    assert "Zoé" in mail.subject


def test_no_team_is_asked_to_decide_what_is_decided():
    membership = membership_of()
    for kind in ("membership_to_decide", "membership_unanswered"):
        assert written(kind, "fr", membership=membership.pk) is None
    Membership.objects.update(state=MembershipState.ENDED, until=date(2025, 1, 1))
    assert written("membership_to_renew", "fr", membership=membership.pk) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_team_reads_which_kind_is_wished_for_until_it_is_decided(language):
    membership = membership_of(wished_kind=MembershipKindFactory(name="Sédentaire"))
    change = MembershipChange.objects.create(
        membership=membership, step="kind_wish", kind=membership.kind, reason="Je viens plus souvent"
    )
    context = {"membership": membership.pk, "change": change.pk}
    mail = written("membership_other_kind", language, **context)
    page = f"/admin/spaces/membership/{membership.pk}/"
    check_whole(mail, "Nomade", "Sédentaire", "Zoé", "Je viens plus souvent", page)
    Membership.objects.update(wished_kind=None)
    assert written("membership_other_kind", language, **context) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_of_another_kind_says_what_the_one_before_opened(language):
    membership = membership_of()
    before = MembershipKindFactory(name="Visiteur", opens_bookings=False, opens_directory=False, opens_events=False)
    MembershipChange.objects.create(membership=membership, step="given", kind=before)
    change = MembershipChange.objects.create(membership=membership, step="changed", kind=membership.kind)
    mail = written("membership_news", language, change=change.pk)
    check_whole(mail, "Nomade", "Visiteur")
    assert mail.body.index("Visiteur") < mail.body.rindex("- ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mails_say_how_much_a_kind_includes_a_month(language):
    membership = membership_of(kind__included=4)
    before = MembershipKindFactory(name="Visiteur", included=17, included_unit="hours")
    given = MembershipChange.objects.create(membership=membership, step="given", kind=before)
    assert "17" in written("membership_news", language, change=given.pk).body
    change = MembershipChange.objects.create(membership=membership, step="changed", kind=membership.kind)
    body = written("membership_news", language, change=change.pk).body
    assert "L’Étape" in next(line for line in body.splitlines() if "17" in line)
    assert any("4" in line and line.startswith("- ") for line in body.splitlines())


def test_an_invitation_says_how_much_its_kind_includes_a_month():
    kind = MembershipKindFactory(included=13)
    invitation = invite(space=SpaceFactory(), wish=Wish(email="leo@ardenne.example", kind=kind), by=None)
    mail = written("membership_invitation", "fr", invitation=invitation.pk, sending=invitation.sendings)
    assert "13 jours par mois" in mail.body
    assert "13 jours par mois" in mail.alternatives[0][0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mails_name_the_organisation_of_a_membership(language):
    membership = membership_of(organisation=OrganisationFactory(name="Les Tisserands"))
    change = MembershipChange.objects.create(membership=membership, step="given", kind=membership.kind)
    check_whole(written("membership_news", language, change=change.pk), "Les Tisserands")
    check_whole(written("membership_stays", language, membership=membership.pk), "Les Tisserands")
