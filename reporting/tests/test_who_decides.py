"""Refuse to anybody but a coordinator what only coordinators decide, whoever calls it."""

import inspect
import re
import sys

import pytest
from django.core.files.base import ContentFile

from events.tests.factories import HistoryEventFactory
from members.enums import NetworkRoleKind
from members.tests.factories import NetworkRoleFactory, UserFactory
from reporting.building.operations import request_build
from reporting.classifying import operations as classifying
from reporting.closing.operations import ask_closing, ask_file
from reporting.core.operations import write_comment, write_highlights
from reporting.core.rules import fingerprint_of
from reporting.counting import operations as counting
from reporting.errors import ReportingError
from reporting.evidence.operations import add_evidence, check_evidence, refuse_evidence, take_back_check
from reporting.indicators import operations as indicators
from reporting.models import (
    Classification,
    CountedAction,
    EvidenceFile,
    Period,
    PreparedFile,
    ProjectIndicator,
    ReportVersion,
    SectionComment,
)
from reporting.tests.builds import EachAnswered, draft
from reporting.tests.factories import CountedEventFactory, PeriodFactory, ProjectIndicatorFactory

pytestmark = pytest.mark.django_db

PROOF = b"%PDF-1.7\nUne liste.\n%%EOF\n"
ACTS = {
    "choose": lambda period, by: indicators.choose_indicator(project=period.project, code="RCO116", by=by),
    "change": lambda period, by: indicators.change_aim(
        project=period.project, code="RCO81", aim=indicators.Aim(target=5), seen="", by=by
    ),
    "drop": lambda period, by: indicators.drop_indicator(project=period.project, code="RCO81", by=by),
    "count": lambda period, by: counting.count_events(
        period=period, events=[HistoryEventFactory(earliest=period.starts_on, latest=period.starts_on)], by=by
    ),
    "uncount": lambda period, by: counting.take_back(period=period, actions=CountedAction.objects.all(), by=by),
    "classify": lambda period, by: classifying.classify(
        action=CountedAction.objects.get(), choice=classifying.Choice((), "Un mot"), by=by
    ),
    "accept": lambda period, by: classifying.accept_proposals(project=period.project, seen={}, by=by),
    "take back": lambda period, by: classifying.take_back(action=CountedAction.objects.get(), by=by),
    "close": lambda period, by: ask_closing(
        version=period.versions.get(),
        built_at=period.versions.get().built_at,
        reasons=EachAnswered(reason="Essai"),
        by=by,
    ),
    "highlight": lambda period, by: write_highlights(
        period=period, texts={"fr": "Un mot"}, seen=fingerprint_of(None), by=by
    ),
    "comment": lambda period, by: write_comment(
        period=period, section="indicators", texts={"fr": "Un mot"}, seen=fingerprint_of(None), by=by
    ),
    "build": lambda period, by: request_build(period=period, by=by),
    "add a proof": lambda period, by: add_evidence(period=period, file=ContentFile(PROOF + b"%", name="a.pdf"), by=by),
    "check a proof": lambda period, by: check_evidence(evidence=period.evidence.get(), by=by),
    "refuse a proof": lambda period, by: refuse_evidence(evidence=period.evidence.get(), reason="Illisible", by=by),
    "take back a check": lambda period, by: take_back_check(evidence=period.evidence.get(), by=by),
    "ask a file": lambda period, by: ask_file(version=period.versions.get(), kind="csv", language="fr", by=by),
}
TABLES = (
    Classification,
    CountedAction,
    EvidenceFile,
    Period,
    PreparedFile,
    ProjectIndicator,
    ReportVersion,
    SectionComment,
)


@pytest.fixture
def period():
    period = PeriodFactory()
    period.project.programming_period = "2021-2027"
    period.project.save()
    ProjectIndicatorFactory(project=period.project, code="RCO81")
    CountedEventFactory(project=period.project, declared=(3, 3))
    add_evidence(period=period, file=ContentFile(PROOF, name="liste.pdf"), by=None)
    draft(period)
    return period


def rows():
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["member", "facilitator"])
def test_nobody_else_decides(period, act, who):
    by = UserFactory() if who == "member" else NetworkRoleFactory(role=NetworkRoleKind.FACILITATOR).user
    before = rows()
    with pytest.raises(ReportingError) as refusal:
        ACTS[act](period, by)
    assert (refusal.value.code, rows()) == ("not_yours", before)


@pytest.mark.parametrize("act", ACTS)
def test_a_coordinator_is_asked_no_further(period, act):
    try:
        ACTS[act](period, UserFactory(coordinates=True))
    except ReportingError as refusal:
        assert (act, refusal.code) == ("change", "moved")


#: The functions by which an operation asks who acts: of what the coordination decides, and of a partner's own part.
ASKS = {"check_coordinates", "check_is_of", "part_to_tell", "_checked", "lock_actor"}


def test_each_operation_that_is_told_who_acts_asks_it():
    found = {}
    for module in [module for name, module in sys.modules.items() if re.match(r"reporting\.\w+\.operations\b", name)]:
        for name, value in inspect.getmembers(module, inspect.isfunction):
            is_public = not name.startswith("_") and value.__module__ == module.__name__
            if is_public and "by" in inspect.signature(value).parameters:
                found[name] = inspect.unwrap(value).__code__.co_names
    assert len(found) > 30
    assert {name for name, names in found.items() if ASKS.isdisjoint(names)} == set()
