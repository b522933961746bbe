"""What an event asks, and what people answered: for who runs the event alone."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from modeltranslation.admin import TranslationStackedInline

from hacktiv.common.forms import PlainModelForm
from hacktiv.common.spreadsheets import CONTENT_TYPES

from ..enums import EventState
from ..models import Question
from . import operations
from .files import WRITERS, answers_table, tables

WORDS = [f"{name}_{code}" for name in ("text", "purpose", "options") for code in ("fr", "nl", "en")]


class QuestionForm(PlainModelForm):
    class Meta:
        model = Question
        fields = ("kind", *WORDS, "is_required", "erased_after")
        widgets = {
            **{name: forms.TextInput(attrs={"class": "vTextField"}) for name in WORDS},
            **{name: forms.Textarea(attrs={"rows": 4}) for name in WORDS if name.startswith("options")},
        }


class TypeQuestionInline(TranslationStackedInline):
    """What the type's template brings along."""

    model = Question
    fk_name = "type"
    extra = 0
    max_num = 10
    fields = ("kind", "text", "purpose", "options", "is_required", "erased_after", "order")


class EventQuestions:
    """Mixed into the event's admin class before its other steps."""

    def get_urls(self):
        pages = [
            ("questions/", "questions", self.questions_view),
            ("questions/<int:question>/", "question", self.question_view),
            ("questions/<int:question>/remove/", "question_remove", self.question_remove_view),
            ("answers/", "answers", self.answers_view),
            ("answers/<slug:extension>/", "answers_file", self.answers_file_view),
        ]
        own = [
            path(f"<int:pk>/{address}", self.admin_site.admin_view(view), name=f"events_event_{name}")
            for address, name, view in pages
        ]
        return own + super().get_urls()

    def steps_of(self, event):
        asks = event.questions.exists()
        steps = [
            ("questions", _("Questions"), event.state != EventState.CANCELLED and not event.is_past),
            ("answers", _("Answers"), asks and event.state != EventState.DRAFT),
        ]
        return super().steps_of(event) + [
            {"url": reverse(f"admin:events_event_{name}", args=[event.pk]), "label": label}
            for name, label, is_possible in steps
            if is_possible
        ]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            operations.copy_questions(obj.type, obj)

    def questions_view(self, request, pk):
        """Those that the event asks, and the form of one more."""
        event = self._event(request, pk)
        form = QuestionForm()
        if request.method == "POST":
            form = QuestionForm(request.POST, instance=Question(event=event))
            if form.is_valid() and self._save_question(request, event, form):
                return redirect("admin:events_event_questions", event.pk)
        context = {
            **self._context(request, event, title=_("Questions")),
            "form": form,
            "questions": event.questions.all(),
            "submit": _("Ask this"),
        }
        return TemplateResponse(request, "admin/events/event/questions.html", context)

    def question_view(self, request, pk, question):
        event = self._event(request, pk)
        question = get_object_or_404(event.questions, pk=question)
        form = QuestionForm(instance=question)
        if request.method == "POST":
            form = QuestionForm(request.POST, instance=question)
            if form.is_valid() and self._save_question(request, event, form):
                return redirect("admin:events_event_questions", event.pk)
        context = {
            **self._context(request, event, title=_("Change the question")),
            "text": _("Once somebody has answered, what is asked and what for stays as it is."),
            "submit": _("Save"),
            "form": form,
        }
        return TemplateResponse(request, "admin/events/event/step.html", context)

    def _save_question(self, request, event, form):
        saved = self._try(
            form, lambda data: operations.save_question(event=event, question=form.instance, by=request.user)
        )
        if saved:
            messages.success(request, _("It is noted."))
        return saved

    def question_remove_view(self, request, pk, question):
        event = self._event(request, pk)
        question = get_object_or_404(event.questions, pk=question)
        return self._step(
            request,
            event,
            title=_("Remove the question"),
            text=_("“%(question)s” is asked no longer, and its answers are erased.") % {"question": question},
            submit=_("Remove the question and its answers"),
            perform=lambda data: operations.remove_question(question=question, by=request.user),
            done=_("The question is removed."),
            back="questions",
        )

    @method_decorator([require_GET, never_cache])
    def answers_view(self, request, pk):
        event = self._event(request, pk)
        context = {
            **self._context(request, event, title=_("Answers")),
            "table": answers_table(event),
            "formats": list(CONTENT_TYPES),
        }
        return TemplateResponse(request, "admin/events/event/answers.html", context)

    @method_decorator([require_GET, never_cache])
    def answers_file_view(self, request, pk, extension):
        event = self._event(request, pk)
        if extension not in WRITERS:
            raise Http404
        content = WRITERS[extension](str(event.title), tables(answers_table(event)))
        response = HttpResponse(content, content_type=CONTENT_TYPES[extension])
        response["Content-Disposition"] = f'attachment; filename="reponses-{event.slug}.{extension}"'
        return response
