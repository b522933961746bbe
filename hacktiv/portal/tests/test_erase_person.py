import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from members.models import User
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_who_cannot_sign_in_is_erased_by_command(capsys):
    kept = UserFactory()
    UserFactory(email="eve@ardenne.example")
    call_command("erase_person", "Eve@Ardenne.example")
    assert list(User.objects.all()) == [kept]
    with pytest.raises(CommandError, match=r"Nothing is held under the address eve@ardenne\.example"):
        call_command("erase_person", "eve@ardenne.example")


def test_the_admin_deletes_nobody_with_bookings_or_registrations(client):
    person = UserFactory()
    client.force_login(UserFactory(superuser=True))
    answer = client.post(reverse("admin:members_user_delete", args=[person.pk]), {"post": "yes"})
    assert answer.status_code == 404
    assert User.objects.filter(pk=person.pk).exists()
