"""Pages of an event's messages: those written, those still to come, and the rules."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, When
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import PlainTextMixin
from hacktiv.common.languages import CODES, column, columns, own_name
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import OutboxError, send_again
from hacktiv.outbox.queries import is_held
from hacktiv.outbox.registry import label_of

from ..core import operations as core
from ..enums import EventState, MessageKind, MessageUnit
from ..models.messages import LONGEST_LEAD
from . import operations
from .queries import message_rules_of

#: Messages on each page.
PER_PAGE = 100
#: For each event.
MOST_RULES = 6


class RuleForm(PlainTextMixin, forms.Form):
    """A rule for one message; a form without a kind makes no rule."""

    kind = forms.ChoiceField(label=gettext_lazy("Message"), required=False, choices=[("", "–"), *MessageKind.choices])
    amount = forms.IntegerField(
        label=gettext_lazy("How long before or after"),
        required=False,
        min_value=1,
        max_value=LONGEST_LEAD,
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=MessageUnit, initial=MessageUnit.DAYS)

    def __init__(self, *args, **kwargs):
        self.base_fields = {**self.base_fields, **_word_fields()}
        super().__init__(*args, label_suffix="", **kwargs)

    @property
    def main_fields(self):
        return [self[name] for name in ("kind", "amount", "unit")]

    @property
    def word_fields(self):
        return [self[name] for name in columns("words")]

    @property
    def says_a_word(self):
        return any(field.value() or field.errors for field in self.word_fields)

    def clean(self):
        data = super().clean()
        if data.get("kind") and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", gettext_lazy("Say how long before or after."))
        return data


def _word_fields():
    return {
        column("words", code): forms.CharField(
            label=own_name(code), required=False, max_length=300, widget=forms.TextInput(attrs={"class": "vTextField"})
        )
        for code in CODES
    }


class RulesFormSet(forms.BaseFormSet):
    def clean(self):
        """Refuse a message that stands twice; only reminders may differ by their time."""
        seen = set()
        for fields in self.wanted if not any(self.errors) else ():
            is_reminder = fields["kind"] == MessageKind.REMINDER
            name = (fields["kind"], fields["amount"], fields["unit"]) if is_reminder else fields["kind"]
            if name in seen:
                raise forms.ValidationError(gettext_lazy("The same message stands here twice."), code="twice")
            seen.add(name)

    @property
    def wanted(self):
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("kind")]


RuleForms = forms.formset_factory(RuleForm, formset=RulesFormSet, extra=1, max_num=MOST_RULES, validate_max=True)


def messages_page(request, event, *, admin):
    told = _told(event)
    page = Paginator(
        told.order_by(
            Case(When(state=MessageState.DOUBTFUL, then=0), When(state=MessageState.FAILED, then=1), default=2),
            "-due_at",
            "-pk",
        ),
        PER_PAGE,
    ).get_page(request.GET.get("page"))
    for message in page.object_list:
        message.label = label_of(message.template)
        is_of_use = message.expires_at is None or message.expires_at > timezone.now()
        message.is_in_doubt = message.state == MessageState.DOUBTFUL
        message.may_be_sent_again = is_of_use and message.state in {MessageState.DOUBTFUL, MessageState.FAILED}
    counts = dict(told.order_by().values_list("state").annotate(count=Count("pk")))
    context = {
        **admin.page_context(request, title=_("Messages"), event=event),
        "page_obj": page,
        "counts": [(MessageState(state).label, counts[state]) for state in MessageState.values if state in counts],
        "ahead": operations.messages_ahead(event),
    }
    return TemplateResponse(request, "admin/events/event/messages.html", context)


def rules_page(request, event, *, admin):
    """Edit the event's own rules; the button « as usual » removes them."""
    formset = RuleForms(
        request.POST or None,
        initial=[_fields_of(rule) for rule in message_rules_of(event)],
        form_kwargs={"empty_permitted": False},  # what is left as it was proposed is wanted too
    )
    if request.method == "POST":
        usual = "usual" in request.POST
        if usual or formset.is_valid():
            operations.set_message_rules(event=event, wanted=None if usual else formset.wanted)
            messages.success(request, _("The messages are set."))
            return redirect("admin:events_event_messages", event.pk)
    context = {**admin.page_context(request, title=_("Which messages leave"), event=event), "formset": formset}
    return TemplateResponse(request, "admin/events/event/message_rules.html", context)


def again_page(request, event, message, *, admin):
    found = get_object_or_404(_told(event), pk=message)
    if request.method == "POST":
        try:
            send_again(message=found)
        except OutboxError as refusal:
            messages.error(request, refusal.message)
        else:
            late = _("The message is in line again: mails are held just now, and it leaves once they are released.")
            messages.success(request, late if is_held() else _("The message leaves again."))
    return redirect("admin:events_event_messages", event.pk)


def _told(event):
    return Message.objects.filter(about=core.about(event.pk))


def _fields_of(rule):
    return {name: getattr(rule, name) for name in ("kind", "amount", "unit", *columns("words"))}


PAGES = [
    Page(
        "messages",
        messages_page,
        gettext_lazy("Messages"),
        Group.PREPARE,
        is_possible=lambda event: event.state != EventState.DRAFT,
    ),
    Page("message_rules", rules_page, address="messages/rules/"),
    Page("message_again", again_page, address="messages/<int:message>/again/"),
]
