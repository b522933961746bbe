"""Staff make a second factor before anything else, where the settings say so; a superuser removes a lost one."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from hacktiv.outbox.operations import send_due
from members.accounts.tests.second_factor import sign_in, use_application
from members.enums import NetworkRoleKind
from members.tests.factories import NetworkRoleFactory, UserFactory
from spaces.tests.factories import SpaceFactory, manager_of
from tests.world import coordinator

pytestmark = pytest.mark.django_db


MANAGER, COORDINATOR, SUPERUSER = "manager", "coordinator", "superuser"


def staff(who):
    if who == MANAGER:
        return manager_of(SpaceFactory(managers=[UserFactory()]))
    return coordinator() if who == COORDINATOR else UserFactory(is_superuser=True, is_staff=True)


@pytest.mark.parametrize("who", [MANAGER, COORDINATOR, SUPERUSER])
def test_staff_without_a_second_factor_reach_nothing_but_making_one(client, settings, who):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(staff(who))
    for name in ("admin:index", "admin:spaces_booking_changelist", "portal:me", "portal:home", "account_email"):
        assert client.get(reverse(name), follow=False).url == reverse("mfa_index"), name
    assert client.post(reverse("admin:spaces_booking_add"), {}).url == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    use_application(client)
    assert client.get(reverse("admin:index")).status_code == 200


def test_members_and_visitors_need_no_second_factor(client, settings):
    settings.STAFF_SECOND_FACTOR = True
    assert client.get(reverse("portal:home")).status_code == 200
    client.force_login(UserFactory())
    assert client.get(reverse("portal:me")).status_code == 200


def test_it_is_required_in_production_and_left_in_development():
    assert not django_settings.STAFF_SECOND_FACTOR
    production = (django_settings.BASE_DIR / "hacktiv" / "settings" / "prod.py").read_text()
    assert re.search(r"^STAFF_SECOND_FACTOR = True$", production, re.M)


def test_a_superuser_removes_a_lost_one_and_its_owner_is_told(client):
    person = UserFactory(email="zoe@ardenne.example")
    client.force_login(person)
    use_application(client)
    mail.outbox.clear()
    address = reverse("admin:members_user_second_factor", args=[person.pk])
    client.force_login(staff(MANAGER))
    assert client.post(address).status_code == 404
    client.force_login(staff(SUPERUSER))
    assert address in client.get(reverse("admin:members_user_change", args=[person.pk])).text
    client.force_login(NetworkRoleFactory(role=NetworkRoleKind.ADMINISTRATOR).user)
    assert address in client.get(reverse("admin:members_user_person", args=[person.pk])).text
    assert client.get(address).status_code == 200
    assert Authenticator.objects.filter(user=person).count() == 2
    client.post(address)
    assert not Authenticator.objects.filter(user=person).exists()
    send_due()
    assert "Votre second facteur a été retiré" in [message.subject for message in mail.outbox]
    browser = Client()
    sign_in(browser, person)
    assert browser.session["_auth_user_id"] == str(person.pk)
