"""Tell the indicators of actions in a report: decided, undecided, contradicted, counted twice, corrected."""

import csv
import io
import json

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from events.enums import Audience
from events.models import Event
from hacktiv.common.bounds import Bounds
from reporting.building.queries.codec import from_payload, to_payload
from reporting.building.queries.content import Action
from reporting.building.queries.versions import report_of
from reporting.classifying.tests.actions import closed_action, public_action
from reporting.closing.tests.test_closing import closed
from reporting.models import Classification
from reporting.outputs.renderers import as_csv, as_json, as_xlsx
from reporting.outputs.renderers.classification import proposed, why
from reporting.tests.builds import draft, report
from reporting.tests.factories import (
    ClassificationFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    PeriodFactory,
    ProjectFactory,
    ProjectIndicatorFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne"))


@pytest.fixture
def project(period):
    return period.project


def data_of(project):
    with override("en"):
        return as_json.as_data(report(project))


def test_undecided_actions_are_listed_with_what_is_proposed(project):
    coaching = CountedCoachingFactory(project=project)
    action, unknown = closed_action(project), public_action(project, is_advertised=False)
    ClassificationFactory(action=closed_action(project))
    built = report(project)
    with override("en"):
        told = [(part.slug, proposed(part), why(part)) for part in built.unclassified]
    joint = "joint: Ardenne Métropole, BEP"
    assert told == [
        (coaching.coaching.slug, "under no indicator", "individual coaching"),
        (action.event.slug, told[1][1], f"{joint}; not open to everybody"),
        (unknown.event.slug, "nothing", f"{joint}; open to everybody; missing: a proof that it was advertised"),
    ]
    assert told[1][1].startswith("RCO81 ")
    assert data_of(project)["unclassified"] == [
        {"slug": one.thing.slug, "title": one.thing.title_en or one.thing.title_fr}
        for one in (coaching, action, unknown)
    ]


def test_each_action_tells_its_indicators_the_main_one_first(project):
    mixed, none, undecided = public_action(project), closed_action(project), closed_action(project)
    ClassificationFactory(action=mixed, indicator="RCO115")
    ClassificationFactory(action=mixed, indicator="RCO81", lower=12, upper=12, reason_fr="Matin entre partenaires")
    ClassificationFactory(action=none, indicator="")
    told = {
        action["title"]: (action["indicator"], action["indicators"], action["closed_part"], action["indicator_reason"])
        for action in data_of(project)["actions"]
    }
    assert told == {
        mixed.event.title_en: ("RCO81", ["RCO81", "RCO115"], {"lower": 12, "upper": 12}, "Matin entre partenaires"),
        none.event.title_en: (None, [], None, "Entre membres des deux versants"),
        undecided.event.title_en: (None, [], None, None),
    }


def test_records_that_change_afterwards_contradict_a_decision(project):
    action = closed_action(project)
    ClassificationFactory(action=action)
    assert data_of(project)["misclassified"] == []
    Event.objects.filter(pk=action.event_id).update(audience=Audience.PUBLIC)
    action.event.organisers.filter(country="FR").delete()
    (told,) = data_of(project)["misclassified"]
    assert (told["slug"], told["indicators"]) == (action.event.slug, ["RCO81"])
    assert [reason.partition(": ")[2].partition(".")[0] for reason in told["reasons"]] == [
        "the action is not joint",
        "the event is public",
    ]


def test_an_action_of_two_projects_is_listed_in_both(project):
    action = closed_action(project)
    other = ProjectFactory(slug="coffee")
    CountedEventFactory(project=other, event=action.event, twice_because="Payé par les deux")
    CountedEventFactory(project=ProjectFactory(is_example=True), event=action.event)
    CountedEventFactory(project=ProjectFactory(), event=action.event, counts=False)
    PeriodFactory(project=other)
    for asked, named in ((project, "coffee"), (other, "ardenne")):
        (double,) = data_of(asked)["doubles"]
        assert double["projects"] == [named]
        assert double["reason"] == "Payé par les deux"
        assert len(data_of(asked)["actions"]) == 1


def test_tables_of_every_format_tell_them(project):
    action = closed_action(project, title_en="Film workshop", audience=Audience.PUBLIC)
    ClassificationFactory(action=action)
    closed_action(project, title_en="Photo walk")
    CountedEventFactory(project=ProjectFactory(title_en="Coffee"), event=action.event)
    built = report(project)
    with override("en"):
        rows = list(csv.reader(io.StringIO(as_csv.render(built).decode("utf-8-sig")), delimiter=";"))
        book = load_workbook(io.BytesIO(as_xlsx.render(built)))
    sections = ["Actions whose indicator is not decided", "Indicators that the records contradict"]
    sections += ["Indicators that the project has not chosen", "Actions that another project counts too"]
    titles = [row[0] for row in rows if row]
    assert [title for title in titles if title in sections] == sections
    sheets = ["Indicator to be decided", "Indicators contradicted", "Indicators not chosen", "In two projects"]
    assert [name for name in book.sheetnames if name in sheets] == sheets
    written = {name: [cell.value for row in book[name].iter_rows() for cell in row] for name in sheets}
    assert "Photo walk" in written[sheets[0]]
    assert "Film workshop" in written[sheets[1]]
    assert "Film workshop" in written[sheets[2]]
    assert "Coffee" in written[sheets[3]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda row: row.delete(), [("indicator", ("RCO81",), ())]),
        (lambda row: set_to(row, indicator="RCO85"), [("indicator", ("RCO81",), ("RCO85",))]),
        (lambda row: set_to(row, indicator=""), [("indicator", ("RCO81",), ("",))]),
        (
            lambda row: (set_to(row, lower=3, upper=3), ClassificationFactory(action=row.action, indicator="RCO115")),
            [("indicator", ("RCO81",), ("RCO81", "RCO115")), ("closed_part", None, Bounds(3, 3))],
        ),
        (lambda row: set_to(row, reason_fr="Dit autrement"), []),
    ],
)
def test_a_classification_that_changes_after_closing_is_a_correction(period, change, expected):
    row = ClassificationFactory(action=closed_action(period.project))
    closed(period, reason="Essai")
    change(row)
    found = report_of(draft(period)).corrections
    told = [(one.what, one.said, one.known) for one in found if one.what in {"indicator", "closed_part"}]
    assert [
        (what, said.codes, known.codes) if what == "indicator" else (what, said.value, known.value.bounds)
        for what, said, known in told
    ] == expected


