"""Test that two managers who add the same organisation at once make one, and read of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.text import slugify

from members.models import Organisation
from spaces.tests.factories import SpaceRoleFactory

pytestmark = pytest.mark.django_db(transaction=True)


def posted_at_once(*fields):
    clients = [Client(raise_request_exception=False) for _one in fields]
    for client in clients:
        client.force_login(SpaceRoleFactory(user__language="en").user)
    barrier = Barrier(len(fields))

    def post(pair):
        client, sent = pair
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return client.post(reverse("admin:members_organisation_add"), {"country": "BE", **sent}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(fields)) as pool:
        return list(pool.map(post, zip(clients, fields, strict=True)))


@pytest.mark.parametrize("name", ["Les Tisserands", "LES TISSERANDS asbl"])
def test_one_organisation_is_added_once(name):
    for number in range(5):
        names = [f"{number} Les Tisserands", f"{number} {name}"] * 2
        statuses = posted_at_once(*({"name": one, "slug": slugify(one)} for one in names))
        assert sorted(statuses) == [200, 200, 200, 302]
        assert Organisation.objects.filter(name__startswith=f"{number} ").count() == 1


def test_others_of_one_name_get_addresses_of_their_own():
    Organisation.objects.create(name="Atelier", slug="autre", country="FR")
    statuses = posted_at_once(*[{"name": "Atelier", "slug": "", "is_another": "on"}] * 4)
    assert statuses == [302] * 4
    assert Organisation.objects.filter(name="Atelier").values("slug").distinct().count() == 5
