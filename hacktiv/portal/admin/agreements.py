"""The agreements of organisations with the spaces: how many places they have, who uses them, until when."""

from typing import ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from hacktiv.common import dates
from hacktiv.common.admin_filters import NarrowedFilter
from hacktiv.common.admin_pages import PagesAdmin
from members.admin.organisations import OrganisationAdmin
from members.core.rules import administers
from members.models import Organisation
from spaces.core.scoping import ScopedAdmin, run_space_ids
from spaces.memberships.admin_pages.writing import mailing_url
from spaces.memberships.queries.places import invited_through, places_used_of, through
from spaces.memberships.rules import days_agreed
from spaces.models import Agreement, Space

from ..admin_pages.agreements import PAGES, PAGES_OF_ORGANISATION, make_page
from ..queries.organisations import organisations_of, unused_organisations_of


class OverFilter(NarrowedFilter):
    """Show the agreements that are not over, unless another choice is made."""

    title = gettext_lazy("days")
    parameter_name = "show"
    usual = pgettext_lazy("agreements", "Not over")

    def lookups(self, request, model_admin):
        return [("all", pgettext_lazy("agreements", "All, those that are over too"))]

    def queryset(self, request, queryset):
        return queryset.not_over() if self.value() is None else queryset


def _counted(agreements):
    """Tell of each how many of its places are taken at most on one day, today or later, as `used`."""
    used = places_used_of(agreements)
    for one in agreements:
        one.used = used[one.pk]
    return agreements


class AgreementList(ChangeList):
    """The list of agreements, whose places are counted for one page at a time."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = _counted(list(self.result_list))


def _last_day_in_words(membership):
    if membership.last_day is None:
        return _("without an end")
    return _("until %(day)s") % {"day": dates.day(membership.last_day, weekday=False)}


@admin.register(Agreement)
class AgreementAdmin(ScopedAdmin, PagesAdmin):
    """Let managers make and change the agreements of their spaces, on own pages; nothing is edited by hand."""

    pages = PAGES
    change_form_template = "admin/spaces/membership/change_form.html"
    pages_select_related = ("organisation", "space", "kind")
    manager_permissions = frozenset({"view", "add"})
    list_display = ("organisation_name", "space", "kind", "places", "used", "days")
    list_filter = (OverFilter, "space", "kind")
    list_select_related = ("organisation", "space", "kind")
    search_fields = ("organisation__name",)
    fields = readonly_fields = (
        *("organisation_name", "space_name", "kind_name", "places", "used", "days", "users", "invited", "author"),
        "is_example",
    )
    actions = None

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_changelist(self, request, **kwargs):
        return AgreementList

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        return found and _counted([found])[0]

    def get_fields(self, request, obj=None):
        return [name for name in self.fields if name != "is_example" or (obj and obj.is_example)]

    def add_view(self, request, form_url="", extra_context=None):
        return make_page(request, admin=self)

    @admin.display(description=gettext_lazy("organisation"), ordering="organisation__name")
    def organisation_name(self, agreement):
        """Name it without a link: managers do not open its page."""
        return agreement.organisation.name

    @admin.display(description=gettext_lazy("space"))
    def space_name(self, agreement):
        return agreement.space.name

    @admin.display(description=gettext_lazy("kind of membership"))
    def kind_name(self, agreement):
        return agreement.kind.name

    @admin.display(description=gettext_lazy("places taken"))
    def used(self, agreement):
        return agreement.used

    @admin.display(description=gettext_lazy("days"), ordering="since")
    def days(self, agreement):
        return days_agreed(agreement)

    @admin.display(description=gettext_lazy("members through it"))
    def users(self, agreement):
        """Name each with their last day, and lead to their page, to the list of all and to a mail to them."""
        rows = list(through(agreement).select_related("user").order_by("user__last_name", "pk"))
        if not rows:
            return "–"
        page = "admin:members_user_person"
        people = [(reverse(page, args=[row.user_id]), row.user, _last_day_in_words(row)) for row in rows]
        query = {"organisation__id__exact": agreement.organisation_id, "space__id__exact": agreement.space_id}
        links = [
            (reverse("admin:spaces_membership_changelist", query=query), _("Their memberships")),
            (mailing_url(rows), pgettext("several people", "Write to them")),
        ]
        return format_html(
            "{}<br>{}",
            format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>, {}', people),
            format_html_join(" · ", '<a href="{}">{}</a>', links),
        )

    @admin.display(description=gettext_lazy("invited, without an answer yet"))
    def invited(self, agreement):
        rows = invited_through(agreement).order_by("email")
        return format_html_join("; ", "{}", [(row.email,) for row in rows]) or "–"

    @admin.display(description=gettext_lazy("made by"))
    def author(self, agreement):
        """Name who made it, without a link: others may run the space by now."""
        made = dates.day(timezone.localdate(agreement.made_at), weekday=False)
        return f"{agreement.made_by or '–'}, {made}"


@admin.register(Organisation)
class WholeOrganisationAdmin(ScopedAdmin, OrganisationAdmin):
    """Add the people of an organisation to what members know of it. Managers add one, and change those that are of
    their spaces alone, and those that they have added as long as nothing uses them, which they delete too; everybody
    chooses among all of them."""

    scope = ""
    pages = PAGES_OF_ORGANISATION
    manager_permissions = frozenset({"view", "add", "change"})
    network_permissions: ClassVar = {role: frozenset({"view"}) for role in OrganisationAdmin.read_by}

    def of_spaces(self, request, queryset, spaces):
        mine = Q(pk__in=organisations_of(spaces).order_by().values("pk"))
        return queryset.filter(mine | Q(pk__in=unused_organisations_of(request.user).order_by().values("pk")))

    def choices(self, request):
        return Organisation.objects.all()

    def opens(self, request, page, obj=None):
        """Return True for who administers the network: they name the people of an organisation for all spaces."""
        return administers(request.user)

    def has_delete_permission(self, request, obj=None):
        """Let managers delete what they have added and nothing uses, one by one."""
        if super().has_delete_permission(request, obj):
            return True
        may_enter = obj is not None and self.may_enter(request)
        return may_enter and unused_organisations_of(request.user).filter(pk=obj.pk).exists()

    def delete_model(self, request, obj):
        """Delete it under its lock, unless somebody uses it meanwhile."""
        list(Organisation.objects.select_for_update().filter(pk=obj.pk))
        if not self.has_delete_permission(request, obj):
            raise PermissionDenied
        super().delete_model(request, obj)

    def get_changeform_initial_data(self, request):
        """Preselect the country of the spaces of the signed-in person, where it is one."""
        initial = super().get_changeform_initial_data(request)
        spaces = Space.objects.filter(pk__in=run_space_ids(request)).order_by()
        countries = list(spaces.values_list("country", flat=True).distinct()[:2])
        return {"country": countries[0], **initial} if len(countries) == 1 else initial

    def render_change_form(self, request, context, *args, **kwargs):
        """Give managers one button to save."""
        if not administers(request.user):
            context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request, obj, post_url_continue=None):
        """Lead managers on to the agreement by which it becomes one of their spaces."""
        if administers(request.user) or IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        words = _("%(organisation)s is added. Agree now on its places.")
        messages.success(request, words % {"organisation": obj})
        return redirect(reverse("admin:spaces_agreement_add", query={"organisation": obj.pk}))
