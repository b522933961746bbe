"""Questions are answered with the registration, read by the event's managers alone, and erased in time."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from events.enums import QuestionKind
from events.errors import EventError
from events.models import Answer, Event, Question, Registration
from events.programme.operations import copy_event, repeat_event
from events.registering.operations import (
    Answers,
    Given,
    cancel_registration,
    change_answers,
    erase_answers_due,
    forget_unconfirmed_guests,
    register,
    save_question,
)
from events.tests.factories import EventFactory, EventTypeFactory, GuestRegistrationFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory, make_manager, manager_of
from spaces.timing.recurrence import Pattern

pytestmark = pytest.mark.django_db


def ask(event, kind=QuestionKind.DIET, **more):
    if kind not in {QuestionKind.DIET, QuestionKind.ACCESS}:
        more = {"text_fr": "Quel atelier ?", "purpose_fr": "Pour former les groupes", **more}
    return save_question(event=event, question=Question(kind=kind, **more), by=None)


def diet(question, *chosen, text="", consents=True):
    return Answers({question.pk: Given(list(chosen), text)}, consents=consents)


def test_a_member_answers_while_registering(client):
    event = EventFactory()
    question = ask(event, QuestionKind.ONE, options_fr="Pain\nVélo", is_required=True)
    member = UserFactory()
    client.force_login(member)
    form = reverse("events:register_form", args=[event.slug])
    assert client.post(reverse("events:register", args=[event.slug])).url == form
    page = client.get(form).content.decode()
    assert "Pour former les groupes. Réponses effacées 7\N{NO-BREAK SPACE}jours après l’événement." in page
    name = f"question_{question.pk}"
    assert client.post(form, {}).context["form"].errors.keys() == {name}
    assert client.post(form, {name: "7"}).context["form"].errors.keys() == {name}
    assert not event.registrations.exists()
    assert client.post(form, {name: "1"}).status_code == 302
    registration = event.registrations.get()
    assert [(answer.chosen, answer.in_words) for answer in registration.answers.all()] == [(["1"], "Vélo")]


def test_a_required_question_is_skipped_on_the_phone_only():
    event = EventFactory()
    ask(event, QuestionKind.TEXT, is_required=True)
    with pytest.raises(EventError) as refusal:
        register(event=event, user=UserFactory())
    assert refusal.value.code == "answer_missing"
    assert not Registration.objects.exists()
    assert register(event=event, user=UserFactory(), by=UserFactory()).is_confirmed


def test_answers_on_health_need_consent_and_can_be_erased(client):
    event = EventFactory(capacity=0)
    question = ask(event)
    member = UserFactory()
    client.force_login(member)
    form = reverse("events:register_form", args=[event.slug])
    told = {f"question_{question.pk}": ["vegan", "no_nuts"], f"question_{question.pk}_more": "Kiwi"}
    assert client.post(form, told).context["form"].errors.keys() == {"consent"}
    client.post(form, {**told, "consent": "on"})
    registration = event.registrations.get()  # In line, and asked all the same.
    assert registration.is_waiting
    assert registration.answers.get().consented_at
    with pytest.raises(EventError):
        change_answers(registration=registration, answers=diet(question, "vegan", consents=False))
    page = reverse("events:registration", args=[registration.token])
    assert "Végane, Sans fruits à coque, Kiwi" in client.get(page).content.decode()
    event.starts_at = timezone.now() - timedelta(hours=1)
    event.save()
    with pytest.raises(EventError):
        change_answers(registration=registration, answers=diet(question, "vegan"))
    stranger = client_of(UserFactory())
    assert stranger.post(reverse("events:erase_answers", args=[registration.token])).status_code == 404
    client.post(reverse("events:erase_answers", args=[registration.token]))
    assert not Answer.objects.exists()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_guest_answers_in_the_form_and_again_on_their_page(client):
    event = EventFactory()
    question = ask(event)
    wish = {"name": "Aline", "email": "aline@ardenne.example", "consent": "on", f"question_{question.pk}": ["vegan"]}
    client.post(reverse("events:register_guest", args=[event.slug]), wish)
    assert forget_unconfirmed_guests(now=timezone.now() + timedelta(hours=49)) == 1
    assert not Answer.objects.exists()
    client.post(reverse("events:register_guest", args=[event.slug]), wish)
    registration = event.registrations.get()
    client.post(reverse("events:confirm_guest", args=[registration.token]))
    assert registration.answers.get().chosen == ["vegan"]
    answers = reverse("events:answers", args=[registration.token])
    assert client.get(answers).context["form"][f"question_{question.pk}"].initial == ["vegan"]
    client.post(answers, {f"question_{question.pk}": ["vegetarian"], "consent": "on"})
    assert registration.answers.get().chosen == ["vegetarian"]
    client.post(answers, {})
    assert not registration.answers.exists()


def test_answers_are_erased_in_time_and_with_the_registration():
    event = EventFactory()
    short, long = ask(event, erased_after=1), ask(event, QuestionKind.YES_NO, erased_after=30)
    answers = Answers({short.pk: Given(["vegan"]), long.pk: Given(["yes"])}, consents=True)
    people = [register(event=event, user=UserFactory(), answers=answers) for _number in range(3)]
    assert erase_answers_due(now=event.ends_at + timedelta(hours=23)) == 0
    assert erase_answers_due(now=event.ends_at + timedelta(days=1)) == 3
    assert [answer.question for answer in Answer.objects.all()] == [long] * 3
    cancel_registration(registration=people[0])
    assert Answer.objects.count() == 2
    assert erase_answers_due(now=event.ends_at + timedelta(days=30)) == 2


def test_an_answered_question_keeps_its_meaning_and_its_day_of_erasure():
    event = EventFactory()
    question = ask(event, QuestionKind.ONE, options_fr="Pain\nVélo")
    question.options_fr = "Vélo\nPain"
    save_question(event=event, question=question, by=None)
    register(event=event, user=UserFactory(), answers=Answers({question.pk: Given(["0"])}))
    for name, value in (
        ("options_fr", "Pain\nVélo"),
        ("purpose_fr", "Pour rire"),
        ("kind", "several"),
        ("erased_after", 8),
    ):
        changed = Question.objects.get(pk=question.pk)
        setattr(changed, name, value)
        with pytest.raises(EventError) as refusal:
            save_question(event=event, question=changed, by=None)
        assert refusal.value.code == "answered"
    question.is_required, question.erased_after = True, 2
    save_question(event=event, question=question, by=None)
    assert Question.objects.get().erased_after == 2


def test_copies_and_series_have_the_same_questions():
    event = EventFactory()
    ask(event, QuestionKind.ONE, options_fr="Pain\nVélo", options_nl="Brood\nFiets")
    day = timezone.localdate(event.starts_at)
    made = repeat_event(event=event, pattern=Pattern.WEEKLY, until=day + timedelta(days=7), by=UserFactory())
    copies = [*made, copy_event(event=event, by=UserFactory())]
    assert len(copies) == 2
    for copy in copies:
        assert copy.questions.values_list("kind", "text_fr", "options_nl").get() == (
            "one",
            "Quel atelier ?",
            "Brood\nFiets",
        )


def test_a_new_event_gets_its_types_questions(client):
    kind, space = EventTypeFactory(), SpaceFactory()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    page = reverse("admin:events_eventtype_change", args=[kind.pk])
    form = client.get(page).context["adminform"].form
    wish = {name: "" if value is None else value for name, value in form.initial.items() if value is not False}
    rows = {"questions-TOTAL_FORMS": "1", "questions-INITIAL_FORMS": "0"}
    rows |= {"message_rules-TOTAL_FORMS": "0", "message_rules-INITIAL_FORMS": "0"}
    question = {"questions-0-kind": "diet", "questions-0-erased_after": "3", "questions-0-order": "0"}
    assert client.post(page, {**wish, **rows, **question}).status_code == 302
    assert kind.questions.get().erased_after == 3
    begun = {"type": kind.pk, "space": space.pk, "starts_at": "2027-03-05T12:00", "ends_at": "2027-03-05T14:00"}
    manager = UserFactory()
    make_manager(space, manager)
    client.force_login(manager)
    event = {**begun, "title_fr": "Repas", "mode": "onsite", "organisers": [space.operator_id], "venues": [space.pk]}
    answer = client.post(reverse("admin:events_event_add"), event)
    assert answer.status_code == 302, answer.context["errors"]
    assert Event.objects.get().questions.values_list("kind", "erased_after").get() == ("diet", 3)


@pytest.fixture
def managed(client):
    manager = UserFactory()
    client.force_login(manager)
    return EventFactory(space=SpaceFactory(managers=[manager]))


def test_only_managers_of_the_event_ask_and_read_answers(client, managed):
    page = reverse("admin:events_event_questions", args=[managed.pk])
    assert client.post(page, {"kind": "one", "erased_after": "7", "text_fr": "Quoi ?"}).status_code == 200
    wish = {
        "kind": "several",
        "erased_after": "7",
        "text_fr": "Quoi ?",
        "purpose_fr": "Pour voir",
        "options_fr": "=A1\nB",
    }
    assert client.post(page, {**wish, "options_nl": "A"}).context["form"].errors.keys() == {"options_nl"}
    health = client.post(page, {"kind": "diet", "erased_after": "7", "is_required": "on"}).context["form"]
    assert health.errors.keys() == {"__all__"}
    assert client.post(page, {**wish, "erased_after": "91"}).context["form"].errors.keys() == {"erased_after"}
    assert client.post(page, wish).status_code == 302
    question = managed.questions.get()
    diets = ask(managed)
    told = Answers({question.pk: Given(["0", "1"]), diets.pk: Given(["vegan"], "🥝")}, consents=True)
    register(event=managed, user=UserFactory(first_name="Aline", last_name="Petit"), answers=told)
    register(event=managed, user=UserFactory(), answers=Answers({question.pk: Given(["1"])}))
    table = client.get(reverse("admin:events_event_answers", args=[managed.pk])).context["table"]
    assert [counts[:2] for _question, counts, _texts in table.totals] == [
        [("=A1", 1, 0), ("B", 2, 0)],
        [("Végétarien", 0, 0), ("Végane", 1, 0)],
    ]
    csv = client.get(reverse("admin:events_event_answers_file", args=[managed.pk, "csv"])).content.decode("utf-8-sig")
    assert csv.splitlines()[4] == "Aline Petit;;Inscrit·e;Sur place;'=A1, B;Végane, 🥝"
    sheet = client.get(reverse("admin:events_event_answers_file", args=[managed.pk, "xlsx"])).content
    rows = load_workbook(BytesIO(sheet)).worksheets[0].values
    assert [row[4:] for row in rows][1] == ("=A1, B", "Végane, 🥝")
    change = reverse("admin:events_event_question", args=[managed.pk, question.pk])
    assert client.post(change, {**wish, "text_fr": "Où ?"}).status_code == 200
    addresses = [page, change, reverse("admin:events_event_question_remove", args=[managed.pk, question.pk])]
    addresses += [reverse("admin:events_event_answers", args=[managed.pk])]
    addresses += [reverse("admin:events_event_answers_file", args=[managed.pk, name]) for name in ("csv", "xlsx")]
    stranger = client_of(manager_of(SpaceFactory(managers=[UserFactory()])))
    assert [stranger.get(address).status_code for address in addresses] == [404] * 6
    assert client.get(reverse("admin:events_event_answers_file", args=[managed.pk, "exe"])).status_code == 404
    client.post(addresses[2])
    assert list(managed.questions.all()) == [diets]
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_table_takes_as_many_queries_for_one_as_for_many(client, managed, number, django_assert_num_queries):
    question = ask(managed)
    for _number in range(number):
        register(event=managed, user=UserFactory(), answers=diet(question, "vegan"))
        GuestRegistrationFactory(event=managed, answers=diet(question, "vegan"))
    address = reverse("admin:events_event_answers", args=[managed.pk])
    client.get(address)
    with django_assert_num_queries(9):
        client.get(address)
