from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..enums import ResourceKind
from .spaces import Space


class ResourceQuerySet(models.QuerySet):
    def bookable(self):
        return self.filter(is_bookable=True, space__is_published=True)


class Resource(models.Model):
    """What can be booked: an open-plan room by its workplaces, a meeting room, a studio. Capacity n is n units."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="resources", verbose_name=_("space"))
    slug = models.SlugField(_("slug"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=ResourceKind)
    description = models.TextField(_("description"), blank=True)
    seats = models.PositiveSmallIntegerField(
        _("seats"), null=True, blank=True, help_text=_("How many people one unit takes. Empty: unknown.")
    )
    is_bookable = models.BooleanField(_("can be booked"), default=True)
    needs_approval = models.BooleanField(_("a manager confirms each booking"), default=False)
    min_minutes = models.PositiveSmallIntegerField(
        _("shortest booking (minutes)"), default=30, validators=[MinValueValidator(5)]
    )
    max_minutes = models.PositiveSmallIntegerField(_("longest booking (minutes)"), default=720)
    buffer_minutes = models.PositiveSmallIntegerField(
        _("time to clear up (minutes)"), default=0, help_text=_("Kept free after each booking and event.")
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
        ]

    def __str__(self):
        return f"{self.name} ({self.space})"


class UnitQuerySet(models.QuerySet):
    def in_use(self):
        """The units that can be held from now on."""
        return self.filter(is_retired=False)


class Unit(models.Model):
    """One workplace, or the room as a whole: what one booking holds. One that goes is retired: its past stays."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="units", verbose_name=_("resource"))
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=40, blank=True)
    is_retired = models.BooleanField(_("retired"), default=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["resource", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "number"],
                name="spaces_unit_number_once",
                violation_error_message=_("The resource has a unit of this number already."),
            )
        ]

    def __str__(self):
        return self.name or f"{self.resource.name} {self.number}"
