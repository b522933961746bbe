from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..enums import BookedBy, ResourceKind, StartInterval
from .memberships import MembershipKind
from .spaces import Space

#: In minutes, for each resource: preparing, or clearing up, takes a day at most.
LONGEST_BUFFER = 1440
#: The kinds of which a unit takes one person, so that a group takes as many units as it has people.
ONE_UNIT_EACH = (ResourceKind.WORKPLACE,)
#: The relations of a resource that say who may book it, to be prefetched.
WHO_MAY_BOOK = ("open_to", "open_to_kinds")
#: In hours, for each resource: a journey between two spaces, or its notice, takes thirty days at most.
LONGEST_JOURNEY = 720


class Feature(models.Model):
    """A feature of a room or a workplace, from the network's list: a screen, daylight, access by wheelchair."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    icon = models.CharField(_("icon"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("feature")
        verbose_name_plural = _("features")
        ordering = ["order", "slug"]

    def __str__(self):
        return self.name


class ResourceQuerySet(models.QuerySet):
    def rooted(self):
        """Keep the resources that stay in their space: all but the equipment that travels."""
        return self.filter(travels=False)

    def bookable(self):
        """Keep the resources that members can book: offered, in a published space."""
        return self.filter(is_bookable=True, space__is_published=True)

    def with_units_for(self, people):
        """Give each resource `units_for_all`, in the database what `Resource.units_for` says of so many people."""
        each = When(kind__in=ONE_UNIT_EACH, then=people)
        return self.alias(units_for_all=Case(each, default=1, output_field=models.IntegerField()))


class Resource(models.Model):
    """Something to book: an open-plan room by its workplaces, a meeting room, a studio. Capacity n is n units."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="resources", verbose_name=_("space"))
    slug = models.SlugField(_("slug"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=ResourceKind)
    description = models.TextField(_("description"), blank=True)
    seats = models.PositiveSmallIntegerField(
        _("seats"), null=True, blank=True, help_text=_("How many people one unit takes. Empty: unknown.")
    )
    features = models.ManyToManyField(Feature, blank=True, related_name="resources", verbose_name=_("features"))
    prices = models.TextField(_("prices"), blank=True)
    is_bookable = models.BooleanField(_("can be booked"), default=True)
    booked_by = models.CharField(_("who may book"), max_length=10, choices=BookedBy, default=BookedBy.MEMBERS)
    open_to = models.ManyToManyField(
        Space,
        blank=True,
        related_name="+",
        verbose_name=_("members of these spaces"),
        help_text=_("Counts where the members of some spaces may book."),
    )
    open_to_kinds = models.ManyToManyField(
        MembershipKind,
        blank=True,
        related_name="+",
        verbose_name=_("members of these kinds"),
        help_text=_("Counts where the members of some kinds may book."),
    )
    needs_approval = models.BooleanField(_("a manager confirms each booking"), default=False)
    min_minutes = models.PositiveSmallIntegerField(
        _("shortest booking (minutes)"), default=30, validators=[MinValueValidator(5)]
    )
    max_minutes = models.PositiveSmallIntegerField(_("longest booking (minutes)"), default=720)
    start_interval_minutes = models.PositiveSmallIntegerField(
        _("a booking begins"),
        choices=StartInterval,
        default=StartInterval.HALF_HOUR,
        help_text=_("Counted from each opening: a space that opens at 8:30 offers 8:30, 9:30, 10:30 every hour."),
    )
    buffer_before_minutes = models.PositiveSmallIntegerField(
        _("time to prepare (minutes)"),
        default=0,
        validators=[MaxValueValidator(LONGEST_BUFFER)],
        help_text=_("Kept free before each booking and event made from now on; those there already keep theirs."),
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        _("time to clear up (minutes)"),
        default=0,
        validators=[MaxValueValidator(LONGEST_BUFFER)],
        help_text=_("Kept free after each booking and event made from now on; those there already keep theirs."),
    )
    min_notice_minutes = models.PositiveSmallIntegerField(
        _("shortest notice (minutes)"),
        default=0,
        help_text=_("A booking begins this long after it is made, at the earliest: 1440 for a day. 0: at once."),
    )
    max_days_ahead = models.PositiveSmallIntegerField(_("days ahead"), default=90)
    cancel_until_minutes = models.PositiveSmallIntegerField(
        _("latest cancellation (minutes)"),
        default=0,
        help_text=_("How long before its beginning a member may still cancel or move a booking. 0: until it begins."),
    )
    release_after_minutes = models.PositiveSmallIntegerField(
        _("place kept without check-in (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5)],
        help_text=_(
            "So long after the beginning, the place of who has not checked in is given to others. Empty: never."
        ),
    )
    door_token = models.UUIDField(_("code for the door"), null=True, unique=True, editable=False)
    max_open_bookings = models.PositiveSmallIntegerField(
        _("open bookings of one member"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How many of this resource a member may have that are not over yet. Empty: as many as they like."),
    )
    travels = models.BooleanField(
        _("travels between the spaces"),
        default=False,
        help_text=_(
            "Equipment only. It is pooled: members take it over in the space of their choice, for days if need be. "
            "Its space stays its home, and the managers there answer for it."
        ),
    )
    transfer_notice_hours = models.PositiveSmallIntegerField(
        _("notice for a journey (hours)"),
        default=72,
        validators=[MaxValueValidator(LONGEST_JOURNEY)],
        help_text=_("So long ahead it is booked at the latest where it must first be brought from another space."),
    )
    journey_hours = models.PositiveSmallIntegerField(
        _("time of a journey (hours)"),
        default=24,
        validators=[MaxValueValidator(LONGEST_JOURNEY)],
        help_text=_("Kept free between two loans in different spaces, for those made from now on."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["space__order", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "slug"],
                name="spaces_resource_slug_once",
                violation_error_message=_("The space has a resource of this slug already."),
            ),
            models.CheckConstraint(
                condition=Q(min_minutes__gt=0, max_minutes__gte=F("min_minutes")),
                name="spaces_resource_durations_in_order",
                violation_error_message=_("The longest booking is at least the shortest."),
            ),
            models.CheckConstraint(
                condition=Q(release_after_minutes=None) | Q(release_after_minutes__gt=0),
                name="spaces_resource_release_after_a_while",
                violation_error_message=_("A place is kept for some minutes at least."),
            ),
            models.CheckConstraint(
                condition=Q(start_interval_minutes__in=StartInterval.values),
                name="spaces_resource_interval_known",
                violation_error_message=_("Choose when a booking may begin."),
            ),
            models.CheckConstraint(
                condition=Q(max_open_bookings=None) | Q(max_open_bookings__gt=0),
                name="spaces_resource_cap_positive",
                violation_error_message=_("A member may have one open booking at least, or as many as they like."),
            ),
            models.CheckConstraint(
                condition=Q(travels=False) | Q(kind=ResourceKind.EQUIPMENT),
                name="spaces_resource_only_equipment_travels",
                violation_error_message=_("Only equipment on loan travels."),
            ),
            models.CheckConstraint(
                condition=Q(transfer_notice_hours__gte=F("journey_hours")),
                name="spaces_resource_notice_covers_the_journey",
                violation_error_message=_("The notice is at least as long as the journey."),
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.space})"

    @property
    def booked_among(self):
        """Return the spaces, or the kinds of membership, whose members may book it; none where every member may."""
        if self.booked_by == BookedBy.SPACES:
            return list(self.open_to.all())
        return list(self.open_to_kinds.all()) if self.booked_by == BookedBy.KINDS else []

    @property
    def seats_one_each(self):
        """Return True where each person of a group takes a unit of their own: in an open-plan room."""
        return self.kind in ONE_UNIT_EACH

    def units_for(self, people):
        """Return how many units so many people take: one each in an open-plan room, else one for all."""
        return people if self.seats_one_each else 1

    @property
    def is_equipment(self):
        """Return True for a thing that is brought to where people are, and False for a room or a place."""
        return self.travels or self.kind == ResourceKind.EQUIPMENT


class UnitQuerySet(models.QuerySet):
    def in_use(self):
        """Keep the units that can be held from now on."""
        return self.filter(is_retired=False)


class Unit(models.Model):
    """A workplace, or a room as a whole: one booking holds one unit. A unit that goes is retired, so its past stays.

    If some units of a resource have a name or a spot on its plan, members may choose their unit. The spot is in
    hundredths of the plan, from its left and from its top.
    """

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="units", verbose_name=_("resource"))
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=40, blank=True)
    plan_x = models.PositiveSmallIntegerField(
        _("across (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    plan_y = models.PositiveSmallIntegerField(_("down (%)"), null=True, blank=True, validators=[MaxValueValidator(100)])
    is_retired = models.BooleanField(_("retired"), default=False)
    stands_at = models.ForeignKey(
        Space,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stands now at"),
        help_text=_("Of a piece that travels. Empty: at home."),
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("one of a resource", "unit")
        verbose_name_plural = pgettext_lazy("one of a resource", "units")
        ordering = ["resource", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "number"],
                name="spaces_unit_number_once",
                violation_error_message=_("The resource has a unit of this number already."),
            ),
            models.CheckConstraint(
                condition=Q(plan_x=None, plan_y=None) | Q(plan_x__range=(0, 100), plan_y__range=(0, 100)),
                name="spaces_unit_on_the_plan",
                violation_error_message=_("A place on the plan has both numbers, from 0 to 100, or none."),
            ),
        ]

    def __str__(self):
        return f"{self.resource.name} – {self.name}" if self.name else f"{self.resource.name} {self.number}"

    @property
    def is_placed(self):
        return self.plan_x is not None

    @property
    def label(self):
        """Return the name of the unit within its resource."""
        return self.name or gettext("Place %(number)s") % {"number": self.number}

    @property
    def standing(self):
        """Return the space where the unit is; if it is on loan, the space where it was last."""
        return self.stands_at or self.resource.space
