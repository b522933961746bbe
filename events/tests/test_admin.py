"""The admin: each step goes through its operation, and each manager stays within his own spaces."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState, Measure, Mode, ProofKind, RegistrationStatus
from events.models import Change, DeclaredCount, Event, Participation, Proof, Registration
from events.operations import add_proof, register
from events.tests.factories import (
    EventFactory,
    EventTypeFactory,
    HistoryEventFactory,
    PastEventFactory,
    RegistrationFactory,
)
from members.tests.factories import UserFactory
from spaces.models import Hold
from spaces.operations import hold
from spaces.tests.factories import ResourceFactory, SpaceFactory

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%proof\n%%EOF\n"
STEPS = [
    "publish",
    "move",
    "cancel",
    "capacity",
    "register",
    "attendance",
    "walk_in",
    "sheet",
    "complete",
    "held",
    "count",
    "proof",
]


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


@pytest.fixture
def manager(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def space(manager):
    return SpaceFactory(managers=[manager])


def step(client, name, event, data=None, status=302):
    address = reverse(f"admin:events_event_{name}", args=[event.pk])
    response = client.get(address) if data is None else client.post(address, data)
    assert response.status_code == status
    event.refresh_from_db()
    return response


def at(moment, prefix):
    local = timezone.localtime(moment)
    return {prefix: f"{local:%Y-%m-%dT%H:%M}"}


# --- who may open what ------------------------------------------------------------------------------------------


def addresses_of(event):
    yield reverse("admin:events_event_change", args=[event.pk])
    yield reverse("admin:events_event_delete", args=[event.pk])
    yield reverse("admin:events_event_history", args=[event.pk])
    for name in STEPS:
        yield reverse(f"admin:events_event_{name}", args=[event.pk])


def test_another_spaces_event_is_nowhere(client, space):
    other = PastEventFactory()
    proof = add_proof(event=other, kind=ProofKind.AGENDA, file=SimpleUploadedFile("a.pdf", PDF), by=None)
    registration = register(event=EventFactory(space=other.space), user=UserFactory())
    network = EventFactory(space=None)
    mine = EventFactory(space=space)
    addresses = [*addresses_of(other), *addresses_of(network)]
    addresses += [
        reverse("admin:events_proof_download", args=[proof.pk]),
        reverse("admin:events_proof_check", args=[proof.pk]),
        reverse("admin:events_registration_change", args=[registration.pk]),
        reverse("admin:events_registration_cancel", args=[registration.pk]),
    ]
    for address in addresses:
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"reason": "x"}).status_code == 404, address
    page = client.get(reverse("admin:events_event_changelist"))
    assert list(page.context["cl"].result_list) == [mine]
    assert list(client.get(reverse("admin:events_registration_changelist")).context["cl"].result_list) == []
    assert Event.objects.get(pk=other.pk).state == EventState.HELD
    assert registration.event.registrations.confirmed().count() == 1


def test_a_member_finds_no_admin(client):
    event = EventFactory()
    client.force_login(UserFactory())
    for address in addresses_of(event):
        assert client.get(address, follow=True).status_code == 404


def test_the_coordinator_runs_the_networks_own_events(client):
    coordinator = UserFactory()
    coordinator.user_permissions.add(Permission.objects.get(codename="coordinate"))
    client.force_login(coordinator)
    network, local = EventFactory(space=None), EventFactory()
    page = client.get(reverse("admin:events_event_changelist"))
    assert list(page.context["cl"].result_list) == [network]
    assert client.get(reverse("admin:events_event_change", args=[network.pk])).status_code == 200
    assert client.get(reverse("admin:events_event_change", args=[local.pk])).status_code == 404


@pytest.mark.parametrize("state", EventState.values)
def test_a_manager_opens_his_events_and_their_steps(client, space, state):
    begun = state == EventState.HELD
    event = (PastEventFactory if begun else EventFactory)(
        space=space, state=state, resource=ResourceFactory(space=space)
    )
    page = client.get(reverse("admin:events_event_change", args=[event.pk]))
    assert page.status_code == 200
    for offered in page.context["steps"]:
        assert client.get(offered["url"]).status_code == 200


def test_the_steps_follow_the_state(client, space):
    def steps_of(event):
        page = client.get(reverse("admin:events_event_change", args=[event.pk]))
        return [offered["url"].rstrip("/").rpartition("/")[2] for offered in page.context["steps"]]

    assert steps_of(EventFactory(space=space, draft=True)) == ["publish"]
    assert steps_of(EventFactory(space=space)) == [
        "attendance",
        "sheet",
        "register",
        "proof",
        "capacity",
        "move",
        "online",
        "cancel",
    ]
    assert steps_of(PastEventFactory(space=space)) == ["attendance", "sheet", "count", "proof"]
    assert steps_of(EventFactory(space=space, state=EventState.CANCELLED)) == ["proof"]
    on_the_day = EventFactory(space=space, mode=Mode.HYBRID, starts_at=timezone.now() + timedelta(minutes=5))
    assert steps_of(on_the_day)[:2] == ["door", "attendance"]
    assert "online-list" in steps_of(on_the_day)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_whatever_it_lists(client, space, number, django_assert_num_queries):
    for _ in range(number):
        RegistrationFactory(event=EventFactory(space=space))
    with django_assert_num_queries(10):
        client.get(reverse("admin:events_event_changelist"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_registrations_cost_the_same_whatever_they_are(client, space, number, django_assert_num_queries):
    event = EventFactory(space=space)
    for _ in range(number):
        RegistrationFactory(event=event)
    with django_assert_num_queries(9):
        client.get(reverse("admin:events_registration_changelist"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_attendance_list_costs_the_same_whoever_is_on_it(client, space, number, django_assert_num_queries):
    event = PastEventFactory(space=space, state=EventState.PUBLISHED)
    for _ in range(number):
        Registration.objects.create(event=event, user=UserFactory(), status=RegistrationStatus.CONFIRMED)
    with django_assert_num_queries(11):
        step(client, "attendance", event, status=200)


# --- making and changing ----------------------------------------------------------------------------------------


#: What the browser sends for the rows below the form, which are to be read only.
ROWS = {
    f"{rows}-{count}_FORMS": "0"
    for rows in ("registrations", "declared_counts", "proofs", "changes")
    for count in ("TOTAL", "INITIAL")
}


def form_of(space, **typed):
    start = timezone.now() + timedelta(days=5)
    return {
        "title_fr": "Midi à deux",
        "type": EventTypeFactory().pk,
        "space": space.pk,
        **at(start, "starts_at"),
        **at(start + timedelta(hours=1), "ends_at"),
        "mode": "onsite",
        "venues": [space.pk],
        "organisers": [space.operator.pk],
        "audience": "public",
        "languages": ["fr", "nl"],
        "capacity": "12",
        **typed,
    }


def add_event(client, **form):
    return client.post(reverse("admin:events_event_add"), form)


def test_a_manager_makes_a_draft_and_publishes_it(client, manager, space):
    room = ResourceFactory(space=space)
    assert add_event(client, **form_of(space, resource=room.pk)).status_code == 302
    event = Event.objects.get()
    assert (event.state, event.languages, event.created_by, event.resource) == ("draft", ["fr", "nl"], manager, room)
    assert event.slug == f"midi-a-deux-{event.earliest:%Y-%m-%d}"
    assert Hold.objects.get().key == f"event:{event.pk}"
    step(client, "publish", event, {})
    assert event.state == EventState.PUBLISHED


def test_a_second_event_of_the_day_has_an_address_of_its_own(client, space):
    for _ in range(2):
        add_event(client, **form_of(space))
    first, second = Event.objects.order_by("pk")
    assert second.slug == f"{first.slug}-2"


def test_a_taken_room_leaves_the_draft_without_it(client, space):
    room = ResourceFactory(space=space)
    start = timezone.now()
    hold(key="x", label="Réunion", resource=room, start=start, end=start + timedelta(days=30))
    response = client.post(reverse("admin:events_event_add"), form_of(space, resource=room.pk), follow=True)
    assert "Réunion" in response.content.decode()
    assert Event.objects.get().resource is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title_fr": ""}, "title_fr"),
        ({"title_fr": "x" * 10_000}, "title_fr"),
        ({"starts_at": ""}, "starts_at"),
        ({"starts_at": "hier"}, "starts_at"),
        ({"ends_at": ""}, "ends_at"),
        ({"ends_at": "2020-01-01T10:00"}, "ends_at"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at"),
        ({"starts_at": "1999-06-01T10:00", "ends_at": "1999-06-01T11:00"}, ["starts_at", "ends_at"]),
        ({"starts_at": "9999-12-31T23:30", "ends_at": "9999-12-31T23:59"}, ["starts_at", "ends_at"]),
        ({"ends_at": f"{timezone.localdate() + timedelta(days=60)}T10:00"}, "ends_at"),
        ({"languages": ["xx"]}, "languages"),
        ({"capacity": "-1"}, "capacity"),
        ({"type": "999999"}, "type"),
    ],
)
def test_what_is_wrong_with_an_event_is_said(client, space, typed, field):
    response = add_event(client, **form_of(space, **typed))
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ([field] if isinstance(field, str) else field)
    assert not Event.objects.exists()


@pytest.mark.parametrize(("year", "is_good"), [("0001", False), ("1999", False), ("2019", True), ("9999", False)])
def test_history_lies_in_the_years_of_the_network(client, year, is_good):
    client.force_login(UserFactory(superuser=True))
    form = form_of(SpaceFactory(), starts_at="", ends_at="", meetings_lower="1", meetings_upper="1")
    response = add_event(client, **form, earliest=f"{year}-07-01", latest=f"{year}-12-31")
    if is_good:
        assert Event.objects.get().latest.year == int(year)
    else:
        assert response.context["adminform"].form.errors == {
            name: ["Vérifiez l’année."] for name in ("earliest", "latest")
        }


def test_an_event_sent_twice_is_made_once(client, space):
    form = form_of(space, resource=ResourceFactory(space=space).pk)
    add_event(client, **form)
    event = Event.objects.get()
    again = add_event(client, **form)
    assert again.headers["Location"] == reverse("admin:events_event_change", args=[event.pk])
    assert Event.objects.get() == event
    add_event(client, **{**form, "title_fr": "Un autre midi", "resource": ""})
    assert Event.objects.count() == 2


def test_a_manager_chooses_among_his_own_spaces_and_rooms(client, space):
    other = SpaceFactory()
    response = add_event(client, **form_of(other, resource=ResourceFactory(space=other).pk))
    assert set(response.context["adminform"].form.errors) == {"space", "resource"}
    assert not Event.objects.exists()


def test_joint_is_not_the_managers_to_decide(client, space):
    add_event(client, **form_of(space, joint="true"))
    assert Event.objects.get().joint is None


def test_a_published_event_keeps_what_people_were_told(client, space):
    event = EventFactory(space=space, capacity=5)
    was = event.starts_at
    form = form_of(space, capacity="1", title_fr="Autre titre")
    assert client.post(reverse("admin:events_event_change", args=[event.pk]), {**form, **ROWS}).status_code == 302
    event.refresh_from_db()
    assert (event.starts_at, event.capacity, event.title_fr) == (was, 5, "Autre titre")


def test_only_a_draft_is_deleted(client, space):
    draft, published = EventFactory(space=space, draft=True), EventFactory(space=space)
    client.post(reverse("admin:events_event_delete", args=[published.pk]), {"post": "yes"})
    client.post(reverse("admin:events_event_delete", args=[draft.pk]), {"post": "yes"})
    assert list(Event.objects.all()) == [published]


# --- steps ------------------------------------------------------------------------------------------------------


def test_an_event_is_moved_with_a_reason(client, manager, space):
    event = EventFactory(space=space)
    start = (timezone.now() + timedelta(days=20)).replace(second=0, microsecond=0)
    when = {**at(start, "starts_at"), **at(start + timedelta(hours=1), "ends_at")}
    response = step(client, "move", event, {**when, "reason": ""}, status=200)
    assert list(response.context["form"].errors) == ["reason"]
    step(client, "move", event, {**when, "reason": "Neige"})
    assert event.starts_at == start
    assert Change.objects.get().made_by == manager


def test_a_refusal_is_said_and_what_was_typed_is_kept(client, space):
    event = EventFactory(space=space)
    past = timezone.now() - timedelta(days=1)
    when = {**at(past, "starts_at"), **at(past + timedelta(hours=1), "ends_at")}
    response = step(client, "move", event, {**when, "reason": "Neige"}, status=200)
    assert "Cette date est passée" in response.content.decode()
    assert "Neige" in response.content.decode()


def test_an_event_is_cancelled_with_a_reason(client, space):
    event = EventFactory(space=space)
    step(client, "cancel", event, {"reason": "<b>Neige</b>"})
    assert event.state == EventState.CANCELLED
    page = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "&lt;b&gt;Neige" in page


def test_looking_at_a_step_does_nothing(client, space):
    event = EventFactory(space=space)
    for name in ("cancel", "capacity", "held", "complete"):
        step(client, name, event, status=200)
    assert (event.state, event.list_is_complete) == ("published", False)


def test_seats_are_changed(client, space):
    event = EventFactory(space=space, capacity=1)
    for _ in range(2):
        RegistrationFactory(event=event)
    step(client, "capacity", event, {"capacity": "0"}, status=200)
    step(client, "capacity", event, {"capacity": "2"})
    assert (event.capacity, event.seats_taken) == (2, 2)


def test_somebody_is_registered_on_the_phone(client, manager, space):
    event = EventFactory(space=space)
    person = {"name": "Aline", "email": "aline@ardenne.example", "language": "nl"}
    step(client, "register", event, person)
    step(client, "register", event, person, status=200)
    assert Registration.objects.get().registered_by == manager


def test_a_registration_is_cancelled_for_the_person(client, space):
    registration = RegistrationFactory(event=EventFactory(space=space))
    address = reverse("admin:events_registration_cancel", args=[registration.pk])
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.CANCELLED
    assert client.post(address).status_code == 409


def test_a_registration_is_not_changed_or_deleted_by_hand(client, space):
    registration = RegistrationFactory(event=EventFactory(space=space))
    client.force_login(UserFactory(superuser=True))
    client.post(reverse("admin:events_registration_change", args=[registration.pk]), {"status": "cancelled"})
    client.post(reverse("admin:events_registration_delete", args=[registration.pk]), {"post": "yes"})
    assert Registration.objects.get().status == RegistrationStatus.CONFIRMED


def begun(space, **more):
    return EventFactory(space=space, starts_at=timezone.now() - timedelta(minutes=30), **more)


def attending(event):
    return Registration.objects.create(event=event, user=UserFactory(), status=RegistrationStatus.CONFIRMED)


def test_attendance_is_ticked(client, manager, space):
    event = begun(space)
    first, second = attending(event), attending(event)
    step(client, "attendance", event, {"present": [first.pk, second.pk]})
    step(client, "attendance", event, {"present": [second.pk]})
    assert list(Participation.objects.values_list("registration", "marked_by")) == [(second.pk, manager.pk)]


def test_another_events_person_is_not_ticked(client, space):
    event = begun(space)
    stranger = attending(begun(space))
    step(client, "attendance", event, {"present": [stranger.pk]}, status=200)
    step(client, "attendance", event, {"present": ["<script>"]}, status=200)
    assert not Participation.objects.exists()


def test_a_walk_in_is_added(client, space):
    event = begun(space)
    person = {"name": "Aline", "email": "aline@ardenne.example", "residence": "FR"}
    step(client, "walk_in", event, person)
    step(client, "walk_in", event, person, status=200)
    step(client, "walk_in", event, {"name": ""}, status=200)
    assert Participation.objects.get().residence == "FR"


def test_a_name_alone_sent_twice_is_one_person_and_a_namesake_another(client, space):
    event = EventFactory(space=space)
    person = {"name": "Aline Petit", "email": "", "language": "fr"}
    step(client, "register", event, person)
    step(client, "register", event, {**person, "name": "aline petit "})
    assert event.seats_taken == 1
    Registration.objects.update(registered_at=timezone.now() - timedelta(minutes=5))
    page = step(client, "register", event, person, status=200)
    assert 'name="namesakes" value="1"' in page.content.decode()
    for _ in range(2):
        step(client, "register", event, {**person, "namesakes": "1"})
    assert event.seats_taken == 2


def test_a_walk_in_by_name_alone_sent_twice_is_one_person(client, space):
    event = begun(space)
    for _ in range(2):
        step(client, "walk_in", event, {"name": "Aline"})
    assert Participation.objects.count() == 1
    Participation.objects.update(marked_at=timezone.now() - timedelta(minutes=5))
    Registration.objects.update(registered_at=timezone.now() - timedelta(minutes=5))
    page = step(client, "walk_in", event, {"name": "Aline"}, status=200)
    assert 'name="namesakes" value="1"' in page.content.decode()
    step(client, "walk_in", event, {"name": "Aline", "namesakes": "1"})
    assert Participation.objects.count() == 2


def test_the_list_is_complete_and_the_event_held(client, space):
    event = begun(space)
    step(client, "complete", event, {})
    step(client, "held", event, {})
    assert (event.list_is_complete, event.state) == (True, "held")
    step(client, "complete", event, {})
    assert not event.list_is_complete


def test_a_count_is_declared_and_corrected_with_a_reason(client, manager, space):
    event = PastEventFactory(space=space)
    count = {"measure": Measure.PERSONS, "lower": "15"}
    step(client, "count", event, count)
    step(client, "count", event, {**count, "upper": "15"}, status=200)
    step(client, "count", event, {**count, "upper": "15", "reason": "Liste retrouvée"})
    assert list(DeclaredCount.objects.current().values_list("lower", "upper", "entered_by")) == [(15, 15, manager.pk)]
    page = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "Liste retrouvée" in page


def test_the_sheet_to_sign_has_who_is_expected_and_the_credit_line(client, space):
    event = EventFactory(space=space, capacity=1)
    seated, waiting = RegistrationFactory(event=event), RegistrationFactory(event=event)
    page = step(client, "sheet", event, status=200).content.decode()
    assert str(seated.user) in page
    assert str(waiting.user) not in page
    assert "avec le soutien du Fonds Européen de Développement Régional" in page


def test_a_proof_is_kept_opened_and_checked(client, manager, space):
    event = PastEventFactory(space=space)
    step(client, "proof", event, {"kind": "agenda", "file": SimpleUploadedFile("ordre.pdf", PDF), "name": "Ordre"})
    proof = Proof.objects.get()
    response = client.get(reverse("admin:events_proof_download", args=[proof.pk]))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="Ordre.pdf"'
    client.post(reverse("admin:events_proof_check", args=[proof.pk]))
    proof.refresh_from_db()
    assert proof.checked_by == manager


def test_what_proves_nothing_is_refused(client, space):
    event = PastEventFactory(space=space)
    file = SimpleUploadedFile("ordre.pdf", b"<html>")
    response = step(client, "proof", event, {"kind": "agenda", "file": file}, status=200)
    assert "Seuls les fichiers PDF" in response.content.decode()
    assert not Proof.objects.exists()


def test_a_proof_whose_file_is_lost_is_a_404(client, space):
    event = PastEventFactory(space=space)
    proof = add_proof(event=event, kind=ProofKind.AGENDA, file=SimpleUploadedFile("a.pdf", PDF), by=None)
    proof.file.storage.delete(proof.file.name)
    assert client.get(reverse("admin:events_proof_download", args=[proof.pk])).status_code == 404


def test_a_superuser_corrects_history(client):
    client.force_login(UserFactory(superuser=True))
    event = HistoryEventFactory(space=None)
    form = {
        "title_fr": event.title_fr,
        "type": event.type_id,
        "mode": "online",
        "earliest": "04/03/2020",
        "latest": "",
        "meetings_lower": "1",
        "meetings_upper": "1",
        "joint": "unknown",
        **ROWS,
    }
    response = client.post(reverse("admin:events_event_change", args=[event.pk]), form)
    assert response.status_code == 302, response.context["adminform"].form.errors
    event.refresh_from_db()
    assert f"{event.earliest} {event.latest}" == "2020-03-04 2020-03-04"


def test_event_types_are_the_superusers(client, space):
    assert client.get(reverse("admin:events_eventtype_changelist")).status_code in {403, 404}
    client.force_login(UserFactory(superuser=True))
    assert client.get(reverse("admin:events_eventtype_changelist")).status_code == 200
