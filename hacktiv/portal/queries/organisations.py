"""Read the places of an organisation as its contact sees them."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from members.models import Organisation
from spaces.memberships.queries import invited_through, through
from spaces.models import Agreement, Invitation, Membership


class Places(NamedTuple):
    """An agreement, the memberships and the open invitations that take its places."""

    agreement: Agreement
    members: list[Membership]
    invited: list[Invitation]

    @property
    def used(self) -> int:
        return len(self.members) + len(self.invited)

    @property
    def left(self) -> int:
        return max(self.agreement.places - self.used, 0)


def agreements_of(organisation: Organisation) -> list[Places]:
    """Return the agreements of the organisation that are not over, each with who uses its places."""
    found = (
        Agreement.objects.not_over().filter(organisation=organisation).select_related("organisation", "space", "kind")
    )
    return [
        Places(
            agreement,
            list(
                through(agreement).select_related("user", "kind").order_by("user__last_name", "user__first_name", "pk")
            ),
            list(invited_through(agreement).order_by("sent_at", "pk")),
        )
        for agreement in found.order_by("space__order", "since", "pk")
    ]


def invitations_of_contact(organisation: Organisation) -> QuerySet[Invitation]:
    """Return the invitations of the people of the organisation."""
    return Invitation.objects.filter(organisation=organisation).select_related("space", "kind", "organisation")


def memberships_of_contact(organisation: Organisation) -> QuerySet[Membership]:
    """Return the current memberships through the organisation."""
    current = Membership.objects.current().not_over(timezone.localdate()).filter(organisation=organisation)
    return current.select_related("user", "space", "kind")
