"""The people of a partner: who may read the partner's own part of a project."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import DatedRole, User, held_once

from .projects import Partner


class PartnerPerson(DatedRole):
    """A person who reads the part of one partner of a project, from one day to another."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="people", verbose_name=_("partner"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="partner_roles", verbose_name=_("person"))

    class Meta:
        verbose_name = _("person of a partner")
        verbose_name_plural = _("people of partners")
        ordering = ["partner", "since", "pk"]
        constraints = held_once("reporting_partnerperson", "partner")

    def __str__(self):
        return f"{self.user} – {self.partner}"
