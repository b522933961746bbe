"""Tools for the tests of the life of a membership."""

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.enums import MembershipStep
from spaces.memberships.operations import (
    ask_membership,
)
from spaces.tests.factories import (
    MembershipKindFactory,
)


def asked(space, **more):
    return ask_membership(user=UserFactory(), space=space, kind=MembershipKindFactory(), **more)


def steps(membership):
    return [MembershipStep(step) for step in membership.changes.values_list("step", flat=True)]


def mailed(template):
    return list(Message.objects.filter(template=template).order_by("pk").values_list("to_email", flat=True))


def code_of(caught):
    return caught.value.code
