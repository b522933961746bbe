"""The spending of partners: typed totals of a half-year, never a ledger."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..enums import PartnerRole
from .ofpartner import OfPartner

#: The amounts of a row, in the order in which they are told.
AMOUNTS = ("claimed", "approved", "erdf")
ASSOCIATED_SPENDS_NOTHING = _("An associated partner has no budget, and so no spending.")


def amount_above(amounts: Mapping[str, Decimal | None]) -> tuple[str, str | Promise] | None:
    """Return the first amount that is more than what it is a part of, and why it cannot be; None where all may be.

    What is approved is part of what was claimed, and the ERDF part of what was approved; unknown ones exclude
    nothing."""
    claimed, approved, erdf = (amounts.get(name) for name in AMOUNTS)
    if approved is not None and claimed is not None and approved > claimed:
        return "approved", _("More cannot be approved than was claimed.")
    whole = claimed if approved is None else approved
    if erdf is not None and whole is not None and erdf > whole:
        return "erdf", _("The ERDF part cannot be more than the amount that it is a part of.")
    return None


def _amount(name):
    return models.DecimalField(
        name, max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class Spending(OfPartner):
    """The amounts that a partner claimed in a half-year, what of them was approved, and the ERDF part, in
    euros; unknown is empty.

    A trigger refuses the spending of an associated partner, and that a partner with spending becomes associated.
    """

    claimed = _amount(pgettext_lazy("spending", "claimed (€)"))
    approved = _amount(pgettext_lazy("spending", "approved (€)"))
    erdf = _amount(_("ERDF (€)"))

    class Meta:
        verbose_name = _("spending of a partner")
        verbose_name_plural = pgettext_lazy("of partners", "spending")
        ordering = ["period", "partner"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "period"],
                name="reporting_spending_once",
                violation_error_message=_("The spending of this partner in this half-year is entered already."),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__gte": 0}),
                    name=f"reporting_spending_{name}_not_negative",
                    violation_error_message=_("An amount is not less than 0."),
                )
                for name in AMOUNTS
            ),
        ]

    def clean(self):
        super().clean()
        if self.partner_id and self.partner.role == PartnerRole.ASSOCIATED:
            raise ValidationError(ASSOCIATED_SPENDS_NOTHING)
        above = amount_above({name: getattr(self, name) for name in AMOUNTS})
        if above:
            name, words = above
            raise ValidationError({name: words})
