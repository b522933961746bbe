import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import LIVE_REGISTRATIONS, RegistrationStatus
from .events import Event


class RegistrationQuerySet(models.QuerySet):
    def live(self):
        return self.filter(status__in=LIVE_REGISTRATIONS)

    def in_line(self):
        """The waiting list, first come first."""
        return self.filter(status=RegistrationStatus.WAITING).order_by("queued_at", "pk")


class Registration(models.Model):
    """A person's place at an event, or in the line for one. A guest has a name and an address instead of an account."""

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
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    participant_number = models.UUIDField(_("participant number"), default=uuid.uuid4, editable=False)
    status = models.CharField(_("status"), max_length=12, choices=RegistrationStatus)
    registered_at = models.DateTimeField(_("registered at"), default=timezone.now)
    queued_at = models.DateTimeField(_("in line since"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

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
                condition=Q(status__in=LIVE_REGISTRATIONS) & ~Q(guest_email=""),
                name="events_registration_one_per_guest",
                violation_error_message=_("This address is registered already."),
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting") | Q(queued_at__isnull=False),
                name="events_registration_in_line_since",
                violation_error_message=_("A place in line has a time."),
            ),
        ]
        indexes = [models.Index(fields=["event", "queued_at"], condition=Q(status="waiting"), name="events_reg_line")]

    def __str__(self):
        return f"{self.person_name} – {self.event}"

    @property
    def person_name(self):
        return str(self.user) if self.user else self.guest_name

    @property
    def person_email(self):
        return self.user.email if self.user else self.guest_email
