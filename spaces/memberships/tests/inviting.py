"""Helpers of the tests of invitations."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.errors import BookingError
from spaces.memberships.operations import Wish, invite
from spaces.models import Invitation
from spaces.tests.factories import MembershipKindFactory, SpaceFactory

ADDRESS = "zoe@ardenne.example"


def space_with_manager(**fields):
    return SpaceFactory(managers=[UserFactory(email="gestion@ardenne.example", is_staff=True)], **fields)


def invited(space, *, by=None, **wish):
    wish = {"email": ADDRESS, "kind": MembershipKindFactory(), **wish}
    return invite(space=space, wish=Wish(**wish), by=by)


def zoe(**fields):
    return UserFactory(email=ADDRESS, first_name="Zoé", **fields)


def long_ago(invitation, **facts):
    """Move the sending back in time: by default beyond what two sendings need between them."""
    facts = facts or {"sent_at": timezone.now() - timedelta(days=1)}
    Invitation.objects.filter(pk=invitation.pk).update(**facts)


def expire(invitation):
    now = timezone.now()
    long_ago(invitation, sent_at=now - timedelta(days=40), expires_at=now - timedelta(days=10))


def mailed(template):
    return list(Message.objects.filter(template=template).order_by("pk").values_list("to_email", flat=True))


def refused(call, *args, **kwargs):
    with pytest.raises(BookingError) as caught:
        call(*args, **kwargs)
    assert str(caught.value.message)
    return caught.value.code
