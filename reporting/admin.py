"""The coordinator's tables. Reports are built, read and closed on pages of their own; here they are only listed."""

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Prefetch
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from events.core.rules import proposed_joint
from hacktiv.common import dates
from hacktiv.common.admin_pages import Group as Buttons
from hacktiv.common.admin_pages import Page, PagesAdmin
from hacktiv.common.autocompletes import AutocompleteSelect, SoundAutocompletes
from hacktiv.common.dates import day_span
from hacktiv.common.days import NEVER_BEGAN
from hacktiv.common.languages import columns
from members.core.rules import coordinates
from members.models import Organisation

from . import operations
from .admin_pages import add_page, check_page, end_page, mark_checked, refuse_page, take_back_check_page
from .models import (
    CountedAction,
    Deliverable,
    Deviation,
    EvidenceFile,
    JointDecision,
    Partner,
    PartnerPerson,
    Period,
    Project,
    ReportVersion,
    Stock,
)
from .queries.evidence import closed_reports_listing
from .queries.own_part import begun_periods


class CoordinatorPermissions:
    """Give coordinators all rights and others none, whatever Django's own permissions say."""

    def has_module_permission(self, request):
        return coordinates(request.user)

    def has_view_permission(self, request, obj=None):
        return coordinates(request.user)

    def has_add_permission(self, request, obj=None):
        return coordinates(request.user)

    def has_change_permission(self, request, obj=None):
        return coordinates(request.user)

    def has_delete_permission(self, request, obj=None):
        return coordinates(request.user)


class CoordinatorAdmin(SoundAutocompletes, CoordinatorPermissions):
    list_per_page = 50


class CoordinatorInline(SoundAutocompletes, CoordinatorPermissions):
    extra = 0


class PartnerInline(CoordinatorInline, admin.TabularInline):
    model = Partner
    fields = ["order", "name", "organisation", "side", "role", "total", "erdf"]


