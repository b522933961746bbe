"""Work out what is masked from the open data as it is handed out, knowing what the numbers mean.

Nothing of the product's masking is used. Each number at its lower bound is an unknown, and so is what no report tells
but what follows from two numbers: participations under no indicator, what coaching adds to one, who came again, who
went one way only. A statement is a sum of unknowns that is 0 or more. What is published fixes an unknown; then the
least and the most that each can be are narrowed by all statements until nothing changes.

Who attacks here knows of each statement whether it holds (a table may not add up, as where a list is not complete):
more than any reader does. So statements that are not true of the report are left out.
"""

from collections import defaultdict
from math import inf

SMALL = range(1, 5)
WAYS = ("BE-FR", "FR-BE")
TABLES = ("residence", "gender", "age_band", "status", "home_space")
CROSSINGS, CROSSERS = "NET-CROSSINGS", "NET-CROSSERS"
WHOLE, PERSONS, COACHED = "NET-PARTICIPATIONS", "NET-PERSONS", "NET-COACHED"
#: Figures of which the second counts a part of the first, or its persons.
NESTED = ((WHOLE, PERSONS), (CROSSINGS, CROSSERS), (PERSONS, CROSSERS), (WHOLE, CROSSINGS))


def figure(code):
    return "figures", code


def indicator(code):
    return "indicators", code


def highest(name):
    """Return the name of the upper bound of a number."""
    return "most", *name


def truth_of(parts):
    """Return what a report held: each number by its name, and what follows from two of them by a name of its own."""
    told = {
        **{figure(one.code): one.current for one in parts.figures},
        **{indicator(one.code): one.current for one in parts.indicators if one.kind in ("participations", "persons")},
        **{(row.by, row.value): row.bounds for row in parts.breakdowns if row.by in TABLES},
    }
    for code in (CROSSINGS, CROSSERS):
        for way in WAYS:
            if figure(f"{code}-{way}") in told:
                told[code, way] = told.pop(figure(f"{code}-{way}"))
    truth = {name: one.lower or 0 for name, one in told.items()}
    truth |= {highest(name): one.upper for name, one in told.items() if one.upper is not None}
    rest = truth.get(figure(WHOLE), 0)
    for one in parts.indicators:
        if one.kind == "participations":
            adds = zip(one.actions, one.adds, strict=True)
            beside = sum(add.lower or 0 for key, add in adds if key.startswith("coaching:"))
            truth["coached", one.code], truth["events", one.code] = beside, truth[indicator(one.code)] - beside
            rest -= truth["events", one.code]
    truth["under none", ""] = rest
    for pair in differences(truth):
        whole, part = pair if truth[pair[0]] >= truth[pair[1]] else pair[::-1]
        truth["only", whole, part] = truth[whole] - truth[part]
    if all((CROSSERS, way) in truth for way in WAYS):
        truth["both ways", ""] = sum(truth[CROSSERS, way] for way in WAYS) - truth[figure(CROSSERS)]
    return {name: number for name, number in truth.items() if number >= 0}


def differences(truth):
    """Yield the pairs of numbers of which the second counts people of the first, so that what is left is people."""
    for whole, part in NESTED:
        yield from _if_known(truth, figure(whole), figure(part))
    for table, code in [name for name in truth if len(name) == 2]:
        if table == "indicators":
            yield from _if_known(truth, figure(PERSONS), indicator(code)) if code.startswith("CO") else ()
        if table == "coached":
            yield from _if_known(truth, figure(COACHED), ("coached", code))
    for way, other in (WAYS, WAYS[::-1]):
        yield from _if_known(truth, (CROSSINGS, way), (CROSSERS, way))
        yield from _if_known(truth, figure(CROSSERS), (CROSSERS, other))


def _if_known(truth, whole, part):
    if whole in truth and part in truth:
        yield whole, part


def statements(truth):
    """Yield what everybody may know: a number, and numbers that add up to it."""
    codes = [name[1] for name in truth if name[0] == "events"]
    yield figure(WHOLE), [("events", code) for code in codes] + [("under none", "")]
    for code in codes:
        yield indicator(code), [("events", code), ("coached", code)]
    for one in truth:
        if one[0] == "only":
            _only, whole, part = one
            yield whole, [part, one]
        if one[0] == "indicators" and one[1].startswith("CO"):
            yield highest(one), [highest(figure(PERSONS)), highest(figure(COACHED))]
    yield figure(COACHED), [("coached", code) for code in codes]
    yield figure(CROSSINGS), [(CROSSINGS, way) for way in WAYS]
    for way, other in (WAYS, WAYS[::-1]):
        yield (CROSSERS, way), [("only", figure(CROSSERS), (CROSSERS, other)), ("both ways", "")]


class Attack:
    """Hold what is known of each unknown of one half-year: the least and the most that it can be."""

    def __init__(self, rows, truth):
        self.least, self.most = defaultdict(int), defaultdict(lambda: inf)
        self.truth, self.masked, self.told, self.sums = truth, set(), set(), []
        for row in rows:
            self._read(row)
        for whole, parts in statements(truth):
            self._state(whole, parts)
        for table in TABLES:
            self._add_up(table, [row for row in rows if row["table"] == table])
        self._narrow()

    def leaks(self):
        """Return what was given away: masked numbers, and numbers of people from 1 to 4, with their one value."""
        secrets = self.masked | {name for name in self.truth if name not in self.told}
        found = {}
        for name in secrets:
            least, most = self.least[name], self.most[name]
            value = self.truth.get(name)
            assert value is None or least <= value <= most, f"{name} is {value}, and not from {least} to {most}"
            if least == most and most > 0 and (name in self.masked or most in SMALL):
                found[name] = most
        return found

    @property
    def known(self):
        """Return all numbers that are known by now, those that are told among them."""
        return {name: self.least[name] for name in self.truth if self.least[name] == self.most[name]}

    def _read(self, row):
        name = row["table"], row["code"]
        if row["masked"] == "yes":
            if row["code"] != "*":
                self.masked.add(name)
            else:
                self.masked.update(one for one in self.truth if one[0] == row["table"])
            return
        self.told.update((name, highest(name)))
        least, most = row["at_least"] or 0, row["at_most"]
        self.least[name] = self.most[name] = int(least)
        if most not in (None, ""):
            self.least[highest(name)] = self.most[highest(name)] = int(most)

    def _state(self, whole, parts):
        names = [whole, *parts]
        if not all(name in self.truth for name in names):
            return
        together = sum(self.truth[name] for name in parts)
        if self.truth[whole] >= together:
            self.sums.append({whole: 1, **dict.fromkeys(parts, -1)})
        if self.truth[whole] <= together:
            self.sums.append({whole: -1, **dict.fromkeys(parts, 1)})

    def _add_up(self, table, rows):
        """Note that the rows of a table add up to the participations. One that is named is not 0; of a table that is
        withheld nobody knows the rows."""
        names = [(table, row["code"]) for row in rows if row["code"] != "*"]
        if names:
            self._state(figure(WHOLE), names)
            for name in names:
                self.least[name] = max(1, self.least[name])

    def _narrow(self):
        changed = True
        while changed:
            changed = False
            for terms in self.sums:
                for name, sign in terms.items():
                    others = sum(self._end(other, terms[other]) for other in terms if other != name)
                    if others == inf:
                        continue
                    if sign > 0 and -others > self.least[name]:
                        self.least[name], changed = -others, True
                    if sign < 0 and others < self.most[name]:
                        self.most[name], changed = others, True

    def _end(self, name, sign):
        return sign * (self.most[name] if sign > 0 else self.least[name])
