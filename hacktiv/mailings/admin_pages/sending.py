"""The page of a mailing: first what would leave and to whom, then how far it is."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import whole_numbers
from hacktiv.common.languages import CODES, name_within_sentence, own_name
from hacktiv.common.paging import page_of
from members.core.rules import administers

from ..errors import MailingError
from ..models import Mailing
from ..operations import send_mailing, send_test, stop_mailing
from ..operations.writing import EVENT_HAS_MOVED
from ..queries import fingerprint_of, progress_of, reach_of, recipients_in
from ..queries.progress import with_mails
from ..rendering import preview_of, sender_of
from .writing import edit_page

#: Seconds after which the page of a mailing on its way asks again.
REFRESHED_EVERY = 5
PER_PAGE = 50
# A mail has styles of its own and is shown in a frame of our page.
MAIL_POLICY = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF], "base-uri": [SELF]}
#: What the list of recipients may be narrowed to.
LISTS = {
    "": pgettext_lazy("recipients", "All"),
    "waiting": gettext_lazy("Waiting"),
    "sent": gettext_lazy("Sent"),
    "trouble": gettext_lazy("Could not be sent, or in doubt"),
    "not_sent": gettext_lazy("Stopped, or no longer wanted"),
    "left_out": gettext_lazy("Left out"),
}


@never_cache
@csp_update({"frame-src": [SELF]})
@require_safe
def mailing_page(request, mailing, *, admin):
    """Show a draft with its reach and its mail; or the progress of a mailing that leaves or has left."""
    page = _draft_page if mailing.is_draft else _progress_page
    return page(request, mailing, admin=admin)


def _draft_page(request, mailing, *, admin):
    reach = reach_of(mailing)
    shown = _language(request.GET.get("language"), mailing)
    preview = preview_of(mailing, shown)
    context = admin.page_context(
        request,
        title=_("Before it leaves"),
        mailing=mailing,
        sender=sender_of(mailing),
        reach=reach,
        readers=[_readers_in_words(each) for each in reach.languages],
        shown=shown,
        shown_name=own_name(shown),
        languages=[(code, own_name(code)) for code in CODES],
        preview=preview,
        send_words=_send_to(reach.written_to),
        seen=fingerprint_of(mailing, reach.written_to),
        refused=EVENT_HAS_MOVED if mailing.event_has_moved else "",
    )
    return TemplateResponse(request, "admin/mailings/mailing/draft.html", context)


def _readers_in_words(readers):
    """Say how many read a language, and which text they get where it is not theirs."""
    said = {"number": readers.number, "language": name_within_sentence(readers.language)}
    if not readers.is_fallback:
        text = ngettext("%(number)d person reads %(language)s.", "%(number)d people read %(language)s.", said["number"])
        return text % said
    said["other"] = name_within_sentence(readers.text.language)
    text = ngettext(
        "%(number)d person reads %(language)s and will get it in this language: %(other)s.",
        "%(number)d people read %(language)s and will get it in this language: %(other)s.",
        said["number"],
    )
    return text % said


def _send_to(number):
    return ngettext("Send to %(number)d person…", "Send to %(number)d people…", number) % {"number": number}


def _language(wanted, mailing):
    """Return the language in which the mail is shown: the one asked for, else the first that is written."""
    written = [text.language for text in mailing.texts.all()]
    return next((code for code in (wanted, *CODES) if code in CODES and (code == wanted or code in written)), CODES[0])


def _progress_page(request, mailing, *, admin):
    progress = progress_of(mailing)
    context = admin.page_context(
        request,
        title=mailing.get_state_display(),
        mailing=mailing,
        shows_names=_may_read_names(request, mailing),
        sender=sender_of(mailing),
        progress=progress,
        refresh=REFRESHED_EVERY if mailing.finished_at is None else 0,
        lists=LISTS,
    )
    return TemplateResponse(request, "admin/mailings/mailing/progress.html", context)


@never_cache
@require_safe
@xframe_options_sameorigin
@csp(MAIL_POLICY)
def mail_page(request, mailing, language, *, admin):
    """Show the mail's own HTML, for the frame of a draft's page."""
    preview = preview_of(mailing, language) if language in CODES else None
    if preview is None:
        raise Http404
    return HttpResponse('<base target="_blank">' + preview["html"])


@require_POST
def test_page(request, mailing, *, admin):
    """Mail the draft to the signed-in person alone."""
    try:
        number = send_test(mailing=mailing, to=request.user)
    except MailingError as error:
        messages.error(request, str(error))
    else:
        text = ngettext("A test leaves to %(address)s.", "%(number)d tests leave to %(address)s.", number)
        messages.success(request, text % {"number": number, "address": request.user.email})
    return redirect("admin:mailings_mailing_change", mailing.pk)


@never_cache
def send_page(request, mailing, *, admin):
    """Ask once more, with the number of people; then let it leave as it was read. Who has read nothing, or another
    draft, looks at it first."""
    back = redirect("admin:mailings_mailing_change", mailing.pk)
    if not mailing.is_draft:
        messages.info(request, _("This mailing leaves already."))
        return back
    if request.method == "POST":
        _send(request, mailing)
        return back
    reach = reach_of(mailing)
    if not reach.written_to:
        messages.error(request, _("This mailing would reach nobody."))
        return back
    seen = fingerprint_of(mailing, reach.written_to)
    read = request.GET.get("seen")
    if read != seen:
        if read:
            messages.error(request, _("This mailing has changed meanwhile: nothing has left. Look once more."))
        return back
    question = ngettext(
        "Send this message to %(number)d person?", "Send this message to %(number)d people?", reach.written_to
    )
    context = admin.page_context(
        request,
        title=question % {"number": reach.written_to},
        mailing=mailing,
        reach=reach,
        readers=[_readers_in_words(each) for each in reach.languages],
        seen=seen,
    )
    return TemplateResponse(request, "admin/mailings/mailing/send.html", context)


def _send(request, mailing):
    expected = next(iter(whole_numbers(request.POST.getlist("expected"))), -1)
    try:
        send_mailing(mailing=mailing, expected=expected, seen=request.POST.get("seen", ""))
    except MailingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The mailing leaves."))


@require_POST
def stop_page(request, mailing, *, admin):
    """Cancel what has not left, at once."""
    try:
        number = stop_mailing(mailing=mailing)
    except MailingError as error:
        messages.error(request, str(error))
    else:
        text = ngettext("Stopped: %(number)d mail is cancelled.", "Stopped: %(number)d mails are cancelled.", number)
        messages.success(request, text % {"number": number})
    return redirect("admin:mailings_mailing_change", mailing.pk)


@never_cache
@require_safe
def recipients_page(request, mailing, *, admin):
    """List who was written to with what became of their mail, and who was left out and why."""
    if not _may_read_names(request, mailing):
        raise Http404
    shown = request.GET.get("show", "")
    shown = shown if shown in LISTS else ""
    page = page_of(request, recipients_in(mailing, shown).select_related("mailing"), PER_PAGE)
    page.object_list = list(page.object_list)
    with_mails(page.object_list)
    context = admin.page_context(
        request,
        title=_("Recipients"),
        mailing=mailing,
        page_obj=page,
        recipients=page.object_list,
        lists=LISTS,
        shown=shown,
        nameless=_nameless(mailing, shown, page.paginator.count),
    )
    return TemplateResponse(request, "admin/mailings/mailing/recipients.html", context)


def _nameless(mailing, shown, listed):
    """Return how many more the page of the mailing counts than are listed."""
    progress = progress_of(mailing)
    left_out = sum(number for _reason, number in progress.left_out)
    numbers = {
        "": progress.written_to + left_out,
        "waiting": progress.waiting + progress.to_come,
        "sent": progress.sent,
        "trouble": progress.in_trouble,
        "not_sent": progress.not_sent,
        "left_out": left_out,
    }
    return max(numbers[shown] - listed, 0)


def _may_read_names(request, mailing: Mailing) -> bool:
    """Tell if the person may read who was written to: of a mailing to the members of all spaces, its administrators."""
    is_to_all_members = mailing.space_id is None and mailing.event_id is None
    return not is_to_all_members or administers(request.user)


def _is_draft(mailing: Mailing) -> bool:
    return mailing.is_draft


PAGES = [
    Page("edit", edit_page, gettext_lazy("Change"), Group.PREPARE, is_possible=_is_draft),
    Page("mail", mail_page, address="mail/<slug:language>/"),
    Page("test", test_page),
    Page("send", send_page),
    Page("stop", stop_page),
    Page("recipients", recipients_page),
]
