"""Pages on which administrators give a role in the network, and end one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hacktiv.common import dates
from hacktiv.common.admin_pages import Group, Page
from members.core.queries import active_owner_of
from members.core.rules import administers
from members.enums import NetworkRoleKind
from members.errors import MemberError
from members.roles.operations import end_network_role, give_network_role
from spaces.core.admin_pages import form_page, sent
from spaces.roles.forms import EndRoleForm, GiveRoleForm

#: The field beside which a refusal is said.
FIELDS = {"days": "last_day", "held": "role"}


def give_page(request, *, admin):
    """Give a role to the person with an address."""
    if not admin.has_add_permission(request):
        raise PermissionDenied
    unknown = _("No account has this address: the person signs up first.")
    form = GiveRoleForm(sent(request), roles=NetworkRoleKind.choices, find=active_owner_of, unknown=unknown)
    if form.is_bound and form.is_valid():
        try:
            made = give_network_role(by=request.user, **form.wish())
        except MemberError as error:
            form.add_error(FIELDS.get(error.code), error.message)
        else:
            text = _("%(person)s: %(role)s, from %(day)s. A mail says so.")
            names = {"person": made.user, "role": made.get_role_display(), "day": dates.day(made.since)}
            messages.success(request, text % names)
            return redirect("admin:members_networkrole_changelist")
    return form_page(request, admin, form, title=_("Give a role in the network"), submit=_("Give the role"))


def end_page(request, role, *, admin):
    """End a role in the network from a day on."""
    if not administers(request.user):
        raise PermissionDenied
    form = EndRoleForm(sent(request))
    back = reverse("admin:members_networkrole_changelist")
    if form.is_bound and form.is_valid():
        try:
            end_network_role(role=role, on=form.cleaned_data["on"], by=request.user)
        except MemberError as error:
            form.add_error("on", error.message)
        else:
            text = _("The end of the role is noted. A mail says so to %(person)s.")
            messages.success(request, text % {"person": role.user})
            return redirect(back)
    title = _("End a role: %(person)s, %(role)s") % {"person": role.user, "role": role.get_role_display()}
    return form_page(request, admin, form, title=title, submit=_("End the role"), back_url=back)


PAGES = [Page("end", end_page, gettext_lazy("End…"), Group.END, is_possible=lambda role: not role.is_over)]
