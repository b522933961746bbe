"""Load the catalogues to choose from: types of event, skills, features of rooms, kinds of membership.

Each adds what is missing. A row that is there stays as it is, changed by hand or not; only the template of a type of
event that nobody has begun to fill in is filled.
"""

from typing import Any

from django.db.models import Model, Q, QuerySet

from events.fields import FROM_TYPE, columns_of
from events.models import EventType
from members.models import Skill, SkillCategory
from spaces.models import Feature, MembershipKind

from . import files

#: Between two categories of skills, so that one can be put between them by hand.
ORDER_STEP = 10


def load_event_types() -> list[str]:
    """Add the missing types of event, and fill the empty templates of those there; return the slugs of the added."""
    for kind in files.event_types():
        _without_template().filter(slug=kind.slug).update(**kind.template)
    return _add(
        EventType,
        [
            {
                "slug": kind.slug,
                "icon": kind.slug,
                "colour": kind.colour,
                "default_minutes": kind.minutes,
                "order": order,
                **kind.name.columns("name"),
                **kind.template,
            }
            for order, kind in enumerate(files.event_types())
        ],
    )


def _without_template() -> QuerySet[EventType]:
    """Return the types of event whose template is still as an empty form makes it."""
    empty = {name: EventType._meta.get_field(name).get_default() for name in columns_of(FROM_TYPE)}
    texts = [name for name in empty if name.startswith(("summary", "description"))]
    blank = [Q(**{name: ""}) | Q(**{name: None}) for name in texts]
    return EventType.objects.filter(*blank, **{name: value for name, value in empty.items() if name not in texts})


def load_room_features() -> list[str]:
    """Add the missing features of rooms; return their slugs."""
    return _add(
        Feature,
        [
            {"slug": feature.slug, "icon": feature.icon, "order": order, **feature.name.columns("name")}
            for order, feature in enumerate(files.room_features())
        ],
    )


def load_membership_kinds() -> list[str]:
    """Add the missing kinds of membership; return their slugs."""
    return _add(
        MembershipKind,
        [
            {"slug": kind.slug, "order": order, **kind.name.columns("name"), **kind.description.columns("description")}
            for order, kind in enumerate(files.membership_kinds())
        ],
    )


def load_skills() -> list[str]:
    """Add the missing skills and their categories; return the slugs of the skills."""
    _add(
        SkillCategory,
        [
            {"slug": category.slug, "order": order * ORDER_STEP, **category.name.columns("name")}
            for order, category in enumerate(files.skills().category, start=1)
        ],
    )
    categories = {category.slug: category for category in SkillCategory.objects.all()}
    return _add(
        Skill,
        [
            {"slug": skill.slug, "category": categories[category.slug], **skill.name.columns("name")}
            for category in files.skills().category
            for skill in category.skill
        ],
    )


def _add(model: type[Model], rows: list[dict[str, Any]]) -> list[str]:
    there = set(model._default_manager.values_list("slug", flat=True))
    new = [model(**values) for values in rows if values["slug"] not in there]
    model._default_manager.bulk_create(new)
    return [row.slug for row in new]
