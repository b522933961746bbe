from itertools import pairwise

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from hacktiv.common import dates
from hacktiv.common.admin_pages import Page, PagesAdmin
from hacktiv.common.forms import NameField, PlainTextMixin, UntouchedMixin
from members.core.rules import administers
from members.enums import NetworkRoleKind

from ..booking.admin_pages import rooms
from ..core.scoping import ScopedAdmin, ScopedInline
from ..models import OpeningHours, Space, TeamMember, TravelTime
from ..places.admin_pages.pictures import PhotoInline
from ..places.forms import HourInput
from ..places.operations import note_opened_days
from ..places.queries import bookings_shut_out
from ..roles import admin_pages as team

#: In each warning: beyond so many bookings, the warning only counts them.
LISTED = 15


class OpeningHoursFormSet(forms.BaseInlineFormSet):
    """Check that hours of one day do not overlap, and warn of bookings that new hours leave outside."""

    def clean(self):
        super().clean()
        rows = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        rows = sorted((row["weekday"], row["opens"], row["closes"]) for row in rows if row.get("opens"))
        for (day, _opens, closes), (next_day, opens, _closes) in pairwise(rows):
            if day == next_day and opens < closes:
                raise forms.ValidationError(_("Two stretches of one day overlap."), code="overlap")
        before = Space.objects.filter(pk=self.instance.pk).first()
        if before and "keep_shut_out" not in self.data and not any(self.errors):
            new = [OpeningHours(weekday=day, opens=opens, closes=closes) for day, opens, closes in rows]
            self._warn(before, new if self.has_changed() else list(before.opening_hours.all()))

    def _warn(self, before, hours):
        """Raise ValidationError with the bookings left outside, until the manager agrees that they stay."""
        if not self.has_changed() and self.instance.closes_on_public_holidays == before.closes_on_public_holidays:
            return
        bookings = bookings_shut_out(self.instance, before, hours, timezone.now())
        if not bookings:
            return
        count = ngettext(
            "%(count)s booking lies outside these hours:", "%(count)s bookings lie outside these hours:", len(bookings)
        )
        tick = format_html(
            '<label><input type="checkbox" name="keep_shut_out"> {}</label>',
            _("Save all the same: they stay until somebody moves or cancels them"),
        )
        raise forms.ValidationError([count % {"count": len(bookings)}, *map(_shown, bookings[:LISTED]), tick])


def _shown(booking):
    url = reverse("admin:spaces_booking_change", args=[booking.pk])
    words = f"{booking.person_name or '–'}, {booking.resource.name}, {dates.span(booking.start, booking.end)}"
    return format_html('<a href="{}">{}</a>', url, words)


class OpeningHoursInline(ScopedInline, admin.TabularInline):
    model = OpeningHours
    formset = OpeningHoursFormSet
    fields = ("weekday", "opens", "closes")
    extra = 1
    formfield_overrides = {models.TimeField: {"widget": HourInput}}
    verbose_name_plural = _("Opening hours (local time; two stretches for a break at noon)")
    tab = _("Opening hours")
    classes = ("is-narrow",)


class TeamMemberForm(PlainTextMixin, forms.ModelForm):
    class Meta:
        field_classes = {"name": NameField}


class TeamMemberInline(ScopedInline, TranslationTabularInline):
    model = TeamMember
    form = TeamMemberForm
    fields = ("name", "role", "has_agreed", "order")
    extra = 0


class TravelTimeInline(ScopedInline, admin.TabularInline):
    model = TravelTime
    fk_name = "space"
    fields = ("to_space", "mode", "minutes")
    extra = 0
    # A travel time may lead to any space.
    shared_choices = ("to_space",)
    verbose_name_plural = _("Travel times to the other spaces")
    tab = _("Travel times")


class SpaceForm(UntouchedMixin, PlainTextMixin, forms.ModelForm):
    class Meta:
        widgets = {"services": forms.CheckboxSelectMultiple}


def hours_page(request, space, *, admin):
    """Show the opening hours on a page of their own, short enough for a phone."""
    request.hours_only = True
    return admin.change_view(request, str(space.pk), extra_context={"title": _("Opening hours")})


def agreements_page(request, space, *, admin):
    """Lead to the agreements of organisations with the space."""
    return redirect(f"{reverse('admin:spaces_agreement_changelist')}?space__id__exact={space.pk}")


AGREEMENTS = Page("agreements", agreements_page, _("Organisations and their places"))


@admin.register(Space)
class SpaceAdmin(ScopedAdmin, PagesAdmin, TranslationAdmin):
    pages = [*rooms.PAGES_OF_SPACE, Page("hours", hours_page, _("Opening hours")), *team.PAGES, AGREEMENTS]
    scope = ""
    manager_permissions = frozenset({"view", "change"})
    desk_permissions = frozenset({"choose"})
    network_permissions = {
        NetworkRoleKind.FACILITATOR: frozenset({"choose"}),
        NetworkRoleKind.TRAINER: frozenset({"choose"}),
    }
    shared_choices = ("operator", "services")
    form = SpaceForm
    list_display = ("name", "town", "country", "operator", "is_published")
    search_fields = ("name", "town")
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}
    inlines = (OpeningHoursInline, PhotoInline, TravelTimeInline, TeamMemberInline)
    fieldsets = (
        (_("Presentation"), {"fields": ("name", "tagline", "description", "services", "prices")}),
        (
            _("Where it is"),
            {"fields": ("street", "postcode", "town", "latitude", "longitude", "position_is_exact")},
        ),
        (
            _("How to get there and in"),
            {"fields": ("access", "access_by_car", "access_by_train", "access_by_bicycle", "accessibility")},
        ),
        (
            _("Public holidays"),
            {
                "fields": ("closes_on_public_holidays",),
                "description": _(
                    "The hours of the week are entered among the opening hours, closures on their own page."
                ),
            },
        ),
        (_("How to be reached"), {"fields": ("contact_email", "phone", "website")}),
        (
            _("In the network"),
            {"fields": ("slug", "operator", "country", "nuts", "emblem", "order", "is_published")},
        ),
    )
    #: Fields of a space that the network decides, not its manager.
    network_fields = ("slug", "operator", "country", "nuts", "emblem", "order", "is_published")

    def response_post_save_change(self, request, obj):
        if getattr(request, "hours_only", False):
            return redirect("admin:spaces_space_hours", obj.pk)
        return super().response_post_save_change(request, obj)

    def get_inlines(self, request, obj):
        return (OpeningHoursInline,) if getattr(request, "hours_only", False) else super().get_inlines(request, obj)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("operator")

    def get_readonly_fields(self, request, obj=None):
        return () if administers(request.user) else (*self.network_fields, "operated_by")

    def get_fieldsets(self, request, obj=None):
        """Show a manager the operator as plain text: they have no access to the organisation's page."""
        fieldsets = super().get_fieldsets(request, obj)
        if getattr(request, "hours_only", False):
            return [(None, {"fields": ("closes_on_public_holidays",)})]
        if administers(request.user):
            return fieldsets
        return [
            (
                title,
                {**options, "fields": ["operated_by" if name == "operator" else name for name in options["fields"]]},
            )
            for title, options in fieldsets
        ]

    @admin.display(description=_("operator"))
    def operated_by(self, space):
        return space.operator

    def save_model(self, request, obj, form, change):
        """Save the space; the days that are over keep the hours that it had until now."""
        if change:
            note_opened_days(space=obj, before_change=True)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        """Save the rows; a row that a manager changed is no longer an example."""
        for row in formset.forms:
            if row.has_changed():
                row.instance.is_example = False
        super().save_formset(request, form, formset, change)
