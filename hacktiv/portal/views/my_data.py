"""Show a person what is held about them and what they agreed to; let them take it away and take it back."""

from functools import wraps

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hacktiv.common.ratelimit import limit
from hacktiv.outbox.choices import choice_path
from hacktiv.outbox.operations import refuses_optional
from hacktiv.site.once import sent_once
from members.enums import ConsentPurpose
from members.errors import MemberError
from members.profiles.operations import give_consent, withdraw_consent
from spaces.core.queries import home_space

from .. import operations
from ..queries.export import export_of
from ..queries.my_data import archive_of, consents_shown, held_kinds

#: By person: each costs a worker a while.
ARCHIVES_AN_HOUR = "6/h"
#: The part of the page where the files are taken away.
TAKE_AWAY = "#take-away"


def _password_first(view):
    """Ask for the password once more, then lead back to the page: a file that answered the form of the password would
    leave its page open, with a button that does nothing."""

    @wraps(view)
    def checked(request):
        if not is_reauthentication_required(request, app="account"):
            return view(request)
        back = urlencode({REDIRECT_FIELD_NAME: reverse("portal:my_data") + TAKE_AWAY})
        return redirect(f"{reverse('account_reauthenticate')}?{back}")

    return checked


@login_required
@never_cache
@require_GET
def my_data(request):
    """Show what is held about the person, why and how long, and what they agreed to."""
    context = {
        "kinds": held_kinds(request.user),
        "consents": consents_shown(request.user),
        "archive": archive_of(request.user),
        "home": home_space(request.user, timezone.localdate()),
        "mail_choice_path": choice_path(request.user.email),
        "refuses_mails": refuses_optional(request.user.email),
    }
    return render(request, "portal/my_data.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def choose_consent(request, purpose):
    """Give or take back a consent."""
    if purpose not in ConsentPurpose.values:
        raise Http404
    if request.method == "POST":
        gives = "give" in request.POST
        try:
            (give_consent if gives else withdraw_consent)(user=request.user, purpose=ConsentPurpose(purpose))
        except MemberError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Your consent is noted.") if gives else _("Your consent is taken back."))
    return redirect(f"{reverse('portal:my_data')}#consent-{purpose}")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def ask_archive(request):
    """Order the file of everything held about the person."""
    if request.method == "POST":
        limit(request, "archive", ARCHIVES_AN_HOUR)
        operations.ask_archive(user=request.user)
        messages.success(request, _("Your file is being made. A mail tells you when it is ready."))
    return redirect(reverse("portal:my_data") + TAKE_AWAY)


@login_required
@never_cache
@require_GET
def archive_state(request):
    """Answer with the state of the file alone, for the page that lies open."""
    return render(request, "portal/my_data/_archive.html", {"archive": archive_of(request.user)})


@login_required
@never_cache
@require_GET
@_password_first
def archive_file(request):
    """Hand the file out to its person, who has just typed their password once more."""
    archive = archive_of(request.user)
    if archive is None or not archive.is_ready:
        raise Http404
    try:
        file = archive.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=f"{_file_stem()}.zip", content_type="application/zip")


@login_required
@require_GET
@never_cache
@_password_first
def export(request):
    """Answer with everything held about the person, as one file for programs."""
    response = JsonResponse(export_of(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{_file_stem()}.json"'
    return response


def _file_stem():
    return f"hacktivardenne-{timezone.localdate():%Y-%m-%d}"
