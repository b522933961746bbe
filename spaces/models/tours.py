"""The virtual tour of a space: its scenes and their points."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .pictures import Picture
from .resources import Resource
from .spaces import Space


def degrees(label, furthest, **kwargs):
    """Return a field for an angle in degrees, from -`furthest` to `furthest`."""
    return models.DecimalField(
        label,
        max_digits=5,
        decimal_places=1,
        default=0,
        validators=[MinValueValidator(-furthest), MaxValueValidator(furthest)],
        **kwargs,
    )


class Scene(Picture):
    """A spot in the space as a 360° panorama (equirectangular) and in words. The first scene is the entrance."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="scenes", verbose_name=_("space"))
    title = models.CharField(_("title"), max_length=80)
    description = models.TextField(
        _("description"),
        max_length=2000,
        help_text=_("What one would see and hear, standing there: the visit of those who read it."),
    )
    start_yaw = degrees(_("first look (degrees)"), 180, help_text=_("Where one looks on arriving; 0 is the middle."))

    class Meta(Picture.Meta):
        abstract = False
        verbose_name = _("scene of the virtual tour")
        verbose_name_plural = _("scenes of the virtual tour")
        ordering = ["space__order", "order", "pk"]

    def __str__(self):
        return f"{self.title} ({self.space})"

    def get_absolute_url(self):
        return reverse("spaces:scene", args=[self.space.slug, self.pk])


class Hotspot(models.Model):
    """A point of a scene: it leads to another scene, to a resource, or shows a text."""

    scene = models.ForeignKey(Scene, on_delete=models.CASCADE, related_name="hotspots", verbose_name=_("scene"))
    label = models.CharField(_("name"), max_length=80)
    to_scene = models.ForeignKey(
        Scene,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("leads to"),
    )
    resource = models.ForeignKey(
        Resource, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("resource")
    )
    text = models.TextField(_("text"), max_length=600, blank=True)
    yaw = degrees(_("across (degrees)"), 180, help_text=_("−180 to 180; 0 is the middle of the picture."))
    pitch = degrees(_("up (degrees)"), 90, help_text=_("−90 to 90; 0 is the horizon."))

    class Meta:
        verbose_name = _("point of a scene")
        verbose_name_plural = _("points of the scene")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_scene=None) | Q(resource=None),
                name="spaces_hotspot_one_end",
                violation_error_message=_("A point leads to a scene or to a resource, not to both."),
            ),
            models.CheckConstraint(
                condition=Q(to_scene=None) | ~Q(to_scene=F("scene")),
                name="spaces_hotspot_leads_away",
                violation_error_message=_("A point leads to another scene."),
            ),
            models.CheckConstraint(
                condition=Q(yaw__range=(-180, 180), pitch__range=(-90, 90)),
                name="spaces_hotspot_on_the_sphere",
                violation_error_message=_("A point lies within −180 to 180 degrees across and −90 to 90 up."),
            ),
        ]

    def __str__(self):
        return self.label

    def clean(self):
        if self.to_scene_id is None and self.resource_id is None and not self.text:
            raise ValidationError(_("Write a text, or choose where the point leads."), code="no_end")
        if self.to_scene_id is not None and self.to_scene_id == self.scene_id:
            raise ValidationError(_("A point leads to another scene."), code="leads_nowhere")
        for end in (self.to_scene, self.resource):
            if end and end.space_id != self.scene.space_id:
                raise ValidationError(_("A point leads to something of the same space."), code="another_space")

    @property
    def kind(self):
        return "scene" if self.to_scene_id else "resource" if self.resource_id else "text"
