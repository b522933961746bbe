"""The admin's home: each role finds its own work, and nothing of the others."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import refuse_proof
from events.core.operations import about
from events.enums import ProofKind
from events.models import Event, Proof, TopicProposal
from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from hacktiv.outbox.models import MessageState
from hacktiv.outbox.tests.factories import MessageFactory
from members.enums import NetworkRoleKind
from members.models import NetworkRole
from members.tests.factories import UserFactory
from reporting.tests.factories import ClassificationFactory, CountedEventFactory, PeriodFactory, ProjectFactory
from spaces.booking.operations import cancel_booking, close, confirm_booking
from spaces.enums import BookingStatus
from spaces.models import Booking, Closure, Occupancy
from spaces.tests.factories import (
    BookingFactory,
    MembershipFactory,
    OrganisationFactory,
    ResourceFactory,
    SpaceFactory,
    WaitFactory,
    in_days,
    running_booking,
)
from spaces.timing.periods import period
from tests.pages import Page
from training.tests.factories import SessionFactory

pytestmark = pytest.mark.django_db

HOME = "/admin/"


@pytest.fixture
def coordinator():
    return UserFactory(coordinates=True)


def tables(response):
    return {model["model"]._meta.label for group in response.context["app_list"] for model in group["models"]}


# --- who enters ------------------------------------------------------------------------------------------------------


def test_visitor_signs_in_on_the_sites_own_page(client):
    response = client.get(HOME, follow=True)
    assert response.redirect_chain[-1] == ("/fr/accounts/login/?next=/admin/", 302)


@pytest.mark.parametrize("facts", [{}, {"is_staff": True}])
def test_member_finds_nothing_there(sign_in, facts):
    assert sign_in(UserFactory(**facts)).get(HOME, follow=True).status_code == 404


def test_former_manager_finds_nothing_there(sign_in, manager, ferme):
    client = sign_in(manager)
    assert client.get(HOME).status_code == 200
    ferme.roles.all().delete()
    assert client.get(HOME, follow=True).status_code == 404


def test_closed_account_does_not_enter(client, manager, ferme):
    client.force_login(manager)
    manager.is_active = False
    manager.save()
    assert client.get(HOME, follow=True).redirect_chain[-1][0].startswith("/fr/accounts/login/")


def test_home_is_in_the_persons_language(sign_in, manager, ferme):
    assert "Demandes en attente" in sign_in(manager).get(HOME).content.decode()
    manager.language = "nl"
    manager.save()
    assert "Aanvragen die op antwoord wachten" in sign_in(manager).get(HOME).content.decode()


# --- a manager's day -------------------------------------------------------------------------------------------------


def test_manager_sees_the_day_of_their_own_space_only(sign_in, manager, ferme):
    elsewhere = SpaceFactory(with_hours=True)
    rooms = {}
    for space in (ferme, elsewhere):
        rooms[space] = ResourceFactory(space=space, needs_approval=True), ResourceFactory(space=space)
    request = BookingFactory(resource=rooms[ferme][0])
    tomorrow = BookingFactory(resource=rooms[ferme][1])
    BookingFactory(resource=rooms[elsewhere][0])
    BookingFactory(resource=rooms[elsewhere][1])
    soon = EventFactory(space=ferme, starts_at=timezone.now() + timedelta(days=2))
    RegistrationFactory(event=soon)
    unmarked = PastEventFactory(space=ferme, state="published", starts_at=timezone.now() - timedelta(days=3))
    EventFactory(space=ferme, starts_at=timezone.now() + timedelta(days=9))
    EventFactory(space=elsewhere, starts_at=timezone.now() + timedelta(days=2))
    PastEventFactory(space=elsewhere, state="published", starts_at=timezone.now() - timedelta(days=3))
    response = sign_in(manager).get(HOME)
    work = response.context["work"]
    assert work.spaces == [ferme]
    assert work.requests == [request]
    assert (work.arrivals, work.arrivals_tomorrow) == ([], [tomorrow])
    assert [(event, event.registered, event.waiting) for event in work.events] == [(soon, 1, 0)]
    assert work.to_mark == [unmarked]
    assert [(free.resource, free.free, free.total) for free in work.free_now] == [(room, 1, 1) for room in rooms[ferme]]
    assert response.context["coordination"] is None
    assert response.context["mail_trouble"] == 0


def test_what_runs_over_midnight_and_over_days_stays_on_the_day(sign_in, manager, ferme):
    running = EventFactory(
        space=ferme, starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() + timedelta(days=1)
    )
    page = sign_in(manager).get(HOME)
    assert page.context["work"].events == [running]
    assert reverse("admin:events_event_door", args=[running.pk]) in page.text


def test_an_event_organised_together_stands_on_the_day_with_its_door_alone(sign_in, manager, ferme):
    theirs = EventFactory(starts_at=timezone.now() + timedelta(minutes=5), organisers=[ferme.operator])
    EventFactory(starts_at=timezone.now() + timedelta(minutes=5))
    page = sign_in(manager).get(HOME)
    assert page.context["work"].events == [theirs]
    assert reverse("admin:events_event_door", args=[theirs.pk]) in page.text
    assert reverse("admin:events_event_change", args=[theirs.pk]) not in page.text


def test_closure_of_the_day_is_told(sign_in, manager, ferme):
    now = timezone.now()
    close(
        space=ferme,
        start=now - timedelta(hours=1),
        end=now + timedelta(hours=1),
        reason="Panne de chauffage",
        by=manager,
    )
    assert "Panne de chauffage" in sign_in(manager).get(HOME).content.decode()


def test_closures_soon_and_people_who_wait_are_told(sign_in, manager, ferme):
    room = ResourceFactory(space=ferme)
    closures = [
        close(space=ferme, start=in_days(days, 0), end=in_days(days + 1, 0), reason=f"Travaux {days}", by=manager)
        for days in (14, 20)
    ]
    close(space=SpaceFactory(), start=in_days(3, 0), end=in_days(4, 0), reason="Ailleurs", by=None)
    wait = WaitFactory(resource=room, days=2)
    WaitFactory(days=2)
    work = sign_in(manager).get(HOME).context["work"]
    assert work.waits == [wait]
    assert work.closures_soon == closures[:1]
    assert work.closures == []


def test_a_wrong_click_is_undone_on_the_home(sign_in, manager, ferme):
    here, absent = (running_booking(ResourceFactory(space=ferme, release_after_minutes=15)) for _room in range(2))
    client = sign_in(manager)
    client.post(reverse("admin:spaces_booking_check_in", args=[here.pk]))
    Booking.objects.filter(pk=absent.pk).update(status=BookingStatus.NO_SHOW)
    Occupancy.objects.filter(booking=absent).delete()
    actions = {form.path for form in Page(client.get(HOME).text, HOME).forms}
    undo = [reverse("admin:spaces_booking_undo_check_in", args=[here.pk])]
    undo.append(reverse("admin:spaces_booking_undo_no_show", args=[absent.pk]))
    assert set(undo) <= actions
    for address in undo:
        assert client.post(address, follow=True).redirect_chain[-1][0].startswith("/admin/#")
    here.refresh_from_db()
    absent.refresh_from_db()
    assert (here.checked_in_at, absent.status, absent.checked_in_by) == (None, BookingStatus.CONFIRMED, manager)
    foreign = running_booking(ResourceFactory())
    assert client.post(reverse("admin:spaces_booking_undo_check_in", args=[foreign.pk])).status_code == 404
    assert client.get(undo[0]).status_code == 405


def test_several_requests_are_decided_at_once_and_each_is_told(sign_in, manager, ferme):
    room = ResourceFactory(space=ferme, needs_approval=True, units=3)
    people = [UserFactory(first_name=name, last_name="Demande") for name in ("Ana", "Bob", "Cléo")]
    bookings = [BookingFactory(resource=room, user=person) for person in people]
    client = sign_in(manager)
    page = Page(client.get(HOME).text, HOME)
    form = next(form for form in page.forms if form.attributes.get("id") == "today-several")
    confirm_booking(booking=bookings[0], by=manager)
    cancel_booking(booking=bookings[1], by=people[1])
    wish = form.data(action="confirm_selected", _selected_action=[str(booking.pk) for booking in bookings])
    response = client.post(form.path, wish, follow=True)
    assert response.redirect_chain == [(HOME, 302)]
    told = [str(message) for message in response.context["messages"]]
    assert [("Bob Demande" in text, "Ana Demande" in text and "Cléo Demande" in text) for text in told] == [
        (True, False),
        (False, True),
    ]


def test_request_is_confirmed_from_the_home(sign_in, manager, ferme):
    booking = BookingFactory(resource=ResourceFactory(space=ferme, needs_approval=True))
    client = sign_in(manager)
    page = client.get(HOME).content.decode()
    assert f'action="{reverse("admin:spaces_booking_changelist")}"' in page
    client.post(
        reverse("admin:spaces_booking_changelist"), {"action": "confirm_selected", "_selected_action": booking.pk}
    )
    booking.refresh_from_db()
    assert (booking.status, booking.decided_by) == (BookingStatus.CONFIRMED, manager)
    assert client.get(HOME).context["work"].requests == []


def test_manager_has_the_frequent_gestures_and_the_tables_of_their_space(sign_in, manager, ferme):
    response = sign_in(manager).get(HOME)
    assert [address for address, _words in response.context["gestures"]] == [
        "/admin/spaces/booking/add/",
        "/admin/spaces/closure/add/",
        "/admin/events/event/add/",
        "/admin/spaces/invitation/add/",
        "/admin/mailings/mailing/add/",
    ]
    assert {"spaces.Booking", "spaces.Closure", "events.Event"} <= tables(response)
    assert not {label for label in tables(response) if label.startswith(("reporting.", "outbox.", "auth."))}


#: The tables that the coordinator finds: of members and spaces, only what is common to all.
TABLES_OF_COORDINATOR = {
    *("events.Event", "events.EventOutcome", "events.EventType", "events.Registration", "mailings.Mailing"),
    *("members.NetworkRole", "members.Organisation", "members.Skill", "members.SkillCategory"),
    *("reporting.CountedAction", "reporting.Deliverable", "reporting.Deviation", "reporting.EvidenceFile"),
    *("reporting.JointDecision", "reporting.PartnerPerson", "reporting.Period", "reporting.Project"),
    *("reporting.ReportVersion", "reporting.Stock", "reporting.WorkPackage", "reporting.Activity"),
    *("reporting.TargetGroup", "reporting.Communication", "reporting.ReportText", "reporting.Spending"),
    *("reporting.Output", "reporting.ProjectIndicator", "reporting.ProjectDate"),
    *("spaces.Feature", "spaces.MembershipKind", "spaces.PassScheme", "spaces.Service"),
    *("training.Coaching", "training.Programme", "training.Session"),
}


# --- coordinator and superuser ---------------------------------------------------------------------------------------


def test_coordinator_sees_what_waits_for_a_decision_or_a_proof(sign_in, coordinator):
    project = ProjectFactory()
    PeriodFactory(project=project, label="S1-2020", starts_on="2020-01-01", ends_on="2020-06-30")
    last = PeriodFactory(project=project)
    two_sides = [OrganisationFactory(country="BE"), OrganisationFactory(country="FR")]
    undecided = EventFactory(organisers=two_sides)
    EventFactory(organisers=two_sides, joint=True)
    EventFactory(organisers=two_sides[:1])
    EventFactory(organisers=two_sides, draft=True)
    unproven = PastEventFactory(proofs_owed=["agenda"], joint=False)
    CountedEventFactory(project=project, event=unproven)
    CountedEventFactory(project=project, event=PastEventFactory(joint=False))
    uncounted = PastEventFactory(proofs_owed=["agenda"], joint=False)
    CountedEventFactory(project=project, event=PastEventFactory(proofs_owed=["agenda"], joint=False), counts=False)
    response = sign_in(coordinator).get(HOME)
    coordination = response.context["coordination"]
    assert coordination.projects == [(project, last)]
    assert coordination.joint_to_decide == [undecided]
    assert coordination.without_proof == [(event, [ProofKind.AGENDA.label]) for event in (unproven, uncounted)]
    assert response.context["work"] is None
    assert tables(response) == TABLES_OF_COORDINATOR
    assert reverse("reporting:projects") in response.content.decode()


def test_coordinator_reads_what_nobody_counted_or_classified(sign_in, coordinator):
    today = timezone.localdate()
    project = ProjectFactory(starts_on=today - timedelta(days=400), ends_on=today + timedelta(days=400))
    spans = {"S1": (-150, -60), "S2": (-59, 60), "S3": (61, 120)}
    periods = {
        label: PeriodFactory(
            project=project, label=label, starts_on=today + timedelta(days=first), ends_on=today + timedelta(days=last)
        )
        for label, (first, last) in spans.items()
    }
    PastEventFactory.create_batch(2)
    CountedEventFactory(project=project, event=PastEventFactory())
    ClassificationFactory(action=CountedEventFactory(project=project, event=PastEventFactory()))
    page = sign_in(coordinator).get(HOME)
    assert page.context["coordination"].uncounted == [(periods["S2"], 2)]
    assert page.context["coordination"].unclassified == [(periods["S2"], 1)]
    for name in ("uncounted", "classify"):
        assert reverse(f"reporting:{name}", args=[project.slug, "S2"]) in page.text


def test_a_proof_that_its_manager_may_not_check_reaches_the_coordinator(sign_in, coordinator, manager, ferme):
    event = PastEventFactory(space=ferme, proofs_owed=["agenda", "attendance_sheet"])
    proof = Proof.objects.create(event=event, kind="agenda", file="f.pdf", name="f", sha256="0" * 64, added_by=manager)
    client = sign_in(manager)
    page = client.get(HOME)
    assert page.context["work"].without_proof == [(event, [ProofKind.ATTENDANCE_SHEET.label])]
    assert reverse("admin:events_event_proof", args=[event.pk]) in page.text
    client = sign_in(coordinator)
    assert client.get(HOME).context["coordination"].to_check == [(event, proof)]
    check = reverse("admin:events_event_proof_check", args=[event.pk, proof.pk])
    assert check in client.get(HOME).text
    client.post(check)
    proof.refresh_from_db()
    assert proof.checked_by == coordinator


def test_lists_are_counted_before_they_are_cut(sign_in, coordinator, manager, ferme):
    two_sides = [OrganisationFactory(country="BE"), OrganisationFactory(country="FR")]
    PastEventFactory.create_batch(10, space=ferme, proofs_owed=["agenda"], organisers=two_sides, joint=None)
    page = sign_in(manager).get(HOME)
    lacking = page.context["work"].without_proof
    assert (len(lacking), lacking.number) == (8, 10)
    assert f"{HOME}?all=1#today-unproven" in page.text
    whole = sign_in(manager).get(HOME, {"all": 1})
    assert len(whole.context["work"].without_proof) == 10
    assert "?all=1#" not in whole.text
    page = sign_in(coordinator).get(HOME)
    for name, anchor in (("without_proof", "today-proofs"), ("joint_to_decide", "today-joint")):
        rows = getattr(page.context["coordination"], name)
        assert (len(rows), rows.number) == (8, 10)
        assert f"{HOME}?all=1#{anchor}" in page.text


def test_a_refused_proof_waits_for_a_better_one_on_the_first_page(sign_in, coordinator, manager, ferme):
    event = PastEventFactory(space=ferme, proofs_owed=["agenda"])
    values = {"event": event, "kind": "agenda", "file": "f.pdf", "name": "f", "added_by": manager}
    proof = Proof.objects.create(sha256="0" * 64, **values)
    refuse_proof(proof=proof, by=coordinator, reason="Pas de date")
    check = reverse("admin:events_event_proof_check", args=[event.pk, proof.pk])
    for person in (manager, coordinator):
        page = sign_in(person).get(HOME).text
        assert "Pas de date" in page and check in page
    Proof.objects.create(sha256="1" * 64, **values)
    for person in (manager, coordinator):
        assert "Pas de date" not in sign_in(person).get(HOME).text


def test_superuser_sees_every_space_and_the_mails_in_doubt(sign_in, ferme):
    MessageFactory(state=MessageState.DOUBTFUL)
    MessageFactory(state=MessageState.FAILED)
    MessageFactory()
    response = sign_in(UserFactory(superuser=True)).get(HOME)
    assert response.context["work"].spaces == [ferme]
    assert response.context["coordination"] is not None
    assert response.context["mail_trouble"] == 2
    assert "2 e-mails attendent votre décision" in response.content.decode()


def test_topics_to_be_decided_stand_on_the_managers_day(sign_in, manager, ferme):
    friday = timezone.localdate() + timedelta(days=10)
    wish = {"space": ferme, "user": UserFactory(), "language": "fr", "summary": "En une heure"}
    topic = TopicProposal.objects.create(title="Lire un bilan", day=friday, **wish)
    TopicProposal.objects.create(title="Retiré", day=friday, **wish, state="withdrawn")
    TopicProposal.objects.create(title="Passé", day=timezone.localdate() - timedelta(days=1), **wish)
    TopicProposal.objects.create(title="Ailleurs", day=friday, **wish | {"space": SpaceFactory()})
    page = sign_in(manager).get(HOME)
    assert page.context["work"].topics == [topic]
    assert reverse("admin:events_topicproposal_change", args=[topic.pk]) in Page(page.text).links


def test_refused_mails_are_told_to_who_runs_the_space_only(sign_in, manager, ferme, coordinator):
    event, networks, foreign = EventFactory(space=ferme), EventFactory(space=None), EventFactory(space=SpaceFactory())
    booking = BookingFactory(resource=ResourceFactory(space=ferme))
    foreign_booking = BookingFactory()
    failed = {"state": MessageState.FAILED}
    MessageFactory.create_batch(2, about=about(event.pk), **failed)
    MessageFactory(context={"booking": booking.pk}, **failed)
    MessageFactory(context={"booking": foreign_booking.pk}, **failed)
    MessageFactory(about=about(networks.pk), **failed)
    MessageFactory(about=about(foreign.pk), **failed)
    MessageFactory(about=about(event.pk))
    MessageFactory(about=about(event.pk), due_at=timezone.now() - timedelta(days=15), **failed)
    MessageFactory(**failed)
    page = sign_in(manager).get(HOME)
    refused = page.context["refused_mails"]
    assert (refused.count, refused.events, refused.bookings) == (3, [event], [booking])
    assert "3 e-mails de vos événements et réservations ont été refusés" in page.content.decode()
    assert reverse("admin:events_event_messages", args=[event.pk]) in Page(page.content.decode()).links
    refused = sign_in(coordinator).get(HOME).context["refused_mails"]
    assert (refused.count, refused.events, refused.bookings) == (1, [networks], [])


@pytest.mark.parametrize("who", ["manager", "coordinator", "superuser"])
def test_late_mails_are_told_to_all_who_work_there(sign_in, manager, ferme, coordinator, who):
    people = {"manager": manager, "coordinator": coordinator, "superuser": UserFactory(superuser=True)}
    client = sign_in(people[who])
    late = MessageFactory(due_at=timezone.now() - timedelta(minutes=16))
    assert "Des e-mails sont en retard" in client.get(HOME).content.decode()
    late.delete()
    assert "Des e-mails sont en retard" not in client.get(HOME).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_home_costs_a_fixed_number_of_queries(sign_in, number, django_assert_num_queries):
    client = sign_in(UserFactory(superuser=True))
    two_sides = [OrganisationFactory(country="BE"), OrganisationFactory(country="FR")]
    for _row in range(number):
        space = SpaceFactory(with_hours=True)
        BookingFactory(resource=ResourceFactory(space=space, needs_approval=True))
        BookingFactory(resource=ResourceFactory(space=space))
        EventFactory(space=space, organisers=two_sides, starts_at=timezone.now() + timedelta(days=2))
        TopicProposal.objects.create(space=space, user=UserFactory(), day=timezone.localdate(), title="Bilan")
        PastEventFactory(space=space, state="published", starts_at=timezone.now() - timedelta(days=3))
        CountedEventFactory(event=PastEventFactory(space=space, proofs_owed=["agenda"], joint=False))
        MembershipFactory(space=space, state="requested", since=None)
        MembershipFactory(space=space, until=timezone.localdate() + timedelta(days=9))
    client.get(HOME)
    with django_assert_num_queries(29):
        assert len(client.get(HOME).context["work"].requests) == number


# --- the way from an object to its page ------------------------------------------------------------------------------


def test_view_on_site_leads_to_own_objects_only(sign_in, manager, ferme):
    own = BookingFactory(resource=ResourceFactory(space=ferme))
    foreign = BookingFactory()
    client = sign_in(manager)
    type_id = ContentType.objects.get_for_model(own).pk
    answer = client.get(f"/admin/r/{type_id}/{own.pk}/")
    assert (answer.status_code, answer["Location"].endswith(own.get_absolute_url())) == (302, True)
    assert client.get(f"/admin/r/{type_id}/{foreign.pk}/").status_code == 404
    assert client.get(f"/admin/r/{ContentType.objects.get_for_model(ContentType).pk}/1/").status_code == 404
    assert client.get("/admin/r/999999/1/").status_code == 404


# --- what the spaces do together -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["manager", "coordinator"])
def test_what_the_spaces_share_is_one_step_away_and_opens(sign_in, request, ferme, who):
    client = sign_in(request.getfixturevalue(who))
    offered = Page(client.get(HOME).text).internal_links
    pages = ("portal:exchanges", "spaces:practice", "spaces:notices", "admin:events_event_border")
    for address in map(reverse, pages):
        assert address in offered
        assert client.get(address).status_code == 200


def test_a_place_is_named_with_its_room(sign_in, manager, ferme):
    room = ResourceFactory(space=ferme, name="Le Plateau", units=2)
    room.units.filter(number=1).update(name="Près de la fenêtre")
    running_booking(room)
    client = sign_in(manager)
    assert "Le Plateau – Près de la fenêtre" in Page(client.get(HOME).text).text
    timeline = client.get(reverse("admin:spaces_space_timeline", args=[ferme.pk]))
    assert "Le Plateau – Près de la fenêtre" in Page(timeline.text).text


def test_no_place_is_called_free_where_the_space_is_closed(sign_in, manager, ferme):
    room = ResourceFactory(space=ferme, name="Les Serres")
    client = sign_in(manager)
    Closure.objects.create(
        space=ferme, period=period(timezone.now() - timedelta(hours=1), timezone.now() + timedelta(days=20)), reason="x"
    )
    text = Page(client.get(HOME).text).text
    assert f"{room.name} Fermé pour le moment" in text
    assert "1 sur 1" not in text


@pytest.mark.parametrize("address", [HOME, f"{HOME}spaces/"])
def test_adding_is_named_as_a_sentence_says_it(sign_in, manager, ferme, address):
    text = Page(sign_in(manager).get(address).text).text
    assert "Ajouter une réservation" in text
    assert "Ajouter :" not in text


# --- who has a role in the network and in no space ---


@pytest.mark.parametrize("role", [NetworkRoleKind.FACILITATOR, NetworkRoleKind.TRAINER])
def test_the_first_page_shows_what_is_next_for_a_role_of_the_network(sign_in, role):
    event, session = EventFactory(), SessionFactory()
    PastEventFactory()
    person = UserFactory()
    NetworkRole.objects.create(user=person, role=role, since=timezone.localdate())
    answer = sign_in(person).get(HOME)
    ahead = answer.context["ahead"]
    if role == NetworkRoleKind.FACILITATOR:
        assert ({one.pk for one in ahead.events}, ahead.sessions) == ({event.pk, session.event.pk}, [])
        address = f"/admin/events/event/{event.pk}/change/"
    else:
        assert (ahead.events, ahead.sessions) == ([], [session])
        address = f"/admin/training/session/{session.pk}/change/"
    assert address in Page(answer.text, HOME).links
    assert sign_in(person).get(address).status_code == 200


def test_a_facilitator_sees_who_comes_the_door_and_what_is_to_be_noted(sign_in):
    now, today = timezone.now(), timezone.localdate(timezone.now() - timedelta(hours=1))
    running = EventFactory(capacity=1)
    RegistrationFactory(event=running)
    RegistrationFactory(event=running)
    Event.objects.filter(pk=running.pk).update(
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1), earliest=today, latest=today
    )
    over = EventFactory(starts_at=now - timedelta(hours=5), ends_at=now - timedelta(hours=3))
    EventFactory(starts_at=now - timedelta(days=90), ends_at=now - timedelta(days=90) + timedelta(hours=1))
    person = UserFactory()
    NetworkRole.objects.create(user=person, role=NetworkRoleKind.FACILITATOR, since=timezone.localdate())
    answer = sign_in(person).get(HOME)
    page, ahead = Page(answer.text, HOME), answer.context["ahead"]
    assert "1 personne inscrite pour 1 place" in page.text and "1 en attente" in page.text
    assert ([one.pk for one in ahead.events], ahead.doors) == ([running.pk], {running.pk})
    assert [one.pk for one in ahead.to_mark] == [over.pk]
    noted = [reverse("admin:events_event_attendance", args=[event.pk]) for event in (running, over)]
    for address in (reverse("admin:events_event_door", args=[running.pk]), *noted):
        assert address in page.links
        assert sign_in(person).get(address).status_code == 200


def test_a_manager_and_an_administrator_have_no_list_of_the_network(sign_in, manager, ferme):
    assert sign_in(manager).get(HOME).context["ahead"] is None
    person = UserFactory()
    NetworkRole.objects.create(user=person, role=NetworkRoleKind.ADMINISTRATOR, since=timezone.localdate())
    assert sign_in(person).get(HOME).context["ahead"] is None


def test_who_may_do_what_is_read_for_one_role_alone(sign_in, manager, ferme):
    whole, alone = (sign_in(manager).get("/admin/roles/", query) for query in ({}, {"role": "manager"}))
    assert [column.role for column in alone.context["columns"]] == ["manager"]
    assert len(whole.context["columns"]) == 6
    assert len(alone.text) < len(whole.text) / 2
    assert len(sign_in(manager).get("/admin/roles/", {"role": "x"}).context["columns"]) == 6
