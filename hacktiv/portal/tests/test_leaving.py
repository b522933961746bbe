"""People leave a space once they have read what they lose by it, and may stay after all."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from events.models import Registration
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from spaces.enums import BookedBy, MembershipState
from spaces.models import Booking
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    MembershipFactory,
    ResourceFactory,
    in_days,
)
from tests.pages import Page

from .joining import MEMBERSHIPS, form_of, leave_page, levels, today

pytestmark = pytest.mark.django_db

# --- to leave --------------------------------------------------------------------------------------------------------


@pytest.fixture
def member(zoe, space, kind):
    """Make Zoé a member with a booking and a registration that need it, and a booking that does not."""
    membership = MembershipFactory(user=zoe, space=space, kind=kind)
    HomeSpaceFactory(user=zoe, space=space)
    room = ResourceFactory(space=space, name="Le Moulin", booked_by=BookedBy.MEMBERS)
    BookingFactory(resource=room, user=zoe, days=3)
    BookingFactory(resource=ResourceFactory(space=space, name="La Grange"), user=zoe, days=3)
    event = EventFactory(members_only=True, title_fr="Entre nous", starts_at=timezone.now() + timedelta(days=8))
    RegistrationFactory(event=event, user=zoe)
    return membership


def lost_on(page):
    lost = page.context["lost"]
    return [one.event.title for one in lost.registrations] + [one.resource.name for one in lost.bookings]


def test_leaving_shows_what_is_lost_and_changes_nothing(sign_in, zoe, member):
    client, told = sign_in(zoe), Message.objects.count()
    page = client.get(leave_page(member))
    assert lost_on(page) == ["Entre nous", "Le Moulin"]
    assert "Le Moulin" in page.text
    assert "La Grange" not in page.text
    form = Page(page.text, leave_page(member)).form(leave_page(member))
    assert form.fields["last"] == [f"{today()}"]
    looked = client.post(form.path, form.data(last=f"{in_days(5, 9).date()}", look="1"))
    assert (looked.status_code, lost_on(looked)) == (200, ["Entre nous"])
    member.refresh_from_db()
    assert (member.until, Booking.objects.live().count(), Registration.objects.live().count()) == (None, 2, 1)
    assert Message.objects.count() == told


def test_leaving_gives_back_what_was_shown(sign_in, zoe, member):
    client = sign_in(zoe)
    form = form_of(client, leave_page(member))
    answer = client.post(form.path, form.data(reason="Je déménage"), follow=True)
    assert (answer.redirect_chain, levels(answer)) == ([(MEMBERSHIPS, 302)], ["success", "info"])
    member.refresh_from_db()
    assert (member.until, member.reason) == (today() + timedelta(days=1), "Je déménage")
    assert [booking.resource.name for booking in Booking.objects.live()] == ["La Grange"]
    assert not Registration.objects.live().exists()
    assert {"portal.losses", "spaces.membership_news"} <= set(Message.objects.values_list("template", flat=True))


def test_nobody_leaves_before_they_have_seen_what_is_lost(sign_in, zoe, member):
    client = sign_in(zoe)
    form = form_of(client, leave_page(member))
    late = form_of(client, leave_page(member)).data(last=f"{in_days(5, 9).date()}", look="1")
    seen = Page(client.post(form.path, late).text, form.path).form(form.path)
    for typed in ({"seen": None}, {"seen": "booking-0"}, {"seen": seen.fields["seen"][0]}):
        answer = client.post(form.path, form.data(last=f"{today()}", reason="Je déménage", **typed))
        assert (answer.status_code, lost_on(answer)) == (409, ["Entre nous", "Le Moulin"])
    member.refresh_from_db()
    assert (member.until, Booking.objects.live().count()) == (None, 2)
    again = Page(answer.text, form.path).form(form.path)
    assert again.fields["reason"][0].strip() == "Je déménage"
    assert client.post(form.path, again.data()).url == MEMBERSHIPS


def test_another_day_than_the_one_shown_is_shown_before_it_ends(sign_in, zoe, member):
    """With fewer losses too: the page speaks of the day to which the person says yes."""
    client, later = sign_in(zoe), in_days(5, 9).date()
    form = form_of(client, leave_page(member))
    answer = client.post(form.path, form.data(last=f"{later}"))
    assert (answer.status_code, answer.context["last"], lost_on(answer)) == (409, later, ["Entre nous"])
    member.refresh_from_db()
    assert member.until is None
    again = Page(answer.text, form.path).form(form.path)
    assert client.post(form.path, again.data()).url == MEMBERSHIPS
    member.refresh_from_db()
    assert member.last_day == later


def test_where_nothing_is_lost_another_day_ends_it_at_once(sign_in, zoe):
    membership, later = MembershipFactory(user=zoe), in_days(5, 9).date()
    client = sign_in(zoe)
    form = form_of(client, leave_page(membership))
    assert client.post(form.path, form.data(last=f"{later}")).url == MEMBERSHIPS
    membership.refresh_from_db()
    assert membership.last_day == later


def test_who_leaves_reads_what_was_cancelled(sign_in, zoe, member):
    client = sign_in(zoe)
    form = form_of(client, leave_page(member))
    answer = client.post(form.path, form.data(), follow=True)
    done, cancelled = (f"{message}" for message in answer.context["messages"])
    assert "La Ferme" in done
    assert "Entre nous, " in cancelled
    assert "Le Moulin, La Ferme, " in cancelled
    assert "La Grange" not in cancelled


@pytest.mark.parametrize("last", ["", "x", "2020-01-01", "9999-12-31", "0001-01-01", "after the end"])
def test_a_last_day_that_cannot_be_is_refused_with_the_form_kept(sign_in, zoe, last):
    ends = MembershipFactory(user=zoe, until=today() + timedelta(days=9))
    last = f"{ends.until}" if last == "after the end" else last
    answer = sign_in(zoe).post(leave_page(ends), {"last": last, "reason": "Je déménage"})
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"last"}
    assert sign_in(zoe).post(leave_page(ends)).status_code == 400
    ends.refresh_from_db()
    assert (ends.until, ends.state) == (today() + timedelta(days=9), MembershipState.ACTIVE)


@pytest.mark.parametrize(
    "facts", [{"state": "ended", "until": date(2025, 1, 1)}, {"state": "requested", "since": None}]
)
def test_what_is_no_current_membership_cannot_be_left(sign_in, zoe, facts):
    other = MembershipFactory(user=zoe, **facts)
    client = sign_in(zoe)
    for answer in (
        client.get(leave_page(other), follow=True),
        client.post(leave_page(other), {"last": f"{today()}"}, follow=True),
    ):
        assert answer.redirect_chain == [(MEMBERSHIPS, 302)]
        assert levels(answer) == ["error"]


def test_a_membership_that_has_not_begun_is_given_up_once_it_is_ticked(sign_in, zoe):
    later = MembershipFactory(user=zoe, since=today() + timedelta(days=20))
    client = sign_in(zoe)
    form = form_of(client, leave_page(later))
    assert "last" not in form.fields
    assert client.post(form.path, form.data()).status_code == 400
    later.refresh_from_db()
    assert (later.until, later.state) == (None, MembershipState.ACTIVE)
    assert client.post(form.path, form.data(understood="on")).url == MEMBERSHIPS
    later.refresh_from_db()
    assert (later.until, later.state) == (later.since, MembershipState.ENDED)
    assert client.get(MEMBERSHIPS).status_code == 200


def test_a_double_click_leaves_once(sign_in, zoe, member):
    client = sign_in(zoe)
    wish = form_of(client, leave_page(member)).data()
    for _click in range(2):
        assert client.post(leave_page(member), wish).url == MEMBERSHIPS
    assert Message.objects.filter(template="spaces.membership_news").count() == 1
