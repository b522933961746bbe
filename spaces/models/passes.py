"""Working in the other spaces of the network: the schemes that say how many days, and the visits that were paid."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..enums import Country
from .bookings import Booking
from .spaces import Space


class PassSchemeQuerySet(models.QuerySet):
    def valid(self, on):
        return self.filter(Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on)))


class PassScheme(models.Model):
    """So many days a calendar year in the spaces other than one's own. Vouchers and an employer's packages are schemes
    too, for the members they name; the days of all the schemes that a member has on a day add up."""

    name = models.CharField(_("name"), max_length=80)
    days = models.PositiveSmallIntegerField(_("days a calendar year"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: until further notice."))
    homes = models.ManyToManyField(
        Space,
        blank=True,
        related_name="+",
        verbose_name=_("members of"),
        help_text=_("Empty: the members of every space."),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("only these members"),
        help_text=_("For a voucher or an employer's package. Empty: everybody."),
    )
    is_example = models.BooleanField(_("example"), default=False)

    objects = PassSchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="spaces_passscheme_in_order",
                violation_error_message=_("The last day does not come before the first."),
            )
        ]

    def __str__(self):
        return self.name


class VisitQuerySet(models.QuerySet):
    def away(self):
        """Visits to another space than the visitor's own."""
        return self.exclude(home_space=None).exclude(home_space=F("space"))

    def crossings(self):
        """Visits whose visitor has his home space on the other side of the border."""
        return self.exclude(home_side="").exclude(home_side=F("side"))


class Visit(models.Model):
    """One member in one space on one day, with both sides as they were then.

    The random participant number outlives an erased account: visits stay countable, and nobody can be named."""

    participant_number = models.UUIDField(_("participant number"))
    day = models.DateField(_("day"))
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="visits", verbose_name=_("space"))
    side = models.CharField(_("side"), max_length=2, choices=Country)
    home_space = models.ForeignKey(
        Space, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("home space")
    )
    home_side = models.CharField(_("home side"), max_length=2, choices=Country, blank=True)
    booking = models.OneToOneField(
        Booking,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="visit",
        verbose_name=_("booking"),
    )
    is_example = models.BooleanField(_("example"), default=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant_number", "space", "day"],
                name="spaces_visit_once_a_day",
                violation_error_message=_("This visit is on record already."),
            )
        ]
        indexes = [models.Index(fields=["day"], name="spaces_visit_day")]

    def __str__(self):
        return f"{self.space} {self.day}"
