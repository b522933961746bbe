"""Take pictures in forms: check them before they are kept, and limit them to the rooms of their own space."""

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from hacktiv.common.forms import PlainTextMixin
from hacktiv.common.kept_files import KeptAdminFileWidget, KeptFileField, KeptFileInput

from ...core.scoping import ScopedInline
from ...models import Photo, Plan
from ..files.pictures import ACCEPT, MAX_BYTES, cleaned_panorama, cleaned_picture


class PictureField(KeptFileField):
    """A field for a picture. `check` cleans the file or raises ValidationError, shown beside the field."""

    def __init__(self, *, check, widget=KeptAdminFileWidget, **kwargs):
        self.check = check
        super().__init__(widget=widget(attrs={"accept": ACCEPT}), **kwargs)

    def cleaned(self, data, initial=None):
        value = super().cleaned(data, initial)
        return self.check(value) if isinstance(value, UploadedFile) else value


def photo_field(**kwargs):
    return PictureField(
        check=cleaned_picture,
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or HEIC, %(limit)s MB at most. Place and camera are removed.")
        % {"limit": MAX_BYTES // 1024**2},
        **kwargs,
    )


class PhotoForm(PlainTextMixin, forms.ModelForm):
    """A photo in a row whose preview shows which file there is."""

    image = photo_field(widget=KeptFileInput)

    class Meta:
        model = Photo
        fields = ("image", "alternative_text", "resource", "order")


class PlanForm(PlainTextMixin, forms.ModelForm):
    image = photo_field()

    class Meta:
        model = Plan
        fields = ("image", "alternative_text")


class PlanInline(ScopedInline, TranslationStackedInline):
    """Take a drawing of the room. Without one, its places stand on an empty sheet."""

    model = Plan
    form = PlanForm
    fields = ("image", "alternative_text")
    extra = max_num = 1


class OfOneSpaceFormSet(forms.BaseInlineFormSet):
    """Limit the choices of all rows to the parent's own space. Each list of choices costs one query."""

    own_choices = ()

    @property
    def space(self):
        return self.instance

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name in self.own_choices:
            field = form.fields[name]
            field.queryset = field.queryset.filter(space=self.space)
            known = self.__dict__.setdefault("_known_choices", {})
            if name not in known:
                known[name] = [("", field.empty_label), *((row.pk, self.label(row)) for row in field.queryset)]
            field.choices = known[name]

    def label(self, row):
        return getattr(row, "title", None) or row.name


class PhotoFormSet(OfOneSpaceFormSet):
    own_choices = ("resource",)

    @property
    def space(self):
        return self.instance if self.instance.pk else None


class PhotoInline(ScopedInline, TranslationTabularInline):
    model = Photo
    form = PhotoForm
    formset = PhotoFormSet
    fields = ("seen", "image", "alternative_text", "resource", "order")
    readonly_fields = ("seen",)
    extra = 0

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Choose a room in the row; its own page is elsewhere."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "resource":
            field.widget = field.widget.widget
        return field

    @admin.display(description=_("Preview"))
    def seen(self, photo):
        return thumbnail(photo)


def thumbnail(picture, css="picture-thumbnail"):
    """Return an `<img>` of the smallest rendition, else of the original; a dash without a stored picture."""
    if not picture.image or not picture.image._committed:
        return "–"
    _type, srcset = next(iter(picture.sources), ("", picture.image.url))
    return format_html('<img class="{}" src="{}" alt="">', css, srcset.split(" ")[0])


def panorama_field():
    return PictureField(
        check=cleaned_panorama,
        label=_("360° panorama"),
        help_text=_(
            "Twice as wide as high (equirectangular), as a 360° camera or the panorama mode of a telephone makes it. "
            "JPEG, PNG, WebP or HEIC, %(limit)s MB at most."
        )
        % {"limit": MAX_BYTES // 1024**2},
    )
