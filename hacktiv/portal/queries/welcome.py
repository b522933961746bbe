"""Read how far a newcomer is in their welcome, and which events may suit them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from events.core.queries import takes_part
from events.core.rules import refusal_to_register
from events.enums import RegistrationStatus
from events.models import Event, Registration
from hacktiv.common.languages import columns
from hacktiv.common.text import fold
from members.models import User, UserSkill
from spaces.core.queries import home_space
from spaces.enums import Right
from spaces.memberships.queries import may, open_memberships
from spaces.models import Membership, Space

#: How many events the last step shows, and among how many of the next ones they are chosen.
SHOWN_EVENTS, NEXT_EVENTS = 3, 60
#: What speaks for an event, in points: each week that it lies ahead takes one, up to the last.
AT_MY_SPACE, OF_MY_SKILLS, ON_MY_SIDE, MOST_WEEKS = 8, 6, 2, 8
#: Letters; a shorter word of a skill's name says nothing of an event.
SHORTEST_WORD = 5

#: The steps in order: the name of the address, and the title.
STEPS = (
    ("portal:welcome", _("Where I work")),
    ("portal:welcome_skills", _("What I offer and seek")),
    ("portal:welcome_event", _("A first event")),
)


class Step(NamedTuple):
    number: int
    address: str
    title: Promise
    is_done: bool


class Welcome(NamedTuple):
    """The steps of a welcome. What was done elsewhere counts too."""

    steps: list[Step]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.steps)

    @property
    def next(self) -> Step:
        """Return the first step that is not done, or the last one."""
        return next((step for step in self.steps if not step.is_done), self.steps[-1])


def welcome_of(user: User) -> Welcome:
    """Return which steps the person has done: one query. To come for the events alone answers the first step too."""
    registered = Registration.objects.filter(user=OuterRef("pk")).exclude(status=RegistrationStatus.CANCELLED)
    asked = (
        Exists(Membership.objects.open().filter(user=OuterRef("pk"))),
        Exists(UserSkill.objects.filter(user=OuterRef("pk"))) | ~Q(headline=""),
        Exists(registered),
    )
    person = User.objects.filter(pk=user.pk).annotate(works=asked[0], skilled=asked[1], registered=asked[2])
    works, *others = person.values_list("works", "skilled", "registered").get()
    numbered = enumerate(zip(STEPS, (works or user.wants_events_alone, *others), strict=True), 1)
    return Welcome([Step(number, *step, is_done) for number, (step, is_done) in numbered])


class Suggestion(NamedTuple):
    """An event that may suit a person, with why. `is_one_click` where nothing is left to ask or to choose."""

    event: Event
    reasons: list[Promise]
    is_one_click: bool


def suggestions(user: User, now: datetime, today: date) -> list[Suggestion]:
    """Return the events that suit the person best: at their spaces, about what they offer or seek, on their side, soon.

    Full ones serve only where no others are left. Those that take one click come first. Those of which they are on the
    list are left out."""
    spaces = {one.space for one in open_memberships(user)} | ({home} if (home := home_space(user, today)) else set())
    words = _words_of_skills(user)
    why: dict[int, list[Promise]] = {}
    best: dict[str, tuple[bool, float, int]] = {}
    for event in _next_events(user, now):
        score, why[event.pk] = _fit(event, spaces, words)
        weeks = max(event.earliest - today, timedelta()).days / 7
        rank = (event.is_full, min(weeks, MOST_WEEKS) - score, event.pk)
        best[event.title] = min(best.get(event.title, rank), rank)  # one of those that come back each month
    chosen = [pk for _full, _rank, pk in sorted(best.values())[:SHOWN_EVENTS]]
    found = Event.objects.filter(pk__in=chosen).select_related("type", "space").prefetch_related("venues", "questions")
    by_key = {event.pk: event for event in found}
    shown = [Suggestion(by_key[pk], why[pk], _is_one_click(user, by_key[pk])) for pk in chosen]
    return sorted(shown, key=lambda one: (one.event.is_full, not one.is_one_click))


def _next_events(user: User, now: datetime) -> Iterable[Event]:
    mine = Registration.objects.standing().filter(user=user, event=OuterRef("pk"))
    ahead = Event.objects.upcoming(now).open_to(members=may(user, Right.EVENTS)).filter(~Exists(mine))
    of_seats = ("mode", "capacity", "online_capacity", "seats_taken", "online_seats_taken")
    of_time = ("earliest", "starts_at", "ends_at", "latest", "state")
    read = (*of_time, *of_seats, *columns("title", "summary"), "space__country")
    return [event for event in ahead.select_related("space").only(*read)[:NEXT_EVENTS] if event.is_open]


def _words_of_skills(user: User) -> dict[str, str]:
    """Return the words of the names of the person's skills, without accents, each with the name of its skill."""
    words = {}
    for row in user.user_skills.select_related("skill"):
        for name in columns("name"):
            for word in fold(getattr(row.skill, name) or "").split():
                if len(word) >= SHORTEST_WORD:
                    words[word] = row.skill.name
    return words


def _fit(event: Event, spaces: set[Space], words: dict[str, str]) -> tuple[int, list[Promise]]:
    """Return the points of an event, and what speaks for it in words."""
    score = 0
    reasons: list[Promise] = []
    if event.space in spaces:
        score += AT_MY_SPACE
        reasons.append(format_lazy(_("At {space}"), space=event.space))
    elif event.space and event.space.country in {space.country for space in spaces}:
        score += ON_MY_SIDE
        reasons.append(_("On your side of the border"))
    text = fold(" ".join(getattr(event, name) or "" for name in columns("title", "summary")))
    if about := sorted({skill for word, skill in words.items() if word in text}):
        score += OF_MY_SKILLS
        reasons.append(format_lazy(_("About: {skills}"), skills=", ".join(about)))
    return score, reasons


def _is_one_click(user: User, event: Event) -> bool:
    """Return whether the person can register by a button: a seat is free, nothing is asked, there is one way."""
    if event.is_full or len(event.ways) != 1 or event.questions.all():
        return False
    return refusal_to_register(event, member=takes_part(user, event)) is None
