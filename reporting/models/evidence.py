from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.storage import private_storage
from training.models import Coaching

from .actions import Deliverable
from .indicators import Output
from .plan import Communication
from .projects import Period

#: The columns of which evidence has one: the thing that it proves.
THINGS = ("coaching", "deliverable", "output", "communication", "period")


def _proves_one_thing() -> Q:
    """Return the condition that exactly one of THINGS is set."""
    return Q(*(Q(**{f"{thing}__isnull": thing != proven for thing in THINGS}) for proven in THINGS), _connector=Q.OR)


class EvidenceFile(models.Model):
    """A file that proves a coaching, a deliverable, an output, a publication or a half-year, named by its SHA-256.
    Events have proofs of their own.

    It is stored out of the web's reach; people download it through a page that checks who they are. A trigger keeps the
    files that a closed report lists.
    """

    coaching = models.ForeignKey(
        Coaching, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("coaching")
    )
    deliverable = models.ForeignKey(
        Deliverable,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("deliverable"),
    )
    output = models.ForeignKey(
        Output, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("output")
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("half-year")
    )
    communication = models.ForeignKey(
        Communication,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("publication"),
    )
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/", storage=private_storage)
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

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=_proves_one_thing(),
                name="reporting_evidencefile_one_thing",
                violation_error_message=_(
                    "Evidence proves one thing: a coaching, a deliverable, an output, a publication or a half-year."
                ),
            ),
            models.CheckConstraint(
                condition=Q(refused_at=None, refusal="")
                | (Q(refused_at__isnull=False, checked_at=None) & ~Q(refusal="")),
                name="reporting_evidencefile_refused_with_a_word",
                violation_error_message=_("A proof is checked, or refused with a reason."),
            ),
            *(
                models.UniqueConstraint(
                    fields=[thing, "sha256"],
                    name=f"reporting_evidencefile_once_a_{thing}",
                    violation_error_message=_("This file is among the proofs already."),
                )
                for thing in THINGS
            ),
        ]

    def __str__(self):
        return self.name
