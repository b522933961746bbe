"""Pages and mails for participants after an event: survey, certificate, outcome."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.db.models.expressions import RawSQL
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pypdf import PdfReader

from events.attendance.operations import mark_attendance
from events.core.files.credit import CREDIT
from events.errors import EventError
from events.followup.files.certificates import certificate, certificate_code
from events.followup.operations import answer_survey, tell_outcome
from events.followup.queries import questions_of, satisfaction
from events.models import (
    Event,
    EventOutcome,
    Proof,
    Registration,
    SurveyAnswer,
    SurveyQuestion,
    SurveyTaken,
    usual_messages,
)
from events.reminders.operations import mails_by_rule
from events.tests.factories import EventTypeFactory, PastEventFactory
from hacktiv.common.halfyears import calendar_half_year
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue_all, send_due
from members.tests.factories import UserFactory
from spaces.tests.factories import OrganisationFactory, SpaceFactory, make_manager

pytestmark = pytest.mark.django_db


def attended(event=None, *, user=None, guest="", present=True):
    """Return a person's registration at an event that is over, with their attendance if `present`."""
    event = event or PastEventFactory()
    if guest:
        person = {"guest_name": guest, "guest_email": f"{uuid4()}@ardenne.example", "language": "fr"}
    else:
        user = user or UserFactory()
        person = {"user": user, "participant_number": user.participant_number}
    registration = event.registrations.create(status="confirmed", **person)
    if present:
        mark_attendance(event=event, registrations=[registration], by=None)
    return Registration.objects.get(pk=registration.pk)


def sent(kind, registration):
    mail.outbox.clear()
    event = registration.event
    rule = next(rule for rule in usual_messages() if rule.kind == kind)
    enqueue_all(mails_by_rule(rule, registration, event))
    send_due(now=event.ends_at + timedelta(days=13 if kind == "thanks" else 43))
    return mail.outbox


def answer(registration, **answers):
    questions = questions_of(registration.event)
    answer_survey(
        registration=registration, questions=questions, answers={int(name[1:]): said for name, said in answers.items()}
    )


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_thanks_link_to_the_survey_and_the_certificate(language):
    registration = attended(user=UserFactory(language=language))
    [message] = sent("thanks", registration)
    for text in (message.body, message.alternatives[0][0]):
        assert f"/{language}/" in text
        assert f"/registrations/{registration.token}/survey/" in text
        assert f"/registrations/{registration.token}/certificate/" in text


def test_a_person_who_answered_is_thanked_without_the_survey():
    registration = attended()
    answer(registration, q1=4)
    [message] = sent("thanks", registration)
    assert "/survey/" not in message.body + message.alternatives[0][0]
    assert f"/registrations/{registration.token}/certificate/" in message.body


@pytest.mark.parametrize("kind", ["thanks", "outcome"])
def test_an_absent_person_gets_no_mail_afterwards(kind):
    assert sent(kind, attended(present=False)) == []


def test_the_outcome_is_asked_until_it_is_told():
    registration = attended(guest="Aline Petit")
    [message] = sent("outcome", registration)
    assert f"/registrations/{registration.token}/outcome/" in message.body
    Message.objects.all().delete()
    tell_outcome(registration=registration, kind="job")
    assert sent("outcome", registration) == []


def page(name, registration, client):
    if registration.user:
        client.force_login(registration.user)
    return client.get(reverse(f"events:{name}", args=[registration.token]))


@pytest.mark.parametrize("name", ["survey", "outcome", "certificate"])
def test_pages_after_an_event_are_for_its_participants(name, client):
    assert page(name, attended(present=False), client).status_code == 409
    assert page(name, attended(guest="Aline Petit"), client).status_code == 200
    someone = attended()
    assert page(name, someone, client).status_code == 200
    client.force_login(UserFactory())
    assert client.get(reverse(f"events:{name}", args=[someone.token])).status_code == 404


# --- survey ---------------------------------------------------------------------------------------------------------


