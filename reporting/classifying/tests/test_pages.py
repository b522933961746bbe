"""The pages on which the coordinator classifies the actions of a half-year."""

import pytest
from django.urls import reverse

from events.enums import Audience
from events.models import Event
from members.tests.factories import UserFactory
from reporting.classifying.rules import mark_of
from reporting.closing.tests.test_closing import closed
from reporting.models import Classification
from reporting.tests.factories import ClassificationFactory, OutputFactory, PeriodFactory, ProjectFactory
from tests.pages import Page

from .actions import closed_action, public_action

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne"))


@pytest.fixture
def coordinator(client):
    person = UserFactory(coordinates=True)
    client.force_login(person)
    return person


PAGE = "/fr/reporting/ardenne/S2-2020/classify/"


def of_action(action, name="classify_action"):
    return reverse(f"reporting:{name}", args=["ardenne", action.pk])


def form_of(page, field):
    return next(form for form in Page(page.text, PAGE).forms if field in {*form.fields, *form.choices})


def test_all_proposals_are_ticked_by_a_link_and_accepted_at_once(client, coordinator, period):
    first, second = closed_action(period.project), public_action(period.project)
    form = form_of(client.get(PAGE), "actions")
    assert form.choices["actions"] == [f"{first.pk}:RCO81", f"{second.pk}:RCO115"]
    assert "actions" not in form.fields
    ticked = form_of(client.get(PAGE, {"tick": "all"}), "actions")
    assert ticked.fields["actions"] == form.choices["actions"]
    assert client.post(PAGE, ticked.data()).url == PAGE
    rows = Classification.objects.order_by("action")
    assert [(row.indicator, row.decided_by) for row in rows] == [("RCO81", coordinator), ("RCO115", coordinator)]
    assert client.get(PAGE).context["work"].undecided == []


def test_one_that_changed_meanwhile_is_named_and_the_others_are_done(client, coordinator, period):
    first, changed = closed_action(period.project), closed_action(period.project, title_fr="Atelier photo")
    form = form_of(client.get(PAGE), "actions")
    Event.objects.filter(pk=changed.event_id).update(audience=Audience.PUBLIC)
    page = client.post(PAGE, form.data(actions=form.choices["actions"]), follow=True)
    assert [row.action for row in Classification.objects.all()] == [first]
    told = [str(message) for message in page.context["messages"]]
    assert len(told) == 2
    assert "Atelier photo" in told[1]


@pytest.mark.parametrize(
    "sent", [{}, {"actions": "x"}, {"actions": "1"}, {"actions": "9:RCO81;--"}, {"actions": "1:é"}]
)
def test_what_no_page_offers_is_refused(client, coordinator, period, sent):
    closed_action(period.project)
    assert client.post(PAGE, sent).status_code == 400
    assert not Classification.objects.exists()


def test_one_is_chosen_otherwise_with_a_word_and_read_on_its_page(client, coordinator, period):
    action = closed_action(period.project)
    page = client.get(of_action(action))
    form = form_of(page, "reason")
    assert form.choices["codes"] == ["RCO81", "RCO115", "RCO85", "none"]
    missing = client.post(of_action(action), form.data(codes=["RCO85"]))
    assert (missing.status_code, list(missing.context["form"].errors)) == (400, ["reason"])
    assert client.post(of_action(action), form.data(codes=["RCO85"], reason="Une formation")).url == PAGE
    assert action.classifications.get().reason == "Une formation"
    again = client.get(of_action(action))
    assert form_of(again, "reason").fields["codes"] == ["RCO85"]
    assert "Une formation" in again.text


def test_what_the_rules_exclude_is_told_and_what_was_typed_stays(client, coordinator, period):
    action = public_action(period.project)
    form = form_of(client.get(of_action(action)), "reason")
    page = client.post(of_action(action), form.data(codes=["RCO81"], reason="Entre nous"))
    assert page.status_code == 409
    assert form_of(page, "reason").fields["reason"] == ["Entre nous"]
    assert not Classification.objects.exists()


def test_who_saw_an_older_decision_looks_again_and_loses_nothing(client, coordinator, period):
    action = closed_action(period.project)
    form = form_of(client.get(of_action(action)), "reason")
    ClassificationFactory(action=action)
    page = client.post(of_action(action), form.data(codes=["RCO85"], reason="Une formation"))
    assert page.status_code == 409
    again = form_of(page, "reason")
    assert (again.fields["reason"], again.fields["codes"]) == (["Une formation"], ["RCO85"])
    assert again.fields["shown"] == [mark_of(action)]
    assert client.post(of_action(action), again.data()).status_code == 302
    assert action.classifications.get().indicator == "RCO85"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"codes": ["none", "RCO81"]}, "codes"),
        ({"codes": []}, "codes"),
        ({"codes": ["RCR81"]}, "codes"),
        ({"codes": ["RCO81", "RCO115"], "at_least": "9", "at_most": "3"}, "at_most"),
        ({"codes": ["RCO81", "RCO115"], "at_least": "-1"}, "at_least"),
        ({"codes": ["none"], "reason": "x" * 2001}, "reason"),
    ],
)
def test_each_fault_is_told_beside_its_field(client, coordinator, period, typed, wrong):
    action = public_action(period.project)
    page = client.post(of_action(action), {"shown": "undecided", "reason": "Vu", **typed})
    assert (page.status_code, list(page.context["form"].errors)) == (400, [wrong])


