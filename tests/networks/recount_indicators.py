"""Count the programme's indicators again from plain rows, and say by the programme's table which of them an action may
count under.

`PROGRAMMES` repeats that table, by hand; the rules are those of docs/reporting.md.
"""

from dataclasses import dataclass

from reporting.models import Output, Partner, ProjectIndicator

from .recount import NOBODY, UNKNOWN, Stretch, common, participations_of, shown, summed

#: By programming period: each indicator that the networks use, with what it counts.
PROGRAMMES = {
    "2014-2020": {"CO43": "persons", "CO45": "persons"},
    "2021-2027": {
        "RCO81": "participations",
        "RCO115": "events",
        "RCO85": "participations",
        "RCR81": "completions",
        "RCO87": "organisations",
        "RCO84": "outputs",
        "RCO116": "outputs",
        "RCR84": "outputs",
    },
}
#: Those under which actions count.
OF_ACTIONS = ("RCO81", "RCO115", "RCO85", "CO43", "CO45")


@dataclass(frozen=True)
class Nature:
    """The facts of a meeting before anybody decides on it; None is unknown."""

    is_joint: bool | None
    is_public: bool | None
    kind: str


def may_count(codes, nature, programme, closed_part=None, most=None):
    """Tell whether an action may count under these indicators. `most` are the participations of the whole event.

    « RCO81: joint actions that are not public; internal project meetings do not count; excludes RCO115. RCO115: joint,
    open to all citizens of the area. RCO85: never also RCO81 for the same session. A mixed event counts its closed
    part's persons in RCO81 and its public part as one event here. » What nobody knows, the coordinator may decide; any
    action may have been a training, too."""
    if programme == "2014-2020":
        return closed_part is None and set(codes) <= set(PROGRAMMES[programme])
    if not set(codes) <= {"RCO81", "RCO115", "RCO85"}:
        return False
    is_mixed = {"RCO81", "RCO115"} <= set(codes)
    allowed = (
        (not codes or (nature.is_joint is not False and nature.kind != "project-meeting"))
        and ("RCO115" not in codes or nature.is_public is not False)
        and ("RCO81" not in codes or is_mixed or nature.is_public is not True)
        and ("RCO81" not in codes or nature.kind != "training")
        and not {"RCO81", "RCO85"} <= set(codes)
        and is_mixed == (closed_part is not None)
    )
    return allowed and (closed_part is None or most is None or closed_part[0] <= most)


def figures_of_indicators(project, meetings, periods):
    """Return the indicators of some half-years in a row, of those that the project has chosen."""
    kinds = PROGRAMMES[project.programming_period]
    codes = ProjectIndicator.objects.filter(project=project).values_list("code", flat=True)
    return {code: shown(_counted(project, meetings, periods, code, kinds[code])) for code in codes}


def _counted(project, meetings, periods, code, kind):
    stretch = Stretch.of(meetings, periods).under(code)
    if kind == "events":
        return stretch.added(lambda meeting: meeting.times)
    if kind == "participations":
        return stretch.added(lambda meeting: _under(meeting, code))
    if kind == "persons":
        return stretch.persons()
    if not periods:
        return NOBODY
    if kind == "outputs":
        made = [
            output for output in Output.objects.filter(project=project, period__in=periods) if _is_made(output, code)
        ]
        return summed((1, 1) for _output in made)
    if kind == "organisations":
        # « partners and associates of the agreement, once per project »
        partners = Partner.objects.filter(project=project).count()
        return partners, partners
    # « completions are « non renseigné » until they are recorded »
    return UNKNOWN


def _under(meeting, code):
    """« Classification.lower/upper: how many participations of its closed part count under a participations
    indicator »: never more than came in all, unless the two contradict each other."""
    part, whole = meeting.codes[code], participations_of(meeting)
    if part is None:
        return whole
    return common(part, (0, whole[1])) or part


def _is_made(output, code):
    """« implemented and finished, else 0 » of pilot actions, « a formal agreement » of organisations that go on."""
    is_whole = {"RCO84": output.is_implemented, "RCR84": bool(output.agreement)}.get(code, True)
    return output.code == code and output.finished_on is not None and is_whole
