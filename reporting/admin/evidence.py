from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from hacktiv.common.admin_pages import Page, PagesAdmin

from ..evidence.admin_pages import check_page, mark_checked, refuse_page, take_back_check_page
from ..evidence.queries import closed_reports_listing
from ..models import EvidenceFile
from .base import CoordinatorAdmin


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
    pages_select_related = (
        "coaching",
        "deliverable",
        "output",
        "communication",
        "period__project",
        "added_by",
        "checked_by",
        "refused_by",
    )
    list_display = ["name", "file_link", "proves", "added_at", "standing"]
    list_filter = [("checked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["coaching", "deliverable", "output", "communication", "period__project", "checked_by"]
    fields = ["name", "file_link", "coaching", "deliverable", "output", "communication", "period", "sha256"]
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
        return evidence.coaching or evidence.deliverable or evidence.output or evidence.communication or evidence.period

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
