"""The people of a manager: the list with its filters, sums, files and acts; a person's page is in `admin_pages`."""

from copy import copy
from typing import NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from hacktiv.common import dates
from hacktiv.common.admin_pages import Page, PagesAdmin
from hacktiv.common.spreadsheets import CONTENT_TYPES, csv_bytes, written, xlsx_bytes
from members.admin.people import UserAdmin
from members.core.rules import administers
from members.models import User
from spaces.core.queries import people_of
from spaces.core.scoping import ScopedAdmin, run_space_ids
from spaces.enums import MembershipState
from spaces.memberships.admin_pages import notes
from spaces.memberships.admin_pages.writing import lead_to_mailing
from spaces.models import Membership

from ..admin_pages import person as person_pages
from ..queries.people import with_rows
from .people_filters import (
    ALL,
    NOW,
    EndsFilter,
    KindFilter,
    OrganisationFilter,
    ShownFilter,
    SideFilter,
    SpaceFilter,
    UnusedFilter,
    VisitFilter,
    condition_of,
)

#: The sums above the list: their words, and what the filters say where they lead.
SUMS = (
    (gettext_lazy("Members"), {"show": "active"}),
    (pgettext_lazy("memberships", "Requests"), {"show": "requested"}),
    (gettext_lazy("End within 30 days"), {"show": ALL, "end": "soon"}),
    (gettext_lazy("Came within 30 days"), {"show": ALL, "came": "late"}),
)
#: How many people one act is done for at once: each is a decision with its mail.
MOST_AT_ONCE = 200
#: What is done with the rows of a file at once.
ROWS_AT_ONCE = 1000


class Sum(NamedTuple):
    """A number above the list, what it counts in words, and the address of the list of as many."""

    words: str | Promise
    number: int
    address: str


class PeopleList(ChangeList):
    """The list of people, whose rows are completed for one page at a time."""

    def get_queryset(self, request, exclude_parameters=None):
        people = super().get_queryset(request, exclude_parameters)
        return people.filter(condition_of(self.filter_specs, run_space_ids(request), timezone.localdate()))

    def get_results(self, request):
        super().get_results(request)
        self.full_result_count = self.result_count
        self.result_list = with_rows(self.result_list, run_space_ids(request), timezone.localdate())

    def search_all(self):
        """Return the address of the same search among everybody; blank where it is that already, or none."""
        shown = next(one.shown for one in self.filter_specs if isinstance(one, ShownFilter))
        return self.get_query_string({ShownFilter.parameter_name: ALL}) if self.query and shown == NOW else ""

    def url_for_result(self, result):
        return reverse("admin:members_user_person", args=[result.pk])


class CountedPeople(PeopleList):
    """The same list, of which only the number is asked for."""

    def get_results(self, request):
        self.result_count = self.full_result_count = self.queryset.count()
        self.result_list, self.can_show_all, self.multi_page = [], False, False
        self.paginator = None


@require_safe
def export_csv_page(request, *, admin):
    """Give all that the filters keep as a CSV file."""
    return admin.exported(request, "csv")


@require_safe
def export_xlsx_page(request, *, admin):
    """Give all that the filters keep as a workbook."""
    return admin.exported(request, "xlsx")


def _until(membership):
    """Return the last day of a membership, to stand behind its kind; blank without one."""
    if not membership.until:
        return ""
    return ", " + _("until %(day)s") % {"day": dates.day(membership.last_day, weekday=False)}


PAGES = [
    Page("export_csv", export_csv_page, address="csv/", of_one=False),
    Page("export_xlsx", export_xlsx_page, address="xlsx/", of_one=False),
]


