"""Match the people on a video tool's list to registrations, and find those about whom somebody has to be asked."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from .online_names import key_of
from .online_people import Attendee

#: Similarity (0 to 1) from which two names may be one person's: the manager is asked.
ALIKE = 0.85


@dataclass
class Match:
    """A person on the list with a sure `registration`, or with `candidates` among which the manager chooses.

    `doubles` are others on the list who may be the same person. `halves` are two matches where the line may name two
    people."""

    attendee: Attendee
    registration: Any = None
    candidates: list = field(default_factory=list)
    doubles: list[Attendee] = field(default_factory=list)
    halves: list["Match"] = field(default_factory=list)

    @property
    def is_second_device(self) -> bool:
        """Return True for the device of somebody whose name is on the list beside it."""
        return bool(self.registration is None and self.attendee.owner and self.doubles)

    @property
    def is_doubtful(self) -> bool:
        """Return True if somebody has to say who this is, or whether it is one person."""
        person = self.attendee
        unknown = bool(self.candidates or self.doubles or person.is_nameless or person.owner)
        return bool(self.halves) or (self.registration is None and unknown)


def match(people: Iterable[Attendee], registrations: Iterable[Any]) -> list[Match]:
    """Match the people on a list to registrations (objects with `person_name` and `person_email`).

    A match is sure by the address, or by a name that only one registration and one person have, unless each has an
    address of its own. Registrations with a similar name, or with the one in brackets, become candidates."""
    matches = [Match(person) for person in people]
    registrations = list(registrations)
    by_email = {row.person_email.casefold(): row for row in registrations if row.person_email}
    for found in matches:
        found.registration = (found.attendee.email and by_email.get(found.attendee.email)) or None
    taken = {id(found.registration) for found in matches if found.registration}
    free = [(key_of(str(row.person_name)), row) for row in registrations if id(row) not in taken]
    similar = _Similar([key for key, _row in free])
    open_matches = [found for found in matches if not found.registration]
    bearers = Counter(key for found in open_matches for key in found.attendee.keys)
    for found in open_matches:
        person = found.attendee
        same = [(key, row) for key, row in free if key in person.keys]
        if len(same) == 1 and bearers[same[0][0]] == 1 and not (person.email and same[0][1].person_email):
            found.registration = same[0][1]
        else:
            found.candidates = [row for key, row in same or free if same or key in person.aliases] or [
                free[number][1] for number in similar.to(_keys_to_compare(person))
            ]
    sure = {id(found.registration) for found in matches if found.registration}
    for found in matches:
        found.candidates = [row for row in found.candidates if id(row) not in sure]
    _find_doubles(matches)
    free = [(key, row) for key, row in free if id(row) not in sure]
    for found in matches:
        if names := found.attendee.two_names:
            found.halves = _halves(found, names, free)
    return matches


def _halves(found, names, free):
    """Return a match for each of two names: with the registration of the line for the name that is more like it, else
    with the only free registration of that name."""
    halves = [Match(Attendee(name=name, written=name, keys={key_of(name)})) for name in names]
    if found.registration:
        key = key_of(str(found.registration.person_name))
        likely = max(halves, key=lambda half: SequenceMatcher(None, key, key_of(half.attendee.name)).ratio())
        likely.registration = found.registration
    for half in halves:
        same = [row for key, row in free if key in half.attendee.keys]
        if half.registration is None and len(same) == 1:
            half.registration = same[0]
    return halves


def _find_doubles(matches):
    """Note of each person without a sure registration who else on the list has their name, or the name in brackets.

    Of two people who may be one, only one is asked about: then nobody is left out twice."""
    bearers, asked = defaultdict(list), set()
    for found in matches:
        for key in found.attendee.keys:
            bearers[key].append(found)
    for found in matches:
        person = found.attendee
        if found.registration or person.is_nameless:
            continue
        if person.owner:
            found.doubles = [other.attendee for other in matches if _may_own(other.attendee, person)]
            continue
        for other in (other for key in sorted(person.keys | person.aliases) for other in bearers[key]):
            pair = frozenset((id(found), id(other)))
            if other is not found and pair not in asked:
                asked.add(pair)
                found.doubles.append(other.attendee)


class _Similar:
    """Names among which those like another are found without comparing each with each at length.

    One name is like another if it has all its words or their initials (« aline », « a petit »), or if only a letter or
    two differ. So the two share a word or an initial, or nearly all their letters."""

    def __init__(self, keys: Iterable[str]):
        self._keys = list(keys)
        self._bits: dict[tuple[str, int], int] = {}
        self._letters = [self._letters_of(key) for key in self._keys]
        self._by_sign: defaultdict[str, set[int]] = defaultdict(set)
        for number, key in enumerate(self._keys):
            for word in key.split():
                self._by_sign[word].add(number)
                self._by_sign[f"{word[0]}."].add(number)

    def to(self, names: Iterable[str]) -> list[int]:
        """Return the numbers of the names that are like one of these, in order."""
        return sorted({number for name in names for number in [*self._by_words(name), *self._by_letters(name)]})

    def _by_words(self, name: str) -> list[int]:
        words = name.split()
        signs = {*words, *(word[0] for word in words), *(f"{word}." for word in words if len(word) == 1)}
        near = set().union(*(self._by_sign[sign] for sign in signs if sign in self._by_sign))
        return [number for number in near if _has_words_of(self._keys[number], name)]

    def _by_letters(self, name: str) -> list[int]:
        letters, found = self._letters_of(name), []
        for number, (key, other) in enumerate(zip(self._keys, self._letters, strict=True)):
            # The similarity is at most the share of letters that both have, wherever they stand.
            most = 2 * (letters & other).bit_count()
            alike = ALIKE * (len(name) + len(key))
            if most >= alike > 0 and SequenceMatcher(None, key, name).ratio() >= ALIKE:
                found.append(number)
        return found

    def _letters_of(self, name: str) -> int:
        """Return a set of bits, one for each letter of the name; a letter that comes twice has two."""
        times: Counter[str] = Counter()
        letters = 0
        for letter in name:
            times[letter] += 1
            letters |= 1 << self._bits.setdefault((letter, times[letter]), len(self._bits))
        return letters


def _keys_to_compare(person):
    return {key_of(person.owner)} if person.owner else person.keys


def _may_own(other, device):
    """Return True if another person on the list may be who owns this device."""
    is_person = other is not device and not (other.is_nameless or other.is_robot or other.owner)
    return is_person and any(_is_like(key_of(device.owner), key) for key in other.keys)


def _is_like(key, other):
    return bool(_Similar([key]).to([other]))


def _has_words_of(key: str, other: str) -> bool:
    """Return True if one name has all the words of the other, or their initials (« aline », « a petit »)."""
    words, others = sorted((key.split(), other.split()), key=len)
    left = list(others)
    for word in words:
        fits = next((each for each in left if each == word or (len(word) == 1 and each.startswith(word))), None)
        fits = fits or next((each for each in left if len(each) == 1 and word.startswith(each)), None)
        if fits is None:
            return False
        left.remove(fits)
    return any(len(word) > 1 for word in words)
