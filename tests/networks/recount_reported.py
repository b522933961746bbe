"""Count again what was reported before a half-year, and look for what changed since a report was closed."""

from .recount import ATTRIBUTES, FIGURES, NOBODY, Stretch, shown, summed
from .recount_crossings import CROSSING_FIGURES, figures_of_crossings
from .recount_indicators import figures_of_indicators

#: What is told beside the programme's indicators.
CODES = frozenset({*FIGURES, *CROSSING_FIGURES})


def figures_of(project, meetings, crossings, periods):
    """Return all figures and indicators of some half-years in a row, by code."""
    figures = Stretch.of(meetings, periods).figures() | figures_of_crossings(crossings, periods)
    return figures | figures_of_indicators(project, meetings, periods)


def is_of_persons(code):
    return code == "NET-PERSONS" or "CROSSERS" in code or code.startswith("CO4")


def previously(reckon, before, closed):
    """« Previously reported is what closed reports told of the half-years before, the last version of each […]. What
    adds up is the sum of their half-years; persons are the total so far of the last of them. A half-year of which no
    report was closed here is told by today's records […]; persons since the last closed report may be those reported
    or others. »

    `reckon` returns the figures of some half-years in a row by today's records; `closed` has those of closed reports.
    """
    told = [period for period in before if period.pk in closed]
    if not told:
        return reckon(before)
    since = reckon([period for period in before if period.starts_on > told[-1].starts_on])
    gaps = [reckon(run) for run in _runs(before, closed)]
    single = [reckon([period]) for period in before if period.pk not in closed]
    found = {}
    for code in since:
        if code == "RCO87":
            # « half-years are not added »: as it was told last, or as it is if there was a half-year since.
            found[code] = since[code] if since[code][1] else closed[told[-1].pk]["total"][code]
        elif is_of_persons(code):
            found[code] = _united(closed[told[-1].pk]["total"][code], since[code])
        else:
            unreported = single if code in CROSSING_FIGURES else gaps
            reported = [closed[period.pk]["current"][code] for period in told]
            found[code] = shown(summed([*reported, *(each[code] for each in unreported)]))
    return found


def _runs(before, closed):
    """Return the half-years of which no report was closed, those in a row together."""
    runs = [[]]
    for period in before:
        if period.pk in closed:
            runs.append([])
        else:
            runs[-1].append(period)
    return [run for run in runs if run]


def _united(told, since):
    upper = None if None in (told[1], since[1]) else told[1] + since[1]
    return shown((max(told[0] or 0, since[0] or 0), upper))


def pair(count):
    """Return the bounds of a count in JSON; a count of which nothing is said has none."""
    return (count["lower"], count["upper"]) if isinstance(count, dict) and "lower" in count else (None, None)


def values_of(data):
    """Return the figures and indicators of a report in JSON: for each column the bounds by code."""
    figures = [one for one in (*data["figures"], *data["supplementary_figures"]) if one["code"] in CODES]
    return {
        when: {figure["code"]: pair(figure[when]) for figure in (*figures, *data["indicators"])}
        for when in ("previous", "current", "total")
    }


def cells_of(data):
    return {(row["by"], row["value"]): pair(row) for row in data["breakdowns"]}


def untold(then, now, corrections):
    """Return what a closed report told `then` and the records tell otherwise `now`, and no correction says.

    « What is corrected after closing appears under corrections […]: counts and what stands behind them, every figure
    that its parts do not explain […], the breakdowns of named lists »."""
    said = {(one["what"], pair(one["before"]), pair(one["after"])) for one in corrections}
    kinds = {one["what"] for one in corrections}
    missing = []
    before, after = values_of(then), values_of(now)
    for when, code, names in (*_told_as_a_whole(), *_indicators_told(then)):
        counts = before[when][code], after[when][code]
        if counts[0] != counts[1] and not any((name, *counts) in said for name in names):
            missing.append((when, code, *counts))
    for code, kind in (("NET-PARTICIPATIONS", "participations"), ("NET-ACTIONS", "events")):
        if before["current"][code] != after["current"][code] and kind not in kinds:
            missing.append((code, before["current"][code], after["current"][code]))
    old, new = cells_of(then), cells_of(now)
    for cell in sorted(old.keys() | new.keys()):
        if old.get(cell, NOBODY) != new.get(cell, NOBODY) and not kinds & _tellers(cell):
            missing.append((cell, old.get(cell), new.get(cell)))
    if _without_moments(then) != _without_moments(now) and not kinds & {"crossing_parts", "crossings"}:
        missing.append("the list of crossings")
    return missing


def _told_as_a_whole():
    """Yield the column and the code of what corrections tell as it stands, with the names by which they may do so."""
    yield "current", "NET-PERSONS", ("persons",)
    yield "total", "NET-PERSONS", ("persons_so_far", "persons")
    yield "total", "NET-CROSSERS", ("crossers_so_far", "crossers")
    for way in ("-BE-FR", "-FR-BE"):
        yield "current", f"NET-CROSSINGS{way}", ("crossings",)
        yield "current", f"NET-CROSSERS{way}", ("crossers",)
        yield "total", f"NET-CROSSERS{way}", ("crossers_so_far", "crossers")


def _indicators_told(data):
    """Yield the same of the indicators; what never adds up is told so far as well."""
    for one in data["indicators"]:
        yield "current", one["code"], ("counted",)
        if is_of_persons(one["code"]):
            yield "total", one["code"], ("counted_so_far", "counted")


def _tellers(cell):
    """Return the kinds of correction of which each tells that a cell changed: « unknown » follows from the counts."""
    by, value = cell
    if by == "records":
        return {*ATTRIBUTES, "participations", "persons"}
    return {by, "participations", "persons"} if value == "unknown" else {by}


def _without_moments(data):
    return sorted(str(sorted(one.items())) for one in data["crossings"])
