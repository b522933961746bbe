import pytest
from django.urls import reverse

from events.tests.factories import EventFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory
from training.models import Coaching, Session
from training.tests.factories import CoachingFactory, ProgrammeFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def space(manager):
    return SpaceFactory(managers=[manager])


def coaching_form(space, **typed):
    return {
        "title_fr": "Accompagnement vidéo",
        "slug": "accompagnement-video",
        "space": space.pk,
        "earliest": "01/07/2020",
        "latest": "31/12/2020",
        "persons_lower": "5",
        "persons_upper": "5",
        "residence": "BE",
        **typed,
    }


def test_training_of_another_space_is_not_found(client, space):
    session, coaching = SessionFactory(), CoachingFactory(space=SpaceFactory())
    mine = SessionFactory(event=EventFactory(space=space))
    for name, pk in [("session", session.pk), ("coaching", coaching.pk)]:
        for page in ("change", "delete", "history"):
            assert client.get(reverse(f"admin:training_{name}_{page}", args=[pk])).status_code == 404
    assert client.post(reverse("admin:training_coaching_persons", args=[coaching.pk])).status_code == 404
    page = client.get(reverse("admin:training_session_changelist"))
    assert list(page.context["cl"].result_list) == [mine]


def test_a_manager_declares_coaching_and_corrects_it_with_a_reason(client, manager, space):
    assert client.post(reverse("admin:training_coaching_add"), coaching_form(space)).status_code == 302
    coaching = Coaching.objects.get()
    assert (coaching.entered_by, coaching.persons_upper) == (manager, 5)
    address = reverse("admin:training_coaching_persons", args=[coaching.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"lower": "6", "upper": "6", "reason": ""}).status_code == 200
    assert client.post(address, {"lower": "6", "upper": "5", "reason": "x"}).status_code == 200
    assert client.post(address, {"lower": "6", "upper": "6", "reason": "Liste retrouvée"}).status_code == 302
    coaching.refresh_from_db()
    assert (coaching.persons_lower, coaching.earlier_counts.get().lower) == (6, 5)
    page = client.get(reverse("admin:training_coaching_change", args=[coaching.pk])).content.decode()
    assert "Liste retrouvée" in page


def test_coaching_belongs_to_a_space_of_ones_own(client, space):
    response = client.post(reverse("admin:training_coaching_add"), coaching_form(SpaceFactory()))
    assert list(response.context["adminform"].form.errors) == ["space"]
    assert not Coaching.objects.exists()


def test_a_session_accompanies_an_event_of_ones_own(client, space):
    form = {"programme": ProgrammeFactory().pk, "hours": "2"}
    address = reverse("admin:training_session_add")
    response = client.post(address, {**form, "event": EventFactory().pk})
    assert list(response.context["adminform"].form.errors) == ["event"]
    event = EventFactory(space=space)
    assert client.post(address, {**form, "event": event.pk}).status_code == 302
    assert Session.objects.get().event == event


@pytest.mark.parametrize("number", [1, 3])
def test_the_lists_cost_the_same_whatever_they_list(client, space, number, django_assert_num_queries):
    for _ in range(number):
        SessionFactory(event=EventFactory(space=space))
        CoachingFactory(space=space)
    with django_assert_num_queries(8):
        client.get(reverse("admin:training_session_changelist"))
    with django_assert_num_queries(8):
        client.get(reverse("admin:training_coaching_changelist"))