def test_a_mixed_event_is_classified_with_its_closed_part(client, coordinator, period):
    action = public_action(period.project)
    form = form_of(client.get(of_action(action)), "reason")
    typed = form.data(codes=["RCO81", "RCO115"], at_least="12", at_most="12", reason="Matin entre partenaires")
    client.post(of_action(action), typed)
    assert sorted(action.classifications.values_list("indicator", "lower", "upper")) == [
        ("RCO115", None, None),
        ("RCO81", 12, 12),
    ]
    assert form_of(client.get(of_action(action)), "reason").fields["at_most"] == ["12"]


def test_a_decision_is_taken_back_from_its_page_until_closing(client, coordinator, period):
    action = closed_action(period.project)
    ClassificationFactory(action=action)
    back = of_action(action, "declassify")
    form = next(form for form in Page(client.get(of_action(action)).text, PAGE).forms if form.path == back)
    assert client.post(back, form.data()).url == PAGE
    assert not action.classifications.exists()
    ClassificationFactory(action=action)
    closed(period, reason="Essai")
    assert back not in client.get(of_action(action)).text
    client.post(back, {"shown": mark_of(action)})
    assert action.classifications.exists()


def test_an_action_of_another_project_or_left_out_is_not_found(client, coordinator, period):
    foreign, left_out = closed_action(ProjectFactory()), closed_action(period.project)
    left_out.counts = False
    left_out.save()
    draft = closed_action(period.project, state="cancelled")
    for action in (foreign, left_out, draft):
        assert client.get(of_action(action)).status_code == 404
        assert client.post(of_action(action, "declassify")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_however_many_actions(client, coordinator, period, rows, django_assert_num_queries):
    for _number in range(rows):
        closed_action(period.project)
        public_action(period.project, is_advertised=False)
        ClassificationFactory(action=closed_action(period.project))
        ClassificationFactory(action=public_action(period.project))
    with django_assert_num_queries(25):
        client.get(PAGE)
    listed = reverse("admin:reporting_countedaction_changelist")
    with django_assert_num_queries(11):
        client.get(listed, {"decided": "no"})


def test_an_indicator_under_which_something_counts_is_chosen_by_one_click(client, coordinator, period):
    ClassificationFactory(action=closed_action(period.project, title_fr="Atelier photo"))
    OutputFactory(period=period, title_fr="Charte des tiers lieux")
    page = client.get(PAGE)
    notice = page.text.partition('id="unchosen"')[2].partition("</section>")[0]
    assert "Atelier photo" in notice
    assert "Charte des tiers lieux" in notice
    for code in ("RCO81", "RCO116"):
        (form,) = [form for form in Page(page.text, PAGE).forms if form.action.endswith(f"/indicators/{code}/")]
        assert client.post(form.action, form.data()).status_code == 302
    chosen = period.project.indicators.values_list("code", "target")
    assert sorted(chosen) == [("RCO116", None), ("RCO81", None)]
    assert 'id="unchosen"' not in client.get(PAGE).text


def test_choosing_one_indicator_leads_back_to_the_others(client, coordinator, period):
    for code in ("RCO81", "RCO85"):
        ClassificationFactory(action=closed_action(period.project), indicator=code)
    forms = [form for form in Page(client.get(PAGE).text, PAGE).forms if "/indicators/" in form.action]
    answer = client.post(forms[0].action, forms[0].data())
    assert answer.url == f"{PAGE}#unchosen"
    assert "Choisir RCO85" in client.get(PAGE).text
    aim = reverse("reporting:aim", args=[period.project.slug, "RCO85"])
    answer = client.post(aim, {"half_year": "//ailleurs.example/"})
    assert answer.url == reverse("reporting:indicators", args=[period.project.slug])


@pytest.mark.parametrize("rows", [1, 3])
def test_accepting_costs_little_for_each_action(client, coordinator, period, rows, django_assert_max_num_queries):
    actions = [closed_action(period.project) for _number in range(rows)]
    with django_assert_max_num_queries(40 + 4 * rows):
        client.post(PAGE, {"actions": [f"{action.pk}:RCO81" for action in actions]})
    assert Classification.objects.count() == rows


def test_the_admin_lists_the_undecided_and_leads_to_the_page(client, coordinator, period):
    undecided, decided = closed_action(period.project), closed_action(period.project)
    ClassificationFactory(action=decided)
    listed = reverse("admin:reporting_countedaction_changelist")
    page = client.get(listed, {"decided": "no"})
    assert list(page.context["cl"].queryset) == [undecided]
    assert of_action(undecided) in page.text
    page = client.get(listed, {"decided": "yes"})
    assert list(page.context["cl"].queryset) == [decided]
    assert "Entre membres des deux versants" in page.text
    assert (
        "Entre membres des deux versants"
        in client.get(reverse("admin:reporting_countedaction_change", args=[decided.pk])).text
    )
