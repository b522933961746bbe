"""The page of a space's team: who has which role from when to when, to give one and to end one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hacktiv.common import dates
from hacktiv.common.admin_pages import Page
from members.core.queries import active_owner_of
from members.core.rules import administers
from members.models import User

from ..core.admin_pages import form_page, sent
from ..core.queries import known_in, people_of
from ..enums import Role
from ..errors import BookingError
from .forms import EndRoleForm, GiveRoleForm
from .operations import end_role, give_role, is_last_manager

TEAM, END = "admin/spaces/space/team.html", "admin/spaces/space/role_end.html"
#: The field beside which a refusal is said.
FIELDS = {"days": "last_day", "held": "role"}


def team_page(request, space, *, admin):
    """Show who has which role in the space, and give one to a person by their address."""

    def find(email):
        if administers(request.user):
            return active_owner_of(email)
        return known_in(space, email)

    people = User.objects.filter(is_active=True)
    if not administers(request.user):
        people = people.filter(people_of([space.pk]))
    choices = {"roles": Role.choices, "people": people, "admin_site": admin.admin_site}
    form = GiveRoleForm(sent(request), find=find, **choices)
    if form.is_bound and form.is_valid():
        try:
            made = give_role(space=space, by=request.user, **form.wish())
        except BookingError as error:
            form.add_error(FIELDS.get(error.code), error.message)
        else:
            text = _("%(person)s: %(role)s, from %(day)s. A mail says so.")
            names = {"person": made.user, "role": made.get_role_display(), "day": dates.day(made.since)}
            messages.success(request, text % names)
            return redirect("admin:spaces_space_team", space.pk)
    roles = list(space.roles.select_related("user", "given_by", "ended_by").order_by("role", "since", "pk"))
    today = timezone.localdate()
    shown = {"now": [], "coming": [], "past": []}
    for role in roles:
        over = role.until is not None and role.until <= max(today, role.since)
        shown["past" if over else "now" if role.holds(today) else "coming"].append(role)
    return form_page(
        request,
        admin,
        form,
        template=TEAM,
        title=_("Team of %(space)s") % {"space": space},
        submit=_("Give the role"),
        space=space,
        shown=shown,
        back_url=reverse("admin:spaces_space_change", args=[space.pk]),
    )


def role_end_page(request, space, spacerole, *, admin):
    """End a role from a day on; ask first where nobody manages the space then."""
    role = get_object_or_404(space.roles.select_related("user", "space"), pk=spacerole)
    back = reverse("admin:spaces_space_team", args=[space.pk])
    last = is_last_manager(role, timezone.localdate())
    asks = _("I understand that nobody manages the space then: mail to its team goes to the network's administrators.")
    form = EndRoleForm(sent(request), asks=asks if last or "understood" in request.POST else None)
    if form.is_bound and form.is_valid():
        on = form.cleaned_data["on"]
        try:
            end_role(role=role, on=on, by=request.user, leaves_nobody="understood" in form.cleaned_data)
        except BookingError as error:
            if error.code == "last_manager":
                form = EndRoleForm(request.POST, asks=asks)
                form.full_clean()
            form.add_error("on", error.message)
        else:
            messages.success(
                request, _("The end of the role is noted. A mail says so to %(person)s.") % {"person": role.user}
            )
            return redirect(back)
    title = _("End a role: %(person)s, %(role)s") % {"person": role.user, "role": role.get_role_display()}
    words = {"title": title, "submit": _("End the role"), "back_url": back, "space": space}
    return form_page(request, admin, form, template=END, role=role, **words)


PAGES = [
    Page("team", team_page, gettext_lazy("Team")),
    Page("role_end", role_end_page, address="team/<int:spacerole>/end/"),
]
