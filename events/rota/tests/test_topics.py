"""The rota: members propose a lunch&talk for a free Friday, and the space accepts one."""

from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from events.enums import ROTA_TYPE, EventState
from events.errors import EventError
from events.models import Event, TopicProposal
from events.rota.operations import accept_topic, decline_topic, propose_topic, withdraw_topic
from events.rota.queries import free_fridays
from events.tests.factories import EventFactory, EventTypeFactory, PastEventFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory
from spaces.timing.hours import at_local

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind():
    return EventTypeFactory(slug=ROTA_TYPE, default_minutes=60)


@pytest.fixture
def manager():
    return UserFactory()


@pytest.fixture
def space(kind, manager):
    """Return a space whose lunch&talks begin at half past twelve."""
    space = SpaceFactory(managers=[manager])
    start = at_local(timezone.localdate() - timedelta(days=10), time(12, 30))
    PastEventFactory(type=kind, space=space, starts_at=start)
    return space


def free(space):
    return free_fridays(timezone.localdate()).get(space, [])


def proposal(space, day=None, **wish):
    wish = {"user": UserFactory(), "title": "Lire un bilan", "summary": "En une heure", "language": "nl", **wish}
    return propose_topic(space=space, day=day or free(space)[2], **wish)


def told(kind):
    return list(Message.objects.filter(template=f"events.{kind}").values_list("to_email", flat=True))


def test_fridays_of_three_months_without_anything_planned_are_free(kind, space):
    today = date(2027, 1, 4)
    SpaceFactory()
    EventFactory(type=kind, space=space, starts_at=at_local(date(2027, 1, 15), time(12)), state="draft")
    EventFactory(type=kind, space=space, starts_at=at_local(date(2027, 1, 22), time(12)), state="cancelled")
    EventFactory(space=space, starts_at=at_local(date(2027, 1, 29), time(12)))
    found = free_fridays(today)
    assert list(found) == [space]
    assert found[space][:3] == [date(2027, 1, 8), date(2027, 1, 22), date(2027, 1, 29)]
    assert (found[space][-1], len(found[space])) == (date(2027, 4, 2), 12)
    assert {day.weekday() for day in found[space]} == {4}


def test_a_member_proposes_a_topic_and_the_managers_are_told_once(client, space, manager, mailoutbox):
    member = UserFactory()
    client.force_login(member)
    assert client.get(reverse("events:rota")).context["fridays"][space] == free(space)
    address = reverse("events:propose", args=[space.slug, free(space)[0]])
    assert client.post(address, {"title": "x"}).context["form"].errors.keys() == {"summary", "language"}
    for _click in range(2):
        response = client.post(address, {"title": "Lire un bilan", "summary": "En une heure", "language": "fr"})
        assert response.url == reverse("events:rota")
    made = TopicProposal.objects.get()
    assert (made.user, made.space, made.day, made.title) == (member, space, free(space)[0], "Lire un bilan")
    assert told("topic_proposed") == [manager.email]
    send_due()
    assert reverse("admin:events_topicproposal_change", args=[made.pk]) in mailoutbox[0].body


@pytest.mark.parametrize("day", ["2027-99-99", "demain", "2020-01-03"])
def test_a_topic_is_proposed_for_free_fridays_only(client, space, day):
    client.force_login(UserFactory())
    response = client.get(reverse("events:propose", args=[space.slug, day]))
    assert response.status_code == (302 if day == "2020-01-03" else 404)


def test_visitors_sign_in_first(client, space):
    assert "login" in client.get(reverse("events:rota")).url


