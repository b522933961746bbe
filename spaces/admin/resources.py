from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.forms import Script
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.admin import TranslationAdmin

from hacktiv.common import dates
from hacktiv.common.admin_pages import PagesAdmin
from hacktiv.common.forms import PlainTextMixin, UntouchedMixin
from members.enums import NetworkRoleKind

from ..booking.admin_pages import doors, rooms
from ..booking.admin_pages.units import UnitInline, plan_to_click
from ..booking.operations import set_units
from ..booking.queries import units_booked_ahead
from ..core.scoping import ScopedAdmin, ScopedInline
from ..enums import BookedBy, ResourceKind
from ..errors import BookingError
from ..lending import admin_pages as equipment
from ..lending.operations import settle_closures
from ..models import Hold, Occupancy, Resource, Space
from ..places.admin_pages.pictures import PlanInline

MOST_UNITS = 200


class ResourceForm(UntouchedMixin, PlainTextMixin, forms.ModelForm):
    number_of_units = forms.IntegerField(
        label=_("Number of units"),
        initial=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_UNITS)],
        help_text=_("How many can be booked at the same time: 8 for a room of 8 workplaces, 1 for a room as a whole."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "number_of_units" in self.fields:
            self.fields["number_of_units"].initial = self.instance.units.in_use().count()

        if "open_to" in self.fields:
            # Every space of the network can be chosen, whoever runs it; a hidden space only if it was chosen before.
            shown = Q(is_published=True) | Q(pk__in=self.instance.open_to.all() if self.instance.pk else [])
            self.fields["open_to"].queryset = Space.objects.filter(shown)
        if "open_to_kinds" in self.fields and self.instance.pk:
            kinds = self.fields["open_to_kinds"]
            kinds.queryset = kinds.queryset.of(self.instance.space)

    def clean(self):
        cleaned = super().clean()
        self._check_who_may_book(cleaned)
        notice, days = cleaned.get("min_notice_minutes"), cleaned.get("max_days_ahead")
        if notice is not None and days is not None and notice >= (days + 1) * 1440:
            text = _("Nobody could book: the shortest notice is longer than the days ahead allow.")
            self.add_error("min_notice_minutes", forms.ValidationError(text, code="never"))
        self._check_travels(cleaned)
        return cleaned

    def _check_who_may_book(self, cleaned):
        """Check that the spaces or kinds that may book are named, and that the kinds are those of this space."""
        booked_by = cleaned.get("booked_by")
        if booked_by == BookedBy.SPACES and "open_to" in cleaned and not cleaned["open_to"]:
            text = _("Tick at least one space: nobody could book.")
            self.add_error("open_to", forms.ValidationError(text, code="nobody"))
        if booked_by == BookedBy.KINDS and "open_to_kinds" in cleaned and not cleaned["open_to_kinds"]:
            text = _("Tick at least one kind of membership: nobody could book.")
            self.add_error("open_to_kinds", forms.ValidationError(text, code="nobody"))
        kinds = cleaned.get("open_to_kinds") or ()
        if booked_by == BookedBy.KINDS and any(not kind.opens_bookings for kind in kinds):
            text = _("A kind ticked here opens no resources: its members could not book.")
            self.add_error("open_to_kinds", forms.ValidationError(text, code="closed"))
        space = self.instance.space if self.instance.pk else cleaned.get("space")
        if space and any(not kind.is_of(space) for kind in kinds):
            text = _("Tick only kinds of membership of this space or of the network.")
            self.add_error("open_to_kinds", forms.ValidationError(text, code="elsewhere"))

    def _check_travels(self, cleaned):
        """Check that only equipment travels, and that this does not change while bookings or holds are to come."""
        if cleaned.get("travels") and cleaned.get("kind") not in {None, ResourceKind.EQUIPMENT}:
            self.add_error("travels", forms.ValidationError(_("Only equipment on loan travels."), code="stays"))
        notice, journey = cleaned.get("transfer_notice_hours"), cleaned.get("journey_hours")
        if notice is not None and journey is not None and notice < journey:
            text = _("The notice is at least as long as the journey.")
            self.add_error("transfer_notice_hours", forms.ValidationError(text, code="too_short"))
        held = Occupancy.objects.filter(unit__resource=self.instance.pk, closure=None)
        if "travels" in self.changed_data and held.filter(period__endswith__gt=timezone.now()).exists():
            text = _("It is booked or held in the time to come: whether it travels can be changed once it is free.")
            self.add_error("travels", forms.ValidationError(text, code="booked"))

    def clean_number_of_units(self):
        number = self.cleaned_data["number_of_units"]
        booked = units_booked_ahead(self.instance) if self.instance.pk else 0
        if number < booked:
            raise forms.ValidationError(
                _("%(count)s units are booked in the time to come: cancel these bookings first.") % {"count": booked},
                code="units_in_use",
            )
        return number


class HoldInline(ScopedInline, admin.TabularInline):
    """Show the holds of events, read only: the pages of an event move them."""

    model = Hold
    manager_permissions = frozenset({"view"})
    fields = readonly_fields = ("label", "when")
    extra = 0
    verbose_name_plural = _("Held for events")

    @admin.display(description=_("when"))
    def when(self, held):
        return dates.span(held.period.lower, held.period.upper)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(period__endswith__gt=timezone.now())

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Resource)
class ResourceAdmin(ScopedAdmin, PagesAdmin, TranslationAdmin):
    desk_permissions = frozenset({"choose"})
    network_permissions = {NetworkRoleKind.FACILITATOR: frozenset({"choose"})}
    pages = [*doors.PAGES, *rooms.PAGES_OF_RESOURCE, *equipment.PAGES]
    form = ResourceForm
    change_list_template = "admin/spaces/resource/change_list.html"
    list_display = ("name", "space", "kind", "unit_count", "is_bookable", "needs_approval")
    list_filter = ("space", "kind", "is_bookable", "booked_by")
    search_fields = ("name", "space__name")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (PlanInline, UnitInline, HoldInline)
    shared_choices = ("features", "open_to")
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    fieldsets = (
        (None, {"fields": ("space", "name", "slug", "kind", "description", "seats", "number_of_units", "order")}),
        (_("What it has and what it costs"), {"fields": ("features", "prices")}),
        (
            _("Who may book"),
            {
                "fields": (
                    "is_bookable",
                    "booked_by",
                    "open_to",
                    "open_to_kinds",
                    "needs_approval",
                    "max_open_bookings",
                )
            },
        ),
        (
            _("When and for how long"),
            {
                "description": _("These hold for members. A manager who books for somebody is free of them."),
                "fields": (
                    "start_interval_minutes",
                    ("min_minutes", "max_minutes"),
                    ("min_notice_minutes", "max_days_ahead"),
                    ("cancel_until_minutes", "release_after_minutes"),
                ),
            },
        ),
        (_("Around each booking"), {"fields": (("buffer_before_minutes", "buffer_minutes"),)}),
        (_("From space to space"), {"fields": ("travels", ("transfer_notice_hours", "journey_hours"))}),
    )
    of_its_places = (
        _("Its places on a plan"),
        {
            "description": _(
                "Where places have a name or stand on the plan, members choose theirs. "
                "Without a picture, the plan is an empty sheet."
            ),
            "fields": ("places",),
        },
    )

    class Media:
        js = [Script("js/places.js", type="module")]

    def get_fieldsets(self, request, obj=None):
        """Show the units only once the resource is saved: then they are named and placed."""
        fieldsets = super().get_fieldsets(request, obj)
        return (*fieldsets, self.of_its_places) if obj else fieldsets

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    @admin.display(description=_("Plan"))
    def places(self, resource):
        return plan_to_click(resource)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Show all choices as boxes to tick."""
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=pgettext_lazy("one of a resource", "units"), ordering="units_in_use")
    def unit_count(self, resource):
        return resource.units_in_use

    def get_queryset(self, request):
        count = Count("units", filter=Q(units__is_retired=False))
        return super().get_queryset(request).select_related("space").annotate(units_in_use=count)

    def get_readonly_fields(self, request, obj=None):
        """Fix the space once the resource is saved: its closures and bookings belong to that space."""
        return ("space", "places") if obj else ()

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        try:
            set_units(resource=obj, number=form.cleaned_data["number_of_units"])
        except BookingError as error:
            messages.error(request, error.message)
        if change and "travels" in form.changed_data:
            settle_closures(resource=obj)
