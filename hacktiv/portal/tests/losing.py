"""Tools for the tests of what is lost with a membership."""

from functools import partial

from events.tests.factories import EventFactory
from spaces.enums import BookedBy
from spaces.memberships.operations import (
    end_membership,
)
from spaces.tests.factories import (
    ResourceFactory,
    in_days,
)


def room_for_members(**fields):
    return ResourceFactory(booked_by=BookedBy.MEMBERS, **fields)


def members_event(days=3):
    return EventFactory(members_only=True, starts_at=in_days(days, 18))


def ended(membership, *, on, by=None):
    return partial(end_membership, membership=membership, by=by, on=on)
