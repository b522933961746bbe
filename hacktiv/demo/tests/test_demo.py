"""The demo is whole, marked and repeatable, and never loaded where real people are."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from events.core.rules import proofs_not_given
from events.enums import Audience, EventState, Mode
from events.models import Event, EventSeries, Participation, Registration, TopicProposal
from events.programme.operations import cancel_from
from hacktiv.demo import ACCOUNTS, COORDINATOR, FRONT_DESK, MANAGER, MEMBER, events, files
from hacktiv.demo.events import days_of
from hacktiv.demo.loader import load_demo
from hacktiv.mailings.models import Mailing
from hacktiv.network import files as network_files
from hacktiv.outbox.models import Message, MessageState
from members.core.rules import coordinates
from members.models import User
from reporting.building.queries.build import build_report
from reporting.models import Classification, CountedAction, Period, Project
from spaces.enums import BookingStatus
from spaces.models import (
    Booking,
    OpeningHours,
    PassScheme,
    Resource,
    Series,
    Space,
    Visit,
    Wait,
)
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db


COUNTED = (
    User,
    Event,
    EventSeries,
    TopicProposal,
    Registration,
    Booking,
    OpeningHours,
    Resource,
    Project,
    PassScheme,
    Visit,
    Series,
    Wait,
)


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


def test_nobody_of_the_demo_has_a_real_address():
    domains = {person.address.rpartition("@")[2] for person in files.people()}
    assert domains == {"exemple.invalid", "example.org"}
    assert {email for _role, email, _password in ACCOUNTS} <= {person.address for person in files.people()}


def test_all_people_are_called_example(demo_data):
    assert set(User.objects.values_list("language", "last_name")) == {
        ("fr", "Exemple"),
        ("nl", "Voorbeeld"),
        ("en", "Example"),
    }


@pytest.mark.parametrize(("role", "email", "password"), ACCOUNTS)
def test_printed_accounts_sign_in(demo_data, client, role, email, password):
    response = client.post("/fr/accounts/login/", {"login": email, "password": password})
    first_page = "/fr/reporting/" if role == "coordinator" else "/fr/me/"
    assert (response.status_code, response.url) == (302, first_page)


def test_nobody_else_signs_in(demo_data):
    usable = {user.email for user in User.objects.all() if user.has_usable_password()}
    assert usable == {MEMBER, MANAGER, FRONT_DESK, COORDINATOR}
    assert EmailAddress.objects.filter(verified=True).count() == User.objects.count()


def test_manager_runs_la_ferme_only_and_the_coordinator_coordinates(demo_data):
    manager, coordinator = User.objects.get(email=MANAGER), User.objects.get(email=COORDINATOR)
    assert list(Space.objects.run_by(manager).values_list("slug", flat=True)) == ["la-ferme"]
    assert not coordinates(manager)
    assert coordinates(coordinator)
    assert not Space.objects.run_by(coordinator).exists()
    assert not User.objects.filter(is_superuser=True).exists()


def test_every_space_can_be_tried(demo_data):
    for space in Space.objects.all():
        assert space.opening_hours.exists()
        assert space.resources.bookable().filter(units__is_retired=False).exists()


def test_changes_made_in_the_demo_stay(demo_data):
    User.objects.filter(email=MEMBER).update(headline="Autre chose")
    OpeningHours.objects.filter(space__slug="la-ferme", weekday=0).delete()
    event = Event.objects.upcoming().filter(is_example=True).first()
    Event.objects.filter(pk=event.pk).update(title_fr="Renommé")
    load_demo()
    assert User.objects.get(email=MEMBER).headline == "Autre chose"
    assert not OpeningHours.objects.filter(space__slug="la-ferme", weekday=0).exists()
    assert Event.objects.get(pk=event.pk).title_fr == "Renommé"


def test_no_mail_leaves_for_people_who_do_not_exist(demo_data):
    waiting = Message.objects.exclude(state=MessageState.DROPPED).values_list("to_email", flat=True)
    assert set(waiting) <= {MEMBER, MANAGER, FRONT_DESK, COORDINATOR}


def test_there_is_something_to_do_for_each_account(demo_data):
    now = timezone.now()
    assert Event.objects.upcoming().filter(is_example=True, registrations__user__email=MEMBER).exists()
    assert Booking.objects.live().upcoming().filter(user__email=MEMBER).exists()
    assert Registration.objects.filter(status="waiting", user__email=MEMBER, event__starts_at__gt=now).exists()
    requests = Booking.objects.filter(status=BookingStatus.REQUESTED, period__endswith__gt=now)
    assert requests.filter(resource__space__slug="la-ferme").exists()
    assert Event.objects.upcoming().filter(is_example=True, joint=None).exists()


def test_a_day_of_the_recurring_booking_is_taken_and_waited_for(demo_data):
    series = Series.objects.get()
    refusals = list(series.occurrences.order_by("day").values_list("refusal", flat=True))
    assert (series.is_example, series.user.email, refusals) == (True, MEMBER, ["", "", "taken", "", ""])
    wait = Wait.objects.get()
    day = series.occurrences.get(refusal="taken").day
    assert (wait.resource, timezone.localtime(wait.start).date()) == (series.resource, day)


def test_people_wait_for_full_events_only(demo_data):
    waiting = Registration.objects.filter(status="waiting").select_related("event")
    assert {
        registration.event.seats_left_of("onsite") <= registration.event.seats_held for registration in waiting
    } == {True}


def test_events_show_all_that_can_become_of_them(demo_data):
    ahead = Event.objects.filter(is_example=True, starts_at__gt=timezone.now())
    series = EventSeries.objects.get()
    fridays = [timezone.localtime(event.starts_at) for event in series.events.all()]
    assert len(fridays) >= 5
    assert {(start.weekday(), start.hour, start.minute) for start in fridays} == {(4, 12, 0)}
    topics = TopicProposal.objects.filter(state="proposed", space__slug="la-ferme")
    assert sorted(topic.language for topic in topics) == ["fr", "nl"]
    assert all(topic.title.endswith(("(exemple)", "(voorbeeld)")) for topic in topics)
    assert ahead.filter(mode=Mode.ONLINE, changes__kind="online", registrations__status="confirmed").exists()
    assert ahead.filter(seats_held__gt=0, registrations__status="waiting").exists()
    left = Event.objects.filter(photos__isnull=False).distinct().get()
    assert (left.state, left.photos.count(), left.materials.count(), left.speakers.count()) == ("held", 2, 1, 1)
    assert {photo.is_example for photo in left.photos.all()} == {True}


@pytest.mark.long
@pytest.mark.parametrize("first", [date(2026, 1, 1), date(2028, 2, 1)])
def test_any_day_finds_a_varied_agenda_ahead(first):
    for offset in range(366):
        today = first + timedelta(days=offset)
        ahead = [
            series for series in files.programme().series for _number, day in days_of(series, today) if day > today
        ]
        assert 12 <= len(ahead) <= 25, today
        # A series of every six weeks may fall on a holiday.
        assert len({series.type for series in ahead}) >= len(network_files.event_types()) - 2, today
        assert {series.mode for series in ahead} == set(Mode), today


def test_every_kind_of_event_is_in_the_programme():
    assert {series.type for series in files.programme().series} == {kind.slug for kind in network_files.event_types()}


def test_clock_of_the_demo_is_local(demo_data):
    lunches = Event.objects.filter(slug__startswith="exemple-midi-")
    assert {timezone.localtime(lunch.starts_at).strftime("%H:%M") for lunch in lunches} == {"12:15"}


def test_report_of_the_demo_has_proven_figures_and_something_to_chase(demo_data):
    project = Project.objects.get(slug="demo")
    day = Event.objects.held().filter(is_example=True).latest("earliest").earliest
    report = build_report(project, project.periods.get(starts_on__lte=day, ends_on__gte=day))
    participations = next(figure for figure in report.figures if figure.code == "NET-PARTICIPATIONS")
    named = Participation.objects.filter(event__is_example=True).count()
    assert 100 < participations.total.lower <= named + 100
    held = Event.objects.held().filter(is_example=True)
    owing = [event for event in held.prefetch_related("proofs") if proofs_not_given(event, event.proofs.all())]
    assert 0 < len(owing) < held.count()
    assert held.filter(declared_counts__isnull=False).exists()


def test_report_of_the_demo_has_something_in_each_chapter(demo_data):
    period = Period.objects.get(project__slug="demo", partners_until__isnull=False)
    report = build_report(period.project, period)
    told = [row.current.claimed.known for row in report.spending]
    assert told == [Decimal("18400.00"), Decimal("12100.50")]
    assert report.spending[1].current.approved.known is None
    for chapter in (report.work_packages, report.target_groups, report.communication, report.principles):
        assert chapter


def test_demo_classifies_what_the_rules_propose_and_leaves_some_to_decide(demo_data):
    rows = Classification.objects.filter(action__project__slug="demo")
    assert rows.filter(indicator="RCO115", is_override=True).exists()
    assert rows.filter(is_override=False).exists()
    public = rows.filter(action__event__audience=Audience.PUBLIC, action__event__joint=True)
    assert set(public.values_list("indicator", flat=True)) <= {"RCO85", "RCO115"}
    assert 0 < CountedAction.objects.undecided().filter(project__slug="demo").count() < rows.count()


# --- loading again ---------------------------------------------------------------------------------------------------


def test_people_of_the_demo_have_crossed_the_border_both_ways_or_will(demo_data):
    assert {visit.is_example for visit in Visit.objects.all()} == {True}
    assert set(Visit.objects.away().values_list("home_side", "side")) >= {("BE", "FR")}
    assert {scheme.is_example for scheme in PassScheme.objects.all()} == {True}
    assert PassScheme.objects.get(is_shared=True).members.count() == 3


def test_loading_twice_adds_nothing(demo_data):
    before = counts()
    assert load_demo() == {"people": len(files.people()), "events": 0}
    assert counts() == before


def test_a_series_that_somebody_has_ended_stays_ended(demo_data):
    series = EventSeries.objects.get(events__slug__startswith=files.stories().friday_table.slug)
    last_to_take_place = series.events.filter(state=EventState.PUBLISHED).order_by("-series_day").first()
    cancel_from(event=last_to_take_place, reason="Le cuisinier est parti", by=User.objects.get(email=MANAGER))
    before = series.events.count()
    load_demo()
    assert series.events.count() == before


def test_a_space_that_somebody_added_stays_as_it_is(demo_data):
    added = SpaceFactory()
    load_demo()
    assert (added.opening_hours.exists(), added.resources.exists()) == (False, False)


@pytest.mark.long
def test_a_later_load_tops_up_and_leaves_the_past_alone(demo_data, monkeypatch):
    people = User.objects.count()
    was = {event.pk: event.state for event in Event.objects.filter(is_example=True)}
    monkeypatch.setattr(events, "WEEKS_AHEAD", events.WEEKS_AHEAD + 3)
    added = load_demo()
    assert added["events"] == Event.objects.filter(is_example=True).count() - len(was) > 0
    assert {event.pk: event.state for event in Event.objects.filter(pk__in=was)} == was
    assert User.objects.count() == people


def test_somebody_with_the_address_of_an_account_keeps_theirs(demo_data):
    real = User.objects.get(email=MANAGER)
    real.space_roles.all().delete()
    real.is_example, real.first_name = False, "Vraie"
    real.save()
    load_demo()
    real.refresh_from_db()
    assert (real.first_name, real.is_example) == ("Vraie", False)
    assert not Space.objects.run_by(real).exists()


def test_command_prints_the_accounts(demo_data, capsys):
    call_command("load_demo")
    printed = capsys.readouterr().out
    for _role, email, password in ACCOUNTS:
        assert f"{email} / {password}" in printed


# --- refusals --------------------------------------------------------------------------------------------------------


def test_demo_is_refused_under_production_settings_whatever_the_flags(settings):
    settings.ENVIRONMENT = "prod"
    settings.DEMO = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo")


def test_demo_without_the_network_says_what_to_do(monkeypatch):
    Space.objects.all().update(slug=Concat(Value("autre-"), "slug"))
    with pytest.raises(CommandError, match="load_network"):
        call_command("load_demo")


def test_the_pictures_are_examples_light_and_loaded_once(demo_data):
    space = Space.objects.get(slug="la-ferme")
    load_demo()
    for pictures, count in ((space.photos.all(), 4), (space.scenes.all(), 2)):
        assert [(picture.is_example, picture.image.size < 200 * 1024) for picture in pictures] == [(True, True)] * count
        assert all("(exemple)" in picture.alternative_text_fr for picture in pictures)
    assert {row.is_example for rows in (space.team, space.travel_times) for row in rows.all()} == {True}
    others = Space.objects.exclude(pk=space.pk)
    assert not any(row.photos.exists() or row.scenes.exists() or row.team.exists() for row in others)


def test_the_visit_leads_to_the_other_scene_and_to_a_room(demo_data):
    hall, meeting = Space.objects.get(slug="la-ferme").scenes.all()
    ends = {
        scene: [
            (point.to_scene, point.resource and point.resource.slug, bool(point.text)) for point in scene.hotspots.all()
        ]
        for scene in (hall, meeting)
    }
    assert ends == {
        hall: [(meeting, None, False), (None, "les-serres", False), (None, None, True)],
        meeting: [(hall, None, False), (None, "salle-exemple", False), (None, None, True)],
    }


def test_a_mailing_has_left_to_the_members_of_la_ferme_and_mails_nobody(demo_data):
    mailing = Mailing.objects.get()
    assert (mailing.is_example, mailing.space.slug, mailing.state) == (True, "la-ferme", "sent")
    assert mailing.sent == mailing.recipients.count() > 3
    assert not Message.objects.filter(about=mailing.about).exists()