def test_a_coaching_that_is_classified_after_closing_is_a_correction(period):
    action = CountedCoachingFactory(project=period.project)
    closed(period, reason="Essai")
    ClassificationFactory(action=action, indicator="RCO85")
    told = [one for one in report_of(draft(period)).corrections if one.what == "indicator"]
    assert [(one.said.codes, one.known.codes) for one in told] == [((), ("RCO85",))]


def test_what_counts_under_an_indicator_that_is_not_chosen_is_told(project):
    action, other = closed_action(project, title_en="Film workshop"), public_action(project)
    ClassificationFactory(action=action)
    ClassificationFactory(action=other, indicator="RCO115")
    ProjectIndicatorFactory(project=project, code="RCO115")
    assert data_of(project)["unchosen"] == [
        {
            "code": "RCO81",
            "name": "Participations in joint actions across borders",
            "actions": [{"slug": action.event.slug, "title": "Film workshop"}],
            "outputs": [],
        }
    ]
    ProjectIndicatorFactory(project=project)
    assert data_of(project)["unchosen"] == []


def test_an_older_report_keeps_its_one_indicator(project):
    ClassificationFactory(action=closed_action(project))
    payload = to_payload(report(project))
    for action in payload["report"]["actions"]:
        del action["classified"]
    for name in ("unclassified", "misclassified", "unchosen", "doubles"):
        del payload["report"][name]
    (action,) = from_payload(payload).actions
    assert isinstance(action, Action)
    assert (action.indicator, action.codes) == ("RCO81", ("RCO81",))
    assert json.loads(as_json.render(from_payload(payload)))["actions"][0]["indicators"] == ["RCO81"]


def set_to(row, **values):
    Classification.objects.filter(pk=row.pk).update(**values)
