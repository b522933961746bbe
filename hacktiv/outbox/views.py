"""The page on which people refuse optional mails, and the letter box of development.

In development the letter box shows the outgoing mails in the browser. It has no address in production.
"""

from io import BytesIO
from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.core.paginator import Paginator
from django.core.signing import BadSignature
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from . import choices, mailbox, operations

PER_PAGE = 50
# A mail has styles of its own and is shown in a frame of our page.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
    "base-uri": [SELF],
}


@csrf_exempt  # a mail program has no session: the signed address is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_choice(request, token):
    """Show and change an address's choice. Only a POST changes it, because mail programs open links by themselves."""
    try:
        email = choices.email_of(token)
    except BadSignature as error:
        raise Http404 from error
    if request.method == "POST":
        change = operations.allow_optional if request.POST.get("choice") == "allow" else operations.refuse_optional
        change(email=email)
        if "List-Unsubscribe" in request.POST:
            return HttpResponse()  # RFC 8058: no redirect for the button of a mail program
        return redirect("mail_choice", token)
    context = {"email": email, "refuses": operations.refuses_optional(email)}
    return render(request, "outbox/choice.html", context)


@require_safe
def mail_list(request):
    page = Paginator(_mails(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "outbox/mail_list.html", {"page_obj": page})


@require_safe
@csp_update({"frame-src": [SELF]})
def mail(request, name):
    return render(request, "outbox/mail.html", {"mail": _mail(name)})


@require_safe
@csp(MAIL_POLICY)
@xframe_options_sameorigin
def mail_html(request, name):
    """Show the mail's own HTML. Its links open in the whole window."""
    return HttpResponse('<base target="_top">' + _mail(name).html)


@require_safe
def attachment(request, name, number):
    """Return an attached file, named by its place in the mail."""
    attachments = _mail(name).attachments
    if number >= len(attachments):
        raise Http404
    filename, content_type, content = attachments[number]
    return FileResponse(BytesIO(content), as_attachment=True, filename=filename, content_type=content_type)


def _mails():
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    return mailbox.mails(Path(folder)) if folder else []


def _mail(name):
    for found in _mails():
        if found.name == name:
            return found
    raise Http404
