"""Edit the names of the units of a resource, and their spots on its plan."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainTextMixin

from ...core.scoping import ScopedInline
from ...models import Unit


class UnitForm(PlainTextMixin, forms.ModelForm):
    class Meta:
        model = Unit
        fields = ("name", "plan_x", "plan_y")

    def clean(self):
        cleaned = super().clean()
        if {"plan_x", "plan_y"} <= cleaned.keys() and (cleaned["plan_x"] is None) != (cleaned["plan_y"] is None):
            self.add_error("plan_x", forms.ValidationError(_("Give both numbers, or none."), code="half"))
        return cleaned

    def save(self, commit=True):
        """Save only the fields of this form: the number of units in the same page may retire this unit."""
        if commit and self.instance.pk:
            self.instance.save(update_fields=self._meta.fields)
            return self.instance
        return super().save(commit)


class UnitFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """Refuse the same name for two units of the resource."""
        super().clean()
        seen = set()
        for form in self.forms:
            name = form.cleaned_data.get("name", "").casefold()
            if name and name in seen:
                text = _("Another place has this name already.")
                form.add_error("name", forms.ValidationError(text, code="twice"))
            seen.add(name)


class UnitInline(ScopedInline, admin.TabularInline):
    """The units of a resource, to name and to place; their number is a field of the resource."""

    model = Unit
    form = UnitForm
    formset = UnitFormSet
    manager_permissions = frozenset({"view", "change"})
    fields = ("number", "name", "plan_x", "plan_y")
    readonly_fields = ("number",)
    extra = 0
    max_num = 0
    can_delete = False
    verbose_name_plural = _("Places and their names")

    def get_queryset(self, request):
        return super().get_queryset(request).in_use()

    def has_add_permission(self, request, obj=None):
        return False


def plan_to_click(resource):
    """Draw the plan of the resource, or an empty sheet, on which the script of the page places the units."""
    drawing = getattr(resource, "plan", None)
    picture = format_html('<img src="{}" alt="">', drawing.image.url) if drawing else ""
    words = _("Put the cursor into the row of a place below, then click where it stands in the room.")
    css = "scene-plan" if drawing else "scene-plan plan-sheet"
    return format_html('<div class="{}" data-unit-places>{}</div><p class="help">{}</p>', css, picture, words)
