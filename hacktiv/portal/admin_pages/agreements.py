"""Pages of the agreements of organisations with a space: make one, change it, and the people of the organisation."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hacktiv.common.admin_pages import Page
from hacktiv.common.errors import OperationError
from hacktiv.common.forms import whole_numbers
from members.core.queries import owner_of
from members.core.rules import administers
from members.enums import AffiliationRole
from members.organisations.operations import affiliate, end_affiliation
from spaces.core.admin_pages import form_page, sent
from spaces.core.queries import known_in
from spaces.errors import BookingError
from spaces.memberships.forms.agreements import AgreementForm, ChangeAgreementForm
from spaces.memberships.operations import end_person, make_agreement, more_leave, name_person
from spaces.memberships.queries import named_at
from spaces.memberships.queries.places import places_used
from spaces.models import MembershipKind, Space
from spaces.roles.forms import EndRoleForm, GiveRoleForm

from ..operations import AgreementWish, change_with_all_it_brings, what_change_brings

#: The field beside which a refusal is said.
FIELDS = {"days": "last_day", "held": "organisation", "no_place": "places", "kind": "kind", "not_offered": "kind"}


def _refuse(form, error, fields=FIELDS):
    field = fields.get(error.code)
    form.add_error(field if field in form.fields else None, error.message)


def make_page(request, *, admin):
    """Make an agreement of an organisation with one of one's spaces."""
    if not admin.has_add_permission(request):
        raise PermissionDenied
    registry = admin.admin_site._registry
    form = AgreementForm(
        sent(request),
        spaces=registry[Space].in_scope(request, Space.objects.all()),
        kinds=registry[MembershipKind].in_scope(request, MembershipKind.objects.all()),
        initial=request.GET.dict(),
    )
    add, words = reverse("admin:members_organisation_add"), (_("Is it missing?"), _("Add an organisation"))
    form.fields["organisation"].help_text = format_html('{} <a href="{}">{}</a>', words[0], add, words[1])
    if form.is_bound and form.is_valid():
        try:
            made = make_agreement(**form.wish(), by=request.user)
        except BookingError as error:
            _refuse(form, error)
        else:
            words = _("%(organisation)s has its places. Say next who of it invites its people.")
            messages.success(request, words % {"organisation": made.organisation})
            return redirect("admin:spaces_agreement_people", made.pk)
    lead = _(
        "An organisation with people or an agreement at one space alone is changed by the managers of that space. "
        "Once it has them at a second one, only the administrators of the network change it: the managers of the first "
        "one find it among theirs no more."
    )
    return form_page(request, admin, form, title=_("Add an agreement"), submit=_("Make the agreement"), lead=lead)


def change_page(request, agreement, *, admin):
    """Change the places or the end, once what ends with it, and what may last longer, was seen."""
    form = ChangeAgreementForm(sent(request), agreement=agreement)
    back = reverse("admin:spaces_agreement_change", args=[agreement.pk])
    page = {"agreement": agreement, "used": places_used(agreement), "back_url": back}
    if form.is_bound and form.is_valid():
        offers = _offers(form.wish())
        leaving, longer = (_ticked(request, name, offer) for name, offer in offers.items())
        wish = AgreementWish(**form.wish(), leaving=leaving, longer=longer)
        try:
            coming = what_change_brings(agreement=agreement, wish=wish, by=request.user)
            if coming.too_many:
                form.add_error(None, more_leave(coming.too_many))
            elif coming.marks <= set(request.POST.getlist("seen")):
                _say(request, change_with_all_it_brings(agreement=agreement, wish=wish, coming=coming, by=request.user))
                return redirect(back)
            page |= {"coming": coming, "offers": offers}
        except BookingError as error:
            _refuse(form, error)
    title = _("Places and end of the agreement")
    template = "admin/spaces/agreement/change.html"
    return form_page(request, admin, form, title=title, submit=_("Change the agreement"), template=template, **page)


def _offers(wish):
    """Return by which value the page tells for which wish it offers to choose who leaves, and who lasts longer."""
    return {"leaving": f"leaving-{wish['places']}", "longer": f"longer-{wish['places']}-{wish['until']}"}


def _ticked(request, name, offer):
    """Return the memberships (primary keys) that are ticked; None where the page has not made that offer."""
    if offer not in request.POST.getlist("offered"):
        return None
    return {*whole_numbers(request.POST.getlist(name))}


