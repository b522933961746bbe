"""Held events that nobody has counted are found, counted after a preview, left out, and taken back."""

from datetime import date

import pytest
from django.urls import reverse

from events.enums import EventState
from events.tests.factories import EventFactory, HistoryEventFactory, ParticipationFactory
from members.tests.factories import UserFactory
from reporting.building.queries.build import build_report
from reporting.closing.tests.test_closing import closed
from reporting.counting.operations import count_events, take_back
from reporting.counting.queries import uncounted_events
from reporting.errors import ReportingError
from reporting.models import CountedAction
from reporting.tests.factories import CountedEventFactory, PartnerFactory, PeriodFactory, ProjectFactory
from spaces.tests.factories import OrganisationFactory, SpaceFactory, manager_of
from tests.pages import Page

pytestmark = pytest.mark.django_db

AUTUMN = {"earliest": date(2020, 10, 2), "latest": date(2020, 10, 2)}


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne"))


@pytest.fixture
def coordinator(client):
    person = UserFactory(coordinates=True)
    client.force_login(person)
    return person


@pytest.fixture
def ferme():
    """Make a space with a manager of its own, of which the coordinator is none."""
    return SpaceFactory(name="La Ferme", managers=[UserFactory()])


def held(space=None, **values):
    return HistoryEventFactory(**{"space": space, **AUTUMN, **values})


def found(period):
    return uncounted_events([period])[period]


def address(name="uncounted"):
    return reverse(f"reporting:{name}", args=["ardenne", "S2-2020"])


def test_the_picker_of_a_counted_action_finds_the_events_of_every_space(client, coordinator, ferme):
    event = held(ferme, title_fr="Atelier vidéo")
    held(ferme, title_fr="Atelier vidéo (brouillon)", state=EventState.DRAFT)
    page = client.get(reverse("admin:reporting_countedaction_add"))
    field = page.context["adminform"].form.fields["event"].widget.widget
    wish = {"app_label": "reporting", "model_name": "countedaction", "field_name": "event", "term": "vidéo"}
    results = client.get(field.get_url(), wish).json()["results"]
    assert [row["id"] for row in results] == [str(event.pk)]
    assert "La Ferme" in results[0]["text"]
    client.force_login(manager_of(ferme))
    assert client.get(field.get_url(), wish).status_code == 404


def test_events_held_in_the_half_year_are_listed_until_somebody_decides(period, ferme):
    event, network = held(ferme), held()
    held(earliest=date(2020, 1, 1), latest=date(2020, 6, 30))
    held(state=EventState.CANCELLED)
    held(is_example=True)
    CountedEventFactory(project=period.project, event=held())
    CountedEventFactory(project=period.project, event=held(), counts=False)
    CountedEventFactory(event=event)  # Another project counts it.
    assert found(period) == [event, network]


def test_a_project_with_partners_is_offered_what_they_operate_or_organise(period, ferme):
    partner = PartnerFactory(project=period.project, organisation=OrganisationFactory())
    theirs, together, network = held(SpaceFactory(operator=partner.organisation)), held(ferme), held()
    together.organisers.set([partner.organisation])
    held(ferme)
    assert found(period) == [theirs, together, network]


def test_several_are_counted_after_a_preview_and_enter_the_report(client, coordinator, period, ferme):
    events = [held(ferme, title_fr=f"Atelier {number}", proofs_owed=["agenda"]) for number in range(3)]
    ParticipationFactory(event=events[0])
    page = Page(client.get(address()).text, address())
    assert "La Ferme au moins 1 " in page.text  # The list says what each adds, before the preview does.
    form = next(form for form in page.forms if "events" in form.choices)
    assert form.choices["events"] == [str(event.pk) for event in events]
    ticked = form.data(events=[str(event.pk) for event in events[:2]], step="preview")
    preview = client.post(form.path, ticked)
    assert not CountedAction.objects.exists()
    assert [action.title["fr"] for _event, action in preview.context["adds"]] == ["Atelier 0", "Atelier 1"]
    (form,) = [form for form in Page(preview.text, address()).forms if "events" in form.fields]
    assert client.post(form.path, form.data(step="count")).url == address("classify")
    report = build_report(period.project, period)
    assert [(action.slug, action.codes) for action in report.actions] == [(event.slug, ()) for event in events[:2]]
    assert [part.slug for part in report.unclassified] == [event.slug for event in events[:2]]
    assert found(period) == events[2:]


