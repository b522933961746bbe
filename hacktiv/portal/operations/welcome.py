"""Keep what a newcomer says of themselves."""

from collections.abc import Iterable

from django.db import transaction

from members.models import Skill, User
from members.profiles.operations import set_skills, update_profile


@transaction.atomic
def introduce(*, user: User, headline: str, is_listed: bool, offered: Iterable[Skill], sought: Iterable[Skill]) -> None:
    """Write the person's line, their skills, and whether they agree to be found in the directory."""
    update_profile(user=user, headline=headline, is_listed=is_listed)
    set_skills(user=user, offered=offered, sought=sought)
