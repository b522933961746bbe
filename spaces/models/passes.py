"""Passes for days in the other spaces of the network, and the visits that took place."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.enums import Country
from members.models import Organisation

from .bookings import Booking
from .corrections import ReasonedCorrection
from .spaces import Space


class PassScheme(models.Model):
    """Give a member `days` days in other spaces than their home space. The passes of a member on a day add up.

    A pass is for everybody, for the members of some spaces, or for named members. An employer's package is a pass that
    named members share. A voucher is a pass with a code: typing it in names the member."""

    name = models.CharField(_("name"), max_length=80)
    days = models.PositiveSmallIntegerField(_("days"))
    renews = models.BooleanField(
        _("renewed each year"),
        default=True,
        help_text=_("Ticked: so many days each calendar year. Else so many in all, from the first to the last day."),
    )
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
    is_shared = models.BooleanField(
        _("shared"),
        default=False,
        help_text=_("An employer's package: the members named above share these days. One such pass at a time."),
    )
    employer = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("employer")
    )
    code = models.CharField(
        _("code of a voucher"),
        max_length=20,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9-]{6,20}\Z", _("6 to 20 capital letters, digits or hyphens."))],
        help_text=_("Whoever types it in on their page has the pass. Empty: no voucher."),
    )
    places = models.PositiveSmallIntegerField(
        _("members who may use the code"), null=True, blank=True, help_text=_("Empty: any number.")
    )
    is_example = models.BooleanField(_("example"), default=False)

    class Meta:
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="spaces_passscheme_in_order",
                violation_error_message=_("The last day does not come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(code=None) | Q(is_shared=False),
                name="spaces_passscheme_voucher_or_package",
                violation_error_message=_("A voucher is not shared: each who has its code has these days."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_general(self):
        """Return True if the pass is for everybody or for the members of some spaces."""
        return not (self.is_shared or self.code or self.members.all())

    def holds(self, on):
        """Return True if the pass is valid on this day; its last day counts."""
        return self.starts_on <= on and not (self.ends_on and self.ends_on < on)

    def is_for(self, pk, home):
        """Return True if the member with this primary key and this home space has the pass."""
        named = self.is_general or any(member.pk == pk for member in self.members.all())
        return named and (not self.homes.all() or home in self.homes.all())


class VisitQuerySet(models.QuerySet):
    def away(self):
        """Keep visits to another space than the visitor's home space."""
        return self.exclude(home_space=None).exclude(home_space=F("space"))

    def crossings(self):
        """Keep visits whose visitor is from the other side of the border."""
        return self.exclude(home_side="").exclude(home_side=F("side"))


class Visit(models.Model):
    """Record that a member was in a space on a day, with the side of the space and that of the member.

    The member's side is that of their home space on that day, else the one on which they live.

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

    @property
    def was_noted_later(self):
        """Return True if the team noted the check-in on a later day: its hour is not when the person came."""
        return timezone.localdate(self.booking.checked_in_at) != self.day


class SideCorrection(ReasonedCorrection):
    """A correction of the side that a visit keeps of its member: `before` and `after`, blank where not known.

    A side that was known is corrected with a reason."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="side_corrections", verbose_name=_("visit"))
    before = models.CharField(_("before"), max_length=2, choices=Country, blank=True)
    after = models.CharField(_("after"), max_length=2, choices=Country, blank=True)

    class Meta(ReasonedCorrection.Meta):
        abstract = False
        verbose_name = _("correction of a side")
        verbose_name_plural = _("corrections of sides")
        constraints = [
            models.CheckConstraint(
                condition=~Q(before=F("after")),
                name="spaces_sidecorrection_changes",
                violation_error_message=_("A correction changes something."),
            ),
            models.CheckConstraint(
                condition=Q(before="") | ~Q(reason=""),
                name="spaces_sidecorrection_reason",
                violation_error_message=_("Say why a known side changes."),
            ),
        ]

    def __str__(self):
        return f"{self.visit}: {self.before or '–'} → {self.after or '–'}"
