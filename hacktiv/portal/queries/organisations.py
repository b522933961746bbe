"""Read the places of an organisation as its contact sees them."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from hacktiv.common.days import Taken
from members.models import Affiliation, Organisation, User
from spaces.memberships.queries import is_of_contact
from spaces.memberships.queries.places import Users, free_from, most_used, using_places
from spaces.memberships.rules import days_agreed
from spaces.models import Agreement, Invitation, Membership, PassScheme

#: The rows by which an organisation has people, or places for them, at a space.
AT_SPACES = (Agreement, Membership, Invitation, Affiliation)
#: What else refers to an organisation: it is of the network then.
IN_THE_NETWORK = ("spaces", "events", "programmes", "coachings", "partnerships")


def organisations_of(spaces: Collection[int]) -> QuerySet[Organisation]:
    """Return the organisations that have people or an agreement at one of these spaces (primary keys) and at no other;
    none of which the network has named people, that runs a space, organises an event or a training, that is a
    partner of a project, or has a pass for its people."""
    here, elsewhere = Q(), Q()
    for rows in _at_spaces():
        here |= Q(Exists(rows.filter(space__in=spaces)))
        elsewhere |= Q(Exists(rows.exclude(space__in=spaces)))
    return _of_no_network().filter(here, ~elsewhere)


def unused_organisations_of(user: User) -> QuerySet[Organisation]:
    """Return the organisations that the person has added and that nothing uses yet: no people, no agreement, nothing of
    the network."""
    used = Q()
    for rows in _at_spaces():
        used |= Q(Exists(rows))
    return _of_no_network().filter(~used, added_by=user)


def _at_spaces() -> list[QuerySet[Any]]:
    return [model._default_manager.filter(organisation=OuterRef("pk")).order_by() for model in AT_SPACES]


def _of_no_network() -> QuerySet[Organisation]:
    passes = PassScheme.objects.filter(employer=OuterRef("pk")).order_by()
    return Organisation.objects.filter(~Exists(passes), **dict.fromkeys(IN_THE_NETWORK))


class Places(NamedTuple):
    """An agreement, the memberships and the open invitations that take its places."""

    agreement: Agreement
    members: list[Membership]
    invited: list[Invitation]

    @property
    def days(self) -> Promise:
        return days_agreed(self.agreement)

    @property
    def _taken(self) -> list[Taken]:
        return Users(self.members, self.invited).days_in(self.agreement)

    @property
    def used(self) -> int:
        """Return how many are taken at most on one day, today or later."""
        return most_used(self.agreement, self._taken)

    @property
    def left(self) -> int:
        """Return how many are free on each day from now on."""
        return max(self.agreement.places - self.used, 0)

    @property
    def later(self) -> tuple[date, int] | None:
        """Return the first day from which more are free, and how many; None without."""
        taken = self._taken
        if day := free_from(self.agreement, wanted=self.left + 1, taken=taken):
            return day, self.agreement.places - most_used(self.agreement, taken, since=day)
        return None


def agreements_of(contact: User, organisation: Organisation) -> list[Places]:
    """Return the agreements of the organisation that are not over, at the spaces of its contact, each with who uses
    its places."""
    found = Agreement.objects.not_over().filter(is_of_contact(contact), organisation=organisation)
    found = found.select_related("organisation", "space", "kind")
    agreements = list(found.order_by("space__order", "since", "pk"))
    users = using_places(agreements)
    return [Places(one, *users[one.pk]) for one in agreements]


def invitations_of_contact(contact: User, organisation: Organisation) -> QuerySet[Invitation]:
    """Return the invitations of the people of the organisation, at the spaces of its contact."""
    found = Invitation.objects.filter(is_of_contact(contact), organisation=organisation)
    return found.select_related("space", "kind", "organisation")


def memberships_of_contact(contact: User, organisation: Organisation) -> QuerySet[Membership]:
    """Return the current memberships through the organisation, at the spaces of its contact."""
    current = Membership.objects.current().not_over(timezone.localdate())
    current = current.filter(is_of_contact(contact), organisation=organisation)
    return current.select_related("user", "space", "kind")