def form_data(registration, **answers):
    """Return the data that the page sends: every field, empty if not answered."""
    return {
        f"q{question.order}": answers.get(f"q{question.order}", "") for question in questions_of(registration.event)
    }


def test_a_survey_is_answered_once(client):
    registration = attended()
    address = reverse("events:survey", args=[registration.token])
    client.force_login(registration.user)
    data = form_data(registration, q1="4", q5="Plus de café")
    assert client.post(address, form_data(registration)).status_code == 200
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 200
    with pytest.raises(EventError, match="déjà répondu"):
        answer(registration, q1=1)
    assert SurveyTaken.objects.count() == 1
    assert sorted(SurveyAnswer.objects.values_list("question__order", "value", "text")) == [
        (1, 4, ""),
        (5, None, "Plus de café"),
    ]


def physical_order(model, *fields):
    return list(model.objects.order_by(RawSQL("ctid", [])).values_list(*fields))


def test_nothing_links_an_answer_to_its_person():
    """Neither a column, nor PostgreSQL's own marks, nor the order of the rows does."""
    event = PastEventFactory()
    people = [attended(event, user=UserFactory()) for _ in range(7)]
    assert {field.name for field in SurveyAnswer._meta.get_fields()} == {"id", "question", "value", "text"}
    assert {field.name for field in SurveyTaken._meta.get_fields()} == {"id", "event", "participant_number"}
    orders = set()
    for number, person in enumerate(people, start=1):
        before = set(SurveyAnswer.objects.values_list("pk", flat=True)) | set(
            SurveyTaken.objects.values_list("pk", flat=True)
        )
        answer(person, q5=f"De {number}")
        rows = [*SurveyAnswer.objects.values_list("pk", flat=True), *SurveyTaken.objects.values_list("pk", flat=True)]
        assert not before.intersection(rows), "a row that stays tells which ones are new"
        orders.add(tuple(text for (text,) in physical_order(SurveyAnswer, "text")))
    assert orders != {tuple(f"De {number}" for number in range(1, each + 1)) for each in range(1, 8)}
    assert sorted(max(orders, key=len)) == [f"De {number}" for number in range(1, 8)]


@pytest.mark.parametrize(("answers", "shown"), [(2, False), (3, True)])
def test_results_are_shown_from_three_answers_on(answers, shown, client):
    event = PastEventFactory()
    manager = UserFactory()
    make_manager(event.space, manager)
    people = [attended(event, user=UserFactory()) for _ in range(answers)]
    for number, person in enumerate(people):
        answer(person, q1=3 + number, **({"q5": "Du thé"} if number == 0 else {}))
    client.force_login(manager)
    text = client.get(reverse("admin:events_event_survey", args=[event.pk])).content.decode()
    file = client.get(reverse("admin:events_event_results", args=[event.pk, "csv"]))
    assert ("<desc" in text) is shown
    assert ("4,0" in text) is shown
    assert file.status_code == (200 if shown else 404)
    assert "Du thé" not in text, "fewer than three wrote something"
    if shown:
        rows = [line.split(";")[1:] for line in file.content.decode("utf-8-sig").splitlines()]
        assert rows[1:6] == [["1", "0"], ["2", "0"], ["3", "1"], ["4", "1"], ["5", "1"]]
        assert len(rows) == 6


def test_survey_pages_are_for_people_who_run_the_event(client):
    event = attended().event
    manager = UserFactory()
    make_manager(SpaceFactory(), manager)
    client.force_login(manager)
    guest = event.registrations.get()
    for name, arguments in [
        ("survey", [event.pk]),
        ("survey_questions", [event.pk]),
        ("certificates", [event.pk]),
        ("certificate", [event.pk, guest.pk]),
    ]:
        assert client.get(reverse(f"admin:events_event_{name}", args=arguments)).status_code == 404


