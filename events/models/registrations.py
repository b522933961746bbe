"""Registrations: people with a place at an event, and people on its waiting list."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.erasures.models import Erasable
from members.enums import Country, Residence
from spaces.models.guests import OfAPerson

from ..enums import (
    LISTED_REGISTRATIONS,
    LIVE_REGISTRATIONS,
    SEATED_REGISTRATIONS,
    STANDING_REGISTRATIONS,
    RegistrationStatus,
    Way,
)
from .events import Event


class RegistrationQuerySet(models.QuerySet):
    def live(self):
        """Return the unconfirmed and the standing registrations."""
        return self.filter(status__in=LIVE_REGISTRATIONS)

    def standing(self):
        """Return the registrations with a place, with an offered seat or on the waiting list."""
        return self.filter(status__in=STANDING_REGISTRATIONS)

    def standing_or_here(self):
        """Return the standing registrations, and those of people who came without one and are marked as present."""
        came = Q(status=RegistrationStatus.WALK_IN, participation__isnull=False)
        return self.filter(Q(status__in=STANDING_REGISTRATIONS) | came)

    def confirmed(self):
        return self.filter(status=RegistrationStatus.CONFIRMED)

    def seated(self):
        """Return the registrations that take a seat: confirmed, or with an offer not answered yet."""
        return self.filter(status__in=SEATED_REGISTRATIONS)

    def offers_lapsed(self, now):
        """Return the registrations whose offer was not answered in time. Who is marked as present came instead."""
        return self.filter(status=RegistrationStatus.OFFERED, offered_until__lte=now, participation=None)

    def in_line(self):
        """Return the waiting list, first come first."""
        return self.filter(status=RegistrationStatus.WAITING).order_by("queued_at", "pk")


class Registration(OfAPerson, Erasable):
    """A person's place at an event or on its waiting list. A guest has a name and an address instead of an account.

    Once the account or the guest's data are erased, only the random participant number remains."""

    #: What staff note of an event afterwards is of the time of the event.
    made_columns = ("registered_at", "event__starts_at")

    #: The place on the waiting list, from 1; None off the list. Set by `core.queries`.
    position: int | None

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations", verbose_name=_("event"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("member"),
    )
    guest_name = models.CharField(_("guest's name"), max_length=120, blank=True)
    guest_email = models.EmailField(_("guest's address"), blank=True)
    guest_residence = models.CharField(_("guest's country of residence"), max_length=5, choices=Residence, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    participant_number = models.UUIDField(_("participant number"), default=uuid.uuid4, editable=False)
    status = models.CharField(_("status"), max_length=12, choices=RegistrationStatus)
    way = models.CharField(_("takes part"), max_length=6, choices=Way, default=Way.ONSITE)
    side = models.CharField(
        _("side of the border"),
        max_length=2,
        choices=Country,
        blank=True,
        help_text=_("Of the home space, else of the residence, when the person registered."),
    )
    brought_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="companions",
        verbose_name=_("comes with"),
    )
    # Brought by an address that has a registration of its own: it is not kept, and who brings them is not told.
    is_address_withheld = models.BooleanField(_("address withheld"), default=False, db_default=False, editable=False)
    registered_at = models.DateTimeField(_("registered at"), default=timezone.now)
    queued_at = models.DateTimeField(_("in line since"), null=True, blank=True)
    offered_until = models.DateTimeField(_("seat offered until"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    # Changes of this registration that calendars were told of, beside those of the event (RFC 5546, SEQUENCE).
    sequence = models.PositiveSmallIntegerField(_("calendar sequence"), default=0, db_default=0, editable=False)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registered by"),
        help_text=_("Who registered this person for them, on the phone or at the door."),
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["registered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "user"],
                condition=Q(status__in=LIVE_REGISTRATIONS, user__isnull=False),
                name="events_registration_one_per_member",
                violation_error_message=_("This person is registered already."),
            ),
            models.UniqueConstraint(
                "event",
                Lower("guest_email"),
                condition=Q(status__in=STANDING_REGISTRATIONS) & ~Q(guest_email=""),
                name="events_registration_one_per_guest",
                violation_error_message=_("This address is registered already."),
            ),
            models.UniqueConstraint(
                fields=["event", "participant_number"],
                condition=Q(status__in=STANDING_REGISTRATIONS),
                name="events_registration_one_per_person",
                violation_error_message=_("This person is registered already."),
            ),
            models.CheckConstraint(
                condition=Q(user=None) | Q(guest_name="", guest_email=""),
                name="events_registration_member_or_guest",
                violation_error_message=_("A registration is a member's or a guest's."),
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting") | Q(queued_at__isnull=False),
                name="events_registration_in_line_since",
                violation_error_message=_("A place in line has a time."),
            ),
            models.CheckConstraint(
                condition=~Q(status="offered") | Q(offered_until__isnull=False),
                name="events_registration_offer_has_an_end",
                violation_error_message=_("An offered seat is kept until a time."),
            ),
            models.CheckConstraint(
                condition=Q(brought_by=None) | ~Q(brought_by=F("pk")),
                name="events_registration_brought_by_another",
                violation_error_message=_("Nobody comes with themselves."),
            ),
        ]
        indexes = [
            models.Index(fields=["event", "queued_at"], condition=Q(status="waiting"), name="events_reg_line"),
            models.Index(fields=["offered_until"], condition=Q(status="offered"), name="events_reg_offers"),
            models.Index(fields=["guest_email"], condition=~Q(guest_email=""), name="events_reg_guest"),
        ]

    def __str__(self):
        return f"{self.person_name} – {self.event}"

    @property
    def person_name(self):
        return str(self.user) if self.user else self.guest_name or _("Person erased")

    @property
    def is_erased(self):
        """Return whether the account or the guest's data are erased."""
        return not (self.user_id or self.guest_name or self.guest_email)

    @property
    def is_standing(self):
        return self.status in STANDING_REGISTRATIONS

    @property
    def is_confirmed(self):
        return self.status == RegistrationStatus.CONFIRMED

    @property
    def is_offered(self):
        """Return whether the person was offered a seat and has not answered yet."""
        return self.status == RegistrationStatus.OFFERED

    @property
    def is_online(self):
        """Return whether the person takes part, or wants to take part, online."""
        return self.way == Way.ONLINE

    @property
    def is_waiting(self):
        return self.status == RegistrationStatus.WAITING

    @property
    def person_email(self):
        return self.user.email if self.user else self.guest_email

    def can_be_taken_over_by(self, user):
        """Return True if it was made for this person's address and stands on the list, or they came unregistered."""
        return self.status in LISTED_REGISTRATIONS and super().can_be_taken_over_by(user)

    @property
    def address_is_confirmed(self):
        """Return True where the address is known to be the person's: by their account, or by the link in their mail."""
        is_by_another = self.registered_by_id or self.brought_by_id
        return bool(self.user) or not (is_by_another or self.status == RegistrationStatus.UNCONFIRMED)

    @property
    def mailed(self):
        """Return the registration that gets the mails: `brought_by` for a companion without an address, else itself.

        Where the address is withheld it is the companion's, which gets none: who brings them must see no difference."""
        if self.person_email or self.is_address_withheld or not self.brought_by:
            return self
        return self.brought_by

    @property
    def is_for_withheld_address(self):
        """Return True for a companion who has only the link in the mail to an address that is not kept here."""
        return self.is_address_withheld and not self.person_email

    @property
    def company(self):
        """Return « avec Aline Petit » for a companion, blank for the others."""
        return _("with %(name)s") % {"name": self.brought_by.person_name} if self.brought_by else ""
