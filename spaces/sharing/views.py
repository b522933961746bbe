"""The good practice that managers and the coordinator share among themselves. Everybody else gets 404."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hacktiv.common.ratelimit import limit
from hacktiv.site.once import sent_once
from members.core.rules import administers

from ..booking.views.recurring import first_fault
from ..core.scoping import runs_or_coordinates
from ..enums import NoticeKind, Topic
from ..errors import BookingError
from ..models import Document, Notice, Space
from . import operations
from .forms import AnswerForm, DocumentForm, NoticeForm

#: Documents or notices on each page.
PER_PAGE = 20
#: For each person and day.
ANSWERS_A_DAY = "30/d"


def staff_only(view):
    """Open the view to people who may enter the admin, managers and the coordinator; else 404."""

    @wraps(view)
    @login_required
    @never_cache
    def guarded(request, *args, **kwargs):
        if not runs_or_coordinates(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@staff_only
def practice(request):
    """List the documents, newest first, all or of one topic."""
    topic = request.GET.get("topic", "")
    documents = Document.objects.select_related("space", "added_by")
    documents = documents.filter(topic=topic) if topic in Topic.values else documents
    context = {"topics": Topic.choices, "topic": topic if topic in Topic.values else ""}
    return _list(request, "spaces/sharing/documents.html", documents, context)


@require_safe
@staff_only
def notices(request):
    """List offers and requests, newest first: the open ones or all, of both kinds or of one."""
    kind, every = request.GET.get("kind", ""), request.GET.get("all") == "1"
    found = Notice.objects.select_related("space", "added_by")
    found = found if every else found.open(timezone.localdate())
    found = found.filter(kind=kind) if kind in NoticeKind.values else found
    context = {"kinds": NoticeKind.choices, "kind": kind if kind in NoticeKind.values else "", "every": every}
    return _list(request, "spaces/sharing/notices.html", found, context)


def _list(request, template, found, context):
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    mine = set(Space.objects.run_by(request.user).values_list("pk", flat=True))
    for one in page:
        one.is_mine = one.space_id in mine if one.space_id else _is_own(request.user, one)
    return render(request, template, {"page_obj": page, **context})


def _is_own(user, shared):
    return administers(user) or shared.added_by_id == user.pk


def _own(request, model, pk):
    """Return the row if a space of this person shares it, or they themselves for the coordination; else 404."""
    shared = get_object_or_404(model.objects.select_related("space"), pk=pk)
    runs = Space.objects.run_by(request.user).filter(pk=shared.space_id).exists()
    if not (runs if shared.space_id else _is_own(request.user, shared)):
        raise Http404
    return shared


# --- documents ---


@staff_only
@sent_once
def document_share(request):
    return _document(request, Document(added_by=request.user), _("Share a document"))


@staff_only
@sent_once
def document_change(request, pk):
    return _document(request, _own(request, Document, pk), _("Change the document"))


def _document(request, document, title):
    form = DocumentForm(
        request.POST or None, request.FILES or None, instance=document, spaces=Space.objects.run_by(request.user)
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_document(document=form.instance, upload=form.cleaned_data["upload"])
        except BookingError as error:
            form.add_error("upload", error.message)
        else:
            messages.success(request, _("Shared with the managers of the network."))
            return redirect("spaces:practice")
    context = {"form": form, "title": title, "back": "spaces:practice", "document": document}
    return render(request, "spaces/sharing/form.html", context, status=first_fault(form))


@require_POST
@staff_only
@sent_once
def document_delete(request, pk):
    operations.delete_document(document=_own(request, Document, pk))
    messages.success(request, _("The document is taken away."))
    return redirect("spaces:practice")


@require_safe
@staff_only
def document_file(request, pk):
    """Send the file as it came. The web server itself gives these files to nobody."""
    document = get_object_or_404(Document, pk=pk)
    if not document.file or not document.file.storage.exists(document.file.name):
        raise Http404
    return FileResponse(document.file.open("rb"), as_attachment=True, filename=document.file_name)


# --- offers and requests ---


@staff_only
@sent_once
def notice_new(request):
    return _notice_form(request, Notice(added_by=request.user), _("Offer or ask for something"))


@staff_only
@sent_once
def notice_change(request, pk):
    return _notice_form(request, _own(request, Notice, pk), _("Change it"))


def _notice_form(request, notice, title):
    form = NoticeForm(request.POST or None, instance=notice, spaces=Space.objects.run_by(request.user))
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("Shared with the managers of the network."))
        return redirect(form.save())
    context = {"form": form, "title": title, "back": "spaces:notices"}
    return render(request, "spaces/sharing/form.html", context, status=first_fault(form))


@staff_only
def notice(request, pk):
    """Show a notice, and the form that answers its author by mail without showing their address."""
    found = get_object_or_404(Notice.objects.select_related("space", "added_by"), pk=pk)
    found.is_mine = (
        Space.objects.run_by(request.user).filter(pk=found.space_id).exists()
        if found.space_id
        else _is_own(request.user, found)
    )
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limit(request, "answer-notice", ANSWERS_A_DAY)
        try:
            operations.answer_notice(notice=found, by=request.user, text=form.cleaned_data["text"])
        except BookingError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Your answer is on its way by mail."))
            return redirect(found)
    return render(request, "spaces/sharing/notice.html", {"notice": found, "form": form}, status=first_fault(form))


@require_POST
@staff_only
@sent_once
def notice_close(request, pk):
    operations.close_notice(notice=_own(request, Notice, pk))
    messages.success(request, _("It is closed."))
    return redirect("spaces:notices")