def test_questions_can_be_edited_until_somebody_answers(client):
    registration = attended()
    event, manager = registration.event, UserFactory()
    make_manager(event.space, manager)
    client.force_login(manager)
    address = reverse("admin:events_event_survey_questions", args=[event.pk])
    fields = {f"questions-{number}-kind": "scale" for number in range(5)}
    data = {"questions-TOTAL_FORMS": "5", "questions-INITIAL_FORMS": "5", **fields}
    data |= {"questions-0-kind": "choice", "questions-0-text_fr": "Café ou thé ?", "questions-0-choices_fr": "Café"}
    assert client.post(address, data).status_code == 200, "one answer is no choice"
    data["questions-0-choices_fr"] = "Café\nThé"
    assert client.post(address, data | {"questions-0-choices_nl": "Koffie"}).status_code == 200, "as many in Dutch"
    assert client.post(address, data).status_code == 302
    assert [str(question) for question in questions_of(event)] == ["Café ou thé ?"]
    answer(registration, q1=1)
    client.post(address, data | {"questions-0-text_fr": "Autre chose ?"})
    assert [str(question) for question in questions_of(event)] == ["Café ou thé ?"]


def test_the_database_refuses_a_sixth_question():
    with pytest.raises(IntegrityError, match="events_surveyquestion_five_at_most"):
        SurveyQuestion.objects.create(event=PastEventFactory(), order=6, kind="scale", text_fr="Encore ?")


def test_satisfaction_is_an_average_of_events_with_enough_answers(django_assert_num_queries):
    visits, walks = EventTypeFactory(order=1), EventTypeFactory(order=2)
    for event_type, scales in [(visits, [1, 2, 3]), (visits, [5, 5, 5, 4]), (walks, [5, 5])]:
        event = PastEventFactory(type=event_type)
        for scale in scales:
            answer(attended(event), q1=scale, q2=0)
    with django_assert_num_queries(2):
        [row] = satisfaction(Event.objects.values("pk"))
    assert (row.type, row.events, row.answered, row.average) == (visits, 2, 7, 25 / 7)


def test_managers_see_satisfaction_of_their_events_coordinators_of_all(client):
    for _space in range(2):
        event = PastEventFactory()
        for scale in (3, 4, 5):
            answer(attended(event), q1=scale)
    manager, coordinator = UserFactory(), UserFactory(coordinates=True)
    make_manager(event.space, manager)
    tell_outcome(registration=event.registrations.first(), kind="job")
    found, listed = [], []
    half = calendar_half_year(event.earliest).label
    for person in (manager, coordinator):
        client.force_login(person)
        context = client.get(reverse("admin:events_event_satisfaction"), {"half": half}).context
        found.append(len(context["rows"]))
        [(_label, number, address)] = context["outcomes"]
        listed.append((number, client.get(address).context["cl"].result_count))
    assert found == [1, 2]
    assert listed == [(1, 1)] * 2


# --- certificate ----------------------------------------------------------------------------------------------------


def text_of(answer):
    content = answer.content if hasattr(answer, "content") else answer
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_a_certificate_names_its_basis_and_can_be_checked(client):
    event = PastEventFactory(title_fr="Midi <b>#1</b>", organisers=[OrganisationFactory(name="La Ferme", country="BE")])
    registration = attended(event, guest="Aline Petit-Jean")
    answer = page("certificate", registration, client)
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer)
    for words in ("Aline Petit-Jean", "Midi <b>#1</b>", "La Ferme (BE)", "la liste des organisateurs", CREDIT):
        assert words in text
    code = certificate_code(registration)
    assert code in text.replace(" ", "")
    page_of_it = client.get(reverse("events:verify", args=[code])).content.decode()
    assert "A. P. J." in page_of_it
    assert "Aline" not in page_of_it
    for wrong in (
        code[:-1] + ("0" if code[-1] != "0" else "1"),
        "1-",
        "x",
        f"{'9' * 30}-{'0' * 16}",
        code.upper() + "a",
    ):
        assert client.get(reverse("events:verify", args=[wrong])).status_code == 404
    Proof.objects.create(event=event, kind="attendance_sheet", name="liste", sha256="0" * 64, checked_at=timezone.now())
    assert "dont la preuve a été vérifiée" in text_of(certificate(registration))


