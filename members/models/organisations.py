"""The organisations of the network, and those through which people are members of its spaces."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..enums import AffiliationRole, Country, OrganisationKind
from .accounts import User
from .roles import DatedRole, DatedRoleQuerySet, held_once


class Organisation(models.Model):
    """A body that runs spaces, organises events, partners in a project, or that people belong to."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind of organisation"),
        max_length=11,
        choices=OrganisationKind,
        blank=True,
        help_text=_("Leave it empty while nobody has said it."),
    )
    legal_name = models.CharField(_("full name"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, choices=Country)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    town = models.CharField(_("town"), max_length=80, blank=True)
    website = models.URLField(_("website"), blank=True)
    description = models.TextField(_("description"), blank=True)
    added_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )
    added_at = models.DateTimeField(_("added at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self):
        return self.name


class AffiliationQuerySet(DatedRoleQuerySet):
    def of_contacts(self):
        return self.filter(role=AffiliationRole.CONTACT)


class Affiliation(DatedRole):
    """A person belongs to an organisation from one day to another, as its contact or as one of its people.

    Named by a space that has an agreement with it, they are it for that space alone."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="affiliations", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="affiliations", verbose_name=_("organisation")
    )
    space = models.ForeignKey(
        "spaces.Space",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="affiliations",
        verbose_name=_("space"),
        help_text=_("Empty: named by who administers the network, for all spaces."),
    )
    role = models.CharField(
        _("what they are there"), max_length=7, choices=AffiliationRole, default=AffiliationRole.PERSON
    )

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("person of an organisation")
        verbose_name_plural = _("people of organisations")
        ordering = ["role", "since", "pk"]
        constraints = held_once(
            "members_affiliation",
            "organisation",
            Coalesce("space", 0, output_field=models.BigIntegerField()),
            message=_("This person belongs to the organisation on these days already."),
        )

    def __str__(self):
        return f"{self.user} – {self.organisation}"
