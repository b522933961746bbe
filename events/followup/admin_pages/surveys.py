"""The survey of an event or a type: its questions, and the results once enough people answered."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import PlainTextMixin
from hacktiv.common.halfyears import add_months, calendar_half_years
from hacktiv.common.languages import CODES, MAIN, column, columns, name_within_sentence, own_name
from hacktiv.common.spreadsheets import CONTENT_TYPES, csv_bytes, written, xlsx_bytes
from members.core.rules import coordinates

from ...enums import MOST_QUESTIONS_OF_SURVEY, EventState, OutcomeKind, SurveyKind
from ...errors import EventError
from ...models import Event, SurveyQuestion, SurveyTaken
from .. import operations
from ..files.charts import bars
from ..queries import outcomes_of, questions_of, questions_of_type, results_of, satisfaction
from ..rules import FEWEST_ANSWERS

#: In months before today: the half-years that the page offers.
MONTHS_BACK = 30


class QuestionForm(PlainTextMixin, forms.Form):
    """One question; a form without a text in the main language makes no question."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=SurveyKind)

    def __init__(self, *args, **kwargs):
        self.base_fields = {**self.base_fields, **_texts()}
        super().__init__(*args, **kwargs)

    def clean(self):
        data = super().clean()
        is_choice = data.get("kind") == SurveyKind.CHOICE
        counts = {code: len(_lines(data.get(column("choices", code), ""))) for code in CODES}
        if not is_choice:
            data |= dict.fromkeys(columns("choices"), "")
        elif data.get(column("text")) and counts[MAIN] < 2:
            self.add_error(column("choices"), gettext_lazy("A choice has two answers or more, one on each line."))
        for code in CODES:
            if is_choice and counts[code] not in {0, counts[MAIN]}:
                words = _("As many lines as in %(language)s, in the same order.")
                self.add_error(column("choices", code), words % {"language": name_within_sentence(MAIN)})
        return data

    @property
    def asked_fields(self):
        return [self["kind"], *(self[name] for name in columns("text"))]

    @property
    def choices_fields(self):
        return [self[name] for name in columns("choices")]

    @property
    def shows_choices(self):
        return self["kind"].value() == SurveyKind.CHOICE or any(field.errors for field in self.choices_fields)

    @property
    def question(self):
        """Return the question, not saved; None for an empty row."""
        return SurveyQuestion(**self.cleaned_data) if self.cleaned_data.get(column("text")) else None


