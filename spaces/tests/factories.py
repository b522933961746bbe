from datetime import date, time, timedelta
from io import BytesIO
from uuid import uuid4

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from members.enums import Country
from members.tests.factories import OrganisationFactory, UserFactory
from spaces.booking.operations import BookingRequest, book, set_units
from spaces.booking.rules import kept_until
from spaces.core.queries import managers_of
from spaces.enums import BookedBy, BookingStatus, MembershipState, ResourceKind, Role
from spaces.models import (
    Agreement,
    Booking,
    Feature,
    HomeSpace,
    Hotspot,
    Membership,
    MembershipKind,
    Occupancy,
    OpeningHours,
    PassScheme,
    Photo,
    Resource,
    Scene,
    Space,
    SpaceRole,
    Unit,
    Visit,
    Wait,
)
from spaces.places.files.pictures import named_by_content
from spaces.timing.hours import at_local
from spaces.timing.periods import period, with_buffer

#: So long ago the managers of the tests became such: longer than any test looks back.
MANAGER_FOR = timedelta(days=20 * 365)


class SpaceFactory(DjangoModelFactory):
    """Make a published space without hours; `with_hours=True` opens it every day from 8 to 20, holidays too."""

    class Meta:
        model = Space
        skip_postgeneration_save = True

    class Params:
        french = factory.Trait(country=Country.FR, nuts="FRF21", town="Charleville-Mézières")

    slug = factory.Sequence(lambda n: f"space-{n}")
    name = factory.Sequence(lambda n: f"Space {n}")
    operator = factory.SubFactory(OrganisationFactory, country=factory.SelfAttribute("..country"))
    town = "Chimay"
    country = Country.BE
    nuts = "BE32D"
    latitude = "50.04800"
    longitude = "4.31700"
    # Tests book in the days to come, whatever day it is.
    closes_on_public_holidays = False

    @factory.post_generation
    def with_hours(self, create, extracted, **kwargs):
        if extracted:
            OpeningHours.objects.bulk_create(
                OpeningHours(space=self, weekday=weekday, opens=time(8), closes=time(20)) for weekday in range(7)
            )

    @factory.post_generation
    def managers(self, create, extracted, **kwargs):
        if extracted:
            make_manager(self, *extracted)


class SpaceRoleFactory(DjangoModelFactory):
    class Meta:
        model = SpaceRole

    user = factory.SubFactory(UserFactory)
    space = factory.SubFactory(SpaceFactory)
    role = Role.MANAGER
    since = factory.LazyFunction(lambda: timezone.localdate() - MANAGER_FOR)


def make_manager(space, *users):
    """Give the people the role of a manager, for long."""
    for user in users:
        SpaceRoleFactory(space=space, user=user)


def manager_of(space):
    """Return the only manager of the space."""
    return managers_of(space).get()


class FeatureFactory(DjangoModelFactory):
    class Meta:
        model = Feature

    slug = factory.Sequence(lambda n: f"feature-{n}")
    name = factory.Sequence(lambda n: f"Feature {n}")
    icon = "screen"


class ResourceFactory(DjangoModelFactory):
    """Make a meeting room of an open space, with one unit unless `units` says more."""

    class Meta:
        model = Resource
        skip_postgeneration_save = True

    space = factory.SubFactory(SpaceFactory, with_hours=True)
    slug = factory.Sequence(lambda n: f"resource-{n}")
    name = factory.Sequence(lambda n: f"Room {n}")
    kind = ResourceKind.MEETING_ROOM
    # Tests of booking book with any account; those of memberships say who may.
    booked_by = BookedBy.ANYONE

    @factory.post_generation
    def open_to(self, create, extracted, **kwargs):
        if extracted:
            kept_for(self, *extracted)

    @factory.post_generation
    def units(self, create, extracted, **kwargs):
        number = extracted or 1
        if self.space.closures.exists():
            set_units(resource=self, number=number)
        else:
            Unit.objects.bulk_create(Unit(resource=self, number=step) for step in range(1, number + 1))


def kept_for(resource, *spaces):
    """Let only the members of these spaces book the resource."""
    resource.open_to.set(spaces)
    resource.booked_by = BookedBy.SPACES
    resource.save(update_fields=["booked_by"])


class EquipmentFactory(ResourceFactory):
    """Make a kit that travels. A journey takes a day, with two days of notice; a loan lasts a week at most."""

    name = factory.Sequence(lambda n: f"Kit {n}")
    kind = ResourceKind.EQUIPMENT
    travels = True
    transfer_notice_hours = 48
    journey_hours = 24
    max_minutes = 7 * 1440


class MembershipKindFactory(DjangoModelFactory):
    """Make a kind of the network that opens everything."""

    class Meta:
        model = MembershipKind

    slug = factory.Sequence(lambda n: f"kind-{n}")
    name = factory.Sequence(lambda n: f"Kind {n}")


