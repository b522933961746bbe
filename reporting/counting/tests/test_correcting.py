"""Correct how many came, as coordinator, to any event that a project counts, also to one of a space's team."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import declare_count
from events.enums import Measure, ProofKind
from events.models import DeclaredCount, Event
from events.tests.factories import HistoryEventFactory, ParticipationFactory
from members.tests.factories import UserFactory
from reporting.building.queries.build import build_report
from reporting.closing.tests.test_closing import closed
from reporting.counting.operations import correct_count
from reporting.counting.queries import counts_seen
from reporting.errors import ReportingError
from reporting.models import Contribution, CountWord
from reporting.tests.builds import draft
from reporting.tests.factories import CountedEventFactory, PartnerFactory, PeriodFactory, ProjectFactory
from spaces.tests.factories import SpaceFactory, manager_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne"))


@pytest.fixture
def office(client):
    person = UserFactory(coordinates=True)
    client.force_login(person)
    return person


@pytest.fixture
def walk(period):
    """Make an event of a space that counts: its team declared 10 participations."""
    space = SpaceFactory(name="La Ferme", managers=[UserFactory()])
    event = HistoryEventFactory(
        space=space, slug="marche", title_fr="Marche", earliest=date(2020, 10, 2), latest=date(2020, 10, 2)
    )
    CountedEventFactory(project=period.project, event=event)
    count = {"measure": Measure.PARTICIPATIONS, "lower": 10, "upper": 10}
    declare_count(event=event, by=manager_of(space), **count)
    return event


ADDRESS = "reporting:correct_counts"
TYPED = {"measure": "participations", "lower": "12", "upper": "12", "reason": "La feuille en montre 12"}


def refused(code, **wish):
    with pytest.raises(ReportingError) as refusal:
        correct_count(**wish)
    assert refusal.value.code == code


def sent(client, **typed):
    address = reverse(ADDRESS, args=["marche"])
    shown = client.get(address).context["form"]["shown"].value()
    return client.post(address, TYPED | {"shown": shown} | typed)


def test_the_lead_corrects_the_count_of_an_event_of_a_space(client, walk, office, period):
    part = reverse("reporting:parts", args=["ardenne", period.label])
    answer = sent(client, back=part)
    assert (answer.status_code, answer.url) == (302, part)
    old, new = DeclaredCount.objects.order_by("pk")
    assert (old.lower, old.replaced_at is not None, old.entered_by != office) == (10, True, True)
    assert (new.lower, new.upper, new.reason, new.entered_by) == (12, 12, TYPED["reason"], office)
    [action] = build_report(period.project, period).actions
    assert (action.participations.bounds.lower, action.participations.bounds.upper) == (12, 12)
    assert [(one.by_role, one.reason) for one in action.history][-1] == ("coordinator", TYPED["reason"])


def test_a_correction_has_a_reason(client, walk, office):
    answer = sent(client, reason="")
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["reason"])
    assert DeclaredCount.objects.get().lower == 10


def test_two_who_correct_one_count_lose_nothing(client, walk, office):
    address = reverse(ADDRESS, args=["marche"])
    shown = client.get(address).context["form"]["shown"].value()
    count = {"measure": Measure.PARTICIPATIONS, "lower": 11, "upper": 11, "reason": "Une de plus"}
    declare_count(event=walk, by=manager_of(walk.space), **count)
    answer = client.post(address, TYPED | {"shown": shown})
    assert answer.status_code == 409
    assert "Une de plus" in answer.text
    assert answer.context["form"]["lower"].value() == "12"
    again = TYPED | {"shown": answer.context["form"]["shown"].value()}
    assert client.post(address, again).status_code == 302
    assert list(DeclaredCount.objects.order_by("pk").values_list("lower", flat=True)) == [10, 11, 12]


def test_a_count_that_contradicts_another_one_is_asked_about(client, walk, office):
    answer = sent(client, measure="persons", lower="20", upper="20", reason="")
    assert (answer.status_code, DeclaredCount.objects.count()) == (400, 1)
    other = {"measure": "persons", "lower": "21", "upper": "21", "meant": answer.context["form"]["meant"].value()}
    assert sent(client, **other).status_code == 400
    meant = {"measure": "persons", "lower": "20", "upper": "20", "meant": answer.context["form"]["meant"].value()}
    assert sent(client, **meant).status_code == 302
    assert DeclaredCount.objects.current().get(measure="persons").lower == 20


def test_the_page_says_what_partners_object_and_what_the_list_names(client, walk, office, period):
    contribution = Contribution.objects.create(
        project=period.project, period=period, partner=PartnerFactory(project=period.project, name="Vence")
    )
    word = {"is_right": False, "word": "Ils étaient 12", "said_at": timezone.now()}
    CountWord.objects.create(contribution=contribution, action=walk.counted.get(), **word)
    ParticipationFactory(event=walk)
    page = client.get(reverse(ADDRESS, args=["marche"]))
    assert "Ils étaient 12" in page.text
    assert page.context["named"] == 1
    sent(client)
    assert "Ils étaient 12" not in client.get(reverse(ADDRESS, args=["marche"])).text, "it was said of the old count"


def test_a_closed_report_tells_the_correction_in_its_next_version(client, walk, office, period):
    closed(period)
    sent(client)
    assert any(one.what == "participations" for one in build_report(period.project, period).corrections)


def test_the_counts_of_what_no_project_counts_are_not_the_leads(client, walk, office):
    walk.counted.update(counts=False)
    assert client.get(reverse(ADDRESS, args=["marche"])).status_code == 404
    count = {"measure": Measure.PARTICIPATIONS, "lower": 1, "upper": 1, "reason": "x"}
    refused("not_counted", event=walk, seen=counts_seen(walk), by=office, **count)


@pytest.mark.parametrize("who", ["member", "manager"])
def test_nobody_else_corrects_counts_here(client, walk, who):
    person = manager_of(walk.space) if who == "manager" else UserFactory()
    client.force_login(person)
    address = reverse(ADDRESS, args=["marche"])
    assert (client.get(address).status_code, client.post(address, TYPED).status_code) == (404, 404)
    count = {"measure": Measure.PARTICIPATIONS, "lower": 1, "upper": 1, "reason": "x"}
    refused("not_yours", event=walk, seen=counts_seen(walk), by=person, **count)
    assert DeclaredCount.objects.get().lower == 10


@pytest.mark.parametrize(
    "back", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:x", "/\\ailleurs.example"]
)
def test_no_form_leads_back_to_another_site(client, walk, office, back):
    assert sent(client, back=back).url == reverse("reporting:desk")


def test_the_page_leads_back_to_where_it_was_opened(client, walk, office, period):
    desk = reverse("reporting:desk_of", args=["ardenne", period.label])
    page = client.get(reverse(ADDRESS, args=["marche"]), HTTP_REFERER=f"http://testserver{desk}?x=1")
    assert page.context["back"] == f"{desk}?x=1"
    page = client.get(reverse(ADDRESS, args=["marche"]), HTTP_REFERER=f"https://ailleurs.example{desk}")
    assert page.context["back"] == ""


def test_what_is_said_of_counts_leads_to_where_they_are_corrected(client, walk, office, period):
    address = reverse(ADDRESS, args=["marche"])
    for page in ("report", "desk_of"):
        DeclaredCount.objects.all().delete()
        assert address in client.get(reverse(f"reporting:{page}", args=["ardenne", period.label])).text


def test_closing_leads_from_a_missing_proof_to_who_keeps_it_not_to_the_counts(client, walk, office, period):
    Event.objects.filter(pk=walk.pk).update(proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    draft(period)
    page = client.get(reverse("reporting:close", args=["ardenne", period.label])).text
    missing = page.partition('id="finding-proofs_missing"')[2].partition("</section>")[0]
    assert walk.space.get_absolute_url() in missing
    assert reverse(ADDRESS, args=["marche"]) not in missing