def test_a_certificate_is_in_the_language_of_its_person(client):
    registration = attended(user=UserFactory(language="nl"))
    with override("fr"):
        assert "Aanwezigheidsattest" in text_of(page("certificate", registration, client))


def test_managers_print_certificates_of_participants_only(client):
    event = PastEventFactory()
    there = attended(event, guest="Aline Petit")
    absent = attended(event, user=UserFactory(), present=False)
    manager = UserFactory()
    make_manager(event.space, manager)
    client.force_login(manager)
    text = client.get(reverse("admin:events_event_certificates", args=[event.pk])).content.decode()
    assert ("Aline Petit" in text, str(absent.user) in text) == (True, False)
    addresses = [reverse("admin:events_event_certificate", args=[event.pk, row.pk]) for row in (there, absent)]
    assert [client.get(address).status_code for address in addresses] == [200, 404]


# --- outcome ---------------------------------------------------------------------------------------------------------


def test_an_outcome_can_be_changed_and_taken_back(client):
    registration, other = attended(), UserFactory(is_listed=True)
    address = reverse("events:outcome", args=[registration.token])
    client.force_login(registration.user)
    said = {"kind": "project", "text": "Un site ensemble", "partner": other.pk, "may_be_told": "on"}
    assert client.post(address, said).status_code == 302
    outcome = EventOutcome.objects.get()
    assert (outcome.kind, outcome.text, outcome.partner, outcome.may_be_told) == (
        "project",
        "Un site ensemble",
        other,
        True,
    )
    del said["may_be_told"]
    client.post(address, said)
    assert EventOutcome.objects.get().may_be_told is False
    client.post(address, said | {"kind": "nothing", "may_be_told": "on"})
    outcome = EventOutcome.objects.get()
    assert (outcome.partner, outcome.may_be_told) == (None, False)
    hidden = UserFactory(is_listed=False)
    assert client.post(address, said | {"partner": hidden.pk}).status_code == 200
    assert client.post(address, said | {"kind": "riches"}).status_code == 200


def test_managers_see_outcomes_of_their_events_coordinators_of_all(client):
    mine, others = attended(guest="Aline Petit"), attended(guest="Bram Claes")
    tell_outcome(registration=mine, kind="job", text="=Un emploi")
    tell_outcome(registration=others, kind="project", text="Un projet")
    manager = UserFactory()
    make_manager(mine.event.space, manager)
    address = reverse("admin:events_eventoutcome_csv")
    client.force_login(manager)
    rows = client.get(address).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert "Aline Petit;Un emploi;'=Un emploi;;Non;" in rows[1]
    coordinator = UserFactory(coordinates=True)
    client.force_login(coordinator)
    assert len(client.get(address).content.decode("utf-8-sig").splitlines()) == 3
    assert len(client.get(address, {"kind__exact": "project"}).content.decode("utf-8-sig").splitlines()) == 2
    assert client.get(address, {"nothing": "1"}).status_code == 400
    senseless = client.get(address, {"registration__event__earliest__gte": "never"})
    assert senseless.url == reverse("admin:events_eventoutcome_changelist", query={"e": 1})
    client.force_login(UserFactory())
    assert client.get(address).status_code in {302, 403, 404}


@pytest.mark.parametrize("number", [1, 3])
def test_lists_have_a_fixed_number_of_queries(number, client):
    event, manager = PastEventFactory(), UserFactory()
    make_manager(event.space, manager)
    for _ in range(number):
        tell_outcome(registration=attended(event), kind="project", partner=UserFactory())
    client.force_login(manager)
    counts = []
    for address in (
        reverse("admin:events_eventoutcome_changelist"),
        reverse("admin:events_eventoutcome_csv"),
        reverse("admin:events_event_certificates", args=[event.pk]),
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts == [8, 9, 6]