def test_one_click_accepts_and_publishes_and_the_member_is_told(client, space, manager):
    made = proposal(space)
    client.force_login(manager)
    address = reverse("admin:events_topicproposal_accept", args=[made.pk])
    assert client.get(address).status_code == 405
    for _click in range(2):
        response = client.post(address, {"publish": "1"})
    made.refresh_from_db()
    event = made.event
    assert response.url == reverse("admin:events_event_change", args=[event.pk])
    assert (event.state, event.title_nl, event.title_fr, event.languages) == (
        EventState.PUBLISHED,
        "Lire un bilan",
        "Lire un bilan",
        ["nl"],
    )
    assert event.starts_at == at_local(made.day, time(12, 30))
    assert event.ends_at - event.starts_at == timedelta(hours=1)
    assert [speaker.user for speaker in event.speakers.all()] == [made.user]
    assert (list(event.venues.all()), list(event.organisers.all())) == ([space], [space.operator])
    assert told("topic_accepted") == [made.user.email]
    assert made.day not in free(space)


def test_the_speaker_gets_one_mail_with_the_calendar_file(space):
    made = accept_topic(proposal=proposal(space), by=None, publishes=True)
    mail.outbox.clear()
    send_due()
    mine = [message for message in mail.outbox if made.user.email in message.to[0]]
    assert [[name for name, _content, _type in message.attachments] for message in mine] == [["hacktiv.ics"]]


def test_an_accepted_draft_is_not_in_the_agenda(space):
    made = accept_topic(proposal=proposal(space), by=None)
    assert made.event.state == EventState.DRAFT
    assert made.day not in free(space)


def test_one_of_two_topics_for_a_friday_is_accepted(space):
    first, second = proposal(space), proposal(space)
    accept_topic(proposal=first, by=None)
    with pytest.raises(EventError) as refusal:
        accept_topic(proposal=second, by=None)
    assert refusal.value.code == "taken"
    assert Event.objects.filter(topic__isnull=False).count() == 1


def test_the_member_reads_why_their_topic_is_declined(client, space, manager, mailoutbox):
    made = proposal(space)
    client.force_login(manager)
    address = reverse("admin:events_topicproposal_decline", args=[made.pk])
    assert client.post(address, {"reason": " "}).context["form"].errors.keys() == {"reason"}
    assert client.post(address, {"reason": "Déjà traité en mai"}).status_code == 302
    with pytest.raises(EventError) as refusal:
        decline_topic(proposal=made, reason="x", by=None)
    assert refusal.value.code == "decided"
    send_due()
    assert [mail.to for mail in mailoutbox] == [[f"{made.user} <{made.user.email}>"]]
    assert "Déjà traité en mai" in mailoutbox[0].body
    client.force_login(made.user)
    assert "Déjà traité en mai" in client.get(reverse("events:rota")).content.decode()


def test_members_withdraw_only_their_own_topics(client, space):
    made, other = proposal(space), proposal(space)
    client.force_login(made.user)
    client.post(reverse("events:withdraw_topic", args=[made.pk]))
    assert client.post(reverse("events:withdraw_topic", args=[other.pk])).status_code == 404
    assert [one.state for one in TopicProposal.objects.order_by("pk")] == ["withdrawn", "proposed"]
    accept_topic(proposal=other, by=None)
    with pytest.raises(EventError):
        withdraw_topic(proposal=other)


def test_a_proposal_of_another_space_is_not_found(client, space):
    made = proposal(space)
    stranger = UserFactory()
    SpaceFactory(managers=[stranger])
    client.force_login(stranger)
    for name in ("change", "accept", "decline"):
        assert client.post(reverse(f"admin:events_topicproposal_{name}", args=[made.pk])).status_code == 404
    made.refresh_from_db()
    assert made.is_open


def test_the_page_takes_as_many_queries_for_any_number_of_spaces(kind, space, django_assert_num_queries):
    for extra in (0, 2):
        for _space in range(extra):
            PastEventFactory(type=kind)
        with django_assert_num_queries(4):
            assert len(free_fridays(timezone.localdate())) == 1 + extra


def test_the_agenda_links_members_to_the_rota(client):
    agenda, rota = reverse("events:agenda"), f'href="{reverse("events:rota")}"'
    assert rota not in client.get(agenda).text
    client.force_login(UserFactory())
    assert rota in client.get(agenda).text