def test_what_is_ticked_stays_ticked_when_something_is_wrong(client, coordinator, period):
    event = held()
    page = client.post(address(), {"events": [event.pk], "twice_because": "x" * 1001, "step": "preview"})
    assert [form.fields["events"] for form in Page(page.text).forms if "events" in form.fields] == [[str(event.pk)]]
    assert "twice_because" in page.context["form"].errors
    assert "events" in client.post(address(), {"step": "count"}).context["form"].errors


def test_left_out_events_are_listed_no_more_and_count_nowhere(client, coordinator, period):
    event = held()
    client.post(address(), {"events": [event.pk], "step": "leave_out"})
    assert (found(period), build_report(period.project, period).actions) == ([], ())


def test_a_decision_is_taken_back_until_the_half_year_is_closed(client, coordinator, period):
    event, later = held(), held()
    count_events(period=period, events=[event, later], by=None)
    action = CountedAction.objects.get(event=event)
    client.post(address("take_back"), {"actions": [action.pk]})
    assert found(period) == [event]
    closed(period, reason="Essai")
    with pytest.raises(ReportingError) as refusal:
        take_back(period=period, actions=[CountedAction.objects.get()], by=None)
    assert refusal.value.code == "closed"
    client.post(address("take_back"), {"actions": [CountedAction.objects.get().pk]})
    assert CountedAction.objects.get().event == later


def test_decisions_of_another_project_are_out_of_reach(client, coordinator, period):
    foreign = CountedEventFactory(event=held())
    client.post(address("take_back"), {"actions": [foreign.pk]})
    assert CountedAction.objects.get() == foreign


def test_an_event_over_two_half_years_counts_in_the_one_from_which_it_was_chosen(period):
    event = held(earliest=date(2020, 12, 30), latest=date(2021, 1, 2))
    count_events(period=period, events=[event], by=None)
    assert CountedAction.objects.get().period == period
    assert [action.slug for action in build_report(period.project, period).actions] == [event.slug]


def test_counting_twice_changes_nothing_and_another_time_is_refused(period):
    event = held()
    count_events(period=period, events=[event], by=None)
    assert count_events(period=period, events=[event], by=None, counts=False) == []
    assert CountedAction.objects.get().counts
    with pytest.raises(ReportingError) as refusal:
        count_events(period=period, events=[EventFactory()], by=None)
    assert refusal.value.code == "elsewhere"


@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_costs_the_same_however_many_events(
    client, coordinator, period, ferme, rows, django_assert_num_queries
):
    for _number in range(rows):
        held(ferme)
        CountedEventFactory(project=period.project, event=held(ferme))
    with django_assert_num_queries(21):
        client.get(address())


def test_an_event_of_another_project_is_counted_only_with_a_word(client, coordinator, period):
    event, single = held(title_fr="Marche commune"), held()
    CountedEventFactory(event=event, project__title_fr="Coffee")
    CountedEventFactory(event=single, project__is_example=True)
    sent = {"events": [event.pk, single.pk]}
    preview = client.post(address(), {**sent, "step": "preview"})
    assert "Marche commune – Coffee" in Page(preview.text).text
    refused = client.post(address(), {**sent, "step": "count"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (409, ["twice_because"])
    assert not period.project.actions.exists()
    client.post(address(), {**sent, "step": "count", "twice_because": "Payée par les deux"})
    assert set(period.project.actions.values_list("event", "twice_because")) == {
        (event.pk, "Payée par les deux"),
        (single.pk, ""),
    }


def test_an_event_of_another_project_may_be_left_out_without_a_word(client, coordinator, period):
    event = held()
    CountedEventFactory(event=event)
    client.post(address(), {"events": [event.pk], "step": "leave_out"})
    assert not period.project.actions.get().counts


def test_the_admin_asks_why_an_event_counts_in_two_projects(client, coordinator, period):
    event = held()
    CountedEventFactory(event=event)
    add = reverse("admin:reporting_countedaction_add")
    sent = {"project": period.project_id, "event": event.pk, "counts": "on"}
    assert list(client.post(add, sent).context["adminform"].form.errors) == ["twice_because"]
    client.post(add, {**sent, "twice_because": "Payé par les deux"})
    action = period.project.actions.get()
    # Today's doubles stay, whatever else is changed.
    CountedAction.objects.filter(pk=action.pk).update(twice_because="")
    change = reverse("admin:reporting_countedaction_change", args=[action.pk])
    assert client.post(change, {"event": event.pk, "counts": "on", "period": period.pk}).status_code == 302
