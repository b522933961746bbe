"""Participants of an event: named participations, declared counts, and their proofs."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.storage import private_storage
from members.enums import AgeBand, Country, Gender, Residence, Status
from spaces.models import ReasonedCorrection, Space

from ..enums import Measure, ProofKind, Way
from .events import Event
from .registrations import Registration


class Participation(models.Model):
    """One person's attendance at one event.

    Residence, situation, gender, age band and home space are frozen as they were on that day, for the reports.
    The random participant number stays when an account is erased: persons can still be counted, but not named.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="participations", verbose_name=_("event"))
    registration = models.OneToOneField(
        Registration,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="participation",
        verbose_name=_("registration"),
    )
    participant_number = models.UUIDField(_("participant number"))
    is_by_name = models.BooleanField(
        _("known by name alone"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("A guest without an address: at another event they may stand under another number."),
    )
    residence = models.CharField(_("residence"), max_length=5, choices=Residence, blank=True)
    status = models.CharField(_("situation"), max_length=20, choices=Status, blank=True)
    gender = models.CharField(_("gender"), max_length=10, choices=Gender, blank=True)
    age_band = models.CharField(_("age band"), max_length=5, choices=AgeBand, blank=True)
    home_space = models.ForeignKey(
        Space, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("home space")
    )
    home_side = models.CharField(_("home side"), max_length=2, choices=Country, blank=True)
    marked_at = models.DateTimeField(_("marked at"), default=timezone.now)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("marked by"),
    )
    door_key = models.UUIDField(
        _("key of the check-in"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Made by the phone at the door: a check-in sent again is known by it."),
    )
    registered_way = models.CharField(
        _("way registered for"),
        max_length=6,
        choices=Way,
        blank=True,
        editable=False,
        help_text=_("Where the check-in desk noted another one: it comes back with a mark that is taken back."),
    )
    added_seat = models.BooleanField(
        _("with a seat added on site"),
        default=False,
        editable=False,
        help_text=_("Where all seats on site were taken: it goes again with a mark that is taken back."),
    )

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["marked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "participant_number"],
                name="events_participation_once",
                violation_error_message=_("This person is marked as present already."),
            ),
            models.UniqueConstraint(
                fields=["event", "door_key"],
                name="events_participation_sent_once",
                violation_error_message=_("This check-in was noted already."),
            ),
        ]

    def __str__(self):
        return f"{self.event} – {self.participant_number}"


class ResidenceCorrection(ReasonedCorrection):
    """A correction of the residence that a participation keeps: the value `before` and `after`, blank where not said.

    A value that was known is corrected with a reason."""

    participation = models.ForeignKey(
        Participation,
        on_delete=models.CASCADE,
        related_name="residence_corrections",
        verbose_name=_("participation"),
    )
    before = models.CharField(_("before"), max_length=5, choices=Residence, blank=True)
    after = models.CharField(_("after"), max_length=5, choices=Residence, blank=True)

    class Meta(ReasonedCorrection.Meta):
        abstract = False
        verbose_name = _("correction of a residence")
        verbose_name_plural = _("corrections of residences")
        constraints = [
            models.CheckConstraint(
                condition=~Q(before=F("after")),
                name="events_residencecorrection_changes",
                violation_error_message=_("A correction changes something."),
            ),
            models.CheckConstraint(
                condition=Q(before="") | ~Q(reason=""),
                name="events_residencecorrection_reason",
                violation_error_message=_("Say why a known residence changes."),
            ),
        ]

    def __str__(self):
        return f"{self.participation}: {self.before or '–'} → {self.after or '–'}"


