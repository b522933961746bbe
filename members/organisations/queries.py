"""Read who belongs to which organisation."""

from datetime import date

from django.db.models import QuerySet

from ..models import Affiliation, Organisation, User


def is_contact(user: User | None, organisation: Organisation, on: date | None = None) -> bool:
    """Tell if the person is a contact of the organisation on that day (default: today)."""
    if user is None or not user.is_active:
        return False
    return Affiliation.objects.held(on).of_contacts().filter(user=user, organisation=organisation).exists()


def organisations_of_contact(user: User) -> QuerySet[Organisation]:
    """Return the organisations of which the person is a contact today."""
    held = Affiliation.objects.held().of_contacts().filter(user=user)
    return Organisation.objects.filter(pk__in=held.values("organisation"))


def organisations_left_by(user: User) -> QuerySet[Organisation]:
    """Return the organisations of which the person is the only active contact today."""
    others = Affiliation.objects.held().of_contacts().filter(user__is_active=True).exclude(user=user)
    return organisations_of_contact(user).exclude(pk__in=others.order_by().values("organisation"))


def contacts_of(organisation: Organisation) -> QuerySet[User]:
    """Return the active contacts of the organisation today."""
    held = Affiliation.objects.held().of_contacts().filter(organisation=organisation)
    return User.objects.filter(pk__in=held.order_by().values("user"), is_active=True)
