"""Memberships: what ties a person to a space, its kinds, its history, and the home spaces chosen among them."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.days import HELD_DAYS, DaysMixin, holds_on
from members.models import Organisation

from ..enums import (
    CURRENT_MEMBERSHIPS,
    HELD_MEMBERSHIPS,
    OPEN_MEMBERSHIPS,
    MembershipState,
    MembershipStep,
    MonthUnit,
)
from .spaces import Space

#: In months, for each kind: a membership lasts ten years at most before it is renewed.
LONGEST_MEMBERSHIP = 120
#: In days or hours a month: no month has more hours.
MOST_INCLUDED = 744
#: So long before its end a membership ends soon: its member is asked whether they wish to renew.
ENDS_SOON = timedelta(days=30)


class MembershipKindQuerySet(models.QuerySet):
    def of(self, space):
        """Keep the kinds of the space and those of the network."""
        return self.filter(Q(space=None) | Q(space=space))

    def given(self, on):
        """Leave out the kinds that are offered no more: managers give all others, also before their first day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on))

    def offered(self, on):
        """Keep the kinds for which a person may ask on that day."""
        return self.given(on).filter(Q(starts_on=None) | Q(starts_on__lte=on), may_be_asked=True)


class MembershipKind(models.Model):
    """A kind of membership that a space, or every space of the network, offers: what it opens and what it costs.

    It is offered from `starts_on` to `ends_on`; memberships of the kind stay what they are when it is offered no more.
    """

    slug = models.SlugField(_("slug"), unique=True)
    space = models.ForeignKey(
        Space,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="membership_kinds",
        verbose_name=_("space"),
        help_text=_("Empty: every space of the network offers it."),
    )
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), max_length=1000, blank=True)
    prices = models.TextField(_("prices"), max_length=500, blank=True)
    opens_directory = models.BooleanField(_("opens the members' directory"), default=True)
    opens_events = models.BooleanField(_("opens the events for members"), default=True)
    opens_bookings = models.BooleanField(_("opens the resources for members"), default=True)
    included = models.PositiveSmallIntegerField(
        _("included a month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_INCLUDED)],
        help_text=_(
            "So much may a member book in the space each calendar month, of what is for members. Empty: without limit."
        ),
    )
    included_unit = models.CharField(
        _("days or hours"),
        max_length=5,
        choices=MonthUnit,
        default=MonthUnit.DAYS,
        help_text=_("A day counts whole, however short or many its bookings. Hours are those of all bookings."),
    )
    may_be_asked = models.BooleanField(
        _("people may ask for it"), default=True, help_text=_("Unticked: only a manager gives it.")
    )
    needs_approval = models.BooleanField(
        _("a manager approves each"), default=True, help_text=_("Unticked: whoever asks has it at once.")
    )
    lasts_months = models.PositiveSmallIntegerField(
        _("lasts (months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MEMBERSHIP)],
        help_text=_("Empty: until it is ended."),
    )
    starts_on = models.DateField(_("offered from"), null=True, blank=True)
    ends_on = models.DateField(_("offered until"), null=True, blank=True, help_text=_("This day included."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_example = models.BooleanField(_("example"), default=False)

    objects = MembershipKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of membership")
        verbose_name_plural = _("kinds of membership")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="spaces_membershipkind_in_order",
                violation_error_message=_("The last day does not come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(included=None) | Q(included__gt=0),
                name="spaces_membershipkind_includes_something",
                violation_error_message=_("Leave it empty for no limit, or say how much is included."),
            ),
        ]

    def __str__(self):
        return self.name

    def is_of(self, space):
        """Return True for a kind of the space and for one of the network."""
        return self.space_id in (None, space.pk)

    def end_of(self, since):
        """Return the first day after a membership of this kind that begins then; None if it lasts until it is ended."""
        return since + relativedelta(months=self.lasts_months) if self.lasts_months else None


class MembershipQuerySet(models.QuerySet):
    def current(self):
        """Keep the memberships that are active or paused: a person has one for each space."""
        return self.filter(state__in=CURRENT_MEMBERSHIPS)

    def current_on(self, on):
        """Keep the active and paused memberships whose days include this one."""
        return self.current().filter(holds_on(on))

    def open(self):
        """Keep the memberships that are asked for, active or paused."""
        return self.filter(state__in=OPEN_MEMBERSHIPS)

    def active(self, on):
        """Keep the memberships that give their rights on this day."""
        return self.filter(holds_on(on), state=MembershipState.ACTIVE)

    def not_over(self, on):
        """Leave out those whose days are over on this day, whatever their state: they are ended at night."""
        return self.exclude(until__lte=on)

    def requested(self):
        return self.filter(state=MembershipState.REQUESTED)

    def ending_within_a_month(self, on):
        """Keep the current memberships whose days end within a month of this day, by themselves or by a decision."""
        return self.current().filter(until__gt=on, until__lte=on + ENDS_SOON)

    def ending_soon(self, on):
        """Keep the memberships that end within a month of this day and may be renewed, as `ends_soon`."""
        may_go_on = Q(end_is_decided=False) | Q(renewal_wished_at__isnull=False)
        return self.ending_within_a_month(on).filter(may_go_on, state=MembershipState.ACTIVE)


class Membership(DaysMixin, models.Model):
    """The membership of a person, by themselves or through an organisation, at a space.

    It begins as a request, or is given by a manager. `since` is its first day, `until` the first day after it (None:
    until it is ended). It gives rights on these days while it is active.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("through the organisation"),
    )
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("space"))
    kind = models.ForeignKey(
        MembershipKind, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("kind of membership")
    )
    state = models.CharField(_("state"), max_length=10, choices=MembershipState, default=MembershipState.REQUESTED)
    since = models.DateField(_("first day"), null=True, blank=True)
    until = models.DateField(_("ends on"), null=True, blank=True, help_text=_("The first day after it."))
    note = models.TextField(_("what the person writes"), max_length=500, blank=True)
    reason = models.TextField(_("reason"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    reminders = models.PositiveSmallIntegerField(_("reminders of the request"), default=0, editable=False)
    end_is_decided = models.BooleanField(
        _("end decided"), default=False, editable=False, help_text=_("Either side has ended it: nobody asks to renew.")
    )
    renewal_told_for = models.DateField(
        _("told of the end"), null=True, editable=False, help_text=_("The end of which the mail of renewal tells.")
    )
    renewal_wished_at = models.DateTimeField(_("renewal wished at"), null=True, editable=False)
    wished_kind = models.ForeignKey(
        MembershipKind,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("kind wished for"),
    )
    is_example = models.BooleanField(_("example"), default=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["space", "state"], name="spaces_membership_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="spaces_membership_in_order",
                violation_error_message=_("A membership ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=False, state__in=HELD_MEMBERSHIPS)
                | (Q(since__isnull=True) & ~Q(state__in=HELD_MEMBERSHIPS)),
                name="spaces_membership_held_has_days",
                violation_error_message=_("A membership has a first day once it is given, and none before."),
            ),
            models.CheckConstraint(
                condition=~Q(state=MembershipState.REFUSED) | ~Q(reason=""),
                name="spaces_membership_refused_with_reason",
                violation_error_message=_("Say why: the person reads it in their mail."),
            ),
            models.UniqueConstraint(
                fields=["user", "space"],
                condition=Q(state=MembershipState.REQUESTED),
                name="spaces_membership_one_request",
                violation_error_message=_("There is an open request for this space already."),
            ),
            models.UniqueConstraint(
                fields=["user", "space"],
                condition=Q(state__in=CURRENT_MEMBERSHIPS),
                name="spaces_membership_one_current",
                violation_error_message=_("This person is a member of the space already."),
            ),
            ExclusionConstraint(
                name="spaces_membership_days_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("space", RangeOperators.EQUAL),
                    (HELD_DAYS, RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=HELD_MEMBERSHIPS),
                violation_error_message=_("This person is a member of the space on these days already."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.space}"

    def renewed_end(self):
        """Return the first day after it once it is renewed for as long as its kind lasts; None without such a length.

        Its months are counted from its first day: one that began on 31 January ends on the last days of months."""
        lasts, since, until = self.kind.lasts_months, self.since, self.until
        if not (lasts and since and until):
            return None
        held = (until.year - since.year) * 12 + until.month - since.month
        is_whole = since + relativedelta(months=held) == until
        return since + relativedelta(months=held + lasts) if is_whole else self.kind.end_of(until)

    def ends_soon(self, on):
        """Return True if it ends within a month of this day and may be renewed. `ending_soon` says the same in SQL."""
        is_near = self.until is not None and on < self.until <= on + ENDS_SOON
        may_go_on = not self.end_is_decided or self.renewal_wished_at is not None
        return self.state == MembershipState.ACTIVE and is_near and may_go_on

    @property
    def wishes_own_name(self):
        """Return True where the organisation has ended it, and the person wishes to go on in their own name."""
        return bool(self.organisation_id and self.end_is_decided and self.renewal_wished_at)


class MembershipChange(DaysMixin, models.Model):
    """One step in the life of a membership: what was done, when, by whom, and what it was afterwards."""

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="changes", verbose_name=_("membership")
    )
    step = models.CharField(_("step"), max_length=10, choices=MembershipStep)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    kind = models.ForeignKey(
        MembershipKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of membership")
    )
    since = models.DateField(_("first day"), null=True, blank=True)
    until = models.DateField(_("ends on"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("change of a membership")
        verbose_name_plural = _("changes of memberships")
        ordering = ["made_at", "pk"]

    def __str__(self):
        return f"{self.get_step_display()} – {self.membership}"


class HomeSpaceQuerySet(models.QuerySet):
    def current(self, on):
        """Keep the home spaces of this day."""
        return self.filter(holds_on(on))


class HomeSpace(DaysMixin, models.Model):
    """A person's home space from one day to another, chosen among their memberships. A person has one at a time."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="homes", verbose_name=_("person")
    )
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="homes", verbose_name=_("home space"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The first day after it."))

    objects = HomeSpaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("home space")
        verbose_name_plural = _("home spaces")
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="spaces_homespace_in_order",
                violation_error_message=_("It ends after it begins."),
            ),
            ExclusionConstraint(
                name="spaces_homespace_one_at_a_time",
                expressions=[("user", RangeOperators.EQUAL), (HELD_DAYS, RangeOperators.OVERLAPS)],
                violation_error_message=_("A person has one home space at a time."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.space}"