class MembershipFactory(DjangoModelFactory):
    """Make an active membership since 2020."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    space = factory.SubFactory(SpaceFactory)
    kind = factory.SubFactory(MembershipKindFactory)
    state = MembershipState.ACTIVE
    since = date(2020, 1, 1)


class AgreementFactory(DjangoModelFactory):
    """Two places of an organisation at a space, for long."""

    class Meta:
        model = Agreement

    organisation = factory.SubFactory(OrganisationFactory)
    space = factory.SubFactory(SpaceFactory)
    kind = factory.SubFactory(MembershipKindFactory, space=factory.SelfAttribute("..space"))
    places = 2
    since = date(2020, 1, 1)


class HomeSpaceFactory(DjangoModelFactory):
    class Meta:
        model = HomeSpace

    user = factory.SubFactory(UserFactory)
    space = factory.SubFactory(SpaceFactory)
    since = date(2020, 1, 1)


class PassSchemeFactory(DjangoModelFactory):
    """Make a pass of ten days a year for everybody."""

    class Meta:
        model = PassScheme

    name = "Pass"
    days = 10
    starts_on = date(2020, 1, 1)


class VisitFactory(DjangoModelFactory):
    """Make a visit of today by a member of a space on the other side."""

    class Meta:
        model = Visit

    participant_number = factory.LazyFunction(uuid4)
    day = factory.LazyFunction(timezone.localdate)
    space = factory.SubFactory(SpaceFactory)
    side = factory.SelfAttribute("space.country")
    home_space = factory.SubFactory(SpaceFactory, french=True)
    home_side = factory.LazyAttribute(lambda visit: visit.home_space.country if visit.home_space else "")


def picture_bytes(kind="JPEG", size=(600, 400), colour="green", mode="RGB", **options):
    """Return the bytes of a picture file of one colour."""
    written = BytesIO()
    Image.new(mode, size, colour).save(written, format=kind, **options)
    return written.getvalue()


class PhotoFactory(DjangoModelFactory):
    class Meta:
        model = Photo

    space = factory.SubFactory(SpaceFactory)
    image = factory.LazyFunction(lambda: named_by_content(picture_bytes()))
    alternative_text = factory.Sequence(lambda n: f"Photo {n}")


class SceneFactory(DjangoModelFactory):
    class Meta:
        model = Scene

    space = factory.SubFactory(SpaceFactory)
    image = factory.LazyFunction(lambda: named_by_content(picture_bytes(size=(200, 100))))
    title = factory.Sequence(lambda n: f"Scene {n}")
    description = "Green all around."
    alternative_text = factory.Sequence(lambda n: f"Panorama {n}")


class HotspotFactory(DjangoModelFactory):
    class Meta:
        model = Hotspot

    scene = factory.SubFactory(SceneFactory)
    label = factory.Sequence(lambda n: f"Point {n}")


def in_days(days, hour, minute=0):
    """Return the instant `days` days from today at this local hour."""
    return at_local(timezone.localdate() + timedelta(days=days), time(hour, minute))


def away(days):
    """Return the day that many days from today; None without a number."""
    return None if days is None else timezone.localdate() + timedelta(days=days)


class BookingFactory:
    """Book by the operation: `BookingFactory(resource=…, user=…, days=1, hours=(9, 10))`."""

    def __new__(cls, *, resource=None, user=None, days=1, hours=(9, 10), **wish):
        resource = resource or ResourceFactory()
        if user is None and "guest_name" not in wish:
            user = UserFactory()
        start = wish.pop("start", None) or in_days(days, hours[0])
        end = wish.pop("end", None) or in_days(days, hours[1])
        how = {name: wish.pop(name) for name in ("as_manager", "tell") if name in wish}
        by = wish.pop("by", user)
        asked = BookingRequest(resource=resource, user=user, start=start, end=end, **wish)
        return book(asked=asked, by=by, **how)


class WaitFactory:
    """Make a row of the waiting list, free unit or not: `WaitFactory(resource=…, user=…, days=1, hours=(9, 10))`."""

    def __new__(cls, *, resource=None, user=None, days=1, hours=(9, 10), **fields):
        start = fields.pop("start", None) or in_days(days, hours[0])
        end = fields.pop("end", None) or in_days(days, hours[1])
        resource, user = resource or ResourceFactory(), user or UserFactory()
        return Wait.objects.create(resource=resource, user=user, period=period(start, end), **fields)


def running_booking(resource, *, user=None, began=None, lasts=120, now=None, **fields):
    """Make a confirmed booking that began so many minutes ago (if negative, it begins later), at any hour.

    Not given, that is 20, or just now in the first minutes of a day: it is one of today's."""
    now = now or timezone.now()
    if began is None:
        began = 20 if timezone.localdate(now - timedelta(minutes=20)) == timezone.localdate(now) else 0
    start = now - timedelta(minutes=began)
    end = start + timedelta(minutes=lasts)
    booking = Booking.objects.create(
        resource=resource,
        user=user or UserFactory(),
        period=period(start, end),
        status=BookingStatus.CONFIRMED,
        release_at=kept_until(resource, start, start - timedelta(days=1)),
        **fields,
    )
    unit = resource.units.in_use().exclude(occupancies__period__overlap=booking.period).order_by("number").first()
    Occupancy.objects.create(unit=unit, period=with_buffer(start, end, resource), booking=booking)
    return booking
