from datetime import timedelta

import pytest
from django.urls import reverse

from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import OrganisationFactory
from training.tests.factories import ProgrammeFactory, SessionFactory

pytestmark = pytest.mark.django_db


def listed(client):
    response = client.get(reverse("training:list"))
    assert response.status_code == 200
    return response


def test_a_programme_shows_its_next_sessions_in_order(client):
    programme = ProgrammeFactory()
    later = SessionFactory(programme=programme)
    sooner = SessionFactory(
        programme=programme, event=EventFactory(starts_at=later.event.starts_at - timedelta(days=3))
    )
    SessionFactory(programme=programme, event=PastEventFactory())
    SessionFactory(programme=programme, event=EventFactory(draft=True))
    [shown] = listed(client).context["page_obj"].object_list
    assert shown.next_sessions == [sooner, later]


def test_an_unpublished_programme_is_not_shown(client):
    ProgrammeFactory(is_published=False)
    assert list(listed(client).context["page_obj"].object_list) == []
    assert 'class="empty"' in listed(client).content.decode()


def test_a_programme_without_sessions_says_so(client):
    ProgrammeFactory()
    assert "Aucune séance n’est annoncée" in listed(client).content.decode()


def test_a_session_is_registered_for_as_its_event_is(client):
    user = UserFactory()
    client.force_login(user)
    session = SessionFactory()
    RegistrationFactory(event=session.event, user=user)
    page = listed(client).content.decode()
    assert session.event.get_absolute_url() in page
    assert "badge-success" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_whatever_it_lists(client, number, django_assert_num_queries):
    for _ in range(number):
        programme = ProgrammeFactory()
        programme.organisers.set([OrganisationFactory()])
        for _session in range(number):
            SessionFactory(programme=programme)
    with django_assert_num_queries(5):
        assert len(listed(client).context["page_obj"].object_list) == number
