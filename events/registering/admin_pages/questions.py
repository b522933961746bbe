"""Pages of an event's questions and answers, for the people who run the event alone."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from modeltranslation.admin import TranslationStackedInline

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import PlainModelForm, UntouchedMixin
from hacktiv.common.languages import columns
from hacktiv.common.spreadsheets import CONTENT_TYPES, WRITERS
from members.admin.permissions import NetworkPermissions

from ...core.admin_pages.steps import attempt, step_page
from ...enums import MOST_QUESTIONS_OF_EVENT, EventState
from ...models import Question
from .. import operations
from ..files import answers_table, tables

WORDS = columns("text", "purpose", "options")


class QuestionForm(UntouchedMixin, PlainModelForm):
    class Meta:
        model = Question
        fields = ("kind", *WORDS, "is_required", "erased_after")
        widgets = {
            **{name: forms.TextInput(attrs={"class": "vTextField"}) for name in WORDS},
            **{name: forms.Textarea(attrs={"rows": 4}) for name in WORDS if name.startswith("options")},
        }


class TypeQuestionInline(NetworkPermissions, TranslationStackedInline):
    """The questions that each new event of the type gets a copy of."""

    model = Question
    fk_name = "type"
    extra = 0
    max_num = MOST_QUESTIONS_OF_EVENT
    fields = ("kind", "text", "purpose", "options", "is_required", "erased_after", "order")


def questions_page(request, event, *, admin):
    """Show the event's questions, and the form to add one."""
    form = QuestionForm()
    if request.method == "POST":
        form = QuestionForm(request.POST, instance=Question(event=event))
        if form.is_valid() and _save_question(request, event, form):
            return redirect("admin:events_event_questions", event.pk)
    context = {
        **admin.page_context(request, title=_("Questions"), event=event),
        "form": form,
        "questions": event.questions.all(),
        "submit": _("Ask this"),
    }
    return TemplateResponse(request, "admin/events/event/questions.html", context)


def question_page(request, event, question, *, admin):
    question = get_object_or_404(event.questions, pk=question)
    form = QuestionForm(instance=question)
    if request.method == "POST":
        form = QuestionForm(request.POST, instance=question)
        if form.is_valid() and _save_question(request, event, form):
            return redirect("admin:events_event_questions", event.pk)
    context = {
        **admin.page_context(request, title=_("Change the question"), event=event),
        "text": _("Once somebody has answered, what is asked and what for stays as it is."),
        "submit": _("Save"),
        "form": form,
    }
    return TemplateResponse(request, "admin/events/event/step.html", context)


def _save_question(request, event, form):
    saved = attempt(form, lambda data: operations.save_question(event=event, question=form.instance, by=request.user))
    if saved:
        messages.success(request, _("It is noted."))
    return saved


def question_remove_page(request, event, question, *, admin):
    question = get_object_or_404(event.questions, pk=question)
    return step_page(
        request,
        event,
        admin=admin,
        title=_("Remove the question"),
        text=_("“%(question)s” is asked no longer, and its answers are erased.") % {"question": question},
        submit=_("Remove the question and its answers"),
        perform=lambda data: operations.remove_question(question=question, by=request.user),
        done=_("The question is removed."),
        back="questions",
    )


@require_GET
@never_cache
def answers_page(request, event, *, admin):
    context = {
        **admin.page_context(request, title=_("Answers"), event=event),
        "table": answers_table(event),
        "formats": list(CONTENT_TYPES),
    }
    return TemplateResponse(request, "admin/events/event/answers.html", context)


@require_GET
@never_cache
def answers_file_page(request, event, extension, *, admin):
    if extension not in WRITERS:
        raise Http404
    content = WRITERS[extension](str(event.title), tables(answers_table(event)))
    response = HttpResponse(content, content_type=CONTENT_TYPES[extension])
    response["Content-Disposition"] = f'attachment; filename="reponses-{event.slug}.{extension}"'
    return response


def _may_ask(event):
    return event.state != EventState.CANCELLED and not event.is_past


def _has_answers(event):
    return event.state != EventState.DRAFT and event.questions.exists()


PAGES = [
    Page("questions", questions_page, gettext_lazy("Questions"), Group.PREPARE, is_possible=_may_ask),
    Page("question", question_page, address="questions/<int:question>/"),
    Page("question_remove", question_remove_page, address="questions/<int:question>/remove/"),
    Page("answers", answers_page, gettext_lazy("Answers"), Group.PREPARE, is_possible=_has_answers),
    Page("answers_file", answers_file_page, address="answers/<slug:extension>/"),
]
