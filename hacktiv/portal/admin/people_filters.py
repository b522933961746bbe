"""Filters of the list of people. Those about a membership are answered together: by one and the same membership."""

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.admin_filters import NarrowedFilter
from members.enums import Country
from members.models import Organisation, UnusedAccount
from spaces.core.queries import people_of
from spaces.core.scoping import run_space_ids
from spaces.enums import OPEN_MEMBERSHIPS, MembershipState
from spaces.models import Membership, MembershipKind, Space

from ..queries.people import NOT_LONG_AGO, OF_LATE, has_come, has_membership, is_at_home_in, is_of_side

#: The choices of the first filter besides the states of a membership.
NOW, NONE, ALL = "now", "none", "all"


class PartOfMembership:
    """A filter that says something about a membership; the list asks for one that meets all such parts."""

    def queryset(self, request, queryset):
        return queryset

    def part(self, today):
        """Return the filter of memberships; None where nothing is chosen."""


class ShownFilter(PartOfMembership, NarrowedFilter):
    """Show managers the people who are theirs now, superusers every account, unless another choice is made."""

    title = _("membership")
    parameter_name = "show"

    def __init__(self, request, *args):
        self.is_of_all = request.user.is_superuser
        super().__init__(request, *args)

    @property
    def usual(self):
        return _("All accounts") if self.is_of_all else _("Members, and those who ask")

    @property
    def shown(self):
        """Return the choice in force."""
        known = {key for key, _words in self.lookup_choices}
        chosen = self.value() if self.value() in known else None
        return chosen or (ALL if self.is_of_all else NOW)

    def lookups(self, request, model_admin):
        states = (*OPEN_MEMBERSHIPS, MembershipState.ENDED)
        return [
            *([(NOW, _("Members, and those who ask"))] if self.is_of_all else []),
            *((state.value, state.label) for state in states),
            (NONE, _("Not members")),
            *([] if self.is_of_all else [(ALL, _("Everybody, members or not"))]),
        ]

    def part(self, today):
        states = {NOW: OPEN_MEMBERSHIPS, NONE: (), ALL: ()}.get(self.shown, (self.shown,))
        return Q(state__in=states) if states else None


class KindFilter(PartOfMembership, admin.SimpleListFilter):
    title = _("kind of membership")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        kinds = MembershipKind.objects.all()
        if not request.user.is_superuser:
            kinds = kinds.filter(Q(space=None) | Q(space__in=run_space_ids(request)))
        return [(f"{kind.pk}", kind.name) for kind in kinds]

    def part(self, today):
        known = {key for key, _name in self.lookup_choices}
        return Q(kind=self.value()) if self.value() in known else None


class OrganisationFilter(PartOfMembership, admin.SimpleListFilter):
    """Keep who is a member through an organisation; only where somebody is."""

    title = _("through the organisation")
    parameter_name = "organisation"

    def lookups(self, request, model_admin):
        """Read them once for the list and its sums."""
        if not hasattr(request, "organisations_here"):
            members = Membership.objects.filter(space__in=run_space_ids(request), organisation__isnull=False)
            found = Organisation.objects.filter(pk__in=members.values("organisation"))
            request.organisations_here = [(f"{pk}", name) for pk, name in found.values_list("pk", "name")]
        return request.organisations_here

    def part(self, today):
        known = {key for key, _name in self.lookup_choices}
        return Q(organisation=self.value()) if self.value() in known else None


class EndsFilter(PartOfMembership, admin.SimpleListFilter):
    title = _("end")
    parameter_name = "end"

    def lookups(self, request, model_admin):
        return [("soon", _("Within 30 days")), ("renew", _("To be renewed")), ("wished", _("Renewal wished"))]

    def part(self, today):
        ending = {"soon": Membership.objects.ending_within_a_month, "renew": Membership.objects.ending_soon}
        if self.value() in ending:
            return Q(pk__in=ending[self.value()](today).values("pk"))
        return Q(renewal_wished_at__isnull=False) if self.value() == "wished" else None


class SpaceFilter(PartOfMembership, admin.SimpleListFilter):
    """Keep one of the spaces that somebody runs; only who runs several has it."""

    title = _("space")
    parameter_name = "space"

    def lookups(self, request, model_admin):
        spaces = Space.objects.filter(pk__in=run_space_ids(request))
        found = [(f"{space.pk}", space.name) for space in spaces.order_by("order", "pk")]
        return found if len(found) > 1 else []

    def chosen(self):
        """Return the primary key of the chosen space; None without a choice."""
        return next((int(key) for key, _name in self.lookup_choices if key == self.value()), None)


class SideFilter(admin.SimpleListFilter):
    """Filter by the side of the border of the home space. Where people live stays theirs."""

    title = _("side of the border")
    parameter_name = "side"

    def lookups(self, request, model_admin):
        return [*Country.choices, ("none", _("No home space"))]

    def queryset(self, request, queryset):
        if self.value() in (*Country.values, "none"):
            return queryset.filter(is_of_side(self.value(), timezone.localdate()))
        return queryset


class VisitFilter(admin.SimpleListFilter):
    """Filter by the last visit to the spaces that the reader runs."""

    title = _("last visit")
    parameter_name = "came"

    def lookups(self, request, model_admin):
        return [
            ("late", _("Within 30 days")),
            ("quarter", _("30 to 90 days ago")),
            ("earlier", _("Longer ago")),
            ("never", pgettext_lazy("last visit", "Never")),
        ]

    def queryset(self, request, queryset):
        spaces, today = run_space_ids(request), timezone.localdate()
        late, lately = (has_come(spaces, after=today - days) for days in (OF_LATE, NOT_LONG_AGO))
        ever = has_come(spaces)
        kept = {"late": late, "quarter": lately & ~late, "earlier": ever & ~lately, "never": ~ever}
        return queryset.filter(kept.get(self.value(), Q()))


class UnusedFilter(admin.SimpleListFilter):
    """Keep the people whose account is to be erased, as nobody uses it. They are members of nothing, so that each
    choice shows everybody."""

    title = _("unused account")
    parameter_name = "erasure"

    def lookups(self, request, model_admin):
        return [("yes", _("To be erased soon"))]

    def choices(self, changelist):
        for choice, (value, _words) in zip(super().choices(changelist), [("", ""), *self.lookup_choices], strict=True):
            if value:
                shown = {self.parameter_name: value, ShownFilter.parameter_name: ALL}
                choice["query_string"] = changelist.get_query_string(shown)
            yield choice

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.filter(unused__in=UnusedAccount.objects.due())
        return queryset


def condition_of(filters, spaces, today):
    """Return the filter of people for all that is chosen about their memberships at these spaces."""
    chosen = {type(one): one for one in filters if isinstance(one, PartOfMembership)}
    of_one = chosen[SpaceFilter].chosen() if SpaceFilter in chosen else None
    here = spaces if of_one is None else {of_one}
    parts = [part for one in chosen.values() if (part := one.part(today)) is not None]
    condition = has_membership(here, Q(*parts)) if parts else Q()
    shown = chosen[ShownFilter].shown
    if shown == NOW and len(parts) == 1:
        condition |= is_at_home_in(here, today)
    if shown == NONE:
        condition &= ~has_membership(here, Q(state__in=OPEN_MEMBERSHIPS))
    return condition & people_of(here) if of_one is not None else condition
