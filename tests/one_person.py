"""Accounts that may be one person's, for the pages of the admin on which administrators decide on them."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from events.registering.operations import register
from events.tests.factories import EventFactory
from hacktiv.merging.operations import merge_accounts, say_two_people
from members.enums import NetworkRoleKind
from members.models import EarlierAddress
from members.tests.factories import NetworkRoleFactory, UserFactory
from spaces.tests.factories import BookingFactory, MembershipFactory, SpaceFactory, SpaceRoleFactory


def administrator():
    """Return a person who administers the network, and holds no other role."""
    return NetworkRoleFactory(user=UserFactory(), role=NetworkRoleKind.ADMINISTRATOR).user


def two_accounts():
    """Return two accounts of one person, who have memberships, an event, a booking and a role."""
    kept, gone, space, today = (
        UserFactory(),
        UserFactory(),
        SpaceFactory(managers=[UserFactory()]),
        timezone.localdate(),
    )
    EarlierAddress.objects.create(user=kept, email=gone.email)
    MembershipFactory(user=kept, space=space, since=today - timedelta(days=10))
    MembershipFactory(user=gone, space=space, since=today - timedelta(days=40))
    BookingFactory(user=gone)
    SpaceRoleFactory(user=gone, space=space)
    event = EventFactory()
    for user in (kept, gone):
        register(event=event, user=user)
    return kept, gone


def addresses_about(by):
    """Return the address of each page on which this administrator decides on two accounts, with something on it."""
    kept, gone = two_accounts()
    one, other = two_accounts()
    row = say_two_people(one=one, other=other, by=by)
    first, second = two_accounts()
    trace = merge_accounts(kept=first, gone=second, by=by)
    return [
        reverse("admin:one_person"),
        reverse("admin:one_person_pair", args=[kept.pk, gone.pk]),
        reverse("admin:one_person_again", args=[row.pk]),
        reverse("admin:one_person_trace", args=[trace.pk]),
        reverse("admin:members_user_person", args=[first.pk]),
    ]
