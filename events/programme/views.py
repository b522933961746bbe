"""Show a person the invitation to speak, and take their answer."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..core.queries import invitation_of, invited_speaker
from ..core.views import CONFLICT
from ..errors import EventError
from . import operations


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def speak(request, token):
    """Ask whether the person agrees to be named. Only POST answers: mail programs follow links by themselves."""
    invitation, refusal = invitation_of(token), None
    if invitation is None:
        raise Http404
    speaker = invited_speaker(invitation)
    if speaker is None:
        return render(request, "events/programme/speak_over.html", status=HTTPStatus.GONE)
    if not speaker.email:
        raise Http404
    if speaker.user and speaker.user != request.user:
        if not request.user.is_authenticated:
            return redirect_to_login(request.path, settings.LOGIN_URL)
        raise Http404
    if request.method == "POST" and request.POST.get("answer") in {"yes", "no"}:
        agrees = request.POST["answer"] == "yes"
        try:
            operations.answer_invitation(speaker=speaker, agrees=agrees, user=request.user)
        except EventError as error:
            refusal = error
        else:
            messages.success(request, _("Thank you: you are named now.") if agrees else _("You are not named."))
            return redirect(request.path)
    name = request.user.get_full_name() if speaker.is_for(request.user) else ""
    context = {"speaker": speaker, "event": speaker.event, "name": name or speaker.name, "refusal": refusal}
    return render(request, "events/programme/speak.html", context, status=CONFLICT if refusal else 200)
