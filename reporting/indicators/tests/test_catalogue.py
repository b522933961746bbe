"""The programme's indicators as the sources tell them, counted by hand."""

import pytest
from django.conf import settings
from django.utils.translation import override

from hacktiv.common.languages import CODES
from reporting.core.figures import ADDITIVE
from reporting.enums import Kind
from reporting.indicators import catalogue
from reporting.indicators.catalogue import CountedFrom, Need

#: Code, kind, where it is counted from, and whether it is a result, as the programmes define them.
OF_2021 = [
    ("RCO81", "participations", "actions", False),
    ("RCO115", "events", "actions", False),
    ("RCO85", "participations", "actions", False),
    ("RCR81", "completions", "completions", True),
    ("RCO87", "organisations", "agreement", False),
    ("RCO83", "outputs", "outputs", False),
    ("RCO84", "outputs", "outputs", False),
    ("RCO116", "outputs", "outputs", False),
    ("RCR84", "outputs", "outputs", True),
]
EVERY = [one for period in catalogue.PERIODS for one in period.indicators]


def of_2021(code):
    return catalogue.indicator("2021-2027", code)


def test_the_indicators_of_2021_are_nine():
    rows = [
        (one.code, one.kind, one.counted_from, one.is_result) for one in catalogue.of_period("2021-2027").indicators
    ]
    assert rows == OF_2021


def test_those_of_2014_count_participants_and_are_to_be_confirmed():
    rows = catalogue.of_period("2014-2020").indicators
    assert [(one.code, one.kind, one.to_be_confirmed) for one in rows] == [
        ("CO43", Kind.PERSONS, True),
        ("CO44", Kind.PERSONS, True),
        ("CO45", Kind.PERSONS, True),
        ("CO46", Kind.PERSONS, True),
    ]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("RCO81", "Participations in joint actions across borders"),
        ("RCO115", "Public events across borders jointly organised"),
        ("RCO85", "Participations in joint training schemes"),
        ("RCR81", "Completions of joint training schemes"),
        ("RCO87", "Organisations cooperating across borders"),
        ("RCO83", "Strategies and action plans jointly developed"),
        ("RCO84", "Pilot actions developed jointly and implemented in projects"),
        ("RCO116", "Jointly developed solutions"),
        ("RCR84", "Organisations cooperating across borders after project completion"),
    ],
)
def test_the_official_name_is_the_programmes_own(code, name):
    assert of_2021(code).names["en"] == name


def test_names_outside_the_programmes_languages_are_marked_as_ours():
    assert {one.ours for one in EVERY} == {frozenset({"fr", "nl"})}
    assert {"en"} == set(CODES) - catalogue.OURS == set(settings.LANGUAGES_OF_INDICATORS)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.code)
def test_each_indicator_says_its_name_unit_rule_and_source(one):
    for language in CODES:
        with override(language):
            assert all((str(one.name), str(one.unit), str(one.rule), one.source))


def test_an_indicator_of_another_period_is_none_of_this_one():
    with pytest.raises(KeyError):
        catalogue.indicator("2014-2020", "RCO81")
    with pytest.raises(KeyError):
        catalogue.indicator("2021-2027", "CO44")
    with pytest.raises(KeyError):
        catalogue.of_period("2007-2013")


def test_exclusions_go_both_ways_and_stay_in_their_period():
    for period in catalogue.PERIODS:
        known = {one.code: one for one in period.indicators}
        assert len(known) == len(period.indicators)
        for one in known.values():
            assert all(one.code in known[other].excludes for other in one.excludes)
            assert all(one.code in known[other].mixed_with for other in one.mixed_with)
            assert one.mixed_with <= one.excludes
            assert not one.part_of or one.part_of in known


def test_one_session_counts_as_action_or_as_training_and_never_as_public_event_too():
    assert of_2021("RCO81").excludes == {"RCO115", "RCO85"}
    assert (of_2021("RCO115").excludes, of_2021("RCO85").excludes) == ({"RCO81"}, {"RCO81"})


def test_a_mixed_event_has_a_part_of_each():
    mixed = {one.code: set(one.mixed_with) for one in EVERY if one.mixed_with}
    assert mixed == {"RCO81": {"RCO115"}, "RCO115": {"RCO81"}}


def test_what_each_indicator_of_actions_asks_of_one():
    needs = {one.code: set(one.needs) for one in catalogue.of_period("2021-2027").indicators if one.is_of_actions}
    assert needs == {
        "RCO81": {Need.JOINT, Need.NOT_PUBLIC, Need.NOT_INTERNAL},
        "RCO115": {Need.JOINT, Need.PUBLIC, Need.ADVERTISED, Need.NOT_INTERNAL},
        "RCO85": {Need.JOINT, Need.TRAINING, Need.NOT_INTERNAL},
    }
    assert all(not one.needs for one in EVERY if one.counted_from != CountedFrom.ACTIONS)


def test_completions_are_a_part_of_the_participations_in_training():
    assert {one.code: one.part_of for one in EVERY if one.part_of} == {"RCR81": "RCO85"}


def test_organisations_and_persons_never_add_up():
    assert {one.code for one in EVERY if one.kind not in ADDITIVE} == {"RCO87", "CO43", "CO44", "CO45", "CO46"}


def test_a_title_says_that_its_name_is_to_be_confirmed():
    with override("en"):
        assert catalogue.indicator("2014-2020", "CO43").title.endswith("(to be confirmed)")
        assert of_2021("RCO81").title == "RCO81 Participations in joint actions across borders"
