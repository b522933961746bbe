"""Let a person read the part of a partner from a day on, and end it."""

from datetime import date

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue
from members.core.rules import coordinates
from members.models import User
from spaces.core.operations import lock_accounts

from ..errors import ReportingError
from ..models import Partner, PartnerPerson

NEWS = "reporting.part_news"


@transaction.atomic
def add_person(*, user: User, partner: Partner, since: date, until: date | None = None, by: User) -> PartnerPerson:
    """Let the person read the partner's part from `since` to the day before `until`, and mail them.

    Raises ReportingError `not_yours` for who does not coordinate, `days`, `held` where they may on some of these days
    already, `gone`."""
    user = _checked(user, by)
    if until and until <= since:
        raise ReportingError("days", _("It ends after it begins."))
    held = PartnerPerson.objects.filter(user=user, partner=partner).exclude(until__lte=since)
    if (held.filter(since__lt=until) if until else held).exists():
        raise ReportingError("held", format_lazy(_("{person} has this role on these days already."), person=user))
    made = PartnerPerson.objects.create(user=user, partner=partner, since=since, until=until, given_by=by)
    _tell(made, f"{NEWS}:{made.pk}:given", "given")
    return made


@transaction.atomic
def end_person(*, person: PartnerPerson, on: date, by: User) -> PartnerPerson:
    """End that the person reads the part: `on` is the first day without it. Mail the person.

    Raises ReportingError `not_yours` for who does not coordinate, `over` if it ends by then already, `gone`."""
    _checked(person.user, by)
    found = PartnerPerson.objects.select_for_update(of=("self",)).select_related("user").filter(pk=person.pk).first()
    if found is None:
        raise ReportingError("gone", _("This role was erased."))
    on = max(on, found.since)
    if found.until and found.until <= on:
        raise ReportingError("over", _("It ends by then already."))
    found.until, found.ended_by = on, by
    found.save(update_fields=["until", "ended_by"])
    _tell(found, f"{NEWS}:{found.pk}:ended:{on}", "ended")
    return found


def _checked(user: User, by: User) -> User:
    """Lock both accounts; return the person as they are now. Raises ReportingError `gone`, `not_yours`."""
    if not {user.pk, by.pk} <= lock_accounts(user, by):
        raise ReportingError("gone", _("This account was erased."))
    if not coordinates(by):
        raise ReportingError("not_yours", _("Who coordinates the network decides that."))
    return User.objects.get(pk=user.pk)


def _tell(person: PartnerPerson, key: str, news: str) -> None:
    enqueue(
        key=key,
        template=NEWS,
        to_email=person.user.email,
        to_name=str(person.user),
        language=person.user.language,
        context={"person": person.pk, "news": news},
    )
