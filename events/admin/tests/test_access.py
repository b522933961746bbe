"""Rights to open the pages of the admin, and their number of queries."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import add_proof
from events.enums import EventState, Mode, ProofKind, RegistrationStatus
from events.models import Event, Registration
from events.registering.operations import register
from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import ResourceFactory

from .helpers import PDF, step

pytestmark = pytest.mark.django_db

STEPS = [
    "publish",
    "move",
    "online",
    "cancel",
    "capacity",
    "register",
    "attendance",
    "walk_in",
    "sheet",
    "complete",
    "held",
    "count",
    "proof",
]


def addresses_of(event):
    yield reverse("admin:events_event_change", args=[event.pk])
    yield reverse("admin:events_event_delete", args=[event.pk])
    yield reverse("admin:events_event_history", args=[event.pk])
    for name in STEPS:
        yield reverse(f"admin:events_event_{name}", args=[event.pk])


def test_an_event_of_another_space_is_not_found(client, space):
    other = PastEventFactory()
    proof = add_proof(event=other, kind=ProofKind.AGENDA, file=SimpleUploadedFile("a.pdf", PDF), by=None)
    registration = register(event=EventFactory(space=other.space), user=UserFactory())
    network = EventFactory(space=None)
    mine = EventFactory(space=space)
    addresses = [*addresses_of(other), *addresses_of(network)]
    addresses += [
        reverse("admin:events_event_proof_download", args=[proof.event_id, proof.pk]),
        reverse("admin:events_event_proof_check", args=[proof.event_id, proof.pk]),
        reverse("admin:events_registration_change", args=[registration.pk]),
        reverse("admin:events_registration_cancel", args=[registration.pk]),
    ]
    for address in addresses:
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"reason": "x"}).status_code == 404, address
    page = client.get(reverse("admin:events_event_changelist"))
    assert list(page.context["cl"].result_list) == [mine]
    assert list(client.get(reverse("admin:events_registration_changelist")).context["cl"].result_list) == []
    assert Event.objects.get(pk=other.pk).state == EventState.HELD
    assert registration.event.registrations.confirmed().count() == 1


def test_a_member_cannot_open_the_admin(client):
    event = EventFactory()
    client.force_login(UserFactory())
    for address in addresses_of(event):
        assert client.get(address, follow=True).status_code == 404


def test_the_coordinator_runs_the_networks_own_events(client):
    coordinator = UserFactory(coordinates=True)
    client.force_login(coordinator)
    network, local = EventFactory(space=None), EventFactory()
    page = client.get(reverse("admin:events_event_changelist"))
    assert list(page.context["cl"].result_list) == [network]
    assert client.get(reverse("admin:events_event_change", args=[network.pk])).status_code == 200
    assert client.get(reverse("admin:events_event_change", args=[local.pk])).status_code == 404


@pytest.mark.parametrize("state", EventState.values)
def test_a_manager_opens_their_events_and_the_steps(client, space, state):
    begun = state == EventState.HELD
    event = (PastEventFactory if begun else EventFactory)(
        space=space, state=state, resources=[ResourceFactory(space=space)]
    )
    page = client.get(reverse("admin:events_event_change", args=[event.pk]))
    assert page.status_code == 200
    for _group, buttons in page.context["page_groups"]:
        for button in buttons:
            assert button.is_done_at_once or client.get(button.url).status_code == 200, button.url


def test_the_buttons_of_an_event_follow_its_state(client, space):
    def buttons_of(event):
        page = client.get(reverse("admin:events_event_change", args=[event.pk]))
        return {
            group.value: [button.url.rstrip("/").rpartition("/")[2] for button in buttons]
            for group, buttons in page.context["page_groups"]
        }

    assert buttons_of(EventFactory(space=space, draft=True)) == {
        "prepare": ["publish", "speakers", "questions"],
        "after": ["survey"],
        "change": ["repeat", "copy"],
    }
    assert buttons_of(EventFactory(space=space)) == {
        "day": ["attendance", "sheet"],
        "prepare": ["registrations", "register", "speakers", "questions", "messages", "room"],
        "after": ["proof", "survey"],
        "change": ["capacity", "move", "online", "repeat", "copy"],
        "cancel": ["unpublish", "cancel"],
    }
    assert buttons_of(PastEventFactory(space=space)) == {
        "day": ["attendance", "sheet"],
        "prepare": ["registrations", "speakers", "messages"],
        "after": ["count", "materials", "photos", "proof", "survey"],
        "change": ["not-held", "copy"],
    }
    assert buttons_of(EventFactory(space=space, state=EventState.CANCELLED)) == {
        "prepare": ["registrations", "messages"],
        "after": ["proof"],
        "change": ["copy"],
    }
    on_the_day = EventFactory(space=space, mode=Mode.HYBRID, starts_at=timezone.now() + timedelta(minutes=5))
    assert buttons_of(on_the_day)["day"] == ["door", "attendance", "sheet"]
    assert "online-list" in buttons_of(on_the_day)["after"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_as_many_queries_for_any_number_of_events(client, space, number, django_assert_num_queries):
    for _ in range(number):
        RegistrationFactory(event=EventFactory(space=space))
    with django_assert_num_queries(9):
        client.get(reverse("admin:events_event_changelist"))


@pytest.mark.parametrize("number", [1, 3])
def test_an_event_takes_as_many_queries_for_any_registrations(client, space, number, django_assert_num_queries):
    event = EventFactory(space=space)
    for _ in range(number):
        RegistrationFactory(event=event)
    with django_assert_num_queries(8):
        client.get(reverse("admin:events_registration_changelist"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_attendance_takes_as_many_queries_for_any_people(client, space, number, django_assert_num_queries):
    event = PastEventFactory(space=space, state=EventState.PUBLISHED)
    for _ in range(number):
        Registration.objects.create(event=event, user=UserFactory(), status=RegistrationStatus.CONFIRMED)
    with django_assert_num_queries(12):
        step(client, "attendance", event, status=200)
