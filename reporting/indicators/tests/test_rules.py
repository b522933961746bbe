"""Propose indicators for an action with a reason, and refuse what the rules exclude; each case by hand."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from hacktiv.common.bounds import Bounds
from reporting.indicators.catalogue import of_period
from reporting.indicators.rules import Facts, Nature, Terms, in_order, propose, refusals

OF_2021 = Terms(of_period("2021-2027"))
AS_ACTIONS = replace(OF_2021, sessions_count_as="RCO81")
OF_2014 = Terms(of_period("2014-2020"))

BOTH_SIDES = (("Ardenne Métropole", "FR"), ("BEP", "BE"))
CLOSED = Facts(organisers=BOTH_SIDES, public=False, participations=Bounds.exactly(20))
PUBLIC = replace(CLOSED, public=True, advertised_on=date(2026, 11, 12), advertising_is_checked=True)
TRAINING = replace(CLOSED, nature=Nature.TRAINING)
INTERNAL = replace(CLOSED, nature=Nature.INTERNAL)
COACHING = Facts(Nature.COACHING, BOTH_SIDES, is_event=False)


def in_english(said):
    with override("en"):
        return said()


def proposed(facts, terms=OF_2021):
    """Return the codes, the reason and what is missing, in English."""
    proposal = propose(facts, terms)
    return in_english(lambda: (proposal.codes, proposal.reason, proposal.what_is_missing))


def refused(codes, facts, terms=OF_2021, part=None):
    return [refusal.code for refusal in refusals(codes, facts, terms, part)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (CLOSED, (("RCO81",), "joint: Ardenne Métropole, BEP; not open to everybody", "")),
        (
            PUBLIC,
            (
                ("RCO115",),
                "joint: Ardenne Métropole, BEP; open to everybody; advertised: proof added on 12\xa0November 2026",
                "",
            ),
        ),
        (
            replace(PUBLIC, advertising_is_checked=False),
            (
                ("RCO115",),
                "joint: Ardenne Métropole, BEP; open to everybody; "
                "advertised: proof added on 12\xa0November 2026, to be checked",
                "",
            ),
        ),
        (
            replace(PUBLIC, advertised_on=None),
            (None, "joint: Ardenne Métropole, BEP; open to everybody", "a proof that it was advertised"),
        ),
        (
            replace(CLOSED, public=None),
            (None, "joint: Ardenne Métropole, BEP", "whether it was open to everybody"),
        ),
        (
            replace(CLOSED, organisers=()),
            (None, "not open to everybody", "who organised it, and so whether it was joint"),
        ),
        (
            Facts(),
            (None, "", "who organised it, and so whether it was joint; whether it was open to everybody"),
        ),
        (
            replace(CLOSED, organisers=(("BEP", "BE"), ("FORSUD", "BE"))),
            ((), "not joint: BEP, FORSUD, of one country; not open to everybody", ""),
        ),
        (
            replace(CLOSED, joint_as_decided=False),
            ((), "not joint as decided: Ardenne Métropole, BEP; not open to everybody", ""),
        ),
        (
            replace(CLOSED, organisers=(("BEP", "BE"),), joint_as_decided=True),
            (("RCO81",), "joint as decided: BEP; not open to everybody", ""),
        ),
        (
            replace(CLOSED, organisers=(), joint_as_decided=True),
            (("RCO81",), "joint as decided; not open to everybody", ""),
        ),
        (TRAINING, (("RCO85",), "training; joint: Ardenne Métropole, BEP; not open to everybody", "")),
        (
            replace(TRAINING, public=None),
            (("RCO85",), "training; joint: Ardenne Métropole, BEP", ""),
        ),
        (
            INTERNAL,
            (
                (),
                "internal meeting of the project; joint: Ardenne Métropole, BEP; not open to everybody",
                "",
            ),
        ),
        (COACHING, ((), "individual coaching; joint: Ardenne Métropole, BEP", "")),
        (Facts(Nature.COACHING, is_event=False), ((), "individual coaching", "")),
    ],
)
def test_an_action_is_proposed_an_indicator_with_the_reason(facts, expected):
    assert proposed(facts) == expected


def test_training_counts_as_the_project_says():
    assert proposed(TRAINING, AS_ACTIONS)[0] == ("RCO81",)
    assert proposed(replace(PUBLIC, nature=Nature.TRAINING), AS_ACTIONS)[0] == ("RCO115",)


@pytest.mark.parametrize("facts", [CLOSED, PUBLIC, TRAINING, INTERNAL, COACHING, Facts()])
def test_of_2014_to_2020_nothing_is_proposed_but_the_reasons_told(facts):
    codes, reason, missing = proposed(facts, OF_2014)
    assert (codes, missing) == (None, "")
    assert reason.endswith("the coordination chooses the indicator")


@pytest.mark.parametrize(
    ("codes", "facts", "expected"),
    [
        (["RCO81"], CLOSED, []),
        (["RCO115"], PUBLIC, []),
        (["RCO85"], TRAINING, []),
        ([], INTERNAL, []),
        (["RCO81"], PUBLIC, ["not_public"]),
        (["RCO115"], CLOSED, ["public"]),
        (["RCO81"], replace(CLOSED, joint_as_decided=False), ["joint"]),
        (["RCO115"], replace(PUBLIC, organisers=(("BEP", "BE"),)), ["joint"]),
        (["RCO85"], replace(TRAINING, joint_as_decided=False), ["joint"]),
        (["RCO81"], INTERNAL, ["not_internal"]),
        (["RCO81"], TRAINING, ["one_session"]),
        (["RCO81", "RCO85"], CLOSED, ["excluded"]),
        (["RCO81", "RCO85"], TRAINING, ["one_session", "excluded"]),
        (["RCO85"], replace(CLOSED, nature=Nature.COACHING), ["training"]),
        (["RCR81"], TRAINING, ["never_by_hand"]),
        (["RCO87"], CLOSED, ["not_of_actions"]),
        (["CO43"], CLOSED, ["other_period"]),
        (["RCO99"], CLOSED, ["other_period"]),
        (["RCO81"], COACHING, ["coaching"]),
        # What the records do not say excludes nothing: the coordinator chooses with a word.
        (["RCO81"], replace(CLOSED, public=None), []),
        (["RCO81"], replace(CLOSED, organisers=()), []),
        (["RCO115"], replace(PUBLIC, advertised_on=None), []),
        (["RCO85"], CLOSED, []),
    ],
)
def test_what_the_rules_exclude_is_refused(codes, facts, expected):
    assert refused(codes, facts) == expected


@pytest.mark.parametrize(
    ("codes", "facts", "part", "expected"),
    [
        (["RCO81", "RCO115"], PUBLIC, Bounds.exactly(12), []),
        (["RCO115", "RCO81"], PUBLIC, Bounds.at_least(20), []),
        (["RCO81", "RCO115"], PUBLIC, None, ["closed_part"]),
        (["RCO81", "RCO115"], CLOSED, Bounds.exactly(12), ["public"]),
        (["RCO81", "RCO115"], PUBLIC, Bounds.exactly(21), ["larger_than_whole"]),
        (["RCO81", "RCO115"], replace(PUBLIC, participations=Bounds()), Bounds.exactly(21), []),
        (["RCO81"], CLOSED, Bounds.exactly(12), ["no_closed_part"]),
        ([], CLOSED, Bounds.exactly(12), ["no_closed_part"]),
    ],
)
def test_a_mixed_event_says_how_large_its_closed_part_is(codes, facts, part, expected):
    assert refused(codes, facts, part=part) == expected


def test_sessions_count_under_the_other_indicator_where_the_project_says_so():
    assert refused(["RCO81"], TRAINING, AS_ACTIONS) == []
    assert refused(["RCO85"], TRAINING, AS_ACTIONS) == ["one_session"]
    assert refused(["RCO85"], CLOSED, AS_ACTIONS) == ["one_session"]


def test_the_codes_of_2014_are_the_coordinators_choice():
    assert refused(["CO43", "CO44"], PUBLIC, OF_2014) == []
    assert refused(["CO46"], COACHING, OF_2014) == []
    assert refused(["RCO81"], CLOSED, OF_2014) == ["other_period"]


def test_a_refusal_names_the_indicator_and_the_way_out():
    (refusal,) = refusals(["RCO81"], PUBLIC, OF_2021)
    assert in_english(lambda: str(refusal)) == (
        "RCO81: the event is public. Such an event counts under RCO115, its closed part apart."
    )


def test_codes_stand_in_the_order_of_the_programme():
    assert in_order(["RCO85", "CO43", "XX", "RCO115", "RCO81"]) == ("CO43", "RCO81", "RCO115", "RCO85", "XX")
