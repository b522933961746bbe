"""Invitations: a space offers a membership to an address, whether it has an account or not."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.core.signing import Signer
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Greatest, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.erasures.models import Erasable
from members.enums import AffiliationRole
from members.models import Affiliation, Organisation

from ..enums import InvitationState
from .agreements import Agreement
from .memberships import Membership, MembershipKind
from .spaces import Space

#: An invitation can be answered for so long after each sending.
VALID_FOR = timedelta(days=30)
#: Signs the links of invitations. The separator occurs in no number and no signature, and needs no escape there.
INVITATION_SIGNER = Signer(salt="spaces.invitation", sep="~")

#: Nobody has answered it, and the team has not taken it back.
UNANSWERED = Q(accepted_at=None, declined_at=None, taken_back_at=None)


class InvitationQuerySet(models.QuerySet):
    def unanswered(self):
        """Keep those that nobody has answered or taken back, whether they are still valid or not."""
        return self.filter(UNANSWERED)

    def open(self, now=None):
        """Keep those that can be answered."""
        return self.unanswered().filter(expires_at__gt=now or timezone.now())

    def telling_who_invites(self):
        """Say of each whether a contact of its organisation has made it, `is_of_contact`, also one who is it no more;
        whether the organisation has or had an agreement with the space, `has_agreement`; and `agreement_until`, the
        first day after the agreement in whose days the membership would begin today."""
        contacts = Affiliation.objects.filter(
            Q(space=None) | Q(space=OuterRef("space")),
            user=OuterRef("made_by"),
            organisation=OuterRef("organisation"),
            role=AffiliationRole.CONTACT,
        )
        agreements = Agreement.objects.with_days().order_by()
        agreements = agreements.filter(organisation=OuterRef("organisation"), space=OuterRef("space"))
        begins = Greatest(OuterRef("first_day"), Value(timezone.localdate()), output_field=models.DateField())
        by_contact = Q(organisation__isnull=False) & (Q(made_by=None) | Exists(contacts))
        found = self.select_related("space", "kind", "organisation", "made_by")
        return found.annotate(
            is_of_contact=ExpressionWrapper(by_contact, output_field=models.BooleanField()),
            has_agreement=Exists(agreements),
            agreement_until=Subquery(agreements.held(begins).values("until")[:1]),
        )

    def in_state(self, state, now=None):
        """Keep those in a state; `Invitation.state` says the same of one."""
        kept = {
            InvitationState.OPEN: UNANSWERED & Q(expires_at__gt=now or timezone.now()),
            InvitationState.EXPIRED: UNANSWERED & Q(expires_at__lte=now or timezone.now()),
            InvitationState.ACCEPTED: Q(accepted_at__isnull=False),
            InvitationState.DECLINED: Q(declined_at__isnull=False),
            InvitationState.TAKEN_BACK: Q(taken_back_at__isnull=False),
        }
        return self.filter(kept[InvitationState(state)])


class Invitation(Erasable):
    """An offer of a membership of a space, mailed to an address.

    Who has confirmed the address accepts or declines it. Its link is signed, not stored, and bears the number of the
    sending: each sending makes the links before it useless. The row never says whether the address has an account.
    """

    address_column: ClassVar[str] = "email"

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("space"))
    kind = models.ForeignKey(
        MembershipKind, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("kind of membership")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("through the organisation"),
    )
    email = models.EmailField(_("e-mail address"))
    full_name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language of the mails"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    first_day = models.DateField(
        _("first day"), null=True, blank=True, help_text=_("Empty: the day on which the person accepts.")
    )
    words = models.TextField(_("a word from the team"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    sendings = models.PositiveSmallIntegerField(_("times sent"), default=1, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    membership = models.ForeignKey(
        Membership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("membership"),
    )
    declined_at = models.DateTimeField(_("declined at"), null=True, blank=True)
    answer = models.TextField(_("what the person writes"), max_length=500, blank=True)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    is_example = models.BooleanField(_("example"), default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["email"], name="spaces_invitation_address")]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "organisation", "email"],
                condition=UNANSWERED,
                nulls_distinct=False,  # The team of the space invites an address once, and each organisation does.
                name="spaces_invitation_one_open",
                violation_error_message=_("This address is invited by the space already."),
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="spaces_invitation_lower_case",
                violation_error_message=_("An address is kept in lower case."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")),
                name="spaces_invitation_in_order",
                violation_error_message=_("An invitation is valid for some days after it was sent."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, declined_at=None)
                | Q(accepted_at=None, taken_back_at=None)
                | Q(declined_at=None, taken_back_at=None),
                name="spaces_invitation_one_end",
                violation_error_message=_("An invitation is accepted, declined or taken back: one of them."),
            ),
        ]

    def __str__(self):
        return f"{self.full_name or self.email} – {self.space}"

    @property
    def state(self):
        """Return the state at this moment. `InvitationQuerySet.in_state` says the same in SQL."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.declined_at:
            return InvitationState.DECLINED
        if self.taken_back_at:
            return InvitationState.TAKEN_BACK
        return InvitationState.OPEN if self.expires_at > timezone.now() else InvitationState.EXPIRED

    @property
    def is_open(self):
        return self.state == InvitationState.OPEN

    @property
    def is_unanswered(self):
        """Return True for one that can be sent again: open, or expired."""
        return self.state in {InvitationState.OPEN, InvitationState.EXPIRED}

    @property
    def token(self):
        """Return the secret part of the link of the latest sending."""
        return INVITATION_SIGNER.sign(f"{self.pk}-{self.sendings}")

    def begins_on(self, today):
        """Return the first day of the membership if the person accepts on that day."""
        return max(self.first_day or today, today)

    @property
    def last_day_agreed(self):
        """Return the last day of the agreement where the membership ends with it, if the person accepts on their last
        day at least; None where its kind ends it before. For `telling_who_invites`."""
        end = self.kind.end_of(self.begins_on(timezone.localdate(self.expires_at)))
        is_cut = self.agreement_until is not None and (end is None or end > self.agreement_until)
        return self.agreement_until - timedelta(days=1) if is_cut else None

    @property
    def may_end_with_kind(self):
        """Return True where the membership, if the person accepts today, ends with its kind and no agreement."""
        end = self.kind.end_of(self.begins_on(timezone.localdate()))
        return end is not None and (self.agreement_until is None or end <= self.agreement_until)
