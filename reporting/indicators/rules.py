"""Propose under which indicators an action counts, tell why, and say what the programme's rules exclude.

What the records say decides: an action that lacks something is refused. What they do not say stays unknown: nothing is
proposed, and the coordinator may choose with a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common import dates
from hacktiv.common.bounds import UNKNOWN, Bounds

from ..enums import Kind
from .catalogue import PERIODS, IndicatorType, Need, ProgrammingPeriod

#: The fewest countries among the organisers of a joint action; its participants do not count.
COUNTRIES_OF_A_JOINT_ACTION = 2
JOINT_ACTION, PUBLIC_EVENT, TRAINING_SCHEME = "RCO81", "RCO115", "RCO85"


class Nature(StrEnum):
    """The kind of an action, by the type of the event and the record it has."""

    ACTION = "action"
    TRAINING = "training"
    COACHING = "coaching"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Facts:
    """The records of an action, as far as indicators ask for them.

    `organisers` are pairs of name and country; `others_told` are organisers that a partner names in its own words.
    `joint_as_decided` and `public` are None where nobody said it.
    `advertised_on` is the day on which a proof of advertising was added that nobody refused. An action that is no event
    (`is_event` False) has persons and no participations.
    """

    nature: Nature = Nature.ACTION
    organisers: tuple[tuple[str, str], ...] = ()
    others_told: tuple[str, ...] = ()
    joint_as_decided: bool | None = None
    public: bool | None = None
    advertised_on: date | None = None
    advertising_is_checked: bool = False
    is_event: bool = True
    participations: Bounds = UNKNOWN

    @property
    def joint_by_organisers(self) -> bool | None:
        """Return whether the organisers are of at least two countries; None where nobody is known, or where the
        country of some is not."""
        countries = {country for _name, country in self.organisers}
        if len(countries) >= COUNTRIES_OF_A_JOINT_ACTION:
            return True
        return False if countries and not self.others_told else None

    @property
    def joint(self) -> bool | None:
        """Return whether the action is joint: as the coordinator decided, else by its organisers."""
        return self.joint_by_organisers if self.joint_as_decided is None else self.joint_as_decided

    def meets(self, need: Need) -> bool | None:
        """Return whether the action has what an indicator needs; None where the records do not say it."""
        not_public = None if self.public is None else not self.public
        is_ordinary = self.nature == Nature.ACTION
        return {
            Need.JOINT: self.joint,
            Need.PUBLIC: self.public,
            Need.NOT_PUBLIC: not_public,
            Need.ADVERTISED: True if self.advertised_on else None,
            Need.TRAINING: None if is_ordinary else self.nature == Nature.TRAINING,
            Need.NOT_INTERNAL: self.nature != Nature.INTERNAL,
        }[need]


@dataclass(frozen=True)
class Terms:
    """The terms of a project's programme: its indicators, and under which of them joint training sessions count."""

    period: ProgrammingPeriod
    sessions_count_as: str = TRAINING_SCHEME

    @property
    def proposes(self) -> bool:
        """Return whether the programme's rules are certain enough to propose an indicator by them."""
        return not any(one.to_be_confirmed for one in self.period.indicators)

    @property
    def offered(self) -> list[IndicatorType]:
        """Return the indicators under which the actions of a project may count."""
        return [one for one in self.period.indicators if one.is_of_actions]


@dataclass(frozen=True)
class Piece:
    """One reason in the reader's language: words, with the names and the day that they tell."""

    words: Promise
    names: tuple[str, ...] = ()
    day: date | None = None

    def __str__(self) -> str:
        told = {
            "names": ", ".join(self.names),
            "day": dates.day(self.day, weekday=False, year=True) if self.day else "",
        }
        return str(self.words) % told


def in_one_line(pieces: Iterable[object]) -> str:
    """Write reasons one after the other: « commun : BEP, Ardenne Métropole ; ouvert à tous »."""
    line = ""
    for piece in map(str, pieces):
        line = _("%(first)s; %(second)s") % {"first": line, "second": piece} if line else piece
    return line


@dataclass(frozen=True)
class Proposal:
    """Under which indicators an action counts by its records, and why.

    `codes` is None where nothing is proposed: something is `missing`, or the choice is the coordinator's. Without any
    code the action counts under no indicator."""

    codes: tuple[str, ...] | None
    reasons: tuple[Piece, ...]
    missing: tuple[Piece, ...] = ()

    @property
    def is_given(self) -> bool:
        """Return whether something is proposed, be it that the action counts under no indicator."""
        return self.codes is not None

    @property
    def reason(self) -> str:
        return in_one_line(self.reasons)

    @property
    def what_is_missing(self) -> str:
        return in_one_line(self.missing)


