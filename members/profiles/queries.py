"""Queries of what people tell of themselves: the directory, skills, news that they agreed to."""

from django.contrib.postgres.lookups import Unaccent
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from hacktiv.common.languages import columns
from hacktiv.common.text import searched_words

from ..enums import NEWS_TOPICS, ConsentPurpose, PhotoAnswer, SkillDirection
from ..models import Consent, Skill, SkillCategory, User, UserSkill


def listed_people(*, search: str = "", skill: Skill | None = None, direction: str = "") -> QuerySet[User]:
    """Return the people of the directory, by name, each with the lists `offered` and `sought` (UserSkill). Three
    queries.

    Each word of `search` must occur in the name, the headline or a skill's name in any language, whatever its accents
    and capitals. `skill` is looked for in `direction` (`SkillDirection`), or in both directions. A direction without a
    skill keeps the people who offer, or seek, anything.
    """
    people = User.objects.listed()
    for word in searched_words(search):
        people = people.filter(_about(word))
    if skill or direction:
        people = people.filter(Exists(_skills_of_person(skill=skill, direction=direction)))
    rows = UserSkill.objects.select_related("skill", "skill__category").order_by(
        "skill__category__order", "skill__slug"
    )
    return people.order_by(Lower(Unaccent("last_name")), Lower(Unaccent("first_name")), "pk").prefetch_related(
        Prefetch("user_skills", rows.filter(direction=SkillDirection.OFFERED), to_attr="offered"),
        Prefetch("user_skills", rows.filter(direction=SkillDirection.SOUGHT), to_attr="sought"),
    )


def skills_by_category(language: str) -> QuerySet[SkillCategory]:
    """Return the categories in their order, each with its skills sorted by name in `language`. Two queries."""
    by_name = Skill.objects.order_by(Lower(Unaccent(f"name_{language}")))
    return SkillCategory.objects.filter(Exists(Skill.objects.filter(category=OuterRef("pk")))).prefetch_related(
        Prefetch("skills", by_name)
    )


def news_of(user: User) -> set[str]:
    """Return the topics of which the person agrees to get news."""
    given = Consent.objects.filter(user=user, purpose__in=NEWS_TOPICS, withdrawn_at=None)
    return set(given.values_list("purpose", flat=True))


def agreeing_to(purpose: str) -> QuerySet[Consent]:
    """Return the consents to a purpose that stand."""
    return Consent.objects.filter(purpose=purpose, withdrawn_at=None)


def shows_presence(user: User) -> bool:
    """Return whether the person agrees that members see when they are in a space."""
    return agreeing_to(ConsentPurpose.PRESENCE).filter(user=user).exists()


def agrees_to_photos(user: User) -> bool:
    """Return whether the person agrees that photos on which they can be recognised are published."""
    return agreeing_to(ConsentPurpose.PHOTO).filter(user=user).exists()


def photo_answer(path: str) -> Case:
    """Return the expression for what the person of a row has said of photos (`PhotoAnswer`); `path` is the column of
    their account. Of a row without an account nothing was said, whoever has its address."""
    said = Consent.objects.filter(user=OuterRef(path), purpose=ConsentPurpose.PHOTO)
    return Case(
        When(Exists(said.filter(withdrawn_at=None)), then=Value(PhotoAnswer.YES.value)),
        When(Exists(said), then=Value(PhotoAnswer.NO.value)),
        default=Value(PhotoAnswer.NOT_SAID.value),
    )


def photo_answer_of(user: User) -> PhotoAnswer:
    """Return what the person has said of photos on which they can be recognised."""
    found = User.objects.filter(pk=user.pk).annotate(photos=photo_answer("pk")).values_list("photos", flat=True).first()
    return PhotoAnswer(found or PhotoAnswer.NOT_SAID)


def who_agreed(topic: str) -> set[int]:
    """Return the people (primary keys) who agree to get the news of a topic."""
    return set(Consent.objects.filter(purpose=topic, withdrawn_at=None).values_list("user", flat=True))


def _about(word: str) -> Q:
    fields = ("first_name", "last_name", "headline")
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__unaccent__icontains": word})
    named = Q()
    for name in columns("name"):
        named |= Q(**{f"skill__{name}__unaccent__icontains": word})
    return found | Q(Exists(_skills_of_person().filter(named)))


def _skills_of_person(*, skill: Skill | None = None, direction: str = "") -> QuerySet[UserSkill]:
    rows = UserSkill.objects.filter(user=OuterRef("pk"))
    if skill:
        rows = rows.filter(skill=skill)
    if direction:
        rows = rows.filter(direction=direction)
    return rows
