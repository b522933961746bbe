"""List the programme's indicators, by programming period: dated configuration, without a table in the database.

What a project aims at (baseline, target) are rows (`ProjectIndicator`); the rules are code, each with a test counted by
hand. How to add an indicator: docs/how-to.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hacktiv.common.languages import CODES, in_each_language

from ..enums import Kind, ProgrammingYears

#: The languages in which the names below are our own translation: the programme publishes them in the others.
OURS = frozenset(CODES) - frozenset(settings.LANGUAGES_OF_INDICATORS)


class CountedFrom(StrEnum):
    """The records from which an indicator is counted."""

    #: Actions that the coordinator classified under it.
    ACTIONS = "actions"
    #: The partners and associated partners of the project.
    AGREEMENT = "agreement"
    #: Outputs of the project: each has a title, a day on which it was finished, and its evidence.
    OUTPUTS = "outputs"
    #: Documented completions, which nobody records yet: until then the figure is unknown.
    COMPLETIONS = "completions"


class Need(StrEnum):
    """A quality that an action must have to count under an indicator."""

    JOINT = "joint"
    PUBLIC = "public"
    NOT_PUBLIC = "not_public"
    ADVERTISED = "advertised"
    TRAINING = "training"
    NOT_INTERNAL = "not_internal"


@dataclass(frozen=True)
class IndicatorType:
    """One indicator of a programme.

    `name` is the programme's own English text; in the languages of `ours` it is our translation. `excludes` are the
    codes under which the same session never counts too. `mixed_with` are those of them that the other part of a mixed
    event may have, one that has a closed and a public part. What counts under it counts under `part_of` already.
    """

    code: str
    name: Promise
    kind: Kind
    unit: Promise
    rule: Promise
    source: str
    counted_from: CountedFrom
    needs: frozenset[Need] = frozenset()
    excludes: frozenset[str] = frozenset()
    mixed_with: frozenset[str] = frozenset()
    part_of: str = ""
    is_result: bool = False
    to_be_confirmed: bool = False
    ours: frozenset[str] = field(default=OURS)

    @property
    def names(self) -> dict[str, str]:
        """Return the name by language."""
        return in_each_language(self.name)

    @property
    def title(self) -> str:
        """Return the code with the name in the active language, which says where it is not confirmed."""
        title = f"{self.code} {self.name}"
        return gettext("%(indicator)s (to be confirmed)") % {"indicator": title} if self.to_be_confirmed else title

    @property
    def is_of_actions(self) -> bool:
        """Return whether actions are classified under it; the others are counted from other records."""
        return self.counted_from == CountedFrom.ACTIONS


@dataclass(frozen=True)
class ProgrammingPeriod:
    """The years of one programme, with its indicators in the programme's order. Both days are included."""

    code: str
    starts_on: date
    ends_on: date
    name: Promise
    source: str
    indicators: tuple[IndicatorType, ...]

    @property
    def names(self) -> dict[str, str]:
        """Return the name by language."""
        return in_each_language(self.name)


_SOURCE_2021 = "Regulation (EU) 2021/1058, Annex I"
_SOURCE_2014 = "Regulation (EU) No 1299/2013, Annex"

