"""Pages on which managers invite somebody or a list of people, send an invitation again, and take one back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from hacktiv.common import dates
from hacktiv.common.admin_pages import NAMED, Group, Page

from ...core.admin_pages import form_page
from ...errors import BookingError
from ...models import MembershipKind, Space
from ..forms.inviting import InviteForm, InviteListForm
from ..operations import invite, invite_several, previewed, send_again, take_back

#: The fields that the address of the form may fill in.
PREFILLED = {"space", "kind", "email", "full_name", "language", "words"}
#: The field beside which a refusal of an operation is told, by its code; without one, above the form.
FIELDS = {"already_member": "email", "already_invited": "email", "kind": "kind", "not_offered": "kind"}


def invite_page(request, *, admin):
    """Invite one person to a membership of one of one's spaces."""
    form = InviteForm(request.POST if request.method == "POST" else None, **_offered(request, admin))
    words = {"title": _("Invite somebody"), "submit": _("Send the invitation"), "look": _("Look at the mail first")}
    if form.is_bound and form.is_valid() and "look" in request.POST:
        try:
            words["preview"] = previewed(space=form.cleaned_data["space"], wish=form.wish(), by=request.user)
        except BookingError as error:
            form.add_error(FIELDS.get(error.code), error.message)
    elif form.is_bound and form.is_valid():
        try:
            invitation = invite(space=form.cleaned_data["space"], wish=form.wish(), by=request.user)
        except BookingError as error:
            form.add_error(FIELDS.get(error.code), error.message)
        else:
            messages.success(request, sent_in_words(invitation))
            return redirect("admin:spaces_invitation_changelist")
    return form_page(request, admin, form, template="admin/spaces/invitation/invite.html", **words)


def invite_list_page(request, *, admin):
    """Invite the people of a list, once the page has shown who would be invited and who is left out."""
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = InviteListForm(data, files, **_offered(request, admin))
    page = {"title": _("Invite a list of people"), "submit": _("Look at the list")}
    if form.is_bound and form.is_valid():
        is_sent, is_seen = "send" in request.POST, request.POST.get("shown") == form.mark()
        if is_sent and is_seen and form.preview.invited:
            return _invite_seen(request, form)
        page |= {"preview": form.preview, "shown": form.mark(), "is_changed": is_sent and not is_seen}
        page["mail"] = _mail_of_first(request, form)
    return form_page(request, admin, form, template="admin/spaces/invitation/list.html", **page)


def _mail_of_first(request, form):
    """Return the mail to the first of the list; None where nobody would be invited, or somebody has done so since."""
    if not form.preview.invited:
        return None
    try:
        return previewed(space=form.cleaned_data["space"], wish=form.preview.wishes[0], by=request.user)
    except BookingError:
        return None


def _invite_seen(request, form):
    """Send what the page has shown, and say whom others have invited meanwhile."""
    try:
        done = invite_several(space=form.cleaned_data["space"], wishes=form.preview.wishes, by=request.user)
    except BookingError as error:
        messages.error(request, error.message)
        return redirect("admin:spaces_invitation_list")
    if done.sent:
        text = ngettext("%(count)s invitation is sent.", "%(count)s invitations are sent.", len(done.sent))
        messages.success(request, text % {"count": len(done.sent)})
    if done.left_out:
        text = _("Left out, as they were invited or became members meanwhile: %(who)s")
        who = "; ".join([*done.left_out[:NAMED], *(["…"] if len(done.left_out) > NAMED else [])])
        messages.warning(request, text % {"who": who})
    return redirect("admin:spaces_invitation_changelist")


@require_POST
def again_page(request, invitation, *, admin):
    """Send an invitation again, with a new link."""
    return _do(request, invitation, lambda: sent_in_words(send_again(invitation=invitation, by=request.user)))


@require_POST
def take_back_page(request, invitation, *, admin):
    """Take an invitation back."""

    def write():
        take_back(invitation=invitation, by=request.user)
        return _("The invitation is taken back: its link opens nothing any more.")

    return _do(request, invitation, write)


@require_safe
def anew_page(request, invitation, *, admin):
    """Lead to the form of an invitation, filled in as this one was."""
    query = {"email": invitation.email, "full_name": invitation.full_name, "words": invitation.words}
    query |= {"space": invitation.space_id, "kind": invitation.kind_id, "language": invitation.language}
    return redirect(reverse("admin:spaces_invitation_add", query=query))


def sent_in_words(invitation):
    """Say to whom an invitation is sent and until when it is valid."""
    text = _("The invitation to %(address)s is sent: it can be answered until %(day)s.")
    return text % {"address": invitation.email, "day": dates.day(invitation.expires_at, weekday=False)}


def _do(request, invitation, write):
    try:
        messages.success(request, write())
    except BookingError as error:
        messages.error(request, error.message)
    return redirect("admin:spaces_invitation_change", invitation.pk)


def _offered(request, admin):
    """Return the spaces and the kinds among which the person chooses. Raise PermissionDenied for who invites nobody."""
    if not admin.has_add_permission(request):
        raise PermissionDenied
    registry = admin.admin_site._registry
    return {
        "spaces": registry[Space].in_scope(request, Space.objects.all()),
        "kinds": registry[MembershipKind].in_scope(request, MembershipKind.objects.all()),
        "initial": {name: value for name, value in request.GET.items() if name in PREFILLED},
    }


def _is_unanswered(invitation):
    return invitation.is_unanswered


def _led_to_nothing(invitation):
    return not invitation.is_open and invitation.membership_id is None


PAGES = [
    Page("list", invite_list_page, of_one=False),
    Page(
        "again",
        again_page,
        gettext_lazy("Send again"),
        is_possible=_is_unanswered,
        is_done_at_once=True,
    ),
    Page("anew", anew_page, gettext_lazy("Invite anew…"), is_possible=_led_to_nothing),
    Page(
        "take_back",
        take_back_page,
        gettext_lazy("Take back"),
        Group.END,
        is_possible=_is_unanswered,
        is_done_at_once=True,
    ),
]
