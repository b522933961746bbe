"""The managers' tool for training: limited to their spaces; counts are corrected by the operation."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from events.core.admin_pages.scope import EventScopedAdmin, ReadOnlyInline
from hacktiv.common.dates import day_span
from hacktiv.common.forms import PlainTextMixin
from hacktiv.common.languages import column, columns
from members.admin.permissions import NetworkPermissions
from members.core.rules import coordinates
from members.enums import NetworkRoleKind
from spaces.core.scoping import ALL_PERMISSIONS

from .errors import TrainingError
from .models import Coaching, CoachingCount, Programme, Session
from .operations import declare_coached


@admin.register(Programme)
class ProgrammeAdmin(NetworkPermissions, TranslationAdmin):
    """Let the administrators of the network edit its programmes; the coordinator and trainers read them."""

    read_by = frozenset({NetworkRoleKind.COORDINATOR, NetworkRoleKind.TRAINER})
    list_display = ("title", "is_published", "is_example")
    list_filter = ("is_published",)
    search_fields = columns("title")
    prepopulated_fields = {"slug": ("title",)}
    filter_horizontal = ("organisers",)


@admin.register(Session)
class SessionAdmin(EventScopedAdmin, admin.ModelAdmin):
    scope = "event__space"
    network_permissions = {NetworkRoleKind.TRAINER: ALL_PERMISSIONS}
    shared_choices = ("programme",)
    list_display = ("event", "programme", "hours")
    list_filter = ("programme",)
    search_fields = (*columns("event__title"), column("programme__title"))
    autocomplete_fields = ("event",)
    list_select_related = ("event", "programme")


class EarlierCountInline(ReadOnlyInline, admin.TabularInline):
    model = CoachingCount
    fields = readonly_fields = ("lower", "upper", "entered_at", "entered_by", "replaced_at", "replaced_by", "reason")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("entered_by", "replaced_by", "coaching")


class CoachedForm(PlainTextMixin, forms.Form):
    lower = forms.IntegerField(label=_("persons, at least"), min_value=0, max_value=100_000)
    upper = forms.IntegerField(
        label=_("persons, at most"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=_("The same number if it is exact; empty if you only know that there were at least so many."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


@admin.register(Coaching)
class CoachingAdmin(EventScopedAdmin, TranslationAdmin):
    network_permissions = {NetworkRoleKind.TRAINER: ALL_PERMISSIONS}
    shared_choices = ("organisers",)
    change_form_template = "admin/events/registration/change_form.html"
    list_display = ("title", "when", "space", "persons")
    list_filter = ("space",)
    search_fields = columns("title")
    prepopulated_fields = {"slug": ("title",)}
    filter_horizontal = ("organisers",)
    list_select_related = ("space",)
    inlines = (EarlierCountInline,)
    actions = None
    fields = (
        "title",
        "slug",
        "space",
        "organisers",
        "earliest",
        "latest",
        "persons_lower",
        "persons_upper",
        "residence",
        "note",
        "source",
    )

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def get_readonly_fields(self, request, obj=None):
        """Keep an entered count read only. It is corrected on a page of its own, with a reason."""
        return ("slug", "persons_lower", "persons_upper") if obj else ()

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "space" and coordinates(request.user):
            field.required = False
        return field

    def save_model(self, request, obj, form, change):
        if not change:
            obj.entered_by = request.user
        super().save_model(request, obj, form, change)

    def get_urls(self):
        correct = self.admin_site.admin_view(self.correct_view)
        return [path("<int:pk>/persons/", correct, name="training_coaching_persons"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        coaching = self.get_object(request, object_id)
        steps = []
        if coaching:
            address = reverse("admin:training_coaching_persons", args=[coaching.pk])
            steps = [{"url": address, "label": _("Correct the count")}]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "steps": steps})

    def correct_view(self, request, pk):
        coaching = get_object_or_404(self.get_queryset(request), pk=pk)
        form = CoachedForm(initial={"lower": coaching.persons_lower, "upper": coaching.persons_upper})
        if request.method == "POST":
            form = CoachedForm(request.POST)
            if form.is_valid():
                try:
                    declare_coached(coaching=coaching, by=request.user, **form.cleaned_data)
                except TrainingError as refusal:
                    form.add_error(None, refusal.message)
                else:
                    messages.success(request, _("The count is corrected; the earlier one is kept."))
                    return redirect("admin:training_coaching_change", coaching.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "coaching": coaching,
            "form": form,
            "title": _("Correct the count"),
        }
        return TemplateResponse(request, "admin/training/coaching/persons.html", context)

    @admin.display(description=_("when"), ordering="earliest")
    def when(self, coaching):
        return day_span(coaching.earliest, coaching.latest)

    @admin.display(description=_("persons"), ordering="persons_lower")
    def persons(self, coaching):
        if coaching.persons_upper is None:
            return _("at least %(count)s") % {"count": coaching.persons_lower}
        if coaching.persons_upper == coaching.persons_lower:
            return coaching.persons_lower
        return f"{coaching.persons_lower} – {coaching.persons_upper}"
