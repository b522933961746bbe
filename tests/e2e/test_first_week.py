"""A manager's first week in a browser: invite ten, approve three, write to all, renew one, end one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from hacktiv.mailings.models import Mailing
from hacktiv.mailings.operations import expand
from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.tests.factories import UserFactory
from spaces.enums import InvitationState, MembershipState
from spaces.models import Invitation
from spaces.tests.factories import MembershipFactory, MembershipKindFactory, SpaceFactory

from .conftest import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)

TEN = [f"premier{number}@ardenne.example" for number in range(10)]


class Week:
    """A manager at their first page. Each errand begins there, by a click."""

    def __init__(self, page):
        self.page = page

    def start(self, address):
        """Open the first page, and follow its link to this address."""
        self.page.goto(reverse("admin:index"))
        self.follow(address)

    def follow(self, address):
        self.page.locator(f"#content a[href='{address}'], #content a[href^='{address}?']").first.click()

    def submit(self, name=""):
        named = f"[name={name}]" if name else ":not([name])"
        self.page.locator(f"#content input[type=submit]{named}").first.click()

    def told(self, words):
        expect(self.page.locator(".messagelist").first).to_contain_text(words)


def mails(template, *addresses):
    """Return the mails of a kind to these addresses as they leave, by address."""
    found = Message.objects.filter(template=template, to_email__in=addresses)
    rendered = {message.to_email: render(message) for message in found}
    assert rendered.keys() == set(addresses)
    assert found.count() == len(addresses)
    return rendered


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.mark.long
@pytest.mark.parametrize(
    ("viewport", "scripts"),
    [
        pytest.param(DESK, True, id="desk"),
        pytest.param(PHONE, False, id="phone, no scripts"),
    ],
)
def test_a_managers_first_week(somebody, viewport, scripts):
    manager = UserFactory(is_staff=True, first_name="Maugis")
    space = SpaceFactory(name="Le Premier Lieu", managers=[manager], with_hours=True)
    kind = MembershipKindFactory(space=space, name="Nomade", lasts_months=12)
    asking = [MembershipFactory(space=space, kind=kind, state="requested", since=None) for _each in range(3)]
    renewed, ended = (MembershipFactory(space=space, kind=kind, until=in_days(20)) for _each in range(2))
    others = [MembershipFactory(space=space, kind=kind) for _each in range(2)]
    page = somebody(manager, viewport=viewport, java_script_enabled=scripts)
    week = Week(page)
    invite_ten(week, space, kind)
    approve_three(week, asking)
    write_to_all(week, [*asking, renewed, ended, *others])
    renew_one(week, renewed)
    end_one(week, ended)


def invite_ten(week, space, kind):
    tag = space.pk
    addresses = [address.replace("@", f"-{tag}@") for address in TEN]
    week.start(reverse("admin:spaces_invitation_add"))
    week.follow(reverse("admin:spaces_invitation_list"))
    week.page.locator("#id_people").fill("\n".join(addresses))
    week.page.locator("#id_kind").select_option(str(kind.pk))
    week.submit()
    assert not Invitation.objects.filter(space=space).exists()
    expect(week.page.locator("#mail-preview")).to_be_visible()
    week.submit("send")
    week.told("10")
    invited = Invitation.objects.filter(space=space)
    assert sorted(invited.values_list("email", flat=True)) == sorted(addresses)
    assert {one.state for one in invited} == {InvitationState.OPEN}
    for mail in mails("spaces.membership_invitation", *addresses).values():
        assert "Le Premier Lieu" in mail.subject + mail.body
        assert "/memberships/invitations/" in mail.body


def approve_three(week, asking):
    for membership in asking:
        week.page.goto(reverse("admin:index"))
        row = week.page.locator("#content li", has_text=str(membership.user)).first
        row.get_by_role("button").first.click()
        week.told(str(membership.user))
        membership.refresh_from_db()
        assert (membership.state, membership.since) == (MembershipState.ACTIVE, timezone.localdate())
    for mail in mails("spaces.membership_news", *(one.user.email for one in asking)).values():
        assert "Le Premier Lieu" in mail.subject
        assert "Nomade" in mail.body


def write_to_all(week, memberships):
    week.start(reverse("admin:mailings_mailing_add"))
    week.page.locator("[name=subject_fr]").fill("Bonjour à toutes et à tous")
    week.page.locator("[name=text_fr]").fill("Je m’appelle **Maugis**.")
    week.submit()
    mailing = Mailing.objects.get(space__name="Le Premier Lieu", started_at=None)
    week.follow(reverse("admin:mailings_mailing_send", args=[mailing.pk]))
    week.submit()
    mailing.refresh_from_db()
    assert mailing.total == len(memberships)
    expand(mailing_id=mailing.pk)
    for mail in mails("mailings.service", *(one.user.email for one in memberships)).values():
        assert mail.subject == "Bonjour à toutes et à tous"
        assert "Maugis" in mail.body


def renew_one(week, membership):
    before = membership.until
    week.start(reverse("admin:spaces_membership_renew", args=[membership.pk]))
    week.submit()
    week.told(str(membership.user))
    membership.refresh_from_db()
    assert membership.until > before + timedelta(days=300)
    [mail] = mails("spaces.membership_news", membership.user.email).values()
    assert f"{membership.last_day.year}" in mail.body


def end_one(week, membership):
    week.start(reverse("admin:spaces_membership_change", args=[membership.pk]))
    week.follow(reverse("admin:spaces_membership_end", args=[membership.pk]))
    week.page.locator("[name=reason]").fill("Déménagement")
    week.submit()
    week.told(str(membership.user))
    membership.refresh_from_db()
    assert membership.last_day == timezone.localdate()
    [mail] = mails("spaces.membership_news", membership.user.email).values()
    assert "Déménagement" in mail.body
