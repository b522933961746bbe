"""Administrators of the network give and end its roles; an operation refuses anybody else, in words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from members.enums import NetworkRoleKind
from members.errors import MemberError
from members.models import NetworkRole, User
from members.roles.operations import end_network_role, give_network_role
from members.tests.factories import NetworkRoleFactory, UserFactory
from tests.waiting import until_somebody_waits


def give(row, by):
    role, since = NetworkRoleKind.FACILITATOR, timezone.localdate()
    return give_network_role(user=row.user, role=role, since=since, by=by)


def end(row, by):
    return end_network_role(role=row, on=timezone.localdate() + timedelta(days=3), by=by)


def code_of(act, row, by):
    try:
        act(row, by)
    except MemberError as refusal:
        assert str(refusal)
        return refusal.code
    return "done"


def administrator():
    return NetworkRoleFactory(role=NetworkRoleKind.ADMINISTRATOR).user


@pytest.mark.django_db
@pytest.mark.parametrize("act", [give, end])
def test_an_operation_serves_administrators_alone(act):
    row = NetworkRoleFactory()
    assert [code_of(act, row, by) for by in (UserFactory(), row.user)] == ["not_yours"] * 2
    assert code_of(act, row, administrator()) == "done"


@pytest.mark.django_db
def test_a_role_that_was_erased_meanwhile_is_told_so():
    row, by = NetworkRoleFactory(), administrator()
    NetworkRole.objects.filter(pk=row.pk).delete()
    assert code_of(end, row, by) == "gone"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [give, end])
def test_who_is_erased_while_they_act_is_told_so(act):
    row, by, is_locked = NetworkRoleFactory(), administrator(), Event()

    def erase():
        try:
            with transaction.atomic():
                User.objects.select_for_update().get(pk=by.pk)
                is_locked.set()
                until_somebody_waits()
                User.objects.get(pk=by.pk).delete()
        finally:
            connection.close()

    def acting():
        assert is_locked.wait(timeout=60)
        try:
            return code_of(act, row, by)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        erasing, acted = pool.submit(erase), pool.submit(acting)
        erasing.result(timeout=60)
        assert acted.result(timeout=60) == "gone"
