from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .resources import Resource
from .spaces import Space


class PictureQuerySet(models.QuerySet):
    def to_draw(self):
        """Keep the pictures whose renditions are still to be drawn."""
        return self.filter(renditions__isnull=True)


class Picture(models.Model):
    """A picture that everyone may see. `image` is the cleaned original. `renditions` lists, by kind, the widths in
    pixels of the files beside it (`{"avif": [480, 960]}`): None until they are drawn, `{}` if that failed."""

    image = models.ImageField(_("picture"), upload_to="pictures/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(_("width in pixels"), null=True, editable=False)
    height = models.PositiveIntegerField(_("height in pixels"), null=True, editable=False)
    renditions = models.JSONField(_("renditions"), null=True, editable=False)
    alternative_text = models.CharField(
        _("alternative text"),
        max_length=200,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    is_example = models.BooleanField(_("example"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PictureQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def __str__(self):
        return self.alternative_text

    @staticmethod
    def rendition_name(image_name, width, kind):
        path = PurePosixPath(image_name)
        return str(path.with_name(f"{path.stem}-{width}.{kind}"))

    @property
    def sources(self):
        """Return (media type, srcset) for each `<source>`, the best kind first."""
        return [
            (
                f"image/{kind}",
                ", ".join(
                    f"{self.image.storage.url(self.rendition_name(self.image.name, width, kind))} {width}w"
                    for width in widths
                ),
            )
            for kind, widths in (self.renditions or {}).items()
        ]


class Plan(Picture):
    """A drawing of a room, on which the units of the resource stand."""

    resource = models.OneToOneField(Resource, on_delete=models.CASCADE, related_name="plan", verbose_name=_("resource"))

    class Meta(Picture.Meta):
        abstract = False
        verbose_name = _("plan")
        verbose_name_plural = _("plan")


class Photo(Picture):
    """A photo of a space, or of one of its rooms."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="photos", verbose_name=_("space"))
    resource = models.ForeignKey(
        Resource,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="photos",
        verbose_name=_("resource"),
        help_text=_("Empty: the space as a whole."),
    )

    class Meta(Picture.Meta):
        abstract = False
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def clean(self):
        if self.resource and self.resource.space_id != self.space_id:
            raise ValidationError({"resource": _("This room is in another space.")}, code="another_space")
