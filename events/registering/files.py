"""What people answered, as a table for who runs the event: each person, and how many chose what."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hacktiv.common.spreadsheets import Table, csv_bytes, workbook_bytes

from ..enums import STANDING_REGISTRATIONS, RegistrationStatus


@dataclass
class AnswersTable:
    """The questions; a row for each person with a place or in line, with `cells` in the order of the questions; and
    for each question (question, [(words, with a seat, in line)], texts)."""

    questions: list
    people: list
    totals: list


def answers_table(event):
    """A fixed number of queries."""
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
    """The same for a spreadsheet: the people, and the totals."""
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


def csv_file(title, sheets):
    """The tables one after the other, each under its title."""
    lines = [[title]]
    for sheet in sheets:
        lines += [[], [sheet.title], sheet.head, *([str(cell) for cell in row] for row in sheet.rows)]
    return csv_bytes(lines)


#: How each kind of file is written from a title and tables.
WRITERS = {"csv": csv_file, "xlsx": workbook_bytes}