@admin.register(Project)
class ProjectAdmin(CoordinatorAdmin, TranslationAdmin):
    list_display = ["title", "programme", "starts_on", "ends_on", "is_example"]
    list_filter = ["is_example"]
    search_fields = ["title", "slug", "code"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [PartnerInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        operations.ensure_periods(project=form.instance)


def _is_not_over(row):
    return not (row.until and row.until <= timezone.localdate())


@admin.register(PartnerPerson)
class PartnerPersonAdmin(CoordinatorAdmin, PagesAdmin):
    """Show who reads the part of which partner; coordinators open a part and end it."""

    pages = [Page("end", end_page, _("End…"), Buttons.END, is_possible=_is_not_over)]
    pages_select_related = ("user", "partner__project")
    list_display = ("user", "partner", "project", "since", "last", "given_by", "part")
    list_filter = ("partner__project",)
    list_select_related = ("user", "partner__project", "given_by")
    search_fields = ("user__last_name", "user__first_name", "user__email", "partner__name")
    ordering = ("partner__project", "partner__order", "-since", "pk")
    fields = readonly_fields = ("named", "partner", "since", "last", "given_by", "given_at", "ended_by")
    actions = None

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def add_view(self, request, form_url="", extra_context=None):
        return add_page(request, admin=self)

    @admin.display(description=_("person"))
    def named(self, row):
        """Name the person without a link: who coordinates does not open every account."""
        return f"{row.user}, {row.user.email}"

    @admin.display(description=_("project"), ordering="partner__project")
    def project(self, row):
        return row.partner.project

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(begun_periods("partner__project__"))

    @admin.display(description=_("its part"))
    def part(self, row):
        """Lead to the part in the latest half-year that has begun."""
        project = row.partner.project
        period = next(iter(project.periods.all()), None)
        if period is None:
            return "–"
        return format_html(
            '<a href="{}">{}</a>', reverse("reporting:parts", args=[project.slug, period.label]), period.label
        )

    @admin.display(description=_("last day"), ordering="until")
    def last(self, row):
        if row.is_empty:
            return NEVER_BEGAN
        return dates.day(row.last_day, weekday=False) if row.last_day else "–"


@admin.register(Period)
class PeriodAdmin(CoordinatorAdmin, TranslationAdmin):
    list_display = ["label", "project", "starts_on", "ends_on", "reported_on"]
    list_filter = ["project"]
    list_select_related = ["project"]
    search_fields = ["label", "project__title", "project__slug"]
    fields = ["project", "label", "starts_on", "ends_on", "reported_on", "highlights"]
    readonly_fields = ["project", "label", "starts_on", "ends_on"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class OfProjectAdmin(CoordinatorAdmin):
    """The admin of rows that belong to a half-year of a project."""

    list_filter = ["project", "period"]
    list_select_related = ["project", "period__project"]

    def get_readonly_fields(self, request, obj=None):
        """Keep the project of an existing row, because its half-year belongs to that project."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "project"] if obj else fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in ("period", "told_in"):
            periods = Period.objects.select_related("project")
            pk = request.resolver_match.kwargs.get("object_id")
            if pk and (row := self.get_object(request, pk)):
                periods = periods.filter(project=row.project_id)
            kwargs.setdefault("queryset", periods)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CountsFilter(admin.BooleanFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("counting or not")


class EventsOfTheNetwork(AutocompleteJsonView):
    """Find the events of all spaces but drafts, where Django's own view finds those that the person runs."""

    def process_request(self, request):
        term, _admin, source_field, to_field_name = super().process_request(request)
        return term, self.admin_site.get_model_admin(JointDecision), source_field, to_field_name

    def get_queryset(self):
        return super().get_queryset().visible().select_related("space")

    def serialize_result(self, obj, to_field_name):
        place = f", {obj.space.name}" if obj.space else ""
        return {"id": str(obj.pk), "text": f"{obj} – {day_span(obj.earliest, obj.latest)}{place}"}


class EventOfTheNetworkSelect(AutocompleteSelect):
    def get_url(self):
        return reverse("admin:reporting_countedaction_events", current_app=self.admin_site.name)


@admin.register(CountedAction)
class CountedActionAdmin(OfProjectAdmin, admin.ModelAdmin):
    list_display = ["__str__", "project", "days", "half_year", "counts", "code"]
    list_editable = ["counts"]
    list_filter = ["project", ("counts", CountsFilter), "period"]
    linked_lookups = ("project__slug",)
    list_select_related = ["project", "period__project", "event", "coaching"]
    search_fields = ["event__title", "coaching__title"]
    autocomplete_fields = ["event"]
    ordering = ["-event__earliest", "-pk"]

    def get_urls(self):
        found = EventsOfTheNetwork.as_view(admin_site=self.admin_site)
        address = path("events/", self.admin_site.admin_view(found), name="reporting_countedaction_events")
        return [address, *super().get_urls()]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "event":
            kwargs["widget"] = EventOfTheNetworkSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("days"))
    def days(self, row):
        thing = row.event or row.coaching
        return " – ".join(
            dict.fromkeys(date_format(day, "SHORT_DATE_FORMAT") for day in (thing.earliest, thing.latest))
        )

    @admin.display(description=_("half-year"), ordering="period")
    def half_year(self, row):
        return row.period.label if row.period else "–"

    @admin.display(description=_("indicator"), ordering="indicator")
    def code(self, row):
        return row.indicator or "–"


@admin.register(Deviation)
class DeviationAdmin(OfProjectAdmin, TranslationAdmin):
    list_display = ["title", "project", "period", "date"]
    search_fields = ["title", "reason"]


@admin.register(Deliverable)
class DeliverableAdmin(OfProjectAdmin, TranslationAdmin):
    list_display = ["title", "project", "period", "date", "delivered"]
    search_fields = ["title"]


@admin.register(Stock)
class StockAdmin(OfProjectAdmin, TranslationAdmin):
    list_display = ["name", "value", "date", "project", "told_in"]
    list_filter = ["project", "code"]
    list_select_related = ["project", "told_in__project"]
    search_fields = ["name", "code"]


@admin.register(EvidenceFile)
class EvidenceFileAdmin(CoordinatorAdmin, PagesAdmin):
    """Find evidence, mark it as checked or refuse it. It is added on the report's page.

    A file is never replaced, and a file that a closed report lists is never deleted. Nothing is edited: what can be
    done has a page of its own.
    """

    pages = [
        Page("check", check_page, _("Look at it, and check it")),
        Page(
            "take_back_check",
            take_back_check_page,
            _("Take the check back…"),
            is_possible=lambda evidence: evidence.checked_at is not None,
        ),
        Page("refuse", refuse_page, _("Refuse…"), is_possible=lambda evidence: evidence.checked_at is None),
    ]
    pages_select_related = ("coaching", "deliverable", "period__project", "added_by", "checked_by", "refused_by")
    list_display = ["name", "file_link", "proves", "added_at", "standing"]
    list_filter = [("checked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["coaching", "deliverable", "period__project", "checked_by"]
    fields = ["name", "file_link", "coaching", "deliverable", "period", "sha256"]
    fields += ["added_at", "added_by", "checked_at", "checked_by", "refused_at", "refused_by", "refusal", "kept"]
    readonly_fields = fields
    search_fields = ["name", "sha256"]
    actions = ["mark_checked"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and closed_reports_listing(obj))

    def get_actions(self, request):
        """Remove the deletion of several rows: each is deleted on its own page, which says why a file is kept."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    @admin.display(description=_("may be deleted"))
    def kept(self, evidence):
        reports = ", ".join(map(str, closed_reports_listing(evidence)))
        return _("No: closed reports list it (%(reports)s).") % {"reports": reports} if reports else _("yes")

    @admin.display(description=_("file"))
    def file_link(self, evidence):
        address = reverse("reporting:evidence", args=["evidence", evidence.pk])
        return format_html('<a href="{}">{}</a>', address, _("Download"))

    @admin.display(description=_("what it proves"))
    def proves(self, evidence):
        return evidence.coaching or evidence.deliverable or evidence.period

    @admin.display(description=_("checked"), ordering="checked_at")
    def standing(self, evidence):
        """Say how it stands, with the way to the page on which it is checked."""
        words = _("To be checked")
        if evidence.checked_at:
            words = f"{dates.day(evidence.checked_at)}, {evidence.checked_by or '–'}"
        elif evidence.refused_at:
            words = _("Refused: %(reason)s") % {"reason": evidence.refusal}
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:reporting_evidencefile_check", args=[evidence.pk]), words
        )

    @admin.action(description=_("Mark as checked"), permissions=["view"])
    def mark_checked(self, request, queryset):
        mark_checked(request, queryset)


@admin.register(ReportVersion)
class ReportVersionAdmin(CoordinatorAdmin, admin.ModelAdmin):
    list_display = ["period", "number", "state", "progress", "built_at", "closed_at", "closed_by"]
    list_filter = ["state", "period__project"]
    list_select_related = ["period__project", "closed_by"]
    fields = ["period", "number", "state", "progress", "error", "queued_at", "built_at", "closed_at", "closed_by"]
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).defer("payload")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(JointDecision)
class JointDecisionAdmin(CoordinatorAdmin, admin.ModelAdmin):
    """Decide whether an action is joint. The countries of its organisers make the proposal."""

    list_display = ["title", "earliest", "organiser_names", "proposal", "joint"]
    list_editable = ["joint"]
    list_filter = [("joint", admin.EmptyFieldListFilter), "state", "counted__project"]
    search_fields = columns("title")
    fields = ["title", "earliest", "latest", "joint"]
    readonly_fields = ["title", "earliest", "latest"]
    ordering = ["-earliest", "-pk"]

    def get_queryset(self, request):
        organisers = Prefetch("organisers", queryset=Organisation.objects.order_by("name"))
        return super().get_queryset(request).prefetch_related(organisers)

    @admin.display(description=_("organisers"))
    def organiser_names(self, event):
        return ", ".join(f"{organisation} ({organisation.country})" for organisation in event.organisers.all())

    @admin.display(description=_("proposal"), boolean=True)
    def proposal(self, event):
        return proposed_joint(event.organisers.all())

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
