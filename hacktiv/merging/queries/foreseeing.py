"""Foresee what merging two accounts does."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from events.enums import LISTED_REGISTRATIONS
from events.models import Event, Participation, Registration, SurveyTaken
from hacktiv.common import dates
from hacktiv.common.personal_data import Tie, all_ties
from members.models import User
from spaces.memberships.queries import fits_of
from spaces.memberships.rules import Fit
from spaces.models import HomeSpace, Space, Visit

from ..rules import spaces_left_without_manager
from .roles import lost_roles, roles_in_words
from .tables import FATES, name_of_table, names_of_columns, refers_to_people, rows_tied


class Share(NamedTuple):
    """The rows of one table that refer to either account, and in words what is done with those of the one that goes."""

    table: str
    by: str
    kept: int
    gone: int
    fate: Promise


class Change(NamedTuple):
    """The fate of a membership of the account that goes, with its days in words; `after` is blank if none stay."""

    fit: Fit
    before: str
    after: str

    @classmethod
    def of(cls, fit: Fit) -> "Change":
        since, until = fit.before
        before = days_in_words(since, until) if since else ""
        return cls(fit, before, "; ".join(days_in_words(*part) for part in fit.parts) if since else "")


class Foreseen(NamedTuple):
    """The effects of merging two accounts: table by table, the things that both have and of which one stays, and the
    roles that are not carried over. While any space would be `unmanaged` they are not merged."""

    shares: list[Share]
    events: list[Event]
    surveys: list[Event]
    visits: int
    memberships: list[Change]
    spaces: list[Space]
    roles: list[str]
    unmanaged: list[Space]


def days_in_words(since: date, until: date | None) -> str:
    """Write the days of a membership, `until` the first day after them; blank for one that holds on no day."""
    if until is None:
        return _("from %(day)s on") % {"day": dates.day(since, weekday=False)}
    return dates.day_span(since, until - timedelta(days=1)) if since < until else ""


def foresee(kept: User, gone: User) -> Foreseen:
    """Return what merging `gone` into `kept` does."""
    numbers = (kept.participant_number, gone.participant_number)
    rows = Registration.objects.filter(status__in=LISTED_REGISTRATIONS)
    both = _events_of_both(rows, numbers) | _events_of_both(Participation.objects.all(), numbers)
    surveys = _events_of_both(SurveyTaken.objects.all(), numbers)
    days = Visit.objects.filter(participant_number=numbers[0]).values_list("space", "day")
    theirs = Visit.objects.filter(participant_number=numbers[1]).values_list("space", "day")
    homes = HomeSpace.objects.current(timezone.localdate())
    left = Space.objects.filter(pk__in=homes.filter(user=gone).values("space")) if homes.filter(user=kept) else []
    return Foreseen(
        shares=[share for share in (_share(tie, kept, gone) for tie in all_ties()) if share],
        events=list(Event.objects.filter(pk__in=both).order_by("earliest", "pk")),
        surveys=list(Event.objects.filter(pk__in=surveys).order_by("earliest", "pk")),
        visits=len(set(days) & set(theirs)),
        memberships=[Change.of(fit) for fit in fits_of(kept, gone, timezone.localdate()) if fit.changes],
        spaces=[space for space in left if not homes.filter(user=kept, space=space)],
        roles=roles_in_words(lost_roles(gone)),
        unmanaged=spaces_left_without_manager(gone),
    )


def _events_of_both(rows: "QuerySet[Any]", numbers: tuple[Any, Any]) -> set[int]:
    first, second = (set(rows.filter(participant_number=each).values_list("event", flat=True)) for each in numbers)
    return first & second


def _share(tie: Tie, kept: User, gone: User) -> Share | None:
    """Return the rows of a tie to accounts or numbers; None where the account that goes has none."""
    columns = [column for column in tie.columns if refers_to_people(tie, column)]
    counted = [rows_tied(tie, columns, account).count() for account in (kept, gone)]
    if not columns or not counted[1]:
        return None
    model = tie.rows.model
    by = names_of_columns(model, columns)
    return Share(name_of_table(model), by, counted[0], counted[1], FATES[tie.merging])
