"""Let a person read the part of a partner from a day on, and end it."""

from datetime import date

from django.db import transaction

from members.core.operations import lock_account
from members.models import User
from members.roles.operations.dated import ENDED, GIVEN, check_new, end_on, locked_role, tell_of_role

from ...core.operations import check_coordinates
from ...errors import ReportingError
from ...models import Partner, PartnerPerson

NEWS = "reporting.part_news"


@transaction.atomic
def add_person(*, user: User, partner: Partner, since: date, until: date | None = None, by: User) -> PartnerPerson:
    """Let the person read the partner's part from `since` to the day before `until`, and mail them.

    Raises ReportingError `not_yours` for who does not coordinate, `days`, `held` where they may on some of these days
    already, `gone`."""
    user = _checked(user, by)
    held = PartnerPerson.objects.filter(partner=partner)
    check_new(held, user=user, since=since, until=until, error=ReportingError)
    made = PartnerPerson.objects.create(user=user, partner=partner, since=since, until=until, given_by=by)
    tell_of_role(made, NEWS, GIVEN)
    return made


@transaction.atomic
def end_person(*, person: PartnerPerson, on: date, by: User) -> PartnerPerson:
    """End that the person reads the part: `on` is the first day without it. Mail the person.

    Raises ReportingError `not_yours` for who does not coordinate, `over` if it ends by then already, `gone`."""
    _checked(person.user, by)
    found = locked_role(person, ReportingError)
    end_on(found, on, by=by, error=ReportingError)
    tell_of_role(found, NEWS, ENDED)
    return found


def _checked(user: User, by: User) -> User:
    """Lock both accounts; return the person as they are now. Raises ReportingError `gone`, `not_yours`."""
    person = lock_account(user, ReportingError)
    check_coordinates(by)
    return person
