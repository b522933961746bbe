"""Say whether the counts of an action are right. Only the lead changes them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...building.queries.content import Action
from ...errors import ReportingError
from ...models import Contribution, CountedAction, CountWord, Partner, Period
from ..queries import counts_of, is_counted, own_action, told_parts, written_counts
from .contributions import part_to_tell

#: The answer to who confirms counts and writes of them all the same.
RIGHT_WITH_A_WORD = _("You wrote a word beside. Are they right? Then empty it. If not, say that they are not.")


@transaction.atomic
def say_of_counts(
    *, partner: Partner, period: Period, slug: str, seen: str, is_right: bool, word: str = "", by: User
) -> CountWord:
    """Note the partner's word on the counts `seen` of one of its actions: they are right, or why not.

    Raises ReportingError: `elsewhere` (no action of this part), `moved` (the counts are others by now), `word`,
    `unknown` (nobody counted who came: nothing is right), `which` (right, and a word all the same), `not_yours`,
    `done`, `closed`."""
    contribution = part_to_tell(partner=partner, period=period, by=by)
    action = own_action(period, partner, slug)
    if action is None:
        raise ReportingError("elsewhere", _("This action is not in the part of this partner."))
    if written_counts(counts_of(action)) != seen:
        raise ReportingError("moved", _("The counts have changed meanwhile. Look at them again."))
    if is_right and not is_counted(action):
        raise ReportingError("unknown", _("Nobody has counted who came. Say how many there were, as far as you know."))
    word = word.strip()
    if is_right and word:
        raise ReportingError("which", RIGHT_WITH_A_WORD)
    if not is_right and not word:
        raise ReportingError("word", _("Say what is not right."))
    return _note(contribution, action, is_right=is_right, word=word, by=by)


@transaction.atomic
def confirm_counts(*, partner: Partner, period: Period, seen: Mapping[str, str], by: User) -> int:
    """Note that the counts `seen` of several actions, by slug, are right. Return how many were noted.

    Of an action whose counts are others by now, or on which a word was said already, nothing is noted.
    Raises ReportingError: `not_yours`, `done`, `closed`."""
    contribution = part_to_tell(partner=partner, period=period, by=by)
    [told] = told_parts(period, [partner])
    right = [
        own.action
        for own in (*told.actions, *told.elsewhere)
        if not own.is_said and own.is_counted and seen.get(own.action.slug) == own.counts
    ]
    for action in right:
        _note(contribution, action, is_right=True, word="", by=by)
    return len(right)


def _note(contribution: Contribution, action: Action, *, is_right: bool, word: str, by: User) -> CountWord:
    counted = CountedAction.objects.get(project=contribution.project_id, event__slug=action.slug)
    names = ("participations_lower", "participations_upper", "persons_lower", "persons_upper")
    said = {"is_right": is_right, "word": word, "said_at": timezone.now(), "said_by": by}
    return CountWord.objects.update_or_create(
        contribution=contribution, action=counted, defaults=said | dict(zip(names, counts_of(action), strict=True))
    )[0]