_OF_2021 = (
    IndicatorType(
        code="RCO81",
        name=_("Participations in joint actions across borders"),
        kind=Kind.PARTICIPATIONS,
        unit=_("participations"),
        rule=_(
            "Attendance at joint actions that are not public: the same person in three actions is three. Internal "
            "meetings of the project do not count. Of a mixed event the persons of its closed part count."
        ),
        source=_SOURCE_2021,
        counted_from=CountedFrom.ACTIONS,
        needs=frozenset({Need.JOINT, Need.NOT_PUBLIC, Need.NOT_INTERNAL}),
        excludes=frozenset({"RCO115", "RCO85"}),
        mixed_with=frozenset({"RCO115"}),
    ),
    IndicatorType(
        code="RCO115",
        name=_("Public events across borders jointly organised"),
        kind=Kind.EVENTS,
        unit=_("events"),
        rule=_(
            "Joint events that are open to all citizens of the area and publicly advertised. The public part of a "
            "mixed event is one event."
        ),
        source=_SOURCE_2021,
        counted_from=CountedFrom.ACTIONS,
        needs=frozenset({Need.JOINT, Need.PUBLIC, Need.ADVERTISED, Need.NOT_INTERNAL}),
        excludes=frozenset({"RCO81"}),
        mixed_with=frozenset({"RCO81"}),
    ),
    IndicatorType(
        code="RCO85",
        name=_("Participations in joint training schemes"),
        kind=Kind.PARTICIPATIONS,
        unit=_("participations"),
        rule=_("Registrations for joint training. The same session never counts under RCO81 as well."),
        source=_SOURCE_2021,
        counted_from=CountedFrom.ACTIONS,
        needs=frozenset({Need.JOINT, Need.TRAINING, Need.NOT_INTERNAL}),
        excludes=frozenset({"RCO81"}),
    ),
    IndicatorType(
        code="RCR81",
        name=_("Completions of joint training schemes"),
        kind=Kind.COMPLETIONS,
        unit=_("completions"),
        rule=_("Documented completions of joint training. They are a part of RCO85, and never added to it."),
        source=_SOURCE_2021,
        counted_from=CountedFrom.COMPLETIONS,
        part_of="RCO85",
        is_result=True,
    ),
    IndicatorType(
        code="RCO87",
        name=_("Organisations cooperating across borders"),
        kind=Kind.ORGANISATIONS,
        unit=_("organisations"),
        rule=_("The partners and associated partners of the agreement, once per project: half-years are not added."),
        source=_SOURCE_2021,
        counted_from=CountedFrom.AGREEMENT,
    ),
    IndicatorType(
        code="RCO83",
        name=_("Strategies and action plans jointly developed"),
        kind=Kind.OUTPUTS,
        unit=_("strategies or action plans"),
        rule=_("Each strategy or action plan that organisations of at least two countries developed and finished."),
        source=_SOURCE_2021,
        counted_from=CountedFrom.OUTPUTS,
    ),
    IndicatorType(
        code="RCO84",
        name=_("Pilot actions developed jointly and implemented in projects"),
        kind=Kind.OUTPUTS,
        unit=_("pilot actions"),
        rule=_("Each pilot action that is both implemented and finished; until then it counts 0."),
        source=_SOURCE_2021,
        counted_from=CountedFrom.OUTPUTS,
    ),
    IndicatorType(
        code="RCO116",
        name=_("Jointly developed solutions"),
        kind=Kind.OUTPUTS,
        unit=_("solutions"),
        rule=_("Each solution that organisations of at least two countries developed and finished."),
        source=_SOURCE_2021,
        counted_from=CountedFrom.OUTPUTS,
    ),
    IndicatorType(
        code="RCR84",
        name=_("Organisations cooperating across borders after project completion"),
        kind=Kind.OUTPUTS,
        unit=_("organisations"),
        rule=_("Each organisation that goes on cooperating by a formal agreement."),
        source=_SOURCE_2021,
        counted_from=CountedFrom.OUTPUTS,
        is_result=True,
    ),
)


def _participants(code: str, name: Promise, needs: frozenset[Need] = frozenset()) -> IndicatorType:
    """Return an indicator of 2014–2020. Their names are not confirmed, and the coordinator says what counts."""
    return IndicatorType(
        code=code,
        name=name,
        kind=Kind.PERSONS,
        unit=_("participants"),
        rule=_("Each participant once, in the actions that the coordinator chooses."),
        source=_SOURCE_2014,
        counted_from=CountedFrom.ACTIONS,
        needs=needs,
        to_be_confirmed=True,
    )


_EQUALITY = _(
    "Participants in projects promoting gender equality, equal opportunities and social inclusion across borders"
)

_OF_2014 = (
    _participants("CO43", _("Participants in cross-border mobility initiatives")),
    _participants("CO44", _("Participants in joint local employment initiatives and joint training")),
    _participants(
        "CO45",
        _EQUALITY,
    ),
    _participants(
        "CO46",
        _("Participants in joint education and training schemes to support youth employment across borders"),
    ),
)

PERIODS = (
    ProgrammingPeriod(
        code=ProgrammingYears.FROM_2014.value,
        starts_on=date(2014, 1, 1),
        ends_on=date(2020, 12, 31),
        name=_("Programmes of 2014–2020"),
        source=_SOURCE_2014,
        indicators=_OF_2014,
    ),
    ProgrammingPeriod(
        code=ProgrammingYears.FROM_2021.value,
        starts_on=date(2021, 1, 1),
        ends_on=date(2027, 12, 31),
        name=_("Programmes of 2021–2027"),
        source=_SOURCE_2021,
        indicators=_OF_2021,
    ),
)


def of_period(code: str) -> ProgrammingPeriod:
    """Return the programming period of this code. Raises KeyError."""
    return {period.code: period for period in PERIODS}[code]


def indicator(period: str, code: str) -> IndicatorType:
    """Return an indicator of a programming period, both by code. Raises KeyError for one of another period."""
    return {one.code: one for one in of_period(period).indicators}[code]


def title_of(code: str) -> str:
    """Return the code with the name of an indicator of any programming period; a code of none as it is."""
    return next((one.title for period in PERIODS for one in period.indicators if one.code == code), code)
