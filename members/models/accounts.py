"""People with an account, and what comes before and after an address."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.erasures.models import Erasable

from ..enums import AgeBand, Gender, Residence, Status


class UserQuerySet(models.QuerySet):
    def listed(self):
        """Keep the people who want to be found in the directory."""
        return self.filter(is_active=True, is_listed=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin, Erasable):
    """A person with an account. They sign in with their e-mail address."""

    #: The person's rights, once `rules.rights_kept_of` has read them.
    _rights: Any

    address_column = "email"
    email = models.EmailField(
        _("e-mail address"), unique=True, error_messages={"unique": _("This address already has an account.")}
    )
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    language = models.CharField(
        _("language of the mails"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    headline = models.CharField(_("headline"), max_length=140, blank=True, help_text=_("What you do, in one line."))
    about = models.TextField(_("about you"), max_length=2000, blank=True)
    website = models.URLField(_("website"), blank=True, validators=[URLValidator(schemes=["http", "https"])])
    residence = models.CharField(_("country of residence"), max_length=5, choices=Residence, blank=True)
    status = models.CharField(_("situation"), max_length=20, choices=Status, blank=True)
    gender = models.CharField(_("gender"), max_length=10, choices=Gender, blank=True)
    age_band = models.CharField(_("age band"), max_length=5, choices=AgeBand, blank=True)
    is_listed = models.BooleanField(_("shown in the members' directory"), default=False)
    participant_number = models.UUIDField(
        _("participant number"),
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text=_("Random. Frozen on participations, so that distinct persons can be counted after an erasure."),
    )
    is_newcomer = models.BooleanField(
        _("newcomer"), default=False, help_text=_("They have signed up, and not ended their welcome yet.")
    )
    wants_events_alone = models.BooleanField(
        _("comes for the events alone"), default=False, help_text=_("They said so in the first step of their welcome.")
    )
    stopped_at = models.DateTimeField(
        _("stopped at"),
        null=True,
        editable=False,
        help_text=_("When its mailbox last took it out of other hands: earlier links to do so are used."),
    )
    is_example = models.BooleanField(_("example"), default=False, help_text=_("A fictional person of the demo."))
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    date_joined = models.DateTimeField(_("joined on"), default=timezone.now)
    skills = models.ManyToManyField("Skill", through="UserSkill", related_name="users", verbose_name=_("skills"))

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="members_user_email_unique",
                violation_error_message=_("This address already has an account."),
            )
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    def get_full_name(self):
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self):
        return self.first_name or self.get_full_name() or self.email.split("@")[0]

    def clean(self):
        super().clean()
        self.email = self.email.lower()


class SignUp(models.Model):
    """The data that somebody typed when they signed up with an address that nobody has confirmed.

    Each has a link of its own: the account becomes what the sign-up says whose link is followed, and all go."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ups", verbose_name=_("person"))
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    password = models.CharField(_("password"), max_length=128)
    language = models.CharField(_("language of the mails"), max_length=2, choices=settings.LANGUAGES)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.user.email}, {self.made_at:%Y-%m-%d %H:%M}"

    def get_full_name(self):
        return f"{self.first_name} {self.last_name}".strip()


class EarlierAddress(Erasable):
    """An address that a person had confirmed and has since exchanged for another.

    Rows that were made under it before, as a guest or for a mail, are still found when they export or erase their data.
    From `left_at` on it may be somebody else's. Who got it back after that has a note for each time."""

    address_column = "email"
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="earlier_addresses", verbose_name=_("person"))
    email = models.EmailField(_("e-mail address"))
    left_at = models.DateTimeField(_("exchanged at"), default=timezone.now)

    class Meta:
        verbose_name = _("earlier address")
        verbose_name_plural = _("earlier addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "email", "left_at"],
                name="members_earlieraddress_once",
                violation_error_message=_("This address is noted already."),
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="members_earlieraddress_lower_case",
                violation_error_message=_("An address is kept in lower case."),
            ),
        ]

    def __str__(self):
        return self.email
