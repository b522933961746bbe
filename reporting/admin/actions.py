from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from events.core.rules import proposed_joint
from hacktiv.common.autocompletes import AutocompleteSelect
from hacktiv.common.dates import day_span
from hacktiv.common.languages import columns
from members.models import Organisation

from ..building.queries.classification import others_told
from ..models import Classification, CountedAction, Deliverable, Deviation, JointDecision, Stock
from ..outputs.renderers.labels import UNDER_NONE
from .base import CoordinatorAdmin, CoordinatorForm, OfProjectAdmin


class CountsFilter(admin.BooleanFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("counting or not")


class DecidedFilter(admin.SimpleListFilter):
    """Keep the counted actions on whose indicator somebody decided, or nobody."""

    title = _("indicator decided")
    parameter_name = "decided"

    def lookups(self, request, model_admin):
        return [("no", _("undecided")), ("yes", _("decided"))]

    def queryset(self, request, queryset):
        if self.value() == "no":
            return queryset.undecided()
        decided = Exists(Classification.objects.filter(action=OuterRef("pk")))
        return queryset.filter(decided) if self.value() == "yes" else queryset


class CountedActionForm(CoordinatorForm):
    """Let two projects that count one event or coaching at the same time wait for each other."""

    def clean(self):
        cleaned = super().clean()
        for name in ("event", "coaching"):
            thing = cleaned.get(name) or getattr(self.instance, name)
            if thing and connection.in_atomic_block:
                rows = type(thing)._default_manager.select_for_update(no_key=True)
                list(rows.filter(pk=thing.pk).order_by().values_list("pk"))
        return cleaned


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
    form = list_form = CountedActionForm
    list_display = ["__str__", "project", "days", "half_year", "counts", "under", "why"]
    list_editable = ["counts"]
    list_filter = ["project", ("counts", CountsFilter), DecidedFilter, "period"]
    linked_lookups = ("project__slug",)
    list_select_related = ["project", "period__project", "event", "coaching"]
    search_fields = ["event__title", "coaching__title"]
    autocomplete_fields = ["event"]
    fields = ["project", "event", "coaching", "counts", "period", "twice_because", "under", "why", "earlier"]
    readonly_fields = ["under", "why", "earlier"]
    ordering = ["-event__earliest", "-pk"]

    def get_readonly_fields(self, request, obj=None):
        """Keep what a row counts: the decisions on it are about that event or coaching."""
        return [*super().get_readonly_fields(request, obj), *(["event", "coaching"] if obj else [])]

    def lock(self, keys):
        """Lock what the rows count before the rows, as who decides on them does: so both never wait for each other."""
        for name in ("event", "coaching"):
            things = self.model._meta.get_field(name).related_model._default_manager
            locked = things.select_for_update(no_key=True, of=("self",)).filter(counted__in=keys)
            list(locked.order_by("pk").values_list("pk"))
        super().lock(keys)

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

    @admin.display(description=_("indicator"))
    def under(self, row):
        """Show under which indicators an action counts, with the way to where that is decided."""
        decisions = list(row.classifications.all()) if row.pk else []
        words = ", ".join(row.codes) or str(UNDER_NONE) if decisions else _("to be decided")
        if not row.pk or not row.is_told:
            return words if decisions else "–"
        address = reverse("reporting:classify_action", args=[row.project.slug, row.pk])
        return format_html('<a href="{}">{}</a>', address, words)

    @admin.display(description=_("reason of the indicator"))
    def why(self, row):
        return next((decision.reason for decision in row.classifications.all()), "–") if row.pk else "–"

    @admin.display(description=_("decided before"))
    def earlier(self, row):
        """Show the decisions that were valid before, the last one first."""
        if not row.pk or not (decisions := row.earlier_classifications.all()):
            return "–"
        told = ((one.indicator or UNDER_NONE, one.reason, day_span(*one.days)) for one in decisions)
        return format_html_join("", "<p>{} – {} ({})</p>", told)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("classifications")


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
        return super().get_queryset(request).prefetch_related(organisers, "proposals")

    @admin.display(description=_("organisers"))
    def organiser_names(self, event):
        names = [f"{organisation} ({organisation.country})" for organisation in event.organisers.all()]
        return ", ".join([*names, *map("“{}”".format, others_told(event))])

    @admin.display(description=_("proposal"), boolean=True)
    def proposal(self, event):
        proposed = proposed_joint(event.organisers.all())
        return None if proposed is False and others_told(event) else proposed

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