@dataclass(frozen=True)
class Refusal:
    """A reason why an action cannot count under an indicator."""

    code: str
    words: Promise
    values: tuple[tuple[str, str | Promise], ...] = ()

    def __str__(self) -> str:
        return str(self.words) % dict(self.values)


def propose(facts: Facts, terms: Terms) -> Proposal:
    """Return what is proposed for an action of a project."""
    reasons, missing = _told(facts)
    if not terms.proposes:
        return Proposal(None, (*reasons, Piece(_("the coordination chooses the indicator"))))
    if facts.nature in {Nature.INTERNAL, Nature.COACHING} or facts.joint is False:
        return Proposal((), reasons)
    is_session = facts.nature == Nature.TRAINING and terms.sessions_count_as == TRAINING_SCHEME
    if is_session:
        code, gaps = TRAINING_SCHEME, missing.of(Need.JOINT)
    elif facts.public:
        code, gaps = PUBLIC_EVENT, missing.of(Need.JOINT, Need.ADVERTISED)
    else:
        code, gaps = JOINT_ACTION, missing.of(Need.JOINT, Need.PUBLIC)
    return Proposal(None, reasons, gaps) if gaps else Proposal((code,), reasons)


def in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Return codes in the order of the programmes, the main one first; unknown ones come last."""
    every = [one.code for period in PERIODS for one in period.indicators]
    return tuple(sorted(codes, key=lambda code: (every.index(code) if code in every else len(every), code)))


def refusals(codes: Sequence[str], facts: Facts, terms: Terms, closed_part: Bounds | None = None) -> list[Refusal]:
    """Return why an action cannot count under these indicators; an empty list where the rules allow it.

    `closed_part` is the number of participations of the closed part of a mixed event."""
    known = {one.code: one for one in terms.period.indicators}
    strangers = [code for code in codes if code not in known or not known[code].is_of_actions]
    if strangers:
        return [_not_of_actions(code, terms.period) for code in strangers]
    chosen = [known[code] for code in codes]
    is_mixed = any(other.code in one.mixed_with for one in chosen for other in chosen)
    found = [refusal for one in chosen for refusal in _of_one(one, facts, terms.sessions_count_as, is_mixed)]
    found += _together(chosen, closed_part, is_mixed)
    return found + _of_closed_part(closed_part, facts, is_mixed)


def no_longer_not_joint(facts: Facts, accepted: bool | None) -> Refusal | None:
    """Return what speaks against an action that counts under no indicator as it was not joint, if its organisers are of
    two countries by now."""
    if accepted is not False or not facts.joint:
        return None
    names = ", ".join(name for name, _country in facts.organisers)
    words = _("It was decided as not joint; by now it is: %(names)s.")
    return Refusal("joint_now", words, (("names", names),))


@dataclass(frozen=True)
class _Missing:
    """The gaps in the records of an action, by what an indicator needs."""

    pieces: dict[Need, Piece]

    def of(self, *needs: Need) -> tuple[Piece, ...]:
        return tuple(self.pieces[need] for need in needs if need in self.pieces)


#: The kinds of action that are no ordinary one, as reasons tell them.
_NATURES = {
    Nature.TRAINING: pgettext_lazy("reason of an indicator", "training"),
    Nature.COACHING: pgettext_lazy("reason of an indicator", "individual coaching"),
    Nature.INTERNAL: pgettext_lazy("reason of an indicator", "internal meeting of the project"),
}


def _told(facts: Facts) -> tuple[tuple[Piece, ...], _Missing]:
    """Return what the records say of an action, and what they do not say."""
    reasons = [Piece(_NATURES[facts.nature])] if facts.nature in _NATURES else []
    missing: dict[Need, Piece] = {}
    joint = _joint(facts)
    if joint:
        reasons.append(joint)
    elif facts.others_told:
        words = _("whether it was joint: a partner names as organisers “%(names)s”")
        missing[Need.JOINT] = Piece(words, facts.others_told)
    else:
        missing[Need.JOINT] = Piece(_("who organised it, and so whether it was joint"))
    if facts.is_event and facts.public is None:
        missing[Need.PUBLIC] = Piece(_("whether it was open to everybody"))
    elif facts.is_event:
        reasons.append(Piece(_("open to everybody") if facts.public else _("not open to everybody")))
    if facts.public and facts.advertised_on:
        words = _("advertised: proof added on %(day)s")
        if not facts.advertising_is_checked:
            words = _("advertised: proof added on %(day)s, to be checked")
        reasons.append(Piece(words, day=facts.advertised_on))
    elif facts.public:
        missing[Need.ADVERTISED] = Piece(_("a proof that it was advertised"))
    return tuple(reasons), _Missing(missing)


def _joint(facts: Facts) -> Piece | None:
    """Return the reason why an action is joint or not; None where nobody knows."""
    names = tuple(name for name, _country in facts.organisers)
    if facts.joint is None:
        return None
    if facts.joint == facts.joint_by_organisers:
        words = _("joint: %(names)s") if facts.joint else _("not joint: %(names)s, of one country")
    elif names:
        words = _("joint as decided: %(names)s") if facts.joint else _("not joint as decided: %(names)s")
    else:
        words = _("joint as decided") if facts.joint else _("not joint as decided")
    return Piece(words, names)


def _not_of_actions(code: str, period: ProgrammingPeriod) -> Refusal:
    known = {one.code: one for one in period.indicators}
    if code not in known:
        words = _("%(code)s is no indicator of this project: it belongs to another programme (%(period)s).")
        return Refusal("other_period", words, (("code", code), ("period", period.name)))
    if known[code].part_of:
        words = _("%(code)s is counted from documented completions, never chosen for an action.")
        return Refusal("never_by_hand", words, (("code", code),))
    words = _("%(code)s is not counted from actions.")
    return Refusal("not_of_actions", words, (("code", code),))


#: Why an action that lacks what an indicator needs does not count under it.
_LACKS = {
    Need.JOINT: _("%(code)s: the action is not joint. Organisations of at least two countries would organise it."),
    Need.PUBLIC: _("%(code)s: the event is not public."),
    Need.NOT_PUBLIC: _("%(code)s: the event is public. Such an event counts under RCO115, its closed part apart."),
    Need.TRAINING: _("%(code)s: this is no training."),
    Need.NOT_INTERNAL: _("%(code)s: internal meetings of the project count under no indicator."),
}


def _of_one(one: IndicatorType, facts: Facts, sessions_count_as: str, is_mixed: bool) -> list[Refusal]:
    """Return why an action cannot count under one indicator."""
    code = (("code", one.code),)
    found = []
    if not facts.is_event and one.kind != Kind.PERSONS:
        found.append(Refusal("coaching", _("%(code)s: coaching counts persons, not participations or events."), code))
    is_other = one.code in {JOINT_ACTION, TRAINING_SCHEME} and one.code != sessions_count_as
    if is_other and (facts.nature == Nature.TRAINING or one.code == TRAINING_SCHEME):
        words = _("%(code)s: the training sessions of this project count under %(other)s.")
        found.append(Refusal("one_session", words, (*code, ("other", sessions_count_as))))
    for need in sorted(one.needs):
        is_lifted = is_mixed and need == Need.NOT_PUBLIC
        if facts.meets(need) is False and not is_lifted:
            found.append(Refusal(need.value, _LACKS[need], code))
    return found


def _together(chosen: Sequence[IndicatorType], closed_part: Bounds | None, is_mixed: bool) -> list[Refusal]:
    """Return why indicators do not go together for one action."""
    found = []
    for place, one in enumerate(chosen):
        for other in chosen[place + 1 :]:
            codes = (("code", one.code), ("other", other.code))
            if other.code in one.mixed_with or one.code in other.mixed_with:
                continue
            if other.code in one.excludes or one.code in other.excludes:
                words = _("The same session never counts under both %(code)s and %(other)s.")
                found.append(Refusal("excluded", words, codes))
    if is_mixed and closed_part is None:
        words = _("Of an event with a closed and a public part, say how many participations the closed part has.")
        found.append(Refusal("closed_part", words))
    return found


def _of_closed_part(closed_part: Bounds | None, facts: Facts, is_mixed: bool) -> list[Refusal]:
    if closed_part is None:
        return []
    if not is_mixed:
        words = _("Only an event with a closed and a public part, under RCO81 and RCO115, has participations apart.")
        return [Refusal("no_closed_part", words)]
    if facts.participations.upper is not None and closed_part.floor > facts.participations.upper:
        words = _("The closed part cannot have more participations than the whole event: at most %(number)s.")
        return [Refusal("larger_than_whole", words, (("number", str(facts.participations.upper)),))]
    return []
