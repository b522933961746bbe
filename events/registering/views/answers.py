"""Pages on which a registration's owner answers the event's questions and erases their answers."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ...core import rules
from ...core.views import own_registration, step
from ...errors import EventError
from .. import operations
from ..forms import AnswersForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def answers(request, registration):
    event = registration.event
    if not rules.can_answer(registration) or not event.questions.exists():
        return redirect("events:registration", token=registration.token)
    form = AnswersForm(event=event, answered=registration.answers.all())
    if request.method == "POST":
        form = AnswersForm(request.POST, event=event)
        if form.is_valid():
            try:
                operations.change_answers(registration=registration, answers=form.answers)
            except EventError as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("Your answers are noted."))
                return redirect("events:registration", token=registration.token)
    return render(
        request, "events/registering/answers.html", {"registration": registration, "event": event, "form": form}
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def erase_answers(request, registration):
    """Erase all answers, and the consent to keep them."""
    return step(request, registration, operations.erase_answers, _("Your answers are erased."))
