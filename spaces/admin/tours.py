from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.forms import Script
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from hacktiv.common.forms import PlainTextMixin

from ..core.scoping import ScopedAdmin, ScopedInline
from ..models import Hotspot, Scene
from ..places.admin_pages.pictures import OfOneSpaceFormSet, panorama_field, thumbnail


class SceneForm(PlainTextMixin, forms.ModelForm):
    image = panorama_field()

    class Meta:
        model = Scene
        fields = ("space", "title", "description", "image", "alternative_text", "start_yaw", "order")


class HotspotForm(PlainTextMixin, forms.ModelForm):
    pass


class HotspotFormSet(OfOneSpaceFormSet):
    own_choices = ("to_scene", "resource")

    @property
    def space(self):
        return self.instance.space


class HotspotInline(ScopedInline, TranslationStackedInline):
    model = Hotspot
    fk_name = "scene"
    form = HotspotForm
    formset = HotspotFormSet
    fields = ("label", "to_scene", "resource", "text", ("yaw", "pitch"))
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}}
    extra = 0


@admin.register(Scene)
class SceneAdmin(ScopedAdmin, TranslationAdmin):
    """Save a scene with its panorama first; then place its points by clicking in the picture."""

    form = SceneForm
    list_display = ("title", "space", "seen", "order")
    list_filter = ("space",)
    search_fields = ("title", "space__name")
    list_select_related = ("space",)
    inlines = (HotspotInline,)
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}
    first_fields = ("space", "title", "description", "image", "alternative_text", "order")

    class Media:
        js = [Script("js/scene.js", type="module")]

    def get_fields(self, request, obj=None):
        return (*self.first_fields, "start_yaw", "plan") if obj else self.first_fields

    def get_readonly_fields(self, request, obj=None):
        return ("space", "plan") if obj else ()

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def save_model(self, request, obj, form, change):
        """Save the scene; once a manager changed it, it is no longer an example."""
        if change and form.has_changed():
            obj.is_example = False
        super().save_model(request, obj, form, change)

    @admin.display(description=_("Preview"))
    def seen(self, scene):
        return thumbnail(scene)

    @admin.display(description=_("Points in the picture"))
    def plan(self, scene):
        words = _("Choose a point below (put the cursor into it), then click where it lies in the picture.")
        return format_html(
            '<p>{}</p><div class="scene-plan" data-scene-plan><img src="{}" alt=""></div>', words, scene.image.url
        )
