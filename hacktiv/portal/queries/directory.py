"""Read the members' directory: people, their home space and what they offer and seek."""

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from hacktiv.common.freshness import catalogue
from members.core.queries import administrators
from members.models import Skill, User
from members.profiles.queries import listed_people
from spaces.models import HomeSpace, Membership, Space, SpaceRole


def people(
    *,
    on: date,
    search: str = "",
    skill: Skill | None = None,
    direction: str = "",
    space: Space | None = None,
    side: str = "",
) -> QuerySet[User]:
    """Return the members, and those who run a space or the network, who want to be found, by name. `on` is the day
    whose memberships and home spaces count.

    Each has `home`, a list of the one home space of that day or of none, and `offered` and `sought`. `skill` is looked
    for in the given direction, or in both; a direction without a skill keeps the people who offer, or seek, anything.
    """
    found = listed_people(search=search, skill=skill, direction=direction)
    member = Exists(Membership.objects.active(on).filter(user=OuterRef("pk")))
    runs = Exists(SpaceRole.objects.of_managers().held(on).filter(user=OuterRef("pk")))
    found = found.filter(member | runs | Q(pk__in=administrators().order_by().values("pk")))
    current = HomeSpace.objects.current(on)
    if space or side:
        here = current.filter(user=OuterRef("pk"))
        if space:
            here = here.filter(space=space)
        if side:
            here = here.filter(space__country=side)
        found = found.filter(Exists(here))
    return found.prefetch_related(Prefetch("homes", current.select_related("space"), to_attr="home"))


@catalogue("spaces")
def spaces_to_choose() -> list[Space]:
    """Return the published spaces. The list is shared: do not change it."""
    return list(Space.objects.published())


@catalogue("skills")
def skills_to_choose() -> list[Skill]:
    """Return all skills. The list is shared: do not change it."""
    return list(Skill.objects.select_related("category"))


def nobody() -> QuerySet[User]:
    """Return an empty directory, for a search that cannot be understood."""
    return User.objects.none()
