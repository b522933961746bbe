from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.core.rules import administers
from members.enums import Country
from members.models import Organisation

from ..enums import Emblem, Weekday
from .roles import SpaceRole


class Service(models.Model):
    """A service that a space offers, from the network's list."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    icon = models.CharField(_("icon"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["slug"]

    def __str__(self):
        return self.name


class SpaceQuerySet(models.QuerySet):
    def published(self):
        return self.filter(is_published=True)

    def managed_by(self, user):
        """Keep the spaces whose manager this person is today."""
        return self.filter(pk__in=SpaceRole.objects.of_managers().held().filter(user=user).order_by().values("space"))

    def staffed_by(self, user):
        """Keep the spaces where this person receives people today: front desk, and who runs it."""
        if administers(user):
            return self.all()
        return self.filter(pk__in=SpaceRole.objects.held().filter(user=user).order_by().values("space"))

    def run_by(self, user):
        """Keep the spaces that this person runs; who administers the network runs all."""
        return self.all() if administers(user) else self.managed_by(user)


class Space(models.Model):
    """A coworking space of the network."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    tagline = models.CharField(_("in one line"), max_length=160, blank=True)
    description = models.TextField(_("description"), blank=True)
    operator = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="spaces", verbose_name=_("operator")
    )
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    town = models.CharField(_("town"), max_length=80)
    country = models.CharField(_("country"), max_length=2, choices=Country)
    nuts = models.CharField(_("NUTS 3 code (2021)"), max_length=5)
    latitude = models.DecimalField(
        _("latitude"), max_digits=7, decimal_places=5, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=5, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    position_is_exact = models.BooleanField(
        _("exact position"), default=False, help_text=_("Unticked: precise to the town only.")
    )
    access = models.TextField(_("how to reach it"), blank=True)
    access_by_car = models.TextField(_("by car"), blank=True)
    access_by_train = models.TextField(_("by train or bus"), blank=True)
    access_by_bicycle = models.TextField(_("by bicycle"), blank=True)
    accessibility = models.TextField(
        _("accessibility"),
        blank=True,
        help_text=_(
            "Steps, doors, lift, toilets, parking: what people with a disability need to know before they come."
        ),
    )
    prices = models.TextField(_("prices"), blank=True)
    contact_email = models.EmailField(
        _("contact address"), blank=True, help_text=_("Never shown. Empty: messages reach the managers.")
    )
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    website = models.URLField(_("website"), blank=True)
    emblem = models.CharField(_("emblem"), max_length=20, choices=Emblem, default=Emblem.HILLS)
    closes_on_public_holidays = models.BooleanField(
        _("closed on public holidays"),
        default=True,
        help_text=_(
            "Those of its country: nobody can book on them. Bookings that are there already stay, and so do events."
        ),
    )
    services = models.ManyToManyField(Service, blank=True, related_name="spaces", verbose_name=_("services"))
    is_published = models.BooleanField(_("published"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        ordering = ["order", "name"]
        # A search reads the spaces in this order, and stops once its page is full.
        indexes = [models.Index(fields=["order", "name", "id"], name="spaces_space_in_order")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("portal:space", args=[self.slug])


class OpeningHours(models.Model):
    """Open hours of a weekday, in local time. Without any, a space says « hours to be confirmed »: nobody can book."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="opening_hours", verbose_name=_("space"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("opens at"))
    closes = models.TimeField(_("closes at"))
    is_example = models.BooleanField(_("example"), default=False)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="spaces_openinghours_in_order",
                violation_error_message=_("A space closes after it opens."),
            ),
            models.UniqueConstraint(
                fields=["space", "weekday", "opens"],
                name="spaces_openinghours_once",
                violation_error_message=_("These hours are entered already."),
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class OpenedDay(models.Model):
    """A day that is over, with the hours at which the space was open by the opening hours and public holidays of then,
    and the units that were in use.

    `opens` and `closes` are local times, in pairs; a day on which it was shut has none. Closures are not considered.
    `units` are primary keys (None: not noted). So the figures of the past stay as they are when hours or units change.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="opened_days", verbose_name=_("space"))
    day = models.DateField(_("day"))
    opens = ArrayField(models.TimeField(), verbose_name=_("opens at"))
    closes = ArrayField(models.TimeField(), verbose_name=_("closes at"))
    units = ArrayField(models.BigIntegerField(), null=True, verbose_name=_("units in use"))

    class Meta:
        verbose_name = _("day with its hours")
        verbose_name_plural = _("days with their hours")
        ordering = ["space", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "day"],
                name="spaces_openedday_once",
                violation_error_message=_("The hours of this day are noted already."),
            )
        ]

    def __str__(self):
        return f"{self.space} {self.day}"
