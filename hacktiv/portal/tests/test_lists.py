"""The lists of the admin: paged on screen, whole in print."""

import pytest
from django.contrib import admin
from django.urls import reverse

from events.tests.factories import EventFactory, RegistrationFactory
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

REGISTRATIONS = reverse("admin:events_registration_changelist")


@pytest.fixture
def superuser(sign_in):
    return sign_in(UserFactory(is_superuser=True))


def test_every_list_is_paged_and_can_be_printed_whole():
    lists = {(each.list_per_page <= 50, each.list_max_show_all) for each in admin.site._registry.values()}
    assert lists == {(True, 5000)}


def test_a_long_list_of_registrations_is_whole_in_print(superuser, monkeypatch):
    event = EventFactory()
    for _ in range(3):
        RegistrationFactory(event=event)
    monkeypatch.setattr(admin.site._registry[event.registrations.model], "list_per_page", 2)
    page = superuser.get(REGISTRATIONS)
    assert len(page.context["cl"].result_list) == 2
    assert "?all=" in page.text
    whole = superuser.get(REGISTRATIONS, {"all": ""})
    assert len(whole.context["cl"].result_list) == 3
    assert "data-print" in whole.text


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("query", [{}, {"all": ""}])
def test_a_list_costs_the_same_for_one_and_three(superuser, count, query, django_assert_num_queries):
    event = EventFactory()
    for _ in range(count):
        RegistrationFactory(event=event)
    superuser.get(REGISTRATIONS)
    with django_assert_num_queries(6):
        superuser.get(REGISTRATIONS, query)