@admin.register(User)
class PeopleAdmin(ScopedAdmin, PagesAdmin, UserAdmin):
    """Show managers their people; superusers have all accounts, and the form of members to change one."""

    pages = [*PAGES, *person_pages.PAGES, *notes.PAGES]
    pages_select_related = ("unused",)
    manager_permissions = frozenset({"view"})
    desk_permissions = frozenset({"choose"})
    shared_choices = ("groups", "user_permissions")
    date_hierarchy = None
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    change_form_template = "admin/members/user/change_form.html"
    change_list_template = "admin/members/user/change_list.html"
    list_display = ("__str__", "address", "membership_here", "side", "last_visit", "spoken")
    list_filter = (
        *(ShownFilter, KindFilter, OrganisationFilter, EndsFilter, SpaceFilter, SideFilter, VisitFilter),
        "language",
    )
    #: Of accounts, which superusers alone handle.
    account_filters = ("is_active", "is_superuser", "groups", "residence", "is_listed", "is_example")
    actions = ("approve_requests", "renew_memberships", "write_to", "export_selected_csv", "export_selected_xlsx")

    def of_spaces(self, request, queryset, spaces):
        return queryset.filter(people_of(spaces))

    def _may(self, permission, request, obj=None):
        """Let administrators of the network read people as managers do; accounts are the superusers' to change."""
        if administers(request.user) and not request.user.is_superuser:
            return permission in self.manager_permissions
        return super()._may(permission, request, obj)

    def has_delete_permission(self, request, obj=None):
        """Return False: erasing concerns every app. People use their own page, or `manage.py erase_person` does it."""
        return False

    def history_view(self, request, object_id, extra_context=None):
        """Show superusers alone what was changed: the history names fields that managers do not read."""
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show superusers the form of the account, and managers the page of the person, which changes nothing."""
        if request.user.is_superuser:
            return super().change_view(request, object_id, form_url, extra_context)
        person = self.get_object(request, object_id)
        if person is None or request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        return person_pages.person_page(request, person, admin=self)

    # --- the list ---

    def get_changelist(self, request, **kwargs):
        return CountedPeople if getattr(request, "is_counting", False) else PeopleList

    def get_list_filter(self, request):
        shown = [*super().get_list_filter(request), *([UnusedFilter] if administers(request.user) else [])]
        return [*shown, *self.account_filters] if request.user.is_superuser else shown

    def changelist_view(self, request, extra_context=None):
        """Show the list below its sums."""
        may_merge = {"may_merge": administers(request.user)}
        response = super().changelist_view(request, {**may_merge, **(extra_context or {})})
        shown = getattr(response, "context_data", None)
        if shown and "cl" in shown and request.method in {"GET", "HEAD"}:
            shown["sums"] = [self._sum(request, words, wanted) for words, wanted in SUMS]
        return response

    def _sum(self, request, words, wanted):
        """Return a sum with the address of the list that it counts: what the filters keep, with another choice for one
        or two of them. Who is shown stays as chosen where the sum is of everybody."""
        asked = copy(request)
        asked.GET = request.GET.copy()
        asked.GET.pop("p", None)
        for name, value in wanted.items():
            if value != ALL or name not in request.GET:
                asked.GET[name] = value
        asked.is_counting = True
        counted = self.get_changelist_instance(asked)
        return Sum(words, counted.result_count, f"?{asked.GET.urlencode()}")

    @admin.display(description=gettext_lazy("e-mail address"), ordering="email")
    def address(self, person):
        return format_html('<span class="address">{}</span>', person.email)

    @admin.display(description=gettext_lazy("membership"))
    def membership_here(self, person):
        """Say what the person is at the manager's spaces, with the last day."""
        here = person.memberships_here
        written = zip(self._memberships_of(person), here, strict=True)
        return "; ".join(f"{words}{_until(membership)}" for words, membership in written) or "–"

    def _memberships_of(self, person):
        """Return the state and the kind of each membership, with the space where there are several."""
        here = person.memberships_here
        words = [f"{each.get_state_display()}, {each.kind}" for each in here]
        if len(here) == 1:
            return words
        return [f"{each.space}: {said}" for each, said in zip(here, words, strict=True)]

    @admin.display(description=gettext_lazy("side of the border"))
    def side(self, person):
        return person.home_side or "–"

    @admin.display(description=gettext_lazy("last visit"))
    def last_visit(self, person):
        return dates.day(person.last_visit, weekday=False) if person.last_visit else "–"

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def spoken(self, person):
        return person.get_language_display()

    @admin.action(description=gettext_lazy("Write to the selected people…"))
    def write_to(self, request, queryset):
        """Lead to the page of a mailing to those who are members here or have asked to be."""
        here = Membership.objects.open().filter(space__in=run_space_ids(request), user__in=queryset)
        return lead_to_mailing(request, here)

    # --- files ---

    def exported(self, request, extension):
        """Give all that the filters of the address keep as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            people = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters as error:
            raise BadRequest("The list has no such filter.") from error
        return self._file(request, people, extension)

    @admin.action(description=gettext_lazy("Take the selected people away (CSV)"))
    def export_selected_csv(self, request, queryset):
        return self._file(request, queryset, "csv")

    @admin.action(description=gettext_lazy("Take the selected people away (XLSX)"))
    def export_selected_xlsx(self, request, queryset):
        return self._file(request, queryset, "xlsx")

    def _file(self, request, people, extension):
        """Write what the list shows of these people, and note who took it away."""
        head = [_("Name"), _("E-mail address"), _("Membership"), _("Last day"), _("Side of the border")]
        head += [_("Last visit"), _("Language")]
        rows = [self._row(person) for person in self._completed(request, people)]
        if extension == "csv":
            content = csv_bytes([head, *(map(written, row) for row in rows)])
        else:
            content = xlsx_bytes(_("People"), head, rows)
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(User),
            object_repr="List of people",
            action_flag=CHANGE,
            change_message=f"Taken away as {extension}, people: {len(rows)}.",
        )
        response = HttpResponse(content, content_type=CONTENT_TYPES[extension])
        name = f"personnes-{timezone.localdate():%Y-%m-%d}.{extension}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response

    def _completed(self, request, people):
        """Yield these people with what their rows show, so many at once."""
        spaces, today, waiting = run_space_ids(request), timezone.localdate(), []
        people = people.only("first_name", "last_name", "email", "language", "participant_number")
        for person in people.iterator(chunk_size=ROWS_AT_ONCE):
            waiting.append(person)
            if len(waiting) == ROWS_AT_ONCE:
                yield from with_rows(waiting, spaces, today)
                waiting = []
        yield from with_rows(waiting, spaces, today)

    def _row(self, person):
        last = [each.last_day for each in person.memberships_here if each.until]
        return [
            str(person),
            person.email,
            "; ".join(self._memberships_of(person)),
            last[0] if len(last) == 1 else "; ".join(f"{day:%Y-%m-%d}" for day in last),
            person.home_side,
            person.last_visit or "",
            person.get_language_display(),
        ]

    # --- acts ---

    @admin.action(description=gettext_lazy("Approve their requests for a membership"))
    def approve_requests(self, request, queryset):
        """Approve each request of theirs at the manager's spaces as its kind says, from today."""
        asked = {"state": MembershipState.REQUESTED}
        return self._about_memberships(
            request, queryset, asked, "approve_selected", _("This person has no open request here.")
        )

    @admin.action(description=gettext_lazy("Renew their memberships…"))
    def renew_memberships(self, request, queryset):
        """Show each current membership of theirs with its new last day, and ask."""
        current = {"pk__in": Membership.objects.current().values("pk")}
        return self._about_memberships(
            request, queryset, current, "renew_selected", _("This person has no membership here to renew.")
        )

    def _about_memberships(self, request, people, kept, action, none):
        """Do an act of the list of memberships on those of the chosen people; name the people who have none."""
        people = list(people.order_by("last_name", "first_name", "pk")[: MOST_AT_ONCE + 1])
        if len(people) > MOST_AT_ONCE:
            messages.error(request, _("Choose %(number)d people at most at once.") % {"number": MOST_AT_ONCE})
            return None
        memberships = self.admin_site.get_model_admin(Membership)
        found = memberships.get_queryset(request).filter(user__in=people, **kept)
        found = found.select_related("user", "space", "kind")
        have_one = {membership.user_id for membership in found}
        for person in people:
            if person.pk not in have_one:
                messages.warning(request, _("%(field)s: %(error)s") % {"field": person, "error": none})
        return getattr(memberships, action)(request, found) if have_one else None
