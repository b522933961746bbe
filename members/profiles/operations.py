"""Writes of what people tell of themselves, with their consents. Each is one transaction."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import NEWS_TOPICS, ConsentPurpose, SkillDirection
from ..errors import MemberError
from ..models import Consent, Skill, User, UserSkill
from . import rules


@transaction.atomic
def update_profile(
    *,
    user: User,
    news: Collection[str] | None = None,
    presence: bool | None = None,
    photo: bool | None = None,
    **fields: Any,
) -> User:
    """Write the given fields of a person's profile and bring their consents in step.

    `is_listed` is the consent to the directory. A gender or an age band is the consent to the statistics; emptying both
    withdraws it. `news` are the topics of which they agree to get news, `presence` whether members may see them where
    they are, `photo` whether photos on which they can be recognised may be published; None leaves these as they are.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    for name, value in fields.items():
        setattr(person, name, value)
    person.save(update_fields=list(fields))
    _keep_consent(person, ConsentPurpose.DIRECTORY, given=person.is_listed)
    _keep_consent(person, ConsentPurpose.STATISTICS, given=rules.tells_of_statistics(person))
    if news is not None:
        choose_news(user=person, topics=news)
    if presence is not None:
        _keep_consent(person, ConsentPurpose.PRESENCE, given=presence)
    if photo is not None:
        _keep_consent(person, ConsentPurpose.PHOTO, given=photo)
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
def choose_news(*, user: User, topics: Collection[str]) -> None:
    """Note the topics of which a person agrees to get news by mail: to exactly these. A consent that stands keeps its
    date."""
    person = User.objects.select_for_update().get(pk=user.pk)
    for topic in NEWS_TOPICS:
        _keep_consent(person, topic, given=topic.value in topics)


@transaction.atomic
def choose_presence(*, user: User, is_shown: bool) -> None:
    """Note whether a person agrees that members see when they are in a space. A consent that stands keeps its date."""
    person = User.objects.select_for_update().get(pk=user.pk)
    _keep_consent(person, ConsentPurpose.PRESENCE, given=is_shown)


@transaction.atomic
def end_welcome(*, user: User) -> None:
    """Welcome the person no more: they have done the steps, or do not wish to."""
    User.objects.filter(pk=user.pk).update(is_newcomer=False)


@transaction.atomic
def come_for_events_alone(*, user: User) -> None:
    """Keep the answer of a newcomer that they come for the events alone."""
    User.objects.filter(pk=user.pk).update(wants_events_alone=True)


@transaction.atomic
def leave_news(*, user: User, topic: ConsentPurpose) -> None:
    """Take back a person's consent to the news of one topic; the others stay. Does nothing for a person erased
    meanwhile: their consents went with them."""
    person = User.objects.select_for_update().filter(pk=user.pk).first()
    if person:
        _keep_consent(person, topic, given=False)


@transaction.atomic
def give_consent(*, user: User, purpose: ConsentPurpose) -> None:
    """Note that a person agrees to a purpose from now on. A consent that stands keeps its date.

    Raises MemberError `by_filling_in` for the statistics: what they count is filled in, in the profile."""
    person = User.objects.select_for_update().get(pk=user.pk)
    if purpose == ConsentPurpose.STATISTICS:
        raise MemberError(
            "by_filling_in", _("You agree to this by filling in your gender or age band in your profile.")
        )
    if purpose == ConsentPurpose.DIRECTORY:
        person.is_listed = True
        person.save(update_fields=["is_listed"])
    _keep_consent(person, purpose, given=True)


@transaction.atomic
def withdraw_consent(*, user: User, purpose: ConsentPurpose) -> None:
    """Take back a person's consent, with what rests on it: the place in the directory, or gender and age band."""
    person = User.objects.select_for_update().get(pk=user.pk)
    if purpose == ConsentPurpose.DIRECTORY:
        person.is_listed = False
    elif purpose == ConsentPurpose.STATISTICS:
        person.gender = person.age_band = ""
    person.save(update_fields=["is_listed", "gender", "age_band"])
    _keep_consent(person, purpose, given=False)


def _keep_consent(person: User, purpose: ConsentPurpose, *, given: bool) -> None:
    current = Consent.objects.filter(user=person, purpose=purpose, withdrawn_at=None)
    if not given:
        current.update(withdrawn_at=timezone.now())
    elif not current.exists():
        Consent.objects.create(user=person, purpose=purpose)
