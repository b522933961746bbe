"""The admin of the types of events."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from hacktiv.common.admin_pages import PagesAdmin
from members.admin.permissions import NetworkPermissions

from ..core.admin_pages.forms import ChoicesField
from ..enums import ProofKind
from ..followup.admin_pages import surveys
from ..models import EventType, MessageRule
from ..registering.admin_pages.questions import TypeQuestionInline
from ..reminders import operations as reminders


class MessageRuleInline(NetworkPermissions, TranslationTabularInline):
    model = MessageRule
    fields = ("kind", "amount", "unit", "words")
    extra = 0


@admin.register(EventType)
class EventTypeAdmin(NetworkPermissions, PagesAdmin, TranslationAdmin):
    """The network's types of events: its administrators edit them, the coordinator reads them."""

    pages = surveys.PAGES_OF_TYPE
    list_display = ("name", "slug", "icon", "colour", "default_minutes", "order")
    fieldsets = (
        (None, {"fields": ("slug", "name", "icon", "colour", "order")}),
        (
            _("What a new event of this type is proposed"),
            {
                "fields": (
                    "default_minutes",
                    "summary",
                    "description",
                    "audience",
                    "mode",
                    ("capacity", "online_capacity"),
                    "proofs_owed",
                    "own_messages",
                    "survey",
                )
            },
        ),
    )
    inlines = (MessageRuleInline, TypeQuestionInline)
    readonly_fields = ("survey",)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        reminders.follow_rules_of_type(type=form.instance)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "proofs_owed":
            return ChoicesField(choices=ProofKind.choices, label=capfirst(db_field.verbose_name))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request, obj=None):
        """Leave the way to the survey out for who only reads the type."""
        found = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return found
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name != "survey"]})
            for title, options in found
        ]

    @admin.display(description=_("survey"))
    def survey(self, event_type):
        if not event_type.pk:
            return "–"
        address = reverse("admin:events_eventtype_survey", args=[event_type.pk])
        return format_html('<a href="{}">{}</a>', address, _("See or change"))
