"""The page on which a manager writes to members, or to the people on the list of an event."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from events.models import Event
from hacktiv.common.forms import whole_numbers
from members.core.rules import coordinates
from spaces.models import MembershipKind, Space

from ..errors import MailingError
from ..forms import FIELDS, ToMembersForm, ToRegistrantsForm
from ..models import Mailing
from ..operations import change_mailing, draft_mailing
from ..operations.writing import EVENT_HAS_MOVED
from ..queries import fingerprint_of


def write_page(request, *, admin):
    """Write a new mailing: to the people on the list of the event that the address names, else to members.

    With `people` the address names accounts among them, ticked on a list, with `states` what their memberships are."""
    event = _event_of(request, request.GET.get("event"), admin=admin)
    initial = {"people": request.GET.get("people", ""), "states": request.GET.getlist("states")}
    if space := next(iter(whole_numbers([request.GET.get("space", "")])), None):
        initial["space"] = space
    form = _form(request, event, initial)
    if form.is_valid() and (mailing := _attempt(form, draft_mailing, plan=form.plan(), by=request.user)):
        return redirect("admin:mailings_mailing_change", mailing.pk)
    return _show(request, form, event, admin=admin, title=_("Write to people"))


def edit_page(request, mailing, *, admin):
    """Change a draft. The form carries the fingerprint of what it was drawn from; after a refusal because somebody else
    has changed the draft meanwhile it holds what was typed, and may take the place of theirs."""
    if not mailing.is_draft:
        messages.info(request, _("This mailing leaves already: it can no longer be changed."))
        return redirect("admin:mailings_mailing_change", mailing.pk)
    if mailing.event_has_moved:
        messages.error(request, EVENT_HAS_MOVED)
        return redirect("admin:mailings_mailing_change", mailing.pk)
    seen = request.POST.get("drawn_from", "") if request.method == "POST" else fingerprint_of(mailing)
    form_class = ToRegistrantsForm if mailing.event else ToMembersForm
    form = _form(request, mailing.event, form_class.initial_of(mailing))
    wish = {"mailing": mailing, "by": request.user, "seen": seen}
    if form.is_valid() and _attempt(form, change_mailing, plan=form.plan(), **wish):
        return redirect("admin:mailings_mailing_change", mailing.pk)
    if form.has_error(NON_FIELD_ERRORS, "moved"):
        seen = fingerprint_of(Mailing.objects.get(pk=mailing.pk))
    return _show(request, form, mailing.event, admin=admin, title=_("Change the mailing"), object=mailing, seen=seen)


def _event_of(request, pk, *, admin):
    """Return the event, which the person runs, or None where none is named. Raises 404 for any other."""
    if not pk:
        return None
    keys = whole_numbers([pk])
    if not keys:
        raise Http404
    events = admin.admin_site.get_model_admin(Event).objects_for(request, ())
    return get_object_or_404(events.select_related("space"), pk=keys[0])


def _form(request, event, initial):
    data = request.POST if request.method == "POST" else None
    if event:
        return ToRegistrantsForm(data, event=event, initial=initial)
    spaces = Space.objects.run_by(request.user)
    ours = MembershipKind.objects.select_related("space")
    kinds = ours if request.user.is_superuser else ours.filter(space=None) | ours.filter(space__in=spaces)
    for_network = coordinates(request.user)
    return ToMembersForm(data, spaces=spaces, kinds=kinds, for_network=for_network, initial=initial)


def _attempt(form, operation, **arguments) -> Mailing | None:
    """Carry out the operation and return the mailing; tell a refusal beside its field and return None."""
    try:
        return operation(**arguments)
    except MailingError as error:
        form.add_error(FIELDS.get(error.code), ValidationError(str(error), code=error.code))
        return None


def _show(request, form, event, *, admin, title, **context):
    page = admin.page_context(
        request,
        title=title,
        event=event,
        form=form,
        adminform=AdminForm(form, form.fieldsets(), {}),
        chosen=len(form.chosen_people) if event is None else 0,
        media=admin.media + form.media,
        **context,
    )
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return TemplateResponse(request, "admin/mailings/mailing/write.html", page, status=status)
