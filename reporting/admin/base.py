"""Give coordinators all rights in their tables, and others none."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from hacktiv.common.autocompletes import SoundAutocompletes
from hacktiv.common.forms import PlainModelForm
from members.core.rules import coordinates

from ..core.rules import LONGEST_REPORT_TEXT, MOVED, fingerprint_of
from ..models import Period
from .meanwhile import AskedMeanwhile, LockedRows


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


class CoordinatorForm(AskedMeanwhile, PlainModelForm):
    """Ask before a value takes the place of one that somebody else has written meanwhile, and refuse control
    characters, which are pasted unseen and which no file of a report can hold."""

    #: Texts of a report come from several partners, and are longer than others.
    longest_text = LONGEST_REPORT_TEXT

    def _update_errors(self, errors):
        """Tell above the form what a row refuses of a field that the form does not have, as in a list."""
        if hasattr(errors, "error_dict"):
            found = errors.error_dict
            elsewhere = [one for name in found if name not in self.fields for one in found[name]]
            errors = ValidationError({name: found[name] for name in found if name in self.fields})
            if elsewhere:
                errors.error_dict[NON_FIELD_ERRORS] = elsewhere
        super()._update_errors(errors)


class CoordinatorAdmin(LockedRows, SoundAutocompletes, CoordinatorPermissions):
    form = list_form = CoordinatorForm
    list_per_page = 50

    def get_changelist_form(self, request, **kwargs):
        """Ask in the list too. Its form comes with what the site mixes into all of them."""
        form = kwargs.pop("form", self.list_form)
        if not issubclass(form, self.list_form):
            form = type(form)(form.__name__, (form, self.list_form), {"__module__": form.__module__})
        return super().get_changelist_form(request, form=form, **kwargs)


class CoordinatorInline(SoundAutocompletes, CoordinatorPermissions):
    form = CoordinatorForm
    extra = 0


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


class UnlabelledInput(forms.HiddenInput):
    """Carry a value that is not seen. The admin writes a label to each field, which must not point to it."""

    def id_for_label(self, id_):
        return ""


class ShownTextForm(CoordinatorForm):
    """Refuse to save over a text of the report that is another than the page showed. `shown` says which that was, where
    what is sent carries nothing beside the fields."""

    of_field = "text"
    shown = forms.CharField(widget=UnlabelledInput, required=False, max_length=80)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown"].initial = fingerprint_of(self._standing(), self.of_field)

    def clean(self):
        cleaned = super().clean()
        standing = self._standing(locked=True)
        seen = fingerprint_of(standing, self.of_field)
        if standing and seen != cleaned.get("shown") and not self.touched_meanwhile():
            self.add_error(None, MOVED)
        self.data = self.data.copy()
        self.data["shown"] = seen
        return cleaned

    def _standing(self, *, locked=False):
        rows = type(self.instance)._default_manager.all()
        rows = rows.select_for_update() if locked else rows
        return rows.filter(pk=self.instance.pk).first() if self.instance.pk else None


class ShownHighlightsForm(ShownTextForm):
    of_field = "highlights"
