"""The speakers of an event, and its slides, recordings and photos."""

from django.conf import settings
from django.core.signing import Signer
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.erasures.models import Erasable
from spaces.models import Picture
from spaces.models.guests import OfAPerson

from ..enums import MaterialKind, SpeakerState
from .events import Event

#: Signs the links of invitations. The separator occurs in no number and no signature, and needs no escape.
INVITATION_SIGNER = Signer(salt="events.speaker", sep="~")


class SpeakerQuerySet(models.QuerySet):
    def agreed(self):
        """Keep the speakers who are named: they agreed, or who named them answers for it."""
        return self.filter(state=SpeakerState.AGREED)

    def declined(self):
        return self.filter(state=SpeakerState.DECLINED)

    def invited(self):
        return self.filter(state=SpeakerState.INVITED)


class Speaker(OfAPerson, Erasable):
    """A speaker of an event: a member, or a guest with a name and perhaps an address.

    A person who is named by an address is invited, and bears the name that was typed until they agree; a signed-in
    person who does then bears their account. The row of a member is deleted with the account."""

    made_columns = ("asked_at",)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speakers", verbose_name=_("event"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="speaking",
        verbose_name=_("member"),
    )
    guest_name = models.CharField(_("name"), max_length=120, blank=True)
    guest_email = models.EmailField(_("address"), blank=True)
    language = models.CharField(
        _("language of the mails"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    state = models.CharField(_("agrees to be named"), max_length=10, choices=SpeakerState, default=SpeakerState.AGREED)
    about = models.CharField(_("who it is, in a few words"), max_length=160, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, guest_name="", guest_email="") | Q(user=None, guest_name__gt=""),
                name="events_speaker_member_or_guest",
                violation_error_message=_("A speaker is a member, or a guest with a name."),
            ),
            models.UniqueConstraint(
                fields=["event", "user"],
                condition=Q(user__isnull=False),
                name="events_speaker_once",
                violation_error_message=_("This person is among the speakers already."),
            ),
            models.UniqueConstraint(
                fields=["event", "guest_email"],
                condition=~Q(guest_email=""),
                name="events_speaker_once_by_address",
                violation_error_message=_("This person is among the speakers already."),
            ),
            models.CheckConstraint(
                condition=Q(state=SpeakerState.AGREED) | Q(user__isnull=False) | ~Q(guest_email=""),
                name="events_speaker_asked_at_an_address",
                violation_error_message=_("Only a person with an address can be asked."),
            ),
        ]

    def __str__(self):
        return self.name if self.state == SpeakerState.AGREED else f"{self.name} – {self.get_state_display()}"

    @property
    def email(self):
        return self.user.email if self.user else self.guest_email

    @property
    def token(self):
        """The secret part of the address of the invitation."""
        return INVITATION_SIGNER.sign(self.pk)

    @property
    def name(self):
        return self.guest_name or (self.user.get_full_name() or self.user.get_short_name())


class Material(models.Model):
    """Slides, a recording or another document that everyone may see: a link, or a PDF file."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="materials", verbose_name=_("event"))
    kind = models.CharField(_("kind"), max_length=10, choices=MaterialKind)
    name = models.CharField(_("name"), max_length=160, blank=True)
    link = models.URLField(_("link"), blank=True)
    file = models.FileField(_("file"), upload_to="events/%Y/%m/", blank=True)

    class Meta:
        verbose_name = _("document of an event")
        verbose_name_plural = _("documents of events")
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(link="", file__gt="") | Q(link__gt="", file=""),
                name="events_material_link_or_file",
                violation_error_message=_("Give a link or a file, one of the two."),
            )
        ]

    def __str__(self):
        return self.name or str(self.get_kind_display())

    @property
    def address(self):
        return self.link or self.file.url


class EventPhoto(Picture):
    """A public photo of an event, with a note of how the people on it gave their consent."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="photos", verbose_name=_("event"))
    consent = models.CharField(
        _("consent"), max_length=200, help_text=_("How the people on the photo agreed to its publication.")
    )

    class Meta(Picture.Meta):
        abstract = False
        verbose_name = _("photo of an event")
        verbose_name_plural = _("photos of events")
        constraints = [
            models.CheckConstraint(
                condition=Q(consent__gt=""),
                name="events_photo_has_consent",
                violation_error_message=_("A photo is shown with the consent of those on it."),
            )
        ]