def _say(request, outcome):
    for person, why in outcome.refusals:
        messages.warning(request, f"{person}: {why}")
    messages.success(request, _("The agreement is changed."))
    if outcome.ended:
        text = ngettext("%(count)d membership ends by it.", "%(count)d memberships end by it.", outcome.ended)
        messages.info(request, text % {"count": outcome.ended})
    if outcome.longer:
        text = ngettext("%(count)d membership lasts longer.", "%(count)d memberships last longer.", outcome.longer)
        messages.info(request, text % {"count": outcome.longer})
    if outcome.came_between:
        text = _("Memberships came meanwhile that last longer: change the agreement once more, to see them.")
        messages.warning(request, text)


def people_page(request, agreement, *, admin):
    """Show whom the space has named of the organisation, and add somebody who belongs to the space."""

    def find(email):
        found = owner_of(email) if administers(request.user) else known_in(agreement.space, email)
        return found if found and found.is_active else None

    here = reverse("admin:spaces_agreement_people", args=[agreement.pk])
    back = reverse("admin:spaces_agreement_change", args=[agreement.pk])
    name = partial(name_person, agreement=agreement)
    rows = named_at(agreement)
    return _people(request, agreement.organisation, rows, find, name, here=here, back=back, admin=admin)


def people_of_organisation_page(request, organisation, *, admin):
    """Show who belongs to the organisation, and add somebody: administrators of the network."""
    _check_administers(request)

    def find(email):
        found = owner_of(email)
        return found if found and found.is_active else None

    here = reverse("admin:members_organisation_people", args=[organisation.pk])
    back = reverse("admin:members_organisation_change", args=[organisation.pk])
    name = partial(affiliate, organisation=organisation)
    rows = organisation.affiliations.select_related("user", "given_by", "space")
    return _people(request, organisation, rows, find, name, here=here, back=back, admin=admin, shows_space=True)


def _people(request, organisation, rows, find, name, *, here, back, admin, shows_space=False):
    form = GiveRoleForm(sent(request), roles=AffiliationRole.choices, find=find)
    form.fields["role"].label = _("What they are there")
    if form.is_bound and form.is_valid():
        try:
            made = name(by=request.user, **form.wish())
        except OperationError as error:
            _refuse(form, error, {"days": "last_day", "held": "email"})
        else:
            words = _("%(person)s belongs to %(organisation)s: %(role)s.")
            names = {"person": made.user, "organisation": organisation, "role": made.get_role_display()}
            messages.success(request, words % names)
            return redirect(here)
    return form_page(
        request,
        admin,
        form,
        template="admin/spaces/agreement/people.html",
        title=_("People of %(organisation)s") % {"organisation": organisation},
        submit=_("Add this person"),
        organisation=organisation,
        rows=rows.order_by("role", "since", "pk"),
        shows_space=shows_space,
        here=here,
        back_url=back,
        today=timezone.localdate(),
    )


def person_end_page(request, agreement, affiliation, *, admin):
    """Note that somebody belongs to the organisation of the agreement no more."""
    here = reverse("admin:spaces_agreement_people", args=[agreement.pk])
    end = partial(end_person, agreement=agreement)
    return _end_person(request, named_at(agreement), affiliation, end, here, admin=admin)


def person_of_organisation_end_page(request, organisation, affiliation, *, admin):
    """Note that somebody belongs to the organisation no more: administrators of the network."""
    _check_administers(request)
    here = reverse("admin:members_organisation_people", args=[organisation.pk])
    rows = organisation.affiliations.select_related("user")
    return _end_person(request, rows, affiliation, end_affiliation, here, admin=admin)


def _end_person(request, rows, affiliation, end, here, *, admin):
    row = get_object_or_404(rows, pk=affiliation)
    form = EndRoleForm(sent(request))
    form.fields["on"].label = _("First day without it")
    if form.is_bound and form.is_valid():
        try:
            end(affiliation=row, on=form.cleaned_data["on"], by=request.user)
        except OperationError as error:
            form.add_error("on", error.message)
        else:
            messages.success(request, _("The end is noted."))
            return redirect(here)
    words = {"person": row.user, "organisation": row.organisation}
    return form_page(
        request,
        admin,
        form,
        title=_("%(person)s belongs to %(organisation)s no more") % words,
        submit=_("Note the end"),
        lead=_("Their memberships through it stay, until they are ended."),
        back_url=here,
    )


def _check_administers(request):
    if not administers(request.user):
        raise Http404


PAGES = [
    Page("alter", change_page, gettext_lazy("Places and end…"), is_possible=lambda one: not one.is_over),
    Page("people", people_page, gettext_lazy("People of the organisation")),
    Page("person_end", person_end_page, address="people/<int:affiliation>/end/"),
]
PAGES_OF_ORGANISATION = [
    Page("people", people_of_organisation_page, gettext_lazy("People of the organisation")),
    Page("person_end", person_of_organisation_end_page, address="people/<int:affiliation>/end/"),
]