class WayCorrection(ReasonedCorrection):
    """A correction of the way, `before` and `after`, by which a person took part who is marked as present."""

    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="way_corrections", verbose_name=_("participation")
    )
    before = models.CharField(_("before"), max_length=6, choices=Way)
    after = models.CharField(_("after"), max_length=6, choices=Way)

    class Meta(ReasonedCorrection.Meta):
        abstract = False
        verbose_name = _("correction of a way")
        verbose_name_plural = _("corrections of ways")
        constraints = [
            models.CheckConstraint(
                condition=~Q(before=F("after")) & ~Q(reason=""),
                name="events_waycorrection_says_why",
                violation_error_message=_("Say why the way changes."),
            ),
        ]

    def __str__(self):
        return f"{self.participation}: {self.before} → {self.after}"


class DeclaredCountQuerySet(models.QuerySet):
    def current(self):
        """Return the counts that hold: no correction has replaced them."""
        return self.filter(replaced_at=None)


class DeclaredCount(models.Model):
    """A declared number of participants, from `lower` to `upper` (None: open).

    A correction is a new row with its reason. The row that it replaces stays and gets `replaced_at`; only the row
    without `replaced_at` holds."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="declared_counts", verbose_name=_("event"))
    measure = models.CharField(_("what is counted"), max_length=20, choices=Measure)
    lower = models.PositiveIntegerField(_("at least"))
    upper = models.PositiveIntegerField(_("at most"), null=True, blank=True, help_text=_("Empty: open."))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    objects = DeclaredCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("declared count")
        verbose_name_plural = _("declared counts")
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(upper=None) | Q(upper__gte=F("lower")),
                name="events_declaredcount_in_order",
                violation_error_message=_("At most is not less than at least."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_at=None) | Q(replaced_at__gte=F("entered_at")),
                name="events_declaredcount_replaced_after",
                violation_error_message=_("A count is replaced after it was entered."),
            ),
            models.UniqueConstraint(
                fields=["event", "measure"],
                condition=Q(replaced_at=None),
                name="events_declaredcount_one_current",
                violation_error_message=_("A count is declared already: correct it."),
            ),
        ]

    def __str__(self):
        return f"{self.event}: {self.lower}–{'' if self.upper is None else self.upper}"


#: `Proof.imported` of a list whose import wrote nothing.
NOTHING_IMPORTED: dict[str, Any] = {"marks": [], "guests": [], "ways": {}, "seats": 0, "named": []}


class Proof(models.Model):
    """A file that proves an event, with its SHA-256 (64 hexadecimal digits).

    `imported` has, of a video tool's list, the numbers of the rows that its import wrote: participations (`marks`),
    registrations of guests (`guests`), and by registration the way that it had before (`ways`); `seats` is how many
    seats online it added for them. `named` has the registrations of all people whom the list names, also of those whom
    another list had marked before."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="proofs", verbose_name=_("event"))
    kind = models.CharField(_("kind"), max_length=20, choices=ProofKind)
    file = models.FileField(_("file"), upload_to="proofs/%Y/%m/", storage=private_storage)
    name = models.CharField(_("name"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    added_at = models.DateTimeField(_("added at"), default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("added by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    outdated_at = models.DateTimeField(
        _("outdated at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When a name was noted after the list was checked: it is to be checked again."),
    )
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True, editable=False)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=pgettext_lazy("proof", "refused by"),
    )
    refusal = models.CharField(
        _("why it is refused"), max_length=300, blank=True, default="", db_default="", editable=False
    )
    imported = models.JSONField(_("what its import wrote"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="events_proof_has_sha256",
                violation_error_message=_("A SHA-256 has 64 hexadecimal digits."),
            ),
            models.UniqueConstraint(
                fields=["event", "kind", "sha256"],
                name="events_proof_once",
                violation_error_message=_("This file is among the proofs already."),
            ),
            models.CheckConstraint(
                condition=Q(refused_at=None, refusal="")
                | (Q(refused_at__isnull=False, checked_at=None) & ~Q(refusal="")),
                name="events_proof_refused_with_a_word",
                violation_error_message=_("A proof is checked, or refused with a reason."),
            ),
        ]

    def __str__(self):
        return self.name
