"""Memberships in the admin: requests are answered, and memberships paused, changed, renewed and ended."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from hacktiv.common import dates
from hacktiv.common.admin_filters import NarrowedFilter
from hacktiv.common.admin_pages import NAMED, PagesAdmin, told_by_mail
from hacktiv.common.days import NEVER_BEGAN
from hacktiv.common.forms import PlainForm

from ..core.admin_pages import form_page
from ..core.scoping import ScopedAdmin, ScopedInline
from ..enums import OPEN_MEMBERSHIPS, MembershipState, MembershipStep
from ..errors import BookingError
from ..memberships.admin_pages.deciding import PAGES, give_page
from ..memberships.admin_pages.steps import days_in_words, is_current, is_requested
from ..memberships.admin_pages.writing import lead_to_mailing
from ..memberships.forms.deciding import RefuseForm, day_before
from ..memberships.operations import approve_membership, refuse_membership, renew_membership
from ..memberships.queries import with_own_words, with_words_of_wish
from ..memberships.queries.places import renewed_end
from ..models import MembershipChange

REQUESTS_FIRST = Case(When(state=MembershipState.REQUESTED, then=Value(0)), default=Value(1))
#: The list of people, by the name under which a form says that it comes from there.
PEOPLE = "people"
#: The page to which an act leads back, by what its form says; by default to this list.
BACK = {"today": "admin:index", PEOPLE: "admin:members_user_changelist"}
ASKED_ON = pgettext_lazy("membership", "asked on")


class StateFilter(NarrowedFilter):
    """Show the memberships that are not over, unless another choice is made."""

    title = gettext_lazy("state")
    parameter_name = "show"
    usual = gettext_lazy("Not over")

    def lookups(self, request, model_admin):
        return [*MembershipState.choices, ("all", _("All, those that are over too"))]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset.filter(state__in=OPEN_MEMBERSHIPS)
        return queryset.filter(state=self.value()) if self.value() in MembershipState.values else queryset


class EndFilter(admin.SimpleListFilter):
    title = gettext_lazy("end")
    parameter_name = "end"

    def lookups(self, request, model_admin):
        wishes = [("wished", _("Renewal wished")), ("kind", _("Another kind wished for"))]
        ends = [("soon", _("Within 30 days")), ("renew", _("To be renewed"))]
        return [*ends, *wishes, ("open", _("Without an end"))]

    def queryset(self, request, queryset):
        if self.value() in {"soon", "renew"}:
            today = timezone.localdate()
            return queryset.ending_soon(today) if self.value() == "renew" else queryset.ending_within_a_month(today)
        kept = {"kind": Q(wished_kind__isnull=False)}
        kept |= {"wished": Q(renewal_wished_at__isnull=False), "open": Q(until=None, since__isnull=False)}
        return queryset.filter(kept.get(self.value(), Q()))


def day_or_dash(day):
    return dates.day(day, weekday=False) if day else "–"


def last_day_of(row):
    return NEVER_BEGAN if row.is_empty else day_or_dash(row.last_day)


class MembershipChangeInline(ScopedInline, admin.TabularInline):
    """Show the history of a membership, read only."""

    model = MembershipChange
    manager_permissions = frozenset({"view"})
    fields = readonly_fields = ("when", "what", "kind", "first_day", "last_day", "words", "made_by")
    extra = 0
    template = "admin/rows.html"
    verbose_name_plural = gettext_lazy("History of the membership")

    def has_add_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("kind", "made_by")

    @admin.display(description=gettext_lazy("when"))
    def when(self, change):
        return dates.moment_in_words(change.made_at)

    @admin.display(description=gettext_lazy("step"))
    def what(self, change):
        """Name the step; an end is set where it was still to come."""
        is_ahead = change.until and change.until > max(timezone.localdate(change.made_at), change.since)
        if change.step == MembershipStep.ENDED and is_ahead:
            return pgettext("membership", "End set")
        return change.get_step_display()

    @admin.display(description=gettext_lazy("reason, or words of the person"))
    def words(self, change):
        return change.reason or "–"

    @admin.display(description=gettext_lazy("first day"))
    def first_day(self, change):
        return day_or_dash(change.since)

    @admin.display(description=gettext_lazy("last day"))
    def last_day(self, change):
        return last_day_of(change)


class MembershipAdmin(ScopedAdmin, PagesAdmin):
    """List the requests first. Nothing is edited by hand: all changes go through operations.

    The portal registers it, with the pages of steps that also cancel bookings and registrations."""

    pages = PAGES
    pages_select_related = ("user", "space", "kind", "wished_kind")
    manager_permissions = frozenset({"view", "add"})
    change_form_template = "admin/spaces/membership/change_form.html"
    list_display = ("person", "kind", "space", "state", "first_day", "last_day", "asked")
    list_filter = (StateFilter, "kind", "space", EndFilter)
    linked_lookups = ("user__id__exact", "organisation__id__exact")
    list_select_related = ("user", "space", "kind")
    search_fields = ("user__first_name__unaccent", "user__last_name__unaccent", "user__email")
    autocomplete_fields = ("user",)
    change_list_template = "admin/spaces/membership/change_list.html"
    actions = ("approve_selected", "refuse_selected", "renew_selected", "write_to_selected")
    inlines = (MembershipChangeInline,)
    list_per_page = 50
    fields = (
        "person_and_page",
        "person_email",
        "organisation",
        "space",
        "kind",
        "state",
        "first_day",
        "last_day",
        "note",
        "decision_words",
        "own_words",
        "asked_moment",
        "decided_moment",
        "decided_by",
        "renewal_moment",
        "wished_kind",
        "is_example",
    )
    readonly_fields = fields
    #: The fields that are left out where the membership lacks what they tell.
    if_known = {
        "organisation": "organisation",
        "note": "note",
        "decision_words": "reason",
        "own_words": "reason",
        "decided_moment": "decided_at",
        "decided_by": "decided_by",
        "renewal_moment": "renewal_wished_at",
        "wished_kind": "wished_kind",
        "is_example": "is_example",
    }

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        """Leave out what the membership does not have."""
        if obj is None:
            return self.fields
        left_out = {name for name, known_by in self.if_known.items() if not getattr(obj, known_by)}
        left_out.add("decision_words" if obj.words_are_own else "own_words")
        if not obj.was_asked:
            left_out.add("asked_moment")
        return [name for name in self.fields if name not in left_out]

    def get_queryset(self, request):
        """Tell the memberships that were asked for from those that were given or carried over, and whose the words
        about an end are."""
        steps = MembershipChange.objects.filter(membership=OuterRef("pk"), step=MembershipStep.ASKED)
        was_asked = Exists(steps) | Q(state=MembershipState.REQUESTED)
        return with_words_of_wish(with_own_words(super().get_queryset(request).annotate(was_asked=was_asked)))

    def get_ordering(self, request):
        return (REQUESTS_FIRST, "-asked_at", "-pk")

    @admin.display(description=gettext_lazy("person"), ordering="user__last_name")
    def person(self, membership):
        return membership.user

    @admin.display(description=gettext_lazy("person"))
    def person_and_page(self, membership):
        """Lead to the person's page, which those who run the space open while the membership is not over."""
        if membership.state not in OPEN_MEMBERSHIPS:
            return membership.user
        url = reverse("admin:members_user_change", args=[membership.user_id])
        return format_html('<a href="{}">{}</a>', url, membership.user)

    @admin.display(description=gettext_lazy("address"))
    def person_email(self, membership):
        return membership.user.email

    @admin.display(description=gettext_lazy("first day"), ordering="since")
    def first_day(self, membership):
        return day_or_dash(membership.since)

    @admin.display(description=gettext_lazy("last day"), ordering="until")
    def last_day(self, membership):
        return last_day_of(membership)

    @admin.display(description=ASKED_ON, ordering="asked_at", empty_value="")
    def asked(self, membership):
        return dates.day(membership.asked_at, weekday=False) if membership.was_asked else None

    @admin.display(description=ASKED_ON)
    def asked_moment(self, membership):
        return dates.moment_in_words(membership.asked_at)

    @admin.display(description=gettext_lazy("decided at"))
    def decided_moment(self, membership):
        return dates.moment_in_words(membership.decided_at)

    @admin.display(description=gettext_lazy("renewal wished at"))
    def renewal_moment(self, membership):
        return dates.moment_in_words(membership.renewal_wished_at)

    @admin.display(description=gettext_lazy("reason"))
    def decision_words(self, membership):
        return membership.reason

    @admin.display(description=gettext_lazy("what the person wrote on leaving"))
    def own_words(self, membership):
        return membership.reason

    # --- actions ---

    @admin.action(description=gettext_lazy("Approve the selected requests"))
    def approve_selected(self, request, queryset):
        """Give each what it asks for, from today and for as long as its kind says."""
        today = timezone.localdate()

        def approve(membership):
            until = membership.kind.end_of(today)
            given = approve_membership(membership=membership, by=request.user, since=today, until=until)
            return f"{given.user}, {given.kind}, {days_in_words(given)}"

        def done(number):
            return ngettext("Request approved: %(what)s.", "%(count)s requests approved: %(what)s.", number)

        return self._do(request, queryset, approve, done)

    @admin.action(description=gettext_lazy("Refuse the selected requests…"))
    def refuse_selected(self, request, queryset):
        form = RefuseForm(request.POST if "reason" in request.POST else None)
        if form.is_valid():
            wish = {"by": request.user, "reason": form.cleaned_data["reason"]}

            def refuse(membership):
                return str(refuse_membership(membership=membership, **wish).user)

            def done(number):
                return ngettext("Request refused: %(what)s.", "%(count)s requests refused: %(what)s.", number)

            return self._do(request, queryset, refuse, done)
        rows = [(membership, None) for membership in queryset]
        title = ngettext("Refuse this request?", "Refuse these %(count)s requests?", len(rows)) % {"count": len(rows)}
        return self._ask(request, form, rows, action="refuse_selected", title=title, submit=_("Refuse"))

    @admin.action(description=gettext_lazy("Renew the selected memberships…"))
    def renew_selected(self, request, queryset):
        """Show each with its new last day, then renew those whose end nobody has moved meanwhile."""
        shown = dict(each.partition(":")[::2] for each in request.POST.getlist("ends"))

        def renew(membership):
            if f"{membership.until}" != shown.get(f"{membership.pk}"):
                raise BookingError("moved", _("Its end was moved meanwhile: nothing is done."))
            renewed = renew_membership(membership=membership, by=request.user, until=renewed_end(membership))
            return f"{renewed.user}, {days_in_words(renewed)}"

        def done(number):
            return ngettext("Membership renewed: %(what)s.", "%(count)s memberships renewed: %(what)s.", number)

        memberships = list(queryset)
        possible = [each for each in memberships if is_current(each) and each.until and each.kind.lasts_months]
        if shown:
            return self._do(request, memberships, renew, done)
        for each in memberships:
            if each not in possible:
                self._refuse(request, each, _("It has no end, is over, or its kind does not say for how long."))
        if not possible:
            return None
        rows = [(each, day_before(renewed_end(each))) for each in possible]
        title = ngettext("Renew this membership?", "Renew these %(count)s memberships?", len(rows))
        words = {"title": title % {"count": len(rows)}, "submit": _("Renew")}
        return self._ask(request, PlainForm(), rows, action="renew_selected", **words)

    @admin.action(description=gettext_lazy("Write to the selected people…"))
    def write_to_selected(self, request, queryset):
        return lead_to_mailing(request, queryset)

    def _ask(self, request, form, rows, *, action, title, submit):
        """Show a page that posts the same action back; to this list where the list of people has asked for it."""
        is_of_people = request.POST["action"] != action
        return form_page(
            request,
            self,
            form,
            title=title,
            submit=submit,
            template="admin/spaces/membership/several.html",
            lead=told_by_mail(len(rows), will=True),
            rows=rows,
            action=action,
            action_url=reverse("admin:spaces_membership_changelist") if is_of_people else "",
            back=PEOPLE if is_of_people else request.POST.get("back", ""),
            back_url=reverse(BACK[PEOPLE]) if is_of_people else "",
            checkbox_name=ACTION_CHECKBOX_NAME,
        )

    def _do(self, request, memberships, operation, text_of):
        """Run the operation on each membership, which returns what it did in words; say so with the text for their
        number, and name those that are refused with why."""
        done = []
        for membership in memberships:
            try:
                done.append(operation(membership))
            except BookingError as error:
                self._refuse(request, membership, error.message)
        if done:
            what = "; ".join([*done[:NAMED], *(["…"] if len(done) > NAMED else [])])
            text = text_of(len(done)) % {"count": len(done), "what": what}
            messages.success(request, f"{text} {told_by_mail(len(done))}")
        back = BACK.get(request.POST.get("back"))
        return redirect(back) if back else None

    def _refuse(self, request, membership, reason):
        messages.error(request, _("%(field)s: %(error)s") % {"field": membership.user, "error": reason})

    # --- pages ---

    def add_view(self, request, form_url="", extra_context=None):
        return give_page(request, admin=self)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["can_decide"] = bool(obj) and is_requested(obj)
        if obj and obj.state not in OPEN_MEMBERSHIPS:
            known = urlencode({"email": obj.user.email, "space": obj.space_id})
            context["give_url"] = f"{reverse('admin:spaces_membership_add')}?{known}"
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)
