"""Let things happen in a random network, each by the product's own operation, and say which come before which."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from events.attendance.operations import (
    check_proof,
    declare_count,
    mark_attendance,
    mark_list_complete,
    unmark_attendance,
)
from events.enums import EventState, Measure
from events.models import Participation
from events.programme.operations import mark_held
from events.registering.operations import correct_residence, count_as_one
from hacktiv.common.bounds import Bounds
from hacktiv.merging.errors import MergingError
from hacktiv.merging.operations import merge_accounts
from hacktiv.portal.operations import erase_person
from members.models import User
from members.tests.factories import UserFactory
from reporting.classifying.operations import Choice, classify
from reporting.counting.operations import count_events
from reporting.errors import ReportingError
from reporting.models import CountedAction

from .recount import counted_meetings, participations_of
from .recount_indicators import OF_ACTIONS, PROGRAMMES, may_count
from .world import NAMES_ALONE, OWNERS, RESIDENCES

#: Those whom no other account or guest turns out to be: their marks can be taken back at any time.
APART = ("Karim", "Noor", "mila", *NAMES_ALONE)
#: Their account is erased.
ERASED = "Karim"


@dataclass(frozen=True)
class Happening:
    """Something that happens once or twice. `after` are the names of what comes before it, where that happens at all.

    `refused_again` is how the operation answers the second time, if it does not change nothing silently."""

    name: str
    do: Callable[[], Any]
    after: frozenset[str] = field(default_factory=frozenset)
    refused_again: type[Exception] | None = None


def happenings_of(world):
    """Draw what happens in a network, in no order."""
    found = []
    for meeting in world.meetings:
        marks = list(_marks(world, meeting))
        noted = frozenset(one.name for one in marks)
        found += [*marks, *_list(world, meeting, noted), *_counts(world, meeting), *_decisions(world, meeting)]
    marks_of_erased = frozenset(one.name for one in found if one.name.split()[1:2] == [ERASED])
    return [*found, *_people(world, marks_of_erased)]


def in_some_order(chance, happenings, *, repeated=False):
    """Return what happens in a random order that its `after` allows; with `repeated` each twice, at once or later."""
    left = {one.name: one for one in happenings}
    waits = {name: {before for before in one.after if before in left} for name, one in left.items()}
    if repeated:
        for name in list(left):
            for later in left:
                if name in waits[later]:
                    waits[later] = {*waits[later], f"{name} again"}
            left[f"{name} again"], waits[f"{name} again"] = left[name], {name}
    order = []
    while left:
        name = chance.choice(sorted(name for name in left if not waits[name] & left.keys()))
        order.append((left.pop(name), name.endswith(" again")))
    return order


def happen(world, happening, *, is_again=False):
    """Let something happen, and note it in the trail of the network."""
    world.trail.append(f"{happening.name}{' again' if is_again else ''}")
    try:
        happening.do()
    except Exception as error:
        if not (is_again and happening.refused_again and isinstance(error, happening.refused_again)):
            raise


def _marks(world, meeting):
    """Yield the marks of who is on the list, and the marks that are taken back."""
    for who in meeting.listed:
        if world.may(0.85):
            mark = Happening(f"mark {who} at {meeting.slug}", lambda who=who: _mark(world, meeting, who))
            yield mark
            if who in APART and world.may(0.15):
                after = frozenset({mark.name})
                yield Happening(f"unmark {who} at {meeting.slug}", lambda who=who: _unmark(world, meeting, who), after)
            if who in APART and world.may(0.15):
                residence = world.chance.choice([one for one in RESIDENCES if one != world.residences[who]])
                yield Happening(
                    f"correct {who} at {meeting.slug}",
                    lambda who=who, residence=residence: _correct(world, meeting, who, residence),
                    after=frozenset({mark.name, f"unmark {who} at {meeting.slug}"}),
                )


def _mark(world, meeting, who):
    mark_attendance(event=meeting.now(), registrations=[world.registration(meeting, who)], by=world.by)
    world.present.add((meeting.slug, who))


def _unmark(world, meeting, who):
    unmark_attendance(event=meeting.now(), registrations=[world.registration(meeting, who)], by=world.by)
    world.present.discard((meeting.slug, who))


def _correct(world, meeting, who, residence):
    row = world.registration(meeting, who)
    if Participation.objects.filter(registration=row).exists():
        correct_residence(registration=row, residence=residence, reason="Mal noté", by=world.by)


def _list(world, meeting, noted):
    """Yield that the list is complete, and that its proofs are checked: once all names are on it, as a later name makes
    both void."""
    if world.may(0.5):
        complete = Happening(f"complete {meeting.slug}", lambda: _complete(world, meeting, True), after=noted)
        yield complete
        if world.may(0.2):
            after = frozenset({complete.name})
            yield Happening(f"reopen {meeting.slug}", lambda: _complete(world, meeting, False), after=after)
    for proof in meeting.event.proofs.order_by("pk"):
        if world.may(0.6):
            name = f"check {proof.kind} of {meeting.slug}"
            yield Happening(name, lambda proof=proof: check_proof(proof=proof, by=world.checker), after=noted)


def _complete(world, meeting, complete):
    mark_list_complete(event=meeting.now(), by=world.by, complete=complete, despite_count=True)


def _counts(world, meeting):
    """Yield what is declared of a meeting, and corrected."""
    for measure in (Measure.PARTICIPATIONS, Measure.PERSONS):
        if not world.may(0.4):
            continue
        lower = world.chance.randrange(12)
        upper = world.chance.choice([lower, lower, lower + 3, None])
        if (lower, upper) == (0, None):
            continue
        declared = _declaration(world, meeting, measure, lower, upper)
        yield declared
        if world.may(0.3):
            more = lower + 1, None if upper is None else upper + 1
            yield _declaration(world, meeting, measure, *more, after=frozenset({declared.name}))


def _declaration(world, meeting, measure, lower, upper, after=frozenset()):
    def declare():
        count = {"measure": measure, "lower": lower, "upper": upper}
        declare_count(event=meeting.now(), **count, by=world.by, reason="Relu", despite_others=True)

    return Happening(f"declare {lower}-{upper} {measure} of {meeting.slug}", declare, after)


def _decisions(world, meeting):
    """Yield that a meeting was held, that the project counts it or leaves it out, and under which indicators."""
    is_held = meeting.event.state == EventState.HELD
    if not is_held and world.may(0.7):
        is_held = True
        yield Happening(f"hold {meeting.slug}", lambda: mark_held(event=meeting.now(), by=world.by))
    counting = list(_counting(world, meeting))
    yield from counting
    if is_held and counting and not counting[0].name.startswith("leave") and world.may(0.8):
        before = frozenset({f"hold {meeting.slug}", counting[0].name})
        yield from _classifications(world, meeting, before)


def _counting(world, meeting):
    """Yield that the project counts a meeting or leaves it out, and in which half-year."""
    touched = world.touched(meeting)
    if not touched or not world.may(0.92):
        return
    if len(touched) > 1 and world.may(0.7):
        yield from _undecided(world, meeting, touched)
        return
    period, counts = world.chance.choice(touched), world.may(0.95)
    yield Happening(
        f"{'count' if counts else 'leave out'} {meeting.slug} in {period.label}",
        lambda: count_events(period=period, events=[meeting.now()], counts=counts, by=world.by),
    )


def _undecided(world, meeting, touched):
    """Yield that a meeting counts whose half-year nobody names, or somebody names later, as the admin does both."""
    row = {"project": world.project, "event": meeting.event}
    counted = Happening(f"count {meeting.slug}", lambda: CountedAction.objects.get_or_create(**row))
    yield counted
    if world.may(0.4):
        period = world.chance.choice(touched)
        yield Happening(
            f"assign {meeting.slug} to {period.label}",
            lambda: CountedAction.objects.filter(**row).update(period=period),
            after=frozenset({counted.name}),
        )


def _classifications(world, meeting, before):
    """Yield under which indicators a meeting counts; what the programme excludes is refused, whatever came before."""
    offered = [code for code in PROGRAMMES[world.project.programming_period] if code in OF_ACTIONS]
    codes = sorted(world.chance.sample([*offered, "RCR81"], world.chance.choice([0, 1, 1, 1, 1, 2])))
    mixed, part = ["RCO115", "RCO81"], None
    if set(mixed) <= set(offered) and world.may(0.2):
        codes = mixed
    if codes == mixed:
        # Where one person says the same everywhere, nothing is said that depends on who was counted before.
        part = world.chance.choice([None, (0, 5), (0 if world.is_alike else 4, 6)])
    first = f"classify {meeting.slug} {' '.join(codes) or 'under none'}"
    yield Happening(first, lambda: _classify(world, meeting, codes, part), before)
    if world.may(0.3):
        others = [world.chance.choice(offered)]
        after = frozenset({*before, first})
        yield Happening(
            f"classify {meeting.slug} anew {' '.join(others)}", lambda: _classify(world, meeting, others, None), after
        )


def _classify(world, meeting, codes, part):
    """Choose indicators, and make sure that the operation refuses them where the programme excludes them."""
    action = CountedAction.objects.get(project=world.project, event=meeting.event)
    held, _unheld = counted_meetings(world.project)
    most = next(participations_of(one)[1] for one in held if one.slug == meeting.slug)
    choice = Choice(tuple(codes), "Choisi", None if part is None else Bounds(*part))
    allowed = may_count(codes, meeting.nature, world.project.programming_period, part, most)
    try:
        with transaction.atomic():
            classify(action=action, choice=choice, by=world.by)
    except ReportingError as refusal:
        assert not allowed, f"{codes} of {meeting.slug} are refused: {refusal}"
    else:
        assert allowed, f"{codes} of {meeting.slug} are not refused"


def _people(world, marks_of_erased):
    """Yield that accounts and guests turn out to be one person, that a guest signs up, that an account is erased."""
    if world.may(0.6):
        yield Happening("merge Lise into Elsa", lambda: _merge(world), refused_again=MergingError)
    for guest, owner in OWNERS.items():
        if world.may(0.6):
            yield Happening(f"{guest} is {owner}", lambda guest=guest, owner=owner: _confirm(world, guest, owner))
    if world.may(0.6):
        # The account says less than the guest did, or in a world that is not alike something else.
        said = {"residence": world.chance.choice(["", world.residences["jonas"]] if world.is_alike else RESIDENCES)}
        yield Happening("jonas signs up", lambda: _sign_up(world, said))
    if world.may(0.5):
        user = world.former[ERASED]
        yield Happening(
            f"erase {ERASED}",
            lambda: erase_person(user=user),
            after=marks_of_erased,
            refused_again=User.DoesNotExist,
        )


def _merge(world):
    merge_accounts(kept=world.former["Elsa"], gone=world.former["Lise"], by=world.by)
    world.accounts["Lise"] = world.accounts["Elsa"]
    world.are_one("Elsa", "Lise")


def _confirm(world, guest, owner):
    """Let a person confirm an address under which they came as a guest."""
    user = world.account(owner)
    EmailAddress.objects.get_or_create(user=user, email=world.address(guest), defaults={"verified": True})
    count_as_one(user=user, address=world.address(guest))
    world.are_one(owner, guest)


def _sign_up(world, said):
    if "jonas" not in world.accounts:
        world.accounts["jonas"] = UserFactory(email=world.address("jonas"), **said).pk
    count_as_one(user=world.account("jonas"), address=world.address("jonas"))
