from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from hacktiv.common.forms import PlainTextMixin

from ..models import Hold, Resource
from ..operations import set_units
from ..queries import units_booked_ahead
from ..rules import BookingError
from ..scoping import ScopedAdmin, ScopedInline
from .rooms import ResourceUsage

MOST_UNITS = 200


class ResourceForm(PlainTextMixin, forms.ModelForm):
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
    """What events hold, to be read: they are moved where they are run."""

    model = Hold
    manager_permissions = frozenset({"view"})
    fields = readonly_fields = ("label", "period")
    extra = 0
    verbose_name_plural = _("Held for events")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(period__endswith__gt=timezone.now())

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Resource)
class ResourceAdmin(ResourceUsage, ScopedAdmin, TranslationAdmin):
    form = ResourceForm
    list_display = ("name", "space", "kind", "unit_count", "is_bookable", "needs_approval")
    list_filter = ("space", "kind", "is_bookable")
    search_fields = ("name", "space__name")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (HoldInline,)
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    fieldsets = (
        (None, {"fields": ("space", "name", "slug", "kind", "description", "seats", "number_of_units", "order")}),
        (
            _("Booking"),
            {
                "fields": (
                    "is_bookable",
                    "needs_approval",
                    "min_minutes",
                    "max_minutes",
                    "buffer_minutes",
                    "max_days_ahead",
                )
            },
        ),
    )

    @admin.display(description=_("units"), ordering="units_in_use")
    def unit_count(self, resource):
        return resource.units_in_use

    def get_queryset(self, request):
        count = Count("units", filter=Q(units__is_retired=False))
        return super().get_queryset(request).select_related("space").annotate(units_in_use=count)

    def get_readonly_fields(self, request, obj=None):
        """A room does not move house: its closures and bookings belong to the space."""
        return ("space",) if obj else ()

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        try:
            set_units(resource=obj, number=form.cleaned_data["number_of_units"])
        except BookingError as error:
            messages.error(request, error.message)
