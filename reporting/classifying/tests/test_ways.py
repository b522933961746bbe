"""Refuse by each way in what the programme's rules exclude, and tell it where it stands all the same."""

import json
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from members.tests.factories import UserFactory
from reporting.closing.queries import facts_of
from reporting.closing.rules import findings
from reporting.counting.operations import count_events
from reporting.desk.queries.missing import missing_in, records_of
from reporting.errors import ReportingError
from reporting.models import Classification, CountedAction
from reporting.outputs.renderers import as_json
from reporting.tests.builds import draft, report
from reporting.tests.factories import ClassificationFactory, CountedEventFactory, PeriodFactory, ProjectFactory
from tests.pages import Page

from .actions import closed_action, public_action, training_action

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne"))


@pytest.fixture
def coordinator(client):
    person = UserFactory(coordinates=True)
    client.force_login(person)
    return person


def one_sided(project):
    return closed_action(project, joint=False)


#: An action, the codes that it cannot have, and what refuses them.
EXCLUDED = [
    (public_action, ["RCO81"]),
    (training_action, ["RCO81"]),
    (training_action, ["RCO81", "RCO85"]),
    (one_sided, ["RCO81"]),
    (one_sided, ["RCO115"]),
]


def form_of(client, page):
    """Return what the largest form of a page that is sent to the page itself would send."""
    forms = [form for form in Page(client.get(page).text, page).forms if form.path == page]
    return max(forms, key=lambda form: len(form.fields)).data()


@pytest.mark.parametrize(("make", "codes"), EXCLUDED)
@pytest.mark.usefixtures("coordinator")
def test_no_page_classifies_what_is_excluded(client, period, make, codes):
    action = make(period.project)
    page = reverse("reporting:classify_action", args=["ardenne", action.pk])
    answer = client.post(page, {"shown": "undecided", "reason": "Vu avec le programme", "codes": codes})
    assert answer.status_code == 409
    accepted = reverse("reporting:classify", args=["ardenne", period.label])
    client.post(accepted, {"actions": [f"{action.pk}:{','.join(codes)}"]})
    assert not Classification.objects.exists()


@pytest.mark.parametrize(("make", "codes"), EXCLUDED)
def test_what_stands_all_the_same_is_told_everywhere(period, make, codes):
    action = make(period.project)
    for code in codes:
        ClassificationFactory(action=action, indicator=code)
    told = json.loads(as_json.render(report(period.project)))["misclassified"]
    assert [(one["slug"], one["indicators"]) for one in told] == [(action.event.slug, codes)]
    assert "misclassified" in {line.kind for line in missing_in(records_of(period))}
    assert "misclassified" in {one.check.code for one in findings(facts_of(draft(period)))}


@pytest.fixture
def counted_elsewhere(period):
    """Return an action of the project whose event another one has left out so far."""
    action = closed_action(period.project)
    other = PeriodFactory(project=ProjectFactory()).project
    return action, CountedEventFactory(project=other, event=action.event, counts=False)


def test_no_operation_counts_an_event_twice_without_a_word(period):
    action = closed_action(period.project)
    other = PeriodFactory(project=ProjectFactory())
    with pytest.raises(ReportingError) as refusal:
        count_events(period=other, events=[action.event], by=None)
    assert refusal.value.code == "in_another_project"


@pytest.mark.usefixtures("coordinator")
def test_no_table_of_the_admin_counts_an_event_twice_without_a_word(client, period, counted_elsewhere):
    action, other = counted_elsewhere
    listed = reverse("admin:reporting_countedaction_changelist")
    form = form_of(client, listed)
    number = next(name.split("-")[1] for name in form if name.endswith("-id") and form[name] == [str(other.pk)])
    answer = client.post(listed, form | {f"form-{number}-counts": ["on"], "_save": ["1"]})
    assert answer.status_code == 200
    assert "Un autre projet le compte déjà" in answer.text
    page = reverse("admin:reporting_countedaction_change", args=[other.pk])
    ticked = form_of(client, page) | {"counts": ["on"]}
    assert client.post(page, ticked).status_code == 200
    other.delete()
    added = {"project": other.project_id, "event": action.event_id, "counts": "on", "period": "", "twice_because": " "}
    assert client.post(reverse("admin:reporting_countedaction_add"), added).status_code == 200
    assert CountedAction.objects.filter(counts=True).get() == action


@pytest.mark.usefixtures("coordinator")
def test_the_admin_keeps_what_a_decided_action_counts(client, period):
    action, other = closed_action(period.project), closed_action(PeriodFactory(project=ProjectFactory()).project)
    page = reverse("admin:reporting_countedaction_change", args=[action.pk])
    assert client.post(page, form_of(client, page) | {"event": [str(other.event_id)]}).status_code == 302
    assert CountedAction.objects.get(pk=action.pk).event_id == action.event_id


@pytest.mark.django_db(transaction=True)
def test_two_projects_that_count_at_once_in_the_admin_do_not_both(period):
    event = closed_action(period.project).event
    CountedAction.objects.update(counts=False)
    CountedEventFactory(project=PeriodFactory(project=ProjectFactory()).project, event=event, counts=False)
    browsers, forms, codes = [], [], []
    for row in CountedAction.objects.order_by("pk"):
        browser = Client()
        browser.force_login(UserFactory(coordinates=True))
        page = reverse("admin:reporting_countedaction_change", args=[row.pk])
        browsers.append(browser)
        forms.append((page, form_of(browser, page) | {"counts": ["on"]}))
    start = threading.Barrier(2)

    def send(number):
        connection.ensure_connection()
        start.wait(timeout=60)
        codes.append(browsers[number].post(*forms[number]).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(codes) == [200, 302]
    assert CountedAction.objects.filter(counts=True).count() == 1
