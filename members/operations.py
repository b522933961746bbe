"""Writes about people. Each is one transaction and locks the person's row."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import rules
from .enums import ConsentPurpose, SkillDirection
from .models import CalendarFeed, Consent, EarlierAddress, Skill, User, UserSkill


@transaction.atomic
def update_profile(*, user: User, **fields: Any) -> User:
    """Write the given fields of a person's profile and bring their consents in step.

    `is_listed` is the consent to the directory. A gender or an age band is the consent to the statistics; emptying both
    withdraws it.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    for name, value in fields.items():
        setattr(person, name, value)
    person.save(update_fields=list(fields))
    _keep_consent(person, ConsentPurpose.DIRECTORY, given=person.is_listed)
    _keep_consent(person, ConsentPurpose.STATISTICS, given=rules.tells_of_statistics(person))
    return person


@transaction.atomic
def set_skills(*, user: User, offered: Iterable[Skill], sought: Iterable[Skill]) -> None:
    """Give a person exactly these skills. Rows that stay are not touched."""
    User.objects.select_for_update().get(pk=user.pk)
    wanted = {(skill.pk, SkillDirection.OFFERED.value) for skill in offered}
    wanted |= {(skill.pk, SkillDirection.SOUGHT.value) for skill in sought}
    for row in user.user_skills.all():
        if (row.skill_id, row.direction) in wanted:
            wanted.remove((row.skill_id, row.direction))
        else:
            row.delete()
    UserSkill.objects.bulk_create(
        UserSkill(user=user, skill_id=skill, direction=direction) for skill, direction in sorted(wanted)
    )


@transaction.atomic
def renew_calendar_feed(*, user: User) -> CalendarFeed:
    """Give a person a private calendar address, or a new one. An address given before stops working."""
    User.objects.select_for_update().get(pk=user.pk)
    feed, created = CalendarFeed.objects.get_or_create(user=user)
    if not created:
        feed.number += 1
        feed.is_on = True
        feed.renewed_at = timezone.now()
        feed.save()
    return feed


@transaction.atomic
def stop_calendar_feed(*, user: User) -> None:
    """Close a person's private calendar address for good. Does nothing if there is none."""
    User.objects.select_for_update().get(pk=user.pk)
    CalendarFeed.objects.filter(user=user).update(is_on=False)


@transaction.atomic
def keep_earlier_address(*, user: User, old: str, new: str) -> None:
    """Note the confirmed address that a person has exchanged for another; the new one is no earlier one any more."""
    User.objects.select_for_update().get(pk=user.pk)
    EarlierAddress.objects.filter(user=user, email=new.lower()).delete()
    if old.lower() != new.lower():
        EarlierAddress.objects.get_or_create(user=user, email=old.lower())


@transaction.atomic
def erase_account(*, user: User) -> None:
    """Erase a person with all their addresses, skills and consents. Rows of other apps lose their link to them."""
    User.objects.select_for_update().get(pk=user.pk).delete()


def _keep_consent(person: User, purpose: ConsentPurpose, *, given: bool) -> None:
    current = Consent.objects.filter(user=person, purpose=purpose, withdrawn_at=None)
    if not given:
        current.update(withdrawn_at=timezone.now())
    elif not current.exists():
        Consent.objects.create(user=person, purpose=purpose)
