"""Fixtures for tests of the admin: a manager, one of everything in their space, and the same in another space."""

from datetime import time

import pytest

from members.models import Organisation, User
from members.tests.factories import UserFactory
from spaces.models import (
    Agreement,
    Booking,
    Closure,
    ContactMessage,
    HomeSpace,
    Invitation,
    Membership,
    MembershipKind,
    Resource,
    Scene,
    Series,
    Space,
    Visit,
    Wait,
)

from .booking.operations import SeriesRequest, book_series, close
from .memberships.operations import Wish, invite
from .places.operations import send_message
from .tests.factories import (
    AgreementFactory,
    BookingFactory,
    HomeSpaceFactory,
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SceneFactory,
    SpaceFactory,
    VisitFactory,
    WaitFactory,
    in_days,
)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def manager(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def mine(manager, media):
    """Make one of everything in a space that the manager runs."""
    return a_space_with_everything("Mine", managers=[manager])


@pytest.fixture
def others(db, media):
    """Make the same in another manager's space."""
    return a_space_with_everything("Others", managers=[UserFactory()])


def a_space_with_everything(name, **fields):
    space = SpaceFactory(name=name, with_hours=True, **fields)
    resource = ResourceFactory(space=space, name=f"Room {name}", needs_approval=True, units=2)
    booking = BookingFactory(resource=resource, user=UserFactory(first_name=name, last_name="Person"))
    # A series of one day, which the booking is.
    wish = {"first_day": in_days(1, 9).date(), "until": in_days(1, 9).date(), "starts": time(9), "ends": time(10)}
    series = book_series(
        asked=SeriesRequest(resource=resource, pattern="weekly", user=booking.user, **wish), by=booking.user
    )
    close(space=space, start=in_days(9, 0), end=in_days(10, 0), reason="Works", by=None)
    HomeSpaceFactory(space=space, user=booking.user)
    kind = MembershipKindFactory(space=space, name=f"Kind {name}")
    agreement = AgreementFactory(space=space, organisation__name=f"Organisation {name}", kind=kind)
    return {
        Agreement: agreement,
        Organisation: agreement.organisation,
        Space: space,
        Resource: resource,
        Booking: booking,
        Series: series,
        Closure: space.closures.get(),
        ContactMessage: send_message(
            space=space, name=f"Writer {name}", email=f"writer-{name.lower()}@ardenne.example", text=name, language="fr"
        ),
        HomeSpace: space.homes.get(),
        MembershipKind: kind,
        Invitation: invite(
            space=space,
            wish=Wish(email=f"{name.lower()}@ardenne.example", full_name=f"Invited {name}", kind=kind),
            by=None,
        ),
        Membership: MembershipFactory(space=space, user=booking.user, kind=kind),
        Wait: WaitFactory(resource=resource, user=booking.user, days=3),
        Visit: VisitFactory(space=space, home_space=space),
        User: booking.user,
        Scene: SceneFactory(space=space, title=f"Scene {name}"),
    }
