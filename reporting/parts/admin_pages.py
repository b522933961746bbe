"""Pages of the admin on which coordinators open the part of a partner to somebody, and end it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from hacktiv.common import dates
from members.core.queries import active_owner_of
from members.core.rules import coordinates
from spaces.core.admin_pages import form_page, sent
from spaces.roles.forms import EndRoleForm

from ..errors import ReportingError
from ..models import Partner
from . import operations
from .forms import OpenPartForm
from .queries import awaited_of, spends

LIST = "admin:reporting_partnerperson_changelist"
#: The field beside which a refusal is said.
FIELDS = {"days": "last_day", "held": "role"}


def add_page(request, *, admin):
    """Open the part of a partner to the person with an address; name both, and ask, before the mail leaves."""
    if not admin.has_add_permission(request):
        raise PermissionDenied
    partners = Partner.objects.select_related("project").order_by("project__is_example", "-project__starts_on", "order")
    form = OpenPartForm(sent(request), partners=partners, find=active_owner_of)
    if form.is_bound and form.is_valid():
        if "is_sure" not in request.POST:
            return _ask(request, form, admin)
        try:
            made = operations.add_person(by=request.user, **form.wish())
        except ReportingError as refusal:
            form.add_error(FIELDS.get(refusal.code), refusal.message)
        else:
            text = _("%(person)s reads the part of %(partner)s from %(day)s. A mail says so.")
            names = {"person": made.user, "partner": made.partner, "day": dates.day(made.since)}
            messages.success(request, text % names)
            return redirect(LIST)
    return form_page(request, admin, form, title=_("Open the part of a partner"), submit=_("Continue"))


def _ask(request, form, admin):
    wish = form.wish()
    awaited = {"awaited": awaited_of(wish["partner"]), "spends": spends(wish["partner"])}
    context = admin.page_context(request, title=_("Open the part to this person?"), form=form, wish=wish, **awaited)
    return TemplateResponse(request, "reporting/parts/open_part.html", context)


def end_page(request, row, *, admin):
    """End that the person reads the part, from a day on."""
    if not coordinates(request.user):
        raise PermissionDenied
    form = EndRoleForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            operations.end_person(person=row, on=form.cleaned_data["on"], by=request.user)
        except ReportingError as refusal:
            form.add_error("on", refusal.message)
        else:
            text = _("The end of the role is noted. A mail says so to %(person)s.")
            messages.success(request, text % {"person": row.user})
            return redirect(LIST)
    title = _("End the reading: %(person)s, %(partner)s") % {"person": row.user, "partner": row.partner}
    return form_page(request, admin, form, title=title, submit=_("End the reading"))
