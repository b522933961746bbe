"""People: accounts, profiles, skills and consents."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.signing import Signer
from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.days import HELD_DAYS, DaysMixin, holds_on
from hacktiv.erasures.models import Erasable

from .enums import AgeBand, ConsentPurpose, Gender, NetworkRoleKind, Residence, SkillDirection, Status


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

    #: The person's roles in the network, once `rules.read_rights` has read them.
    _network_roles: frozenset[str]
    #: Django's own name for the person's permissions, read with them.
    _perm_cache: set[str]

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

    Rows that were made under it, as a guest or for a mail, are still found when they export or erase their data."""

    address_column = "email"
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="earlier_addresses", verbose_name=_("person"))
    email = models.EmailField(_("e-mail address"))
    left_at = models.DateTimeField(_("exchanged at"), default=timezone.now)

    class Meta:
        verbose_name = _("earlier address")
        verbose_name_plural = _("earlier addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "email"],
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


class SkillCategory(models.Model):
    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("skill category")
        verbose_name_plural = _("skill categories")
        ordering = ["order", "slug"]

    def __str__(self):
        return self.name


class Skill(models.Model):
    """An entry of the translated catalogue. Members choose from it the skills they offer and seek."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    category = models.ForeignKey(
        SkillCategory, on_delete=models.PROTECT, related_name="skills", verbose_name=_("category")
    )

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["category__order", "slug"]

    def __str__(self):
        return self.name


class UserSkill(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="user_skills", verbose_name=_("person"))
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="user_skills", verbose_name=_("skill"))
    direction = models.CharField(_("direction"), max_length=10, choices=SkillDirection)

    class Meta:
        verbose_name = _("skill of a person")
        verbose_name_plural = _("skills of people")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "skill", "direction"],
                name="members_userskill_once",
                violation_error_message=_("This skill is already on the list."),
            )
        ]

    def __str__(self):
        return f"{self.user}: {self.skill} ({self.get_direction_display()})"


class Consent(models.Model):
    """A consent that a person gave: to what, from when, and until when."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose)
    given_at = models.DateTimeField(_("given on"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="members_consent_one_current",
                violation_error_message=_("This consent is already given."),
            )
        ]

    def __str__(self):
        return f"{self.user}: {self.get_purpose_display()}"


class NetworkRoleQuerySet(models.QuerySet):
    def held(self, on=None):
        """Keep the roles held on that day (default: today)."""
        return self.filter(holds_on(on or timezone.localdate()))


class NetworkRole(DaysMixin, models.Model):
    """A person's role in the network from one day to another."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="network_roles", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=13, choices=NetworkRoleKind)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The first day after it."))
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    given_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    ended_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    objects = NetworkRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in the network")
        verbose_name_plural = _("roles in the network")
        ordering = ["role", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="members_networkrole_in_order",
                violation_error_message=_("It ends after it begins."),
            ),
            ExclusionConstraint(
                name="members_networkrole_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (HELD_DAYS, RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person has this role on these days already."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.get_role_display()}"


#: Signs the addresses of feeds. The separator occurs in no number and no signature, and needs no escape in an address.
FEED_SIGNER = Signer(salt="members.calendar_feed", sep="~")


class CalendarFeed(models.Model):
    """A person's private calendar address, open to anybody who knows it until the person stops it.

    The address is signed, not stored. Its owner can read it again on their page; somebody who reads the database
    cannot. Each new address has another number, so an old address never works again. The row stays when the feed is
    off, to keep its number.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed", verbose_name=_("person"))
    number = models.PositiveIntegerField(_("number of the address"), default=1)
    is_on = models.BooleanField(_("on"), default=True)
    renewed_at = models.DateTimeField(_("renewed at"), default=timezone.now)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self):
        return f"{self.user}, {self.number}"

    @property
    def token(self):
        """The secret part of the address."""
        return FEED_SIGNER.sign(f"{self.pk}-{self.number}")
