"""The pages on which the team of a space answers what people write to it."""

from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hacktiv.common.admin_pages import Page
from hacktiv.common.forms import PlainForm
from hacktiv.common.languages import own_name

from ...core.admin_pages import form_page
from ...core.queries import reply_address
from ...errors import BookingError
from ...models.contact import LONGEST_MESSAGE
from ..operations import answer_message, settle_message


class AnswerForm(PlainForm):
    text = forms.CharField(
        label=gettext_lazy("Answer"), max_length=LONGEST_MESSAGE, widget=AdminTextareaWidget(attrs={"rows": 10})
    )


def _attempt(request, operation, done, *, form=None):
    """Carry out the operation and say so; tell a refusal. Return True where it was carried out."""
    try:
        operation(by=request.user)
    except BookingError as error:
        if form:
            form.add_error(None, error.message)
        else:
            messages.error(request, error.message)
        return False
    messages.success(request, done)
    return True


def answer_page(request, message, *, admin):
    """Write the answer, which is mailed to who wrote."""
    back = reverse("admin:spaces_contactmessage_change", args=[message.pk])
    if message.is_answered:
        messages.info(request, _("Somebody has answered this message already."))
        return redirect(back)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        operation = partial(answer_message, message=message, text=form.cleaned_data["text"])
        if _attempt(
            request, operation, _("The answer is on its way to %(email)s.") % {"email": message.email}, form=form
        ):
            return redirect("admin:spaces_contactmessage_changelist")
    return form_page(
        request,
        admin,
        form,
        title=_("Answer %(name)s") % {"name": message.name},
        submit=_("Send the answer"),
        template="admin/spaces/contactmessage/answer.html",
        message=message,
        language_name=own_name(message.language),
        reply_address=reply_address(message.space, request.user),
        back_url=back,
    )


@require_POST
def settle_page(request, message, *, admin):
    """Note that the message needs no answer from here."""
    _attempt(request, partial(settle_message, message=message), _("The message is noted as answered."))
    return redirect("admin:spaces_contactmessage_changelist")


def _is_unanswered(message):
    return not message.is_answered


PAGES = [
    Page("answer", answer_page, gettext_lazy("Answer…"), is_possible=_is_unanswered),
    Page(
        "settle",
        settle_page,
        gettext_lazy("Answered elsewhere"),
        is_possible=_is_unanswered,
        is_done_at_once=True,
    ),
]