def _texts():
    fields = {}
    for code in CODES:
        fields[column("text", code)] = forms.CharField(
            label=format_html("{} ({})", gettext_lazy("Question"), own_name(code)),
            max_length=160,
            required=False,
            widget=forms.TextInput(attrs={"class": "vTextField"}),
        )
    for code in CODES:
        fields[column("choices", code)] = forms.CharField(
            label=own_name(code),
            max_length=500,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
    return fields


def _lines(text):
    return [line for line in text.splitlines() if line.strip()]


QuestionsFormSet = forms.formset_factory(
    QuestionForm,
    extra=0,
    min_num=MOST_QUESTIONS_OF_SURVEY,
    max_num=MOST_QUESTIONS_OF_SURVEY,
    absolute_max=MOST_QUESTIONS_OF_SURVEY,
)


@require_safe
@never_cache
def satisfaction_page(request, *, admin):
    """Show satisfaction and outcomes of a half-year (`?half=S2-2026`, else this one).

    Managers see their own events, the coordinator all of them."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    today = timezone.localdate()
    halves = calendar_half_years(add_months(today, -MONTHS_BACK), today)[::-1]
    half = next((each for each in halves if each.label == request.GET.get("half")), halves[0])
    events = Event.objects.all() if coordinates(request.user) else admin.get_queryset(request).order_by()
    events = events.filter(earliest__range=(half.start, half.end))
    context = {
        **admin.page_context(request, title=_("After the events, by half-year")),
        "halves": halves,
        "half": half,
        "fewest": FEWEST_ANSWERS,
        "rows": satisfaction(events.values("pk")),
        "outcomes": [
            (OutcomeKind(kind).label, number, _outcomes_address(kind, half))
            for kind, number in outcomes_of(events.values("pk"))
        ],
    }
    return TemplateResponse(request, "admin/events/event/satisfaction.html", context)


@require_safe
@never_cache
def survey_page(request, event, *, admin):
    answered, results = results_of(event)
    context = {
        **admin.page_context(request, title=_("Survey"), event=event),
        "answered": answered,
        "fewest": FEWEST_ANSWERS,
        "present_count": event.participations.count(),
        "results": [(result, bars(result)) for result in results],
        "questions": questions_of(event),
    }
    return TemplateResponse(request, "admin/events/event/survey.html", context)


@require_safe
@never_cache
def results_page(request, event, suffix, *, admin):
    _answered, results = results_of(event)
    if suffix not in CONTENT_TYPES or not results:
        raise Http404
    head = [_("Question"), _("Answer"), _("Number")]
    rows = [row for result in results for row in _rows(result)]
    if suffix == "csv":
        content = csv_bytes([head, *(map(written, row) for row in rows)])
    else:
        content = xlsx_bytes(_("Survey"), head, rows)
    answer = HttpResponse(content, content_type=CONTENT_TYPES[suffix])
    answer["Content-Disposition"] = f'attachment; filename="{event.slug}.{suffix}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def survey_questions_page(request, event, *, admin):
    if SurveyTaken.objects.filter(event=event).exists():
        messages.info(request, _("Somebody has answered: the questions stay as they are."))
        return redirect("admin:events_event_survey", event.pk)
    return questions_page(
        request,
        admin.page_context(request, title=_("Questions of the survey"), event=event),
        questions=questions_of(event),
        save=lambda questions: operations.set_survey(event=event, questions=questions, by=request.user),
        back=reverse("admin:events_event_survey", args=[event.pk]),
    )


def questions_page(request, context, *, questions, save, back):
    """Show five questions to fill in; if all are emptied, the questions behind them hold again."""
    names = [f"{name}_{code}" for name in ("text", "choices") for code in CODES]
    initial = [
        {"kind": question.kind, **{name: getattr(question, name) or "" for name in names}} for question in questions
    ]
    formset = QuestionsFormSet(request.POST if request.method == "POST" else None, initial=initial, prefix="questions")
    if formset.is_bound and formset.is_valid():
        try:
            save([form.question for form in formset if form.question])
        except EventError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The questions are noted."))
        return redirect(back)
    context |= {"formset": formset, "back": back, "main_language": name_within_sentence(MAIN)}
    return TemplateResponse(request, "admin/events/event/survey_questions.html", context)


def _outcomes_address(kind, half):
    """Return the address of the list of these outcomes."""
    day = "registration__event__earliest"
    end = half.end + timedelta(days=1)
    query = {"kind__exact": kind, f"{day}__gte": half.start.isoformat(), f"{day}__lt": end.isoformat()}
    return reverse("admin:events_eventoutcome_changelist", query=query)


def _rows(result):
    """Return rows of question, answer and number; each text has a row of its own."""
    rows = [[str(result.question), words, count] for words, count in result.counts]
    return rows + [[str(result.question), text, 1] for text in result.texts]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def type_questions_page(request, event_type, *, admin):
    """Edit the questions of a type, for its events that have none of their own."""
    if not admin.has_change_permission(request, event_type):
        raise Http404
    title = _("Survey of the events of the type %(type)s") % {"type": event_type}
    return questions_page(
        request,
        admin.page_context(request, title=title),
        questions=questions_of_type(event_type),
        save=lambda questions: operations.set_survey_of_type(event_type=event_type, questions=questions),
        back=reverse("admin:events_eventtype_change", args=[event_type.pk]),
    )


PAGES = [
    Page(
        "survey",
        survey_page,
        gettext_lazy("Survey"),
        Group.AFTER,
        is_possible=lambda event: event.state != EventState.CANCELLED,
    ),
    Page("survey_questions", survey_questions_page, address="survey/questions/"),
    Page("results", results_page, address="survey/results.<str:suffix>"),
    Page("satisfaction", satisfaction_page, of_one=False),
]
PAGES_OF_TYPE = [Page("survey", type_questions_page)]
