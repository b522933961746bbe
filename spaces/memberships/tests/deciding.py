"""Tools for the tests of pages on which managers decide about memberships."""

from datetime import timedelta

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone

from hacktiv.outbox.models import Message
from spaces.enums import MembershipState
from spaces.tests.factories import (
    BookingFactory,
    MembershipFactory,
    ResourceFactory,
)

LIST = "/admin/spaces/membership/"
ADD = "/admin/spaces/membership/add/"
STEPS = ("approve", "refuse", "pause", "resume", "change_kind", "renew", "end")


def day(number):
    """Return the day so many days from today."""
    return timezone.localdate() + timedelta(days=number)


def page_of(membership, name="change"):
    return reverse(f"admin:spaces_membership_{name}", args=[membership.pk])


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def told(user):
    return list(Message.objects.filter(to_email=user.email).order_by("pk").values_list("template", flat=True))


def news(membership):
    return membership.changes.order_by("pk").values_list("step", flat=True).last()


def request_for(space, kind, **fields):
    return MembershipFactory(space=space, kind=kind, state=MembershipState.REQUESTED, since=None, **fields)


def booker(space):
    return BookingFactory(resource=ResourceFactory(space=space)).user


def act(desk, action, memberships, **more):
    return desk.post(
        LIST, {"action": action, ACTION_CHECKBOX_NAME: [each.pk for each in memberships], **more}, follow=True
    )
