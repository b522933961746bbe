"""Build tables of what people answered: one row for each person, and the number of people for each option."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hacktiv.common.spreadsheets import Table

from ..enums import STANDING_REGISTRATIONS, RegistrationStatus


@dataclass
class AnswersTable:
    """Answers of an event.

    `people` are the registrations with a seat or in line, with `cells` in the order of the questions. `totals` has
    (question, [(words of the option, number with a seat, number in line)], texts) for each question."""

    questions: list
    people: list
    totals: list


def answers_table(event):
    """Read the answers of an event in a fixed number of queries."""
    questions = list(event.questions.all())
    people = event.registrations.filter(status__in=STANDING_REGISTRATIONS).order_by("registered_at", "pk")
    people = list(people.select_related("user", "brought_by__user").prefetch_related("answers__question"))
    for person in people:
        person.answered = {answer.question_id: answer for answer in person.answers.all()}
        person.cells = [
            person.answered[question.pk].in_words if question.pk in person.answered else "" for question in questions
        ]
    return AnswersTable(questions, people, [_totals(question, people) for question in questions])


def _totals(question, people):
    answers = [(person, person.answered[question.pk]) for person in people if question.pk in person.answered]
    counts = []
    for key, words in question.choices:
        waits = [person.status == RegistrationStatus.WAITING for person, answer in answers if key in answer.chosen]
        counts.append((str(words), waits.count(False), waits.count(True)))
    return question, counts, [answer.text for _person, answer in answers if answer.text]


def tables(found):
    """Return the two sheets of an AnswersTable: the people, and the totals."""
    head = [_("Person"), _("Comes with"), _("Status"), _("Takes part")]
    rows = [
        [
            str(person.person_name),
            str(person.brought_by.person_name) if person.brought_by else "",
            str(person.get_status_display()),
            str(person.get_way_display()),
            *person.cells,
        ]
        for person in found.people
    ]
    totals = [
        [str(question.title), words, seated, waiting]
        for question, counts, _texts in found.totals
        for words, seated, waiting in counts
    ]
    return [
        Table(_("Answers"), [*head, *(str(question.title) for question in found.questions)], rows),
        Table(_("Totals"), [_("Question"), _("Answer"), _("With a seat"), _("In line")], totals),
    ]
